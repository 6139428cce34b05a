"""Reads of funds and pots: figures to the penny, rules on a day, and what the calculator needs to know."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from crowdfund_kent.clock import business_today
from crowdfund_kent.database import fetch
from crowdfund_kent.errors import NotFound, Refused
from pledges import pots
from pledges.backers import COUNTED, GIFT_COUNTED
from pledges.calculator import Terms, eligible_base
from pledges.models import FundingSource, FundRules, MatchFund, MatchPledge, PotMovement
from pledges.recipients import WITH, project_of, title_for
from pledges.states import Fund as FundStatus
from pledges.states import Match, Movement
from pledges.totals import totals
from projects.models import Campaign, Objective, Project, ProjectVersion
from projects.queries import lines_of, unfinished_campaign
from projects.queries.looks import looked_version
from projects.rules import Figures as LineSums

GENERATED: Final = "Generated records, for demonstration: this fund's decisions are not real ones."


def generated_notice(funds: Iterable[MatchFund]) -> str | None:
    """The first line of a page with figures of these funds, where one of them was made with generated records."""
    return GENERATED if any(fund.generated for fund in funds) else None


@dataclass(frozen=True, slots=True)
class Figures:
    """Where the pence of a source or of a whole pot stand. left + all the others = cap."""

    cap_pence: int
    earmarked_pence: int
    pledged_pence: int
    confirmed_pence: int
    paid_pence: int
    recovered_pence: int

    @property
    def left_pence(self) -> int:
        """What may still be offered."""
        return self.cap_pence - (
            self.earmarked_pence + self.pledged_pence + self.confirmed_pence + self.paid_pence + self.recovered_pence
        )


@dataclass(frozen=True, slots=True)
class Pot:
    """A fund with the figures of each of its sources and their sums, read in one statement."""

    fund: MatchFund
    sources: tuple[tuple[FundingSource, Figures], ...]
    together: Figures

    @property
    def purposes(self) -> list[FundingSource]:
        """Sources that only fitting awards may draw."""
        return [source for source, _ in self.sources if source.purpose]


def figures_of(source: FundingSource) -> Figures:
    """The counters of one source."""
    return Figures(**{name: getattr(source, name) for name in Figures.__slots__})


def _pot(fund: MatchFund, sources: list[FundingSource]) -> Pot:
    rows = tuple((source, figures_of(source)) for source in sources)
    sums = {name: sum(getattr(figures, name) for _, figures in rows) for name in Figures.__slots__}
    return Pot(fund, rows, Figures(**sums))


async def fund_by_slug(slug: str) -> MatchFund:
    """A fund with its funder, or NotFound."""
    fund = await MatchFund.get_or_none(slug=slug).prefetch_related("funder")
    if fund is None:
        raise NotFound
    return fund


async def pot_of(fund: MatchFund) -> Pot:
    """The pot as it is now."""
    return _pot(fund, await FundingSource.filter(fund_id=fund.id).order_by("position", "id"))


async def public_fund(slug: str) -> MatchFund:
    """A fund that everybody may read: a draft is NotFound."""
    fund = await fund_by_slug(slug)
    if fund.status == FundStatus.DRAFT:
        raise NotFound
    return fund


async def all_pots(*, drafts: bool = False) -> list[Pot]:
    """Every fund, in the order in which funds serve a campaign; `drafts` too where officers read."""
    funds = await MatchFund.all().order_by("position", "id").prefetch_related("funder")
    funds = [fund for fund in funds if drafts or fund.status != FundStatus.DRAFT]
    sources: dict[int, list[FundingSource]] = {fund.id: [] for fund in funds}
    for source in await FundingSource.filter(fund_id__in=list(sources)).order_by("position", "id"):
        sources[source.fund_id].append(source)
    return [_pot(fund, sources[fund.id]) for fund in funds]


async def rules_on(fund_id: int, day: date) -> FundRules:
    """The rules of a fund in force on a day. Refused (rule "rules") before its first ones."""
    rules = await FundRules.filter(fund_id=fund_id, applies_from__lte=day).order_by("-applies_from").first()
    if rules is None:
        raise Refused("This fund has no rules for that day yet.", rule="rules")
    return rules


async def objectives_of(list_name: str) -> list[Objective]:
    """The objectives of a fund's list that are in use, in their order."""
    return await Objective.filter(list_name=list_name, retired_at=None).order_by("position", "id")


