"""Figures kept day by day, so that a trend is read instead of computed. Taken by the worker, catching up where it was away.

A snapshot keeps what was known when it was taken. Recomputed as known then, it must give the same: `check` asks that of
the newest ones and of one older one each hour.
"""

import json
import time
from datetime import date, datetime, timedelta
from typing import Final

from crowdfund_kent.clock import business_today, day_begins, london_day, real_now
from crowdfund_kent.database import fetch
from evaluation.facts import facts
from evaluation.indicators import crowd, money, starting
from evaluation.indicators.kinds import Found
from evaluation.indicators.world import World
from evaluation.models import Snapshot
from evaluation.scope import Records, Scope

WORK_SECONDS: Final = 20
_MODULES: Final = (money, starting, crowd)
# all that these modules measure: what is read for one of their figures gives the others
KEPT: Final = tuple(one.key for module in _MODULES for one in module.INDICATORS)
NEWEST: Final = 2  # of each kind, proved anew by every run of the checks
Values = dict[str, int | None]


async def values_of(scope: Scope) -> Values:
    """What a snapshot keeps."""
    async with facts(scope) as connection:
        world = await World.of(scope, connection)
        found: dict[str, Found] = {}
        for module in _MODULES:
            found |= await module.measure(world)
    return {key: found[key].value for key in KEPT}


async def take_due(seconds: int = WORK_SECONDS) -> int:
    """Take what is missing up to yesterday, oldest first, for about so many seconds; returns how many. Safe to run twice."""
    ends, taken = time.monotonic() + seconds, 0
    for records in Records:
        for day, busy in await _missing(records):
            if time.monotonic() > ends:
                return taken
            taken += await take(day, records, busy)
    return taken


async def take(day: date, records: Records, busy: bool = True) -> int:
    """The snapshot of one day. On a day on which nothing happened it is the day before's, where that is known as well."""
    known, values = real_now(), None
    if not busy:
        before = await Snapshot.get_or_none(day=day - timedelta(days=1), records=records)
        is_whole = before is not None and set(before.values) == set(KEPT)  # an older one may keep fewer figures
        if before is not None and is_whole and not await _recorded_since(before.known_before):
            values, known = before.values, before.known_before
    if values is None:
        values = await values_of(Scope(day, known, records))
    made = await fetch(
        "INSERT INTO evaluation_snapshot (day, records, values, known_before) VALUES ($1, $2, $3::jsonb, $4)"
        " ON CONFLICT (day, records) DO NOTHING RETURNING id",
        day,
        records,
        json.dumps(values),
        known,
    )
    return len(made)


async def _recorded_since(moment: datetime) -> bool:
    """Whether something was recorded after that, which may be about days before."""
    rows = await fetch(
        "SELECT EXISTS (SELECT 1 FROM campaign_event WHERE recorded_at >= $1)"
        " OR EXISTS (SELECT 1 FROM match_pledge_event WHERE recorded_at >= $1)"
        " OR EXISTS (SELECT 1 FROM pledge_event WHERE recorded_at >= $1)"
        " OR EXISTS (SELECT 1 FROM offline_gift_event WHERE recorded_at >= $1) AS since",
        moment,
    )
    return bool(rows[0]["since"])


async def _missing(records: Records) -> list[tuple[date, bool]]:
    """Days without a snapshot, from the first campaign to yesterday, each with whether anything happened on it."""
    generated = records is Records.GENERATED
    first = await fetch(
        "SELECT min(e.effective_at) AS at FROM campaign_event e JOIN campaign c ON c.id = e.subject_id WHERE c.generated = $1",
        generated,
    )
    if first[0]["at"] is None:
        return []
    rows = await fetch(
        "SELECT DISTINCT (effective_at AT TIME ZONE 'Europe/London')::date AS day FROM (SELECT effective_at FROM campaign_event"
        " UNION ALL SELECT effective_at FROM match_pledge_event UNION ALL SELECT effective_at FROM pledge_event"
        " UNION ALL SELECT effective_at FROM offline_gift_event) e"
    )
    busy = {row["day"] for row in rows}
    kept = {row["day"] for row in await fetch("SELECT day FROM evaluation_snapshot WHERE records = $1", records)}
    day, found = london_day(first[0]["at"]), []
    while day < business_today():
        if day not in kept:
            found.append((day, day in busy))
        day += timedelta(days=1)
    return found


async def ends_of_months(records: Records, until: date) -> list[Snapshot]:
    """The snapshot of the last day of each month up to a day, oldest first: what a trend is drawn from.

    Empty while one of them is missing: half a trend would be another one tomorrow.
    """
    rows = await fetch(
        "SELECT id, day FROM evaluation_snapshot WHERE records = $1 AND day <= $2 AND extract(day FROM day + 1) = 1"
        " ORDER BY day",
        records,
        until,
    )
    days = [row["day"] for row in rows]
    if not days or days != _ends(days[0], until) or await _earlier(records, days[0]):
        return []
    return await Snapshot.filter(id__in=[row["id"] for row in rows]).order_by("day")


def _ends(first: date, until: date) -> list[date]:
    """The last days of months from one of them on, each of them over: what a snapshot can be of."""
    found, day = [], first
    while day <= min(until, business_today() - timedelta(days=1)):
        found.append(day)
        begins = day + timedelta(days=1)
        day = (begins + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return found


async def _earlier(records: Records, first: date) -> bool:
    """Whether a campaign was begun before the month of the first one: then an end of a month is missing."""
    rows = await fetch(
        "SELECT EXISTS (SELECT 1 FROM campaign_event e JOIN campaign c ON c.id = e.subject_id WHERE c.generated = $1"
        " AND e.effective_at < $2) AS earlier",
        records is Records.GENERATED,
        day_begins(first.replace(day=1)),
    )
    return bool(rows[0]["earlier"])


async def not_as_recomputed() -> list[str]:
    """Snapshots that recomputing does not give: the newest of each kind, and of the older ones one each hour in turn."""
    offenders = []
    for records in Records:
        ids = [
            row["id"]
            for row in await fetch("SELECT id FROM evaluation_snapshot WHERE records = $1 ORDER BY day DESC", records)
        ]
        older = ids[NEWEST:]
        chosen = ids[:NEWEST] + ([older[int(real_now().timestamp() // 3600) % len(older)]] if older else [])
        for row in await Snapshot.filter(id__in=chosen).order_by("id"):
            told = await values_of(Scope(row.day, row.known_before, records))
            # one that was taken when fewer figures were kept is proved for those
            if not row.values or any(told.get(key, value is None) != value for key, value in row.values.items()):
                offenders.append(f"evaluation_snapshot {row.id}")
    return offenders
