"""The programme's figures as at the end of a day, from events: never from the rows of today.

As at D = true by the end of D in London (effective_at); a match pledge counts from acceptance unless released by then
(ruling 11). Amounts in pence, shares and ratios in basis points. Definitions: DEFINITIONS, printed beside each figure.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from crowdfund_kent.clock import day_ends
from crowdfund_kent.database import fetch
from crowdfund_kent.geography import DISTRICTS
from crowdfund_kent.money import pounds_exact, ratio_bp
from pledges.backers import JOINED, KEYS_OF_GIFT, Keys, count_people, who_counts

NOBODY: Final[Keys] = ("", None)  # gives by those who run the campaign: money, and no backer
DEFINITIONS: Final = {
    "projects": "Projects with a match pledge: one that the group had accepted and that had not been let go by then.",
    "match_pledged": "What funds had pledged to these projects and the groups had accepted.",
    "match_released": "Match pledges that had been accepted once and were let go by then, because a campaign ended without"
    " success. No money had moved.",
    "project_value": "The whole cost of these projects with goods, venue and hours given in kind.",
    "crowd_pledged": "What backers had pledged to these projects: pledges standing, and cash and cheques counted by a second"
    " person, on that day or, once a campaign's target was decided, at that moment.",
    "backers": "Different people behind those pledges: the same e-mail or the same card is one, however often they gave, and"
    " so is the same name and postcode on cash and cheques. A gift without a name is money and no backer.",
    "leverage": "Project value for each £1 of match pledged. It counts goods, venue and hours and money found before, so it"
    " is not what the match brought in.",
    "cash_ratio": "What backers pledged in cash for each £1 of match pledged.",
    "success_rate": "Campaigns that met their target and have not failed while cards were charged, of all campaigns that"
    " met or missed it. Cancelled and withdrawn campaigns are in neither.",
}


@dataclass(frozen=True, slots=True)
class DistrictFigures:
    """The same measures for one district. Backers of two districts are counted in each."""

    code: str
    name: str
    projects: int
    match_pledged_pence: int
    project_value_pence: int
    crowd_pledged_pence: int
    backers: int

    def as_json(self) -> dict[str, Any]:
        """Its keys in the order of the interface."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything cover projects with a match pledge as at the day, but success_rate_bp, which covers all campaigns."""

    as_at: date
    projects: int
    match_pledged_pence: int
    match_released_pence: int
    project_value_pence: int
    crowd_pledged_pence: int
    backers: int
    leverage_bp: int | None
    cash_ratio_bp: int | None
    success_rate_bp: int | None
    by_district: tuple[DistrictFigures, ...]
    generated: bool

    def as_json(self) -> dict[str, Any]:
        """For programs. Where generated records are in it, the first key says so."""
        plain: dict[str, Any] = {"generated": True} if self.generated else {}
        plain["as_at"] = self.as_at.isoformat()
        for name in (
            "projects",
            "match_pledged_pence",
            "match_released_pence",
            "project_value_pence",
            "crowd_pledged_pence",
            "backers",
            "leverage_bp",
            "cash_ratio_bp",
            "success_rate_bp",
        ):
            plain[name] = getattr(self, name)
        return plain | {"by_district": [one.as_json() for one in self.by_district]}

    def as_text(self) -> str:
        """For people: each figure with its definition, then the districts."""
        rows = [
            ("Projects with a match pledge", f"{self.projects}", "projects"),
            ("Match pledged", pounds_exact(self.match_pledged_pence), "match_pledged"),
            ("Match released", pounds_exact(self.match_released_pence), "match_released"),
            ("Overall project value", pounds_exact(self.project_value_pence), "project_value"),
            ("Pledged by backers", pounds_exact(self.crowd_pledged_pence), "crowd_pledged"),
            ("Backers", f"{self.backers:,}", "backers"),
            ("Project value for each £1 of match", ratio_words(self.leverage_bp), "leverage"),
            ("Cash from backers for each £1 of match", ratio_words(self.cash_ratio_bp), "cash_ratio"),
            ("Success rate", share_words(self.success_rate_bp), "success_rate"),
        ]
        lines = (
            ["Generated records that fit the published totals: only the totals are facts."] if self.generated else []
        )
        lines += [f"As at the end of {self.as_at:%-d %B %Y}", ""]
        lines += [f"{words:<40}{value:>16}\n    {DEFINITIONS[key]}" for words, value, key in rows]
        lines += ["", f"{'District':<24}{'Projects':>9}{'Match':>16}{'Value':>16}{'Backers gave':>16}{'Backers':>9}"]
        lines += [
            f"{one.name:<24}{one.projects:>9}{pounds_exact(one.match_pledged_pence):>16}"
            f"{pounds_exact(one.project_value_pence):>16}{pounds_exact(one.crowd_pledged_pence):>16}{one.backers:>9,}"
            for one in self.by_district
        ]
        return "\n".join(lines)