async def movements_of(fund_id: int) -> tuple[list[PotMovement], list[PotMovement]]:
    """Movements of a pot with their sources: what waits to be confirmed, and what was confirmed, the newest first."""
    rows = await PotMovement.filter(fund_id=fund_id).order_by("-id").select_related("from_source", "to_source")
    waiting = [row for row in rows if row.status == Movement.ENTERED]
    return waiting, [row for row in rows if row.status == Movement.CONFIRMED]


async def objective_lists() -> list[str]:
    """The lists of objectives that have entries in use, by name."""
    names = await Objective.filter(retired_at=None).distinct().order_by("list_name").values_list("list_name", flat=True)
    return [str(name) for name in names]


async def rules_history(fund_id: int) -> list[FundRules]:
    """All rules of a fund, the latest first."""
    return await FundRules.filter(fund_id=fund_id).order_by("-applies_from")


async def newest_facts() -> tuple[object, ...]:
    """What changes whenever a page of a fund does, for its ETag: one query that reads the ends of indexes."""
    (row,) = await fetch(
        "SELECT (SELECT max(id) FROM match_pledge_event) AS events, (SELECT max(id) FROM fund_rules) AS rules,"
        " (SELECT max(confirmed_at) FROM source_cap) AS caps, (SELECT max(id) FROM funding_source) AS sources,"
        " (SELECT max(id) FROM match_fund) AS funds, (SELECT max(id) FROM match_fund_event) AS fund_events,"
        " (SELECT max(id) FROM pot_movement_event) AS movements, (SELECT max(id) FROM fund_terms) AS terms,"
        " (SELECT max(id) FROM decision_authority) AS authorities,"
        " (SELECT md5(string_agg(id || name, ',' ORDER BY id)) FROM objective) AS objectives"
    )
    return tuple(row.values())


_HELD: Final = (
    "coalesce(sum(amount_pence - recovered_pence - (SELECT coalesce(sum(d.short_pence), 0) FROM match_draw d"
    " WHERE d.match_pledge_id = match_pledge.id)), 0)"
)


async def other_public_pence(campaign_id: int, fund_id: int) -> int:
    """Other public money on a campaign (ruling 3): every other fund's match that is held, and public bodies' pledges and gifts.

    With what funds gave the same project without a crowd.
    """
    rows = await fetch(
        f"SELECT (SELECT {_HELD} FROM match_pledge WHERE fund_id <> $2 AND status <> 'released' AND (campaign_id = $1"
        " OR project_id = (SELECT project_id FROM campaign WHERE id = $1)))::bigint AS of_funds,"
        " (SELECT coalesce(sum(p.amount_pence), 0) FROM pledge p JOIN campaign c ON c.id = p.campaign_id"
        f" WHERE p.campaign_id = $1 AND p.backer_kind = 'public body' AND {COUNTED})::bigint AS of_bodies,"
        " (SELECT coalesce(sum(g.amount_pence), 0) FROM offline_gift g JOIN campaign c ON c.id = g.campaign_id"
        f" WHERE g.campaign_id = $1 AND g.giver_kind = 'public body' AND {GIFT_COUNTED})::bigint AS given_by_bodies",
        campaign_id,
        fund_id,
    )
    return int(rows[0]["of_funds"] + rows[0]["of_bodies"] + rows[0]["given_by_bodies"])


