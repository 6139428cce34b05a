"""The minutes of a round in public: /rounds/{slug}/minutes and the same as text. Officers read the draft (meeting.py)."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent import etags
from crowdfund_kent.accounts.access import page, public
from crowdfund_kent.etags import etag, headers, unchanged
from crowdfund_kent.templating import render
from panel.queries.minutes import as_text, minutes_of
from panel.queries.round_record import facts_of, published_round
from panel.routes.common import GENERATED


async def show(request: Request) -> Response:
    """GET /rounds/{slug}/minutes: NotFound until the record is public."""
    round_ = await published_round(str(request.path_params["slug"]))
    tag = etag(request, *await facts_of(round_))
    if answer := unchanged(request, tag):
        return answer
    context = {
        "round": round_,
        "fund": round_.fund,
        "minutes": await minutes_of(round_, public=True),
        "generated_notice": GENERATED if round_.generated or round_.fund.generated else None,
    }
    return render(request, "panel/minutes/show.html", context, headers=headers(tag))


async def text(request: Request) -> Response:
    """GET /rounds/{slug}/minutes.txt."""
    round_ = await published_round(str(request.path_params["slug"]))
    tag = etag(request, *await facts_of(round_), "text")
    if answer := unchanged(request, tag):
        return answer
    words = as_text(await minutes_of(round_, public=True))
    return etags.answer(request, words, headers=headers(tag), media_type="text/plain")


ROUTES: Final[list[Route]] = [
    page("/rounds/{slug}/minutes", show, public, name="round_minutes"),
    page("/rounds/{slug}/minutes.txt", text, public, name="round_minutes_text"),
]
