"""The public record of a round: who sat, what was told, and of every decision the numbers and what they were made from.

A group reads its own entry before everybody does (queries/feedback.py): entry_of() gives both the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from crowdfund_kent.clock import business_today, london_day
from crowdfund_kent.database import fetch
from crowdfund_kent.errors import NotFound
from crowdfund_kent.geography import district, is_district
from crowdfund_kent.working_days import working_days_between
from panel.kinds import Shown
from panel.made_of import Made, limits, median_halves
from panel.models import Criterion, Decision, Pitch, Round
from panel.queries import decisions as written
from panel.queries.decisions import Written
from panel.queries.feedback import OUTCOMES, Mean, means_of
from panel.queries.scoring import criteria_of
from panel.queries.seats import Sat, who_sat
from panel.states import Round as Status
from pledges.fund_told import RulesTold, rules_told
from pledges.models import FundingSource, FundRules, MatchPledge
from pledges.states import Match
from projects import words
from projects.models import Delivery
from projects.states import Delivery as DeliveryStatus

NOT_YET: Final = "Not recorded yet"
# cause of a release -> what everybody reads of an offer that never came to count
_BACK: Final = {
    "offer ran out": "The group did not answer in time, so it went back to the fund",
    "declined by group": "The group did not take it, so it went back to the fund",
}
_WENT_BACK: Final = "It did not come to be paid, and went back to the fund"
UNDER_WAY: Final = (Status.PLANNED, Status.OPEN, Status.SCORING, Status.MEETING, Status.SIGNED)


@dataclass(frozen=True, slots=True)
class Entry:
    """One decision as everybody reads it. `days`: working days from sending to deciding. `scorers`: how many sheets count.

    `match`: None where nothing was offered. `went_back`: why the offer is no more, `delivery` how far the project is.
    """

    written: Written
    group: str
    district: str
    project_path: str
    means: Sequence[Mean]
    scorers: int
    limits: Sequence[Made]
    match: MatchPledge | None
    went_back: str
    delivery: str
    days: int

    @property
    def decision(self) -> Decision:
        """The decision itself, with pitch, recommendation and authority."""
        return self.written.decision

    @property
    def pitch(self) -> Pitch:
        """What was asked."""
        return self.decision.pitch

    @property
    def anchor(self) -> str:
        """Where it stands on the page of its round."""
        return f"request-{self.pitch.reference}"

    @property
    def title(self) -> str:
        """The project."""
        return self.written.title

    @property
    def outcome(self) -> str:
        """What was decided, in words for everybody."""
        return OUTCOMES[self.written.outcome]

    @property
    def amount_pence(self) -> int:
        """What was offered; 0 for nothing."""
        return self.decision.amount_pence or 0

    @property
    def backers(self) -> int:
        """Backers by the fair count on the day of the decision."""
        ranked_by: Mapping[str, Any] = self.decision.calculation.get("ranked_by") or {}
        return int(ranked_by.get("backers") or 0)

    @property
    def most_pence(self) -> int:
        """What the calculator found."""
        return int(self.decision.calculation.get("most_pence") or 0)

    @property
    def binds(self) -> str:
        """The limit that decided the most, in words; empty where nothing was weighed."""
        return next((one.words for one in self.limits if one.binds), "")

    @property
    def pot_before_pence(self) -> int | None:
        """What the whole pot held before this decision; None where its record does not say."""
        pot = self.decision.calculation.get("pot")
        return sum(int(left) for _, _, left in pot) if pot else None

    @property
    def link(self) -> str:
        """The record of the money, once the group has accepted it; empty until then."""
        return f"/awards/{self.match.reference}" if self.match and self.match.accepted_at else ""

    @property
    def stands(self) -> str:
        """Where the offer stands, for everybody; empty where nothing was offered."""
        if self.match is None:
            return ""
        if self.match.accepted_at is not None:
            return "" if self.match.status != Match.RELEASED else _WENT_BACK
        return self.went_back or "Offered: the group has not answered yet"


@dataclass(frozen=True, slots=True)
class Record:
    """A round as everybody reads it. `entries`: what is shown, in rank order; `unnamed_days`: of requests only counted."""

    round: Round
    criteria: Sequence[Criterion]
    sat: Sequence[Sat]
    entries: Sequence[Entry]
    unnamed_days: Sequence[int]
    rules: Sequence[tuple[FundRules, RulesTold]]

    @property
    def number(self) -> int:
        """Every request that was decided."""
        return len(self.entries) + len(self.unnamed_days)

    @property
    def given(self) -> list[Entry]:
        """Those to which money was offered."""
        return [one for one in self.entries if one.amount_pence]

    @property
    def offered_pence(self) -> int:
        """All that was offered together."""
        return sum(one.amount_pence for one in self.entries)

    @property
    def median_halves(self) -> int | None:
        """Twice the median of working days from sending to deciding."""
        return median_halves([*(one.days for one in self.entries), *self.unnamed_days])

    @property
    def late_days(self) -> int:
        """Working days after the last day to decide; 0 where it was in time."""
        signed = self.round.signed_at
        if signed is None or london_day(signed) <= self.round.decide_by:
            return 0
        return max(1, working_days_between(self.round.decide_by, london_day(signed)))

    @property
    def pot_before_pence(self) -> int | None:
        """What the pot held before the list."""
        return self.entries[0].pot_before_pence if self.entries else None


async def published_round(slug: str) -> Round:
    """A round whose record is public; NotFound for any other."""
    found = await Round.get_or_none(slug=slug, status=Status.PUBLISHED).select_related("fund__funder", "authority")
    if found is None:
        raise NotFound
    return found


async def record_of(round_: Round) -> Record:
    """The record of a signed round: the same before it is public, for whoever may read it then."""
    found = await written.decisions_of(round_)
    shown = [one for one in found if is_shown(one.decision, round_)]
    criteria = await criteria_of(round_.id)
    entries = await _entries(round_, shown, criteria)
    kept = {one.decision.calculation.get("rules_id") for one in found} - {None}
    rules = await FundRules.filter(id__in=list(kept)).order_by("applies_from")
    told = await rules_told(round_.fund, rules)
    return Record(
        round=round_,
        criteria=criteria,
        sat=await who_sat(round_),
        entries=entries,
        unnamed_days=[_days(one.decision) for one in found if not is_shown(one.decision, round_)],
        rules=[(one, told[one.id]) for one in rules],
    )


def is_shown(decision: Decision, round_: Round) -> bool:
    """Whether the record names it: always where money is offered, else by the round's setting."""
    return decision.amount_pence is not None or round_.declined_shown == Shown.ENTRY


