"""The private page of a case: its answers, adding to it, and saying that the answer is not enough. No account."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from crowdfund_kent.accounts import sessions
from crowdfund_kent.accounts.access import page, public_form
from crowdfund_kent.answering import done
from crowdfund_kent.audit import Actor
from crowdfund_kent.cases import letters, links, queries, rules, services
from crowdfund_kent.cases.forms import MoreForm, NotContentForm
from crowdfund_kent.cases.kinds import ABOUT, Kind, Side
from crowdfund_kent.cases.models import Case
from crowdfund_kent.cases.states import WAITS_FOR_US
from crowdfund_kent.errors import NotFound, Refused
from crowdfund_kent.templating import render

PATH = "/cases/{reference}/{token}"


async def _case(request: Request) -> Case:
    return await links.by_private_link(request.path_params["reference"], request.path_params["token"])


def _by(request: Request) -> Actor:
    """Whoever has the private address acts for the person who asked."""
    session = request.state.session
    return Actor(session.person_id if session is not None else None, "visitor")


async def show(request: Request) -> Response:
    """GET and POST /cases/{reference}/{token}: POST adds something."""
    case = await _case(request)
    form = await MoreForm.of(request)
    if request.method == "POST" and form.validate():
        await services.write_more(case.id, _by(request), form.text.data)
        return await done(request, links.private_path(case), "We have added it")
    context = await _context(case) | {"form": form, "flash": await sessions.take_flash(request)}
    return render(request, "cases/mine.html", context, status=form.response_status)


async def not_content(request: Request) -> Response:
    """GET and POST /cases/{reference}/{token}/not-content: somebody else looks at it."""
    case = await _case(request)
    if not rules.may_say_not_content(case.status, case.second_at):
        raise NotFound("This can be said once, after an answer. Your private page says what else you can do.")
    form = await NotContentForm.of(request)
    if request.method == "POST" and form.validate():
        try:
            await services.not_content(case.id, _by(request), form.text.data)
        except Refused as error:
            form.refuse(error.message)
        else:
            return await done(request, links.private_path(case), "Somebody else looks at it now")
    context = await _context(case) | {"form": form}
    return render(request, "cases/not_content.html", context, status=form.response_status)


async def _context(case: Case) -> dict[str, Any]:
    messages = await queries.messages_of(case.id, notes=False)
    names = await letters.signatures(one.by_id for one in messages if one.side == Side.OFFICER)
    return {
        "case": case,
        "about": ABOUT[Kind(case.kind)],
        "path": links.private_path(case),
        "messages": messages,
        "officers": names,
        "waits_for_us": case.status in WAITS_FOR_US,
        "may_say_not_content": rules.may_say_not_content(case.status, case.second_at),
        "is_last_word": rules.is_last_word(case.status, case.second_at),
    }


ROUTES = [
    page(PATH, show, public_form, name="my_case", methods=("GET", "POST")),
    page(f"{PATH}/not-content", not_content, public_form, name="my_case_not_content", methods=("GET", "POST")),
]