async def calculator_terms(
    given_to: Campaign | Project, fund_id: int, rules: FundRules, fitting: Collection[int] = ()
) -> Terms:
    """What goes into the calculator now, for a campaign that is approved or later, or a project that needs no crowd.

    `raised` includes every fund's earmarks, so that two panels cannot fill one gap (ruling 2). A project has raised nothing,
    but for what other funds give it, and what its campaign holds if one runs; its target is that of the look, or of its
    lines until an officer looked. Refused for one without target.
    """
    if isinstance(given_to, Campaign):
        if given_to.target_pence is None or given_to.version_id is None:
            raise Refused("This campaign has no target yet: it is not approved.", rule="campaign")
        version: ProjectVersion | LineSums = await ProjectVersion.get(id=given_to.version_id)
        target = given_to.target_pence
        now = await totals(given_to.id)
        raised, other = now.crowd_pence + now.match_promised_pence, await other_public_pence(given_to.id, fund_id)
    else:
        version = await looked_version(given_to.id) or (await lines_of(given_to.id)).figures
        target = version.target_pence
        if target <= 0:
            raise Refused("This project has no target yet: its costs are not written.", rule="project")
        raised, other = await _already(given_to.id, fund_id)
    left = await pots.sources_left(fund_id, fitting)
    return Terms(
        target_pence=target,
        eligible_base_pence=eligible_base(target, version.revenue_pence, revenue_only=rules.revenue_only),
        max_share_bp=rules.max_share_bp,
        max_amount_pence=rules.max_amount_pence,
        combined_share_bp=rules.combined_share_bp,
        other_public_pence=other,
        pot_available_pence=sum(source.left_pence for source in left),
        raised_pence=raised,
    )


async def _already(project_id: int, fund_id: int) -> tuple[int, int]:
    """(what a project has already, what of it is other public money): of other funds, and of a campaign that is not over."""
    rows = await fetch(
        f"SELECT {_HELD}::bigint AS held FROM match_pledge WHERE project_id = $1 AND fund_id <> $2 AND status <> 'released'",
        project_id,
        fund_id,
    )
    granted = int(rows[0]["held"])
    campaign = await unfinished_campaign(project_id)
    if campaign is None:
        return granted, granted
    now = await totals(campaign.id)
    # the same grants are in the other public money of its campaign
    return granted + now.crowd_pence + now.match_promised_pence, await other_public_pence(campaign.id, fund_id)


@dataclass(frozen=True, slots=True)
class Served:
    """A project that a fund added to, for the fund's public page. `slug`: empty where it had no campaign, so no page."""

    reference: str
    title: str
    slug: str
    status: str
    amount_pence: int
    accepted_at: Any


async def served_by(fund_id: int, limit: int = 100) -> list[Served]:
    """Match pledges of a fund that were accepted and are held or paid, the newest first."""
    rows = (
        await MatchPledge.filter(fund_id=fund_id, accepted_at__isnull=False)
        .exclude(status=Match.RELEASED)
        .order_by("-accepted_at", "-id")
        .limit(limit)
        .select_related(*WITH)
    )
    return [
        Served(
            match.reference,
            title_for(match),
            project_of(match).slug if match.campaign_id is not None else "",
            match.status,
            match.amount_pence,
            match.accepted_at,
        )
        for match in rows
    ]


async def some_fund_pays_for_things_that_last() -> bool:
    """Whether a fund that is open today adds to more than running costs, by its rules of today. True where none is open."""
    rows = await fetch(
        "SELECT DISTINCT ON (f.id) r.revenue_only FROM match_fund f JOIN fund_rules r ON r.fund_id = f.id"
        " WHERE f.status = 'open' AND f.starts_on <= $1 AND f.ends_on >= $1 AND r.applies_from <= $1 AND NOT f.generated"
        " ORDER BY f.id, r.applies_from DESC, r.id DESC",
        business_today(),
    )
    return not rows or any(not row["revenue_only"] for row in rows)
