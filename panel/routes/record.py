"""The public written record of a decision: how much, why, why not more, and under whose authority."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent.accounts.access import page, public
from crowdfund_kent.database import fetch
from crowdfund_kent.errors import NotFound
from crowdfund_kent.etags import etag, headers, unchanged
from crowdfund_kent.templating import percent, render
from panel.made_of import limits
from panel.models import Decision
from panel.queries.awards import award_of
from panel.queries.decisions import decision_of_match
from panel.queries.round_record import NOT_YET
from panel.routes.common import GENERATED, by_source, stored_rows
from pledges.accruing import START_BP
from pledges.fund_queries import newest_facts
from pledges.fund_routes import status_words
from pledges.kinds import Accrual
from pledges.matches import offer_by_reference, terms_of
from pledges.models import FundingSource, MatchPledge
from pledges.recipients import project_of, title_for
from pledges.states import Match
from projects import words
from projects.models import Delivery
from projects.states import Delivery as DeliveryStatus

# how a match comes to count, as the record of a decision says it; nothing of a flat one, which is what everybody expects
HOW_IT_COUNTS: Final = {
    Accrual.TOP_UP: "As the last part: once everything else and this reach the target",
    Accrual.IN_FIRST: "From acceptance on, and before any backer",
    Accrual.BRIDGING: "Once backers have pledged {start} of the target",
}


async def record(request: Request) -> Response:
    """GET /awards/{reference}: public from the group's acceptance on, whatever becomes of the money later."""
    match = await offer_by_reference(str(request.path_params["reference"]))
    if match.accepted_at is None:
        raise NotFound
    delivery = await _delivery(match)
    tag = etag(request, *await newest_facts(), delivery)
    if answer := unchanged(request, tag):
        return answer
    released = match.status == Match.RELEASED
    context = {
        "match": match,
        "award": await award_of(match),
        "written": await decision_of_match(match.id),
        "title": title_for(match),
        "project_slug": project_of(match).slug if match.campaign_id is not None else "",
        "fund": match.fund,
        "funder": match.fund.funder.short_name,
        "status": "Let go: the project did not go ahead, so it is not paid"
        if released
        else status_words(match.fund)[Match(match.status)],
        "counts": HOW_IT_COUNTS.get(Accrual(match.accrual), "").format(
            start=percent(match.terms.get("start_bp", START_BP))
        ),
        "terms": await terms_of(match),
        "limits": limits(
            await _stored(match),
            fund_path=f"/funds/{match.fund.slug}",
            project_path=f"/projects/{project_of(match).slug}" if match.campaign_id is not None else "",
            sources={source.id: source.name for source in await FundingSource.filter(fund_id=match.fund_id)},
        ),
        "bare_limits": stored_rows(match.terms),
        "delivery": delivery,
        "sources": await by_source(match),
        "generated_notice": GENERATED if match.generated or match.fund.generated else None,
    }
    return render(request, "panel/record.html", context, headers=headers(tag))


async def _stored(match: MatchPledge) -> Mapping[str, Any]:
    """The terms with what was left in each source before it, where a list decided."""
    decision = await Decision.get_or_none(award__match_pledge_id=match.id)
    kept: Mapping[str, Any] = match.terms
    return kept if decision is None else {**kept, "pot": decision.calculation.get("pot")}


async def _delivery(match: MatchPledge) -> str:
    """How far the project is, for everybody."""
    found = await Delivery.get_or_none(campaign_id=match.campaign_id) if match.campaign_id is not None else None
    return words.DELIVERY[DeliveryStatus(found.status)].name if found is not None else NOT_YET


async def listed() -> list[tuple[str, datetime | None]]:
    """Every record that is public, for the sitemap."""
    rows = await fetch("SELECT reference, accepted_at FROM match_pledge WHERE accepted_at IS NOT NULL ORDER BY id")
    return [(f"/awards/{row['reference']}", row["accepted_at"]) for row in rows]


ROUTES: Final[list[Route]] = [page("/awards/{reference}", record, public, name="award_record")]
