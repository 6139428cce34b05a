"""Matched and unmatched campaigns beside each other, as protocol.py says."""

from typing import Final

import numpy as np

from evaluation.effect.bootstrap import comparable_means, mean_of
from evaluation.effect.protocol import DIGEST, HIGHEST_BP, LEAST, LOWEST_BP, NAME, WINDOW_DAYS
from evaluation.indicators.kinds import Found, Indicator, Section, Unit, nothing
from evaluation.indicators.world import World
from evaluation.kinds import Objective
from evaluation.people import Numbers

TOO_FEW: Final = f"too few to tell: fewer than {LEAST} campaigns"
_CHOSEN: Final = "Groups were chosen by funds, not drawn by lot: a difference is not proof."
_SOURCE: Final = "campaign_event, match_pledge_event, pledge_event, evaluation_protocol"
_TENTHS: Final = 10


def _of(
    key: str, name: str, question: str, definition: str, formula: str, unit: Unit, numerator: str, limits: str
) -> Indicator:
    return Indicator(
        key=key,
        name=name,
        question=question,
        definition=definition,
        formula=formula,
        unit=unit,
        numerator=numerator,
        denominator="matched campaigns in the comparison",
        source=_SOURCE,
        serves=Objective.SECTOR,
        limits=f"{limits} {_CHOSEN} Shown from {LEAST} campaigns on, with the middle 95% of {2000:,} bootstrap draws.",
        section=Section.WORKED,
    )


INDICATORS: Final = (
    _of(
        "effect_share",
        "Crowd's share of the target: matched less unmatched",
        "Did the crowd give more where a match was promised?",
        "How much more of its target the crowd alone had pledged by the verdict, in matched campaigns than in unmatched ones with"
        " a comparable target. In points of the target.",
        "mean over matched campaigns of their crowd's share of the target, less the mean share of comparable unmatched ones",
        Unit.SHARE,
        "sum over matched campaigns of the difference of both shares",
        "The match counts towards the target, so that the crowd of a matched campaign has less to raise: a difference below 0"
        " need not mean that people gave less.",
    ),
    _of(
        "effect_pace",
        "Pledges a day, after less before a match",
        "Did people give faster once a match was public?",
        "Pledges a day in the 14 days after the day on which the first match was accepted, less those in the 14 days before it.",
        "mean over matched campaigns of pledges a day after less pledges a day before",
        Unit.TENTHS,
        "pledges of the 14 days after less those of the 14 days before, over matched campaigns",
        "Campaigns are often busiest in their first days and their last: fewer pledges after a match than before it may be that"
        " alone. Only campaigns that were open on all of these days are in it.",
    ),
    _of(
        "effect_at_award",
        "Crowd's share of the target when the match came",
        "How far had the crowd come by itself?",
        "What share of its target the crowd had pledged when the first match was accepted.",
        "mean over matched campaigns of what was pledged and stood when the match was accepted, divided by the target",
        Unit.SHARE,
        "sum over matched campaigns of the crowd's share when the match was accepted",
        "Funds may wait until a crowd is there.",
    ),
)


async def measure(world: World) -> dict[str, Found]:
    """Found by key; nothing at all where the comparison was not registered with these very words."""
    rows = await world.rows("SELECT 1 FROM evaluation_protocol WHERE name = $1 AND digest = $2", NAME, DIGEST)
    if not rows:
        return {one.key: nothing("the comparison was not written down beforehand") for one in INDICATORS}
    return {
        "effect_share": await _share(world),
        "effect_pace": await _pace(world),
        "effect_at_award": await _at_award(world),
    }


def _column(rows: list[dict[str, int]], name: str) -> Numbers:
    return np.array([row[name] for row in rows], dtype=np.int64)


def _found(values: Numbers, left_out: int = 0) -> Found:
    if len(values) < LEAST:
        return nothing(TOO_FEW)
    mean = mean_of(values)
    why = f"matched campaigns left out, because none was comparable: {left_out}" if left_out else ""
    return Found(mean.value, int(values.sum()), len(values), why, low=mean.low, high=mean.high)


_FIRST: Final = (
    "LEFT JOIN LATERAL (SELECT min(m.accepted_at) AS at FROM ev_match m WHERE m.campaign_id = c.id"
    " AND m.accepted_at < c.verdict_at) f ON true"
)


async def _share(world: World) -> Found:
    found = await world.rows(
        "SELECT f.at IS NOT NULL AS matched, c.target_pence AS target,"
        " (coalesce(p.crowd, 0) * 10000 / c.target_pence)::bigint AS share"
        f" FROM ev_campaign c {_FIRST} LEFT JOIN (SELECT campaign_id, sum(amount_pence)::bigint AS crowd FROM ev_pledge"
        " WHERE counted GROUP BY 1) p ON p.campaign_id = c.id WHERE (c.met OR c.missed) AND c.target_pence > 0 ORDER BY c.id"
    )
    matched = [dict(row) for row in found if row["matched"]]
    others = [dict(row) for row in found if not row["matched"]]
    if len(matched) < LEAST or len(others) < LEAST:
        return nothing(TOO_FEW)
    beside = comparable_means(
        _column(matched, "target"), _column(others, "target"), _column(others, "share"), LOWEST_BP, HIGHEST_BP
    )
    has = beside >= 0
    return _found(_column(matched, "share")[has] - beside[has], int((~has).sum()))