async def entry_of(pitch: Pitch) -> Entry:
    """One entry exactly as it is, or will be, public; NotFound before the signature. `pitch` comes with its round and fund."""
    found = await written.decision_in(pitch.round, pitch.reference)
    return (await _entries(pitch.round, [found], await criteria_of(pitch.round_id)))[0]


async def _entries(round_: Round, found: Sequence[Written], criteria: Sequence[Criterion]) -> list[Entry]:
    means = await means_of([one.decision for one in found], criteria)
    names = {source.id: source.name for source in await FundingSource.filter(fund_id=round_.fund_id)}
    awards = [one.decision.award for one in found if one.decision.award is not None]
    matches = [award.match_pledge for award in awards if award.match_pledge is not None]
    back = await _went_back([match.id for match in matches if match.status == Match.RELEASED])
    campaigns = [one.decision.pitch.campaign_id for one in found if one.decision.pitch.campaign_id is not None]
    delivered = {row.campaign_id: row.status for row in await Delivery.filter(campaign_id__in=campaigns)}
    made = []
    for one in found:
        decision = one.decision
        pitch = decision.pitch
        match = decision.award.match_pledge if decision.award is not None else None
        path = f"/projects/{pitch.project.slug}" if pitch.campaign_id is not None else ""
        state = delivered.get(pitch.campaign_id) if pitch.campaign_id is not None else None
        entry = Entry(
            written=one,
            group=_content(pitch).get("group", {}).get("name") or pitch.project.group.name,
            district=_district(pitch),
            project_path=path,
            means=means[decision.id][0],
            scorers=means[decision.id][1],
            limits=limits(
                decision.calculation, fund_path=f"/funds/{round_.fund.slug}", project_path=path, sources=names
            ),
            match=match,
            went_back=back.get(match.id, "") if match is not None else "",
            delivery=words.DELIVERY[DeliveryStatus(state)].name if state is not None else NOT_YET,
            days=_days(decision),
        )
        made.append(entry)
    return made


def _content(pitch: Pitch) -> Mapping[str, Any]:
    campaign = pitch.campaign
    return campaign.version.content if campaign is not None and campaign.version is not None else {}


def _district(pitch: Pitch) -> str:
    code = str(_content(pitch).get("district_code") or pitch.project.district_code)
    return district(code).name if is_district(code) else "not recorded"


def _days(decision: Decision) -> int:
    sent = decision.pitch.submitted_at
    return working_days_between(london_day(sent), london_day(decision.decided_at)) if sent is not None else 0


