"""Reads for a resident's pages: the campaign that is pledged to, and the pledge with it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from crowdfund_kent.database import fetch
from crowdfund_kent.errors import NotFound
from crowdfund_kent.references import email_key
from crowdfund_kent.settings import get_settings
from crowdfund_kent.templating import last_day
from pledges import rules
from pledges.accruing import START_BP
from pledges.cover import BORNE_BY_GROUP, cover_offered
from pledges.match_words import Promise
from pledges.models import Pledge
from pledges.states import Pledge as PledgeStatus
from pledges.totals import Totals, totals
from projects.states import PUBLIC

TEN_POUNDS: Final = 1000


@dataclass(frozen=True, slots=True)
class CampaignView:
    """A campaign as the pledge pages tell it: frozen words, times in UTC, integer pence."""

    id: int
    status: str
    slug: str
    title: str
    summary: str
    group_name: str
    receiver_name: str  # who receives the money: the group itself, or its host
    deadline_at: datetime
    target_pence: int
    threshold_bp: int
    card_cost_borne_by: str
    if_too_much: str
    collecting_from: datetime | None
    generated: bool

    @property
    def last_day(self) -> date:
        """The last day on which a pledge counts and may be cancelled."""
        return last_day(self.deadline_at)

    @property
    def path(self) -> str:
        """The public page."""
        return f"/projects/{self.slug}"

    @property
    def cost_of_ten_pounds(self) -> int:
        """What the card provider keeps of £10."""
        settings = get_settings()
        return rules.card_cost(TEN_POUNDS, settings.card_cost_bp, settings.card_cost_fixed_pence)

    @property
    def group_gets_of_ten_pounds(self) -> int:
        """What reaches the group of £10."""
        return self.group_gets(TEN_POUNDS)

    def cover_offered(self, amount_pence: int) -> int:
        """What a backer of so much may add for the card cost; 0 where none is offered (ruling 9)."""
        return cover_offered(self.card_cost_borne_by, amount_pence)

    def group_gets(self, amount_pence: int) -> int:
        """What reaches the group of a pledge whose backer adds nothing, as a rule: one real fee may differ a little."""
        settings = get_settings()
        cost = rules.card_cost(amount_pence, settings.card_cost_bp, settings.card_cost_fixed_pence)
        return amount_pence - (cost if self.card_cost_borne_by == BORNE_BY_GROUP else 0)


_SQL: Final = """
SELECT c.id, c.status, p.slug, COALESCE(v.content->>'title', p.title) AS title,
       COALESCE(v.content->>'summary', p.summary) AS summary, g.name AS group_name,
       COALESCE(r.name, g.name) AS receiver_name, c.deadline_at, c.target_pence,
       c.threshold_bp, c.card_cost_borne_by, c.if_too_much, c.collecting_from, c.generated
FROM campaign c JOIN project p ON p.id = c.project_id JOIN community_group g ON g.id = p.group_id
LEFT JOIN project_version v ON v.id = c.version_id
LEFT JOIN group_hosting h ON h.group_id = g.id AND h.status = 'agreed' LEFT JOIN community_group r ON r.id = h.host_id
"""


def _view(row: dict[str, Any]) -> CampaignView:
    return CampaignView(**row)


async def campaign_by_slug(slug: str) -> CampaignView:
    """The newest public campaign of a project. NotFound where there is none."""
    rows = await fetch(
        _SQL
        + "WHERE p.slug = $1 AND p.taken_down_at IS NULL AND c.status = ANY($2::text[]) ORDER BY c.id DESC LIMIT 1",
        slug,
        sorted(PUBLIC),
    )
    if not rows:
        raise NotFound("There is no project at this address that takes pledges.")
    return _view(rows[0])


async def campaign_view(campaign_id: int) -> CampaignView:
    """One campaign from approval on, by id. NotFound."""
    rows = await fetch(_SQL + "WHERE c.id = $1 AND c.deadline_at IS NOT NULL", campaign_id)
    if not rows:
        raise NotFound
    return _view(rows[0])


async def promises(campaign_id: int) -> list[Promise]:
    """Match money that the group accepted, by funder; what is only offered is left out."""
    rows = await fetch(
        "SELECT f.name, m.amount_pence, m.accrual, m.terms->>'start_bp' AS start_bp"
        " FROM match_pledge m JOIN match_fund mf ON mf.id = m.fund_id"
        " JOIN funder f ON f.id = mf.funder_id WHERE m.campaign_id = $1 AND m.status NOT IN ('earmarked', 'released')"
        " ORDER BY mf.position, m.id",
        campaign_id,
    )
    return [Promise(row["name"], row["amount_pence"], row["accrual"], int(row["start_bp"] or START_BP)) for row in rows]


async def still_needed(campaign: CampaignView) -> tuple[Totals, int]:
    """The totals, and how many pence the target is still away; 0 once it is met."""
    found = await totals(campaign.id)
    return found, max(0, campaign.target_pence - found.raised_pence)


async def pledges_of(email: str) -> list[Pledge]:
    """Every pledge made with exactly this address whose card was saved, the newest first. A +tag is another address here."""
    never = [PledgeStatus.PENDING, PledgeStatus.EXPIRED]
    return await Pledge.filter(email_key=email_key(email), email=email).exclude(status__in=never).order_by("-id")
