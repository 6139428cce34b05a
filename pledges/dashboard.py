"""What a group sees of its running campaign: day by day, how far to a fund's conditions, from where, and from how few.

Sums and counts only: nothing here tells who gave, or what somebody gave.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from crowdfund_kent.clock import business_now, business_today, london_day
from crowdfund_kent.database import fetch
from crowdfund_kent.geography import DISTRICTS
from crowdfund_kent.money import BASIS_POINTS
from crowdfund_kent.small_numbers import without_small
from pledges.accruing import Accepted, raised
from pledges.backers import CROWD, people_of, who_counts
from pledges.fund_queries import rules_on
from pledges.gifts.states import COUNTS, Cause
from pledges.kinds import Accrual
from pledges.models import MatchFund, MatchPledge
from pledges.states import Fund as FundStatus
from pledges.totals import Totals, totals
from projects.models import Campaign

NAMES: Final = {one.code: one.name for one in DISTRICTS}
ENOUGH_TO_SAY: Final = 5  # of fewer backers, one always gives much: that is no news, and near to naming somebody
# what takes a pledge out of what was raised; after the verdict nothing does
_GONE: Final = frozenset({"cancelled by backer", "campaign cancelled", "no yes to the later day"})
_GIVEN_BACK: Final = frozenset({Cause.ASKED, Cause.BOUNCED, Cause.CANCELLED})


@dataclass(frozen=True, slots=True)
class Day:
    """What was pledged in all by the end of a day, with the match that counted then, and how that day changed it."""

    day: date
    raised_pence: int
    added_pence: int


@dataclass(frozen=True, slots=True)
class Condition:
    """What an open fund asks for before it may add anything, by its rules in force, and how far the campaign is."""

    fund: str
    funder: str
    slug: str
    backers: int
    least_backers: int
    crowd_pence: int
    least_pence: int
    comes_first: bool = False  # it may come in before the crowd (ruling 6)

    @property
    def is_met(self) -> bool:
        """The fund may look at the campaign now."""
        if self.comes_first:
            return True
        return self.backers >= self.least_backers and self.crowd_pence >= self.least_pence and self.crowd_pence > 0

    @property
    def backers_missing(self) -> int:
        """How many more people must pledge first."""
        return max(0, self.least_backers - self.backers)

    @property
    def pence_missing(self) -> int:
        """How much more the crowd must pledge first."""
        return max(0, self.least_pence - self.crowd_pence)


@dataclass(frozen=True, slots=True)
class Places:
    """Backers by district, as far as they told, without small numbers. `elsewhere`: in other districts, or not told."""

    shown: Sequence[tuple[str, int]]
    elsewhere: int


@dataclass(frozen=True, slots=True)
class Dashboard:
    """Everything, as it stands now. `one_gives_much`: more than a third comes from one person."""

    totals: Totals
    days: Sequence[Day]
    conditions: Sequence[Condition]
    places: Places
    one_gives_much: bool
    days_open: int


async def dashboard_of(campaign: Campaign) -> Dashboard:
    """The dashboard of a campaign that was opened."""
    assert campaign.opened_at is not None
    found = await totals(campaign.id)
    givers = await _givers(campaign.id)
    return Dashboard(
        totals=found,
        days=await _days(campaign),
        conditions=await _conditions(campaign, found) if campaign.decided_at is None else [],
        places=_places(givers, found.backers),
        one_gives_much=_one_gives_much(givers, found),
        days_open=(business_today() - london_day(campaign.opened_at)).days,
    )


@dataclass(slots=True)
class _Giver:
    """One person by the fair count: what they pledged in all, where they live, whether they count as a backer."""

    pence: int = 0
    district: str | None = None
    is_backer: bool = False


async def _givers(campaign_id: int) -> list[_Giver]:
    rows = await fetch(CROWD, [campaign_id])
    keys = [(row["email_key"], row["card_key"]) for row in rows]
    backers = who_counts(zip(keys, (row["runs_campaign"] for row in rows), strict=True))
    found: dict[str, _Giver] = defaultdict(_Giver)
    for row, person, counts in zip(rows, people_of(keys), backers, strict=True):
        giver = found[person]
        giver.pence += row["amount_pence"]
        giver.district = row["district_code"] or giver.district
        giver.is_backer = counts and not row["nameless"]
    return list(found.values())


def _one_gives_much(givers: Sequence[_Giver], found: Totals) -> bool:
    largest = max((one.pence for one in givers), default=0)
    return len(givers) >= ENOUGH_TO_SAY and 3 * largest > found.crowd_pence


def _places(givers: Sequence[_Giver], backers: int) -> Places:
    told = Counter(one.district for one in givers if one.is_backer and one.district in NAMES)
    counts = {NAMES[code]: told[code] for code in NAMES if told[code]}
    shown, elsewhere = without_small(counts, backers - sum(counts.values()))
    return Places(sorted(shown.items(), key=lambda one: (-one[1], one[0])), elsewhere)


async def _conditions(campaign: Campaign, found: Totals) -> list[Condition]:
    """Of every fund that is open today and has not promised anything here."""
    today = business_today()
    funds = (
        await MatchFund.filter(status=FundStatus.OPEN, without_crowd=False, starts_on__lte=today, ends_on__gte=today)
        .select_related("funder")
        .order_by("position")
    )
    rows = await fetch(
        "SELECT DISTINCT fund_id FROM match_pledge WHERE campaign_id = $1 AND status <> 'released'", campaign.id
    )
    there = {row["fund_id"] for row in rows}
    made = []
    for fund in funds:
        if fund.id in there or campaign.match_wanted_pence == 0:
            continue
        rules = await rules_on(fund.id, today)
        made.append(
            Condition(
                fund=fund.name,
                funder=fund.funder.short_name,
                slug=fund.slug,
                backers=found.backers,
                least_backers=rules.least_backers,
                crowd_pence=found.crowd_pence,
                least_pence=-(-(campaign.target_pence or 0) * rules.least_raised_bp // BASIS_POINTS),
                comes_first=fund.accrual == Accrual.IN_FIRST,
            )
        )
    return made


async def _days(campaign: Campaign) -> list[Day]:
    """From the day it opened to today, or to its end; a move counts on the day in London on which it was true."""
    assert campaign.opened_at is not None
    crowd: Counter[date] = Counter()
    for at, pence in _crowd(await _events(campaign.id, "pledge")):
        crowd[london_day(at)] += pence
    for at, pence in _given(await _events(campaign.id, "offline_gift"), campaign.decided_at):
        crowd[london_day(at)] += pence
    accepted, moved = await _match(campaign.id)
    added = {*crowd, *(day for day, _, _ in moved)}
    first = min(london_day(campaign.opened_at), *added) if added else london_day(campaign.opened_at)
    ended = campaign.decided_at or (campaign.deadline_at if campaign.closing_at is None else campaign.closing_at)
    last = max(min(business_today(), london_day(ended) if ended else business_today()), first, *added)
    days: list[Day] = []
    pledged, held, before = 0, set[int](), 0
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        pledged += crowd[day]
        for _, match_id, comes in (one for one in moved if one[0] == day):
            held = held | {match_id} if comes else held - {match_id}
        whole = raised(campaign.target_pence or 0, pledged, [accepted[match_id] for match_id in sorted(held)])
        days.append(Day(day, whole, whole - before))
        before = whole
    return days


async def _events(campaign_id: int, table: str) -> list[dict[str, Any]]:
    return await fetch(
        f"SELECT e.subject_id, e.old, e.new, e.cause, coalesce(e.amount_pence, t.amount_pence) AS pence, e.effective_at"
        f" FROM {table}_event e JOIN {table} t ON t.id = e.subject_id WHERE t.campaign_id = $1 ORDER BY e.id",
        campaign_id,
    )


def _crowd(events: Sequence[dict[str, Any]]) -> list[tuple[datetime, int]]:
    """(when, by how many pence) the sum of pledges changed, up to the verdict."""
    stands: dict[int, int] = {}
    moves = []
    for event in events:
        pledge, before = event["subject_id"], stands.get(event["subject_id"])
        if event["cause"] == "card saved" or (before is not None and event["cause"] == "amount changed"):
            stands[pledge] = event["pence"]
        elif before is not None and event["cause"] in _GONE:
            stands[pledge] = 0
        change = stands.get(pledge, 0) - (before or 0)
        if change:
            moves.append((event["effective_at"], change))
    return moves


def _given(events: Sequence[dict[str, Any]], decided_at: datetime | None) -> list[tuple[datetime, int]]:
    """The same of off-line gifts: from when they were counted, unless they went back before the verdict."""
    moves = []
    for event in events:
        if event["cause"] == "counted":
            moves.append((event["effective_at"], event["pence"]))
        elif (
            event["cause"] in _GIVEN_BACK
            and event["old"] in COUNTS
            and not (decided_at and event["effective_at"] >= decided_at)
        ):
            moves.append((event["effective_at"], -event["pence"]))
    return moves


async def _match(campaign_id: int) -> tuple[dict[int, Accepted], list[tuple[date, int, bool]]]:
    """Each match pledge by id, and (day, id, came or went): from when the group accepted, unless the campaign was cancelled."""
    held = await MatchPledge.filter(campaign_id=campaign_id)
    moved = []
    for one in await _events(campaign_id, "match_pledge"):
        if one["new"] == "pledged" and one["old"] != "pledged":
            moved.append((london_day(one["effective_at"]), one["subject_id"], True))
        elif one["old"] == "pledged" and one["new"] == "released" and one["cause"] == "campaign cancelled":
            moved.append((london_day(one["effective_at"]), one["subject_id"], False))
    return {one.id: Accepted.of(one.amount_pence, one.accrual, one.terms.get("start_bp")) for one in held}, moved


def days_left(campaign: Campaign) -> int | None:
    """Whole days to the last day, which is not over yet; None once it is, or while the deadline waits."""
    if campaign.last_day is None or campaign.deadline_at is None or campaign.suspended_at is not None:
        return None
    if business_now() >= campaign.deadline_at:
        return None
    return (campaign.last_day - business_today()).days