async def _went_back(match_ids: Sequence[int]) -> dict[int, str]:
    """Why each offer that was let go before it was accepted is no more."""
    rows = await fetch(
        "SELECT DISTINCT ON (subject_id) subject_id, cause FROM match_pledge_event"
        " WHERE subject_id = ANY($1::bigint[]) ORDER BY subject_id, id DESC",
        list(match_ids),
    )
    return {int(row["subject_id"]): _BACK.get(row["cause"], _WENT_BACK) for row in rows}


@dataclass(frozen=True, slots=True)
class Listed:
    """A public round in the list."""

    slug: str
    name: str
    fund: str
    fund_slug: str
    generated: bool
    signed_at: datetime
    published_at: datetime
    number: int
    given: int
    offered_pence: int
    days: Sequence[int]


async def published() -> list[Listed]:
    """Every public round, the latest first of each fund, in the funds' order."""
    rows = await fetch(
        "SELECT r.slug, r.name, f.name AS fund, f.slug AS fund_slug, r.generated, r.signed_at, r.published_at,"
        " d.decided_at, p.submitted_at, d.amount_pence FROM panel_round r JOIN match_fund f ON f.id = r.fund_id"
        " LEFT JOIN pitch p ON p.round_id = r.id AND p.status IN ('awarded', 'declined', 'deferred')"
        " LEFT JOIN panel_decision d ON d.pitch_id = p.id WHERE r.status = 'published'"
        " ORDER BY f.position, f.id, r.signed_at DESC, r.id, d.rank"
    )
    rounds: dict[str, list[Any]] = {}
    for row in rows:
        rounds.setdefault(row["slug"], []).append(row)
    return [_listed(found) for found in rounds.values()]


def _listed(rows: Sequence[Any]) -> Listed:
    first = rows[0]
    decided = [row for row in rows if row["decided_at"] is not None]
    kept = ("slug", "name", "fund", "fund_slug", "generated", "signed_at", "published_at")
    return Listed(
        **{name: first[name] for name in kept},
        number=len(decided),
        given=sum(row["amount_pence"] is not None for row in decided),
        offered_pence=sum(row["amount_pence"] or 0 for row in decided),
        days=[working_days_between(london_day(row["submitted_at"]), london_day(row["decided_at"])) for row in decided],
    )


async def under_way() -> list[Round]:
    """Rounds that are planned, run, or wait to be public, the next to be decided first. Made-up ones are left out."""
    found = Round.filter(status__in=UNDER_WAY, generated=False).exclude(fund__status="draft")
    return await found.order_by("decide_by", "id").select_related("fund__funder")


async def facts_of(round_: Round) -> tuple[object, ...]:
    """What changes whenever the record of a round does, for its ETag: one query over its own rows, by their indexes."""
    (row,) = await fetch(
        "WITH p AS (SELECT p.id, p.project_id, p.campaign_id, a.match_pledge_id FROM pitch p"
        "  LEFT JOIN award a ON a.pitch_id = p.id WHERE p.round_id = $1)"
        " SELECT (SELECT count(*) FROM panel_round_event WHERE subject_id = $1) AS round,"
        " (SELECT count(*) FROM match_pledge_event e JOIN p ON p.match_pledge_id = e.subject_id) AS money,"
        " (SELECT count(*) FROM delivery_event e JOIN delivery d ON d.id = e.subject_id JOIN p ON p.campaign_id ="
        "  d.campaign_id) AS delivery,"
        " (SELECT md5(string_agg(concat_ws('|', j.slug, j.title, g.name, c.version_id), ',' ORDER BY p.id)) FROM p"
        "  JOIN project j ON j.id = p.project_id JOIN community_group g ON g.id = j.group_id"
        "  LEFT JOIN campaign c ON c.id = p.campaign_id) AS names,"
        " (SELECT md5(string_agg(id || name, ',' ORDER BY id)) FROM funding_source WHERE fund_id = $2) AS sources,"
        " (SELECT concat_ws('|', f.name, f.slug, r.name, r.declined_shown, md5(r.minutes)) FROM match_fund f"
        "  JOIN panel_round r ON r.fund_id = f.id WHERE r.id = $1) AS called",
        round_.id,
        round_.fund_id,
    )
    return tuple(row.values())


async def list_facts() -> tuple[object, ...]:
    """The same for the list of rounds."""
    (row,) = await fetch(
        "SELECT (SELECT count(*) FROM panel_round_event) AS events, (SELECT md5(string_agg(concat_ws('|', r.id, r.slug,"
        " r.name, r.status, r.opens_on, r.pitch_by, r.decide_by, f.name, f.slug, f.status), ',' ORDER BY r.id))"
        " FROM panel_round r JOIN match_fund f ON f.id = r.fund_id) AS rounds"
    )
    return (business_today(), *row.values())