def ratio_words(bp: int | None) -> str:
    """42308 -> £4.23 (half up)."""
    return "none yet" if bp is None else pounds_exact((bp + 50) // 100)


def share_words(bp: int | None) -> str:
    """7312 -> 73.1% (half up)."""
    return "none yet" if bp is None else f"{(bp + 5) // 100}.{(bp + 5) // 10 % 10}%"


@dataclass(frozen=True, slots=True)
class WithoutCrowd:
    """What funds that work without a crowd gave to projects: shown apart, and in none of the figures."""

    projects: int
    pence: int


async def without_crowd_as_at(day: date) -> WithoutCrowd:
    """Projects that had accepted such money by the end of `day`, and how much it was; nothing that was let go by then."""
    rows = await fetch(
        "SELECT count(DISTINCT m.project_id) AS projects, coalesce(sum(m.amount_pence), 0)::bigint AS pence"
        " FROM match_pledge m WHERE m.project_id IS NOT NULL"
        " AND EXISTS (SELECT 1 FROM match_pledge_event e WHERE e.subject_id = m.id AND e.new = 'pledged'"
        "  AND e.effective_at < $1)"
        " AND NOT EXISTS (SELECT 1 FROM match_pledge_event e WHERE e.subject_id = m.id AND e.new = 'released'"
        "  AND e.effective_at < $1)",
        day_ends(day),
    )
    return WithoutCrowd(int(rows[0]["projects"]), int(rows[0]["pence"]))


@dataclass(frozen=True, slots=True)
class _Matched:
    """One campaign with match pledges that counted at the moment."""

    campaign_id: int
    project_id: int
    district: str
    match_pence: int
    value_pence: int
    generated: bool


async def figures_as_at(day: date) -> Figures:
    """The figures as at the end of `day` in London, as known now."""
    moment = day_ends(day)
    matched = await _matched(moment)
    crowd = await _crowd([one.campaign_id for one in matched], moment)
    values = {one.project_id: one.value_pence for one in matched}  # a project with two campaigns counts once, the later
    match_pence = sum(one.match_pence for one in matched)
    crowd_pence = sum(sum(amount for amount, _ in crowd[one.campaign_id]) for one in matched)
    success = await _success(moment)
    return Figures(
        as_at=day,
        projects=len(values),
        match_pledged_pence=match_pence,
        match_released_pence=await _released(moment),
        project_value_pence=sum(values.values()),
        crowd_pledged_pence=crowd_pence,
        backers=_people(matched, crowd),
        leverage_bp=ratio_bp(sum(values.values()), match_pence),
        cash_ratio_bp=ratio_bp(crowd_pence, match_pence),
        success_rate_bp=ratio_bp(*success),
        by_district=tuple(_of_district(one.code, one.name, matched, crowd) for one in DISTRICTS),
        generated=any(one.generated for one in matched),
    )


def _of_district(
    code: str, name: str, matched: Iterable[_Matched], crowd: dict[int, list[tuple[int, Keys]]]
) -> DistrictFigures:
    here = [one for one in matched if one.district == code]
    values = {one.project_id: one.value_pence for one in here}
    return DistrictFigures(
        code,
        name,
        len(values),
        sum(one.match_pence for one in here),
        sum(values.values()),
        sum(amount for one in here for amount, _ in crowd[one.campaign_id]),
        _people(here, crowd),
    )


def _people(matched: Iterable[_Matched], crowd: dict[int, list[tuple[int, Keys]]]) -> int:
    return count_people(keys for one in matched for _, keys in crowd[one.campaign_id] if keys != NOBODY)


async def _matched(moment: datetime) -> list[_Matched]:
    """Campaigns with match that was accepted before `moment` and not released before it, in order of campaign.

    Each with the version in force at that moment: of plans that were changed later, the one before the first of them.
    """
    rows = await fetch(
        """
        WITH counted AS (
            SELECT m.campaign_id, m.amount_pence, m.generated FROM match_pledge m
            WHERE EXISTS (SELECT 1 FROM match_pledge_event e
                          WHERE e.subject_id = m.id AND e.new = 'pledged' AND e.effective_at < $1)
              AND NOT EXISTS (SELECT 1 FROM match_pledge_event e
                              WHERE e.subject_id = m.id AND e.new = 'released' AND e.effective_at < $1))
        SELECT c.id, c.project_id, v.content->>'district_code' AS district, v.project_value_pence AS value,
               sum(n.amount_pence)::bigint AS match, bool_or(n.generated) AS generated
        FROM counted n JOIN campaign c ON c.id = n.campaign_id
        JOIN project_version v ON v.id = coalesce((SELECT h.old_version_id FROM campaign_change h
            WHERE h.campaign_id = c.id AND h.status = 'agreed' AND h.kind = 'another plan' AND h.answered_at >= $1
            ORDER BY h.answered_at, h.id LIMIT 1), c.version_id)
        GROUP BY c.id, c.project_id, v.id ORDER BY c.id
        """,
        moment,
    )
    return [
        _Matched(row["id"], row["project_id"], row["district"], row["match"], row["value"], row["generated"])
        for row in rows
    ]


async def _released(moment: datetime) -> int:
    """Pence of match pledges that had counted and were let go before `moment`."""
    rows = await fetch(
        """
        SELECT coalesce(sum(m.amount_pence), 0)::bigint AS pence FROM match_pledge m
        WHERE EXISTS (SELECT 1 FROM match_pledge_event e
                      WHERE e.subject_id = m.id AND e.new = 'pledged' AND e.effective_at < $1)
          AND EXISTS (SELECT 1 FROM match_pledge_event e
                      WHERE e.subject_id = m.id AND e.new = 'released' AND e.effective_at < $1)
        """,
        moment,
    )
    return int(rows[0]["pence"])


async def _crowd(campaign_ids: list[int], moment: datetime) -> dict[int, list[tuple[int, Keys]]]:
    """Pledges and counted gifts that stood at `moment` or, once the target was decided, at that verdict: (pence, keys).

    What happens to a pledge after the verdict (released, charged, refunded) is no longer about what was pledged, so
    only saving a card, another amount and ending it by the backer are read up to the verdict.
    """
    rows = await fetch(
        """
        WITH limits AS (
            SELECT c.id, least($2, v.at) AS before, v.at IS NOT NULL AND v.at < $2 AS decided
            FROM campaign c LEFT JOIN LATERAL (
                SELECT min(e.effective_at) AS at FROM campaign_event e
                WHERE e.subject_id = c.id AND e.new IN ('successful', 'unsuccessful')) v ON true
            WHERE c.id = ANY($1::bigint[]))
        SELECT p.campaign_id, p.email_key, p.card_key, a.amount_pence,
               p.runs_campaign AND NOT EXISTS (SELECT 1 FROM pledge_event e WHERE e.subject_id = p.id
                   AND e.cause = $3 AND e.effective_at >= least(l.before, $2)) AS runs_campaign, false AS nameless
        FROM limits l JOIN pledge p ON p.campaign_id = l.id
        JOIN LATERAL (
            SELECT e.new FROM pledge_event e WHERE e.subject_id = p.id AND e.effective_at <= l.before
              AND e.effective_at < $2
              AND (NOT l.decided OR e.cause NOT IN ('campaign unsuccessful', 'campaign cancelled', 'collection began'))
            ORDER BY e.effective_at DESC, e.id DESC LIMIT 1) s ON s.new = 'active'
        JOIN LATERAL (
            SELECT e.amount_pence FROM pledge_event e WHERE e.subject_id = p.id AND e.effective_at <= l.before
              AND e.effective_at < $2 AND e.amount_pence IS NOT NULL
            ORDER BY e.effective_at DESC, e.id DESC LIMIT 1) a ON true
        UNION ALL
        SELECT g.campaign_id, k.email_key, k.card_key, g.amount_pence,
               g.runs_campaign AND NOT EXISTS (SELECT 1 FROM offline_gift_event e WHERE e.subject_id = g.id
                   AND e.cause = $3 AND e.effective_at >= least(l.before, $2)), g.name_key IS NULL
        FROM limits l JOIN offline_gift g ON g.campaign_id = l.id
        CROSS JOIN LATERAL (SELECT """
        + KEYS_OF_GIFT
        + """) k
        JOIN LATERAL (
            SELECT e.new FROM offline_gift_event e WHERE e.subject_id = g.id AND e.effective_at <= l.before
              AND e.effective_at < $2 ORDER BY e.effective_at DESC, e.id DESC LIMIT 1) s ON s.new IN ('counted', 'banked')
        """,
        campaign_ids,
        moment,
        JOINED,
    )
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        found[row["campaign_id"]].append(row)
    crowd: dict[int, list[tuple[int, Keys]]] = defaultdict(list)
    for campaign_id, pledges in found.items():
        keys = [(row["email_key"], row["card_key"]) for row in pledges]
        counts = who_counts(zip(keys, (row["runs_campaign"] for row in pledges), strict=True))
        crowd[campaign_id] = [
            (row["amount_pence"], key if is_backer and not row["nameless"] else NOBODY)
            for row, key, is_backer in zip(pledges, keys, counts, strict=True)
        ]
    return crowd


async def _success(moment: datetime) -> tuple[int, int]:
    """(met their target and did not collapse, met or missed it) before `moment`, over all campaigns."""
    rows = await fetch(
        """
        SELECT count(*) FILTER (WHERE met AND NOT collapsed) AS won, count(*) FILTER (WHERE met OR missed) AS decided
        FROM (SELECT bool_or(new = 'successful') AS met, bool_or(new = 'unsuccessful') AS missed,
                     bool_or(new = 'collapsed') AS collapsed
              FROM campaign_event WHERE effective_at < $1 GROUP BY subject_id) history
        """,
        moment,
    )
    return int(rows[0]["won"]), int(rows[0]["decided"])
