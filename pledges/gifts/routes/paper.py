"""A paper form to give by: for everybody to print. What the fundraising code wants before anybody pays stands on it."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent.accounts.access import page, public
from crowdfund_kent.etags import etag, headers, unchanged
from crowdfund_kent.settings import get_settings
from crowdfund_kent.templating import render
from pledges.gift_aid.rules import OWN_MONEY, STATEMENT, WORDS
from pledges.gift_aid.services import recipient_of
from pledges.gifts import queries
from pledges.public.sharing import typed_url
from pledges.queries import campaign_by_slug
from projects.models import Campaign
from projects.queries import group_id_of, officer_of


async def paper(request: Request) -> Response:
    """GET /projects/{slug}/paper-form."""
    view = await campaign_by_slug(str(request.path_params["slug"]))
    desks = await queries.open_desks()
    officer = await officer_of(await group_id_of(view.id))
    campaign = await Campaign.get(id=view.id)
    claims = await recipient_of(view.id)
    charity = claims.hmrc_name if claims is not None else ""
    tag = etag(request, view, charity, *(f"{one.id}{one.name}{one.place}" for one in desks), officer, campaign.status)
    if answer := unchanged(request, tag):
        return answer
    settings = get_settings()
    context = {
        "campaign": view,
        "desks": desks,
        "officer": officer,
        "typed": typed_url(view.slug),
        "most_cash": settings.most_cash_gift_pence,
        "most_nameless": settings.most_nameless_gift_pence,
        "statement": WORDS[STATEMENT].format(charity=charity) if charity else "",
        "own_money": OWN_MONEY,
        "is_open": campaign.status == "live",
    }
    return render(request, "gifts/paper.html", context, headers=headers(tag))


ROUTES: Final[list[Route]] = [page("/projects/{slug}/paper-form", paper, public, name="paper_form")]