async def _pace(world: World) -> Found:
    """Tenths of a pledge a day."""
    rows = await world.rows(
        f"WITH w AS (SELECT c.id, (f.at AT TIME ZONE 'Europe/London')::date AS day FROM ev_campaign c {_FIRST}"
        " WHERE (c.met OR c.missed) AND f.at IS NOT NULL"
        f" AND (c.opened_at AT TIME ZONE 'Europe/London')::date <= (f.at AT TIME ZONE 'Europe/London')::date - {WINDOW_DAYS}"
        f" AND ((coalesce(c.closed_at, c.verdict_at) - interval '1 microsecond') AT TIME ZONE 'Europe/London')::date"
        f"  >= (f.at AT TIME ZONE 'Europe/London')::date + {WINDOW_DAYS}),"
        " d AS (SELECT p.campaign_id, (p.active_at AT TIME ZONE 'Europe/London')::date - w.day AS gone FROM w"
        " JOIN ev_pledge p ON p.campaign_id = w.id WHERE p.active_at IS NOT NULL)"
        f" SELECT w.id, count(*) FILTER (WHERE d.gone BETWEEN 1 AND {WINDOW_DAYS})"
        f" - count(*) FILTER (WHERE d.gone BETWEEN -{WINDOW_DAYS} AND -1) AS more"
        " FROM w LEFT JOIN d ON d.campaign_id = w.id GROUP BY w.id ORDER BY w.id"
    )
    more = _column([dict(row) for row in rows], "more")
    if len(more) < LEAST:
        return nothing(TOO_FEW)
    mean = mean_of(more * _TENTHS * 100)  # two further figures, so that the mean is not rounded twice

    def a_day(hundredths: int) -> int:
        return (2 * hundredths + WINDOW_DAYS * 100) // (2 * WINDOW_DAYS * 100)

    return Found(
        a_day(mean.value), int(more.sum()), len(more) * WINDOW_DAYS, low=a_day(mean.low), high=a_day(mean.high)
    )


# what stood when the first match was accepted, and what it was then. What stood to the verdict and never had another amount
# was the same then; a pledge that was made larger, or ended, later is read from its own history. $1: known before
_THEN: Final = f"""
WITH a AS (
    SELECT c.id, c.target_pence, f.at FROM ev_campaign c {_FIRST}
    WHERE (c.met OR c.missed) AND f.at IS NOT NULL AND c.target_pence > 0),
others AS MATERIALIZED (
    SELECT a.id AS campaign_id, a.at, p.id, p.amount_pence FROM a JOIN ev_pledge p ON p.campaign_id = a.id
    WHERE p.active_at < a.at AND (p.changed OR NOT p.counted)),
crowd AS (
    SELECT a.id, sum(p.amount_pence) AS pence FROM a JOIN ev_pledge p ON p.campaign_id = a.id
    WHERE p.active_at < a.at AND p.counted AND NOT p.changed GROUP BY a.id
    UNION ALL
    SELECT o.campaign_id, h.pence FROM others o CROSS JOIN LATERAL (
        SELECT (array_agg(e.new ORDER BY e.effective_at DESC, e.id DESC))[1] AS stood,
            (array_agg(e.amount_pence ORDER BY e.effective_at DESC, e.id DESC) FILTER (WHERE e.amount_pence IS NOT NULL))[1]
            AS pence
        FROM pledge_event e WHERE e.subject_id = o.id AND e.effective_at < o.at AND e.recorded_at < $1) h
    WHERE o.id > 0 AND h.stood = 'active'
    UNION ALL
    SELECT o.campaign_id, o.amount_pence FROM others o CROSS JOIN LATERAL (
        SELECT e.new FROM offline_gift_event e WHERE e.subject_id = -o.id AND e.effective_at < o.at AND e.recorded_at < $1
        ORDER BY e.effective_at DESC, e.id DESC LIMIT 1) h
    WHERE o.id < 0 AND h.new IN ('counted', 'banked'))
SELECT a.id, (coalesce(sum(w.pence), 0) * 10000 / a.target_pence)::bigint AS share
FROM a LEFT JOIN crowd w ON w.id = a.id GROUP BY a.id, a.target_pence ORDER BY a.id
"""


async def _at_award(world: World) -> Found:
    rows = await world.rows(_THEN, world.scope.recorded)
    return _found(_column([dict(row) for row in rows], "share"))
