"""What was measured, kept by this process as long as nothing new is recorded: pages are asked for more often than that.

What pages ask for most is measured by the worker besides and kept in rows, so that a process that has just begun, or a site
on which pledges are made every second, answers at once: then a page says since when its figures are known. Every public page
and file with figures of a day reads the same row (the first page too: home.py), and lists beside them are as known at that
moment, so no two of them differ. A small site measures anew.
"""

import asyncio
import json
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar, cast

from crowdfund_kent import etags
from crowdfund_kent.clock import business_today, real_now
from crowdfund_kent.database import fetch
from evaluation.asking import records_at
from evaluation.indicators import REGISTRY, Results, measured
from evaluation.indicators.kinds import Found, Part
from evaluation.kinds import EDITIONS
from evaluation.models import KeptResults
from evaluation.scope import Scope

T = TypeVar("T")
KEPT: Final = 16
STALE: Final = timedelta(minutes=30)  # three times of the timetable
QUICK: Final = (
    50_000  # rows of all histories: so many are measured within a second, and nobody reads what was true earlier
)
FORGET: Final = timedelta(days=2)  # today’s is not asked for next week
WORK_SECONDS: Final = 120
# whatever an indicator reads leaves an event or an audit row; ids only grow
_NUMBERED: Final = (
    "audit_row",
    "campaign_event",
    "match_pledge_event",
    "pledge_event",
    "offline_gift_event",
    "campaign_change_event",
    "pitch_event",
    "delivery_event",
    "report_event",
    "care_case_event",
    "help_offer_event",
    "charge_attempt_event",
    "ledger_movement",
    "letter_to_post",
    "signed_paper",
    "survey_invitation_event",
)
_NUMBER: Final = (
    "SELECT current_database()::text || "
    + " || ".join(f"'.' || (SELECT coalesce(max(id), 0) FROM {table})" for table in _NUMBERED)
    + " || '.' || (SELECT coalesce(sum(count), 0) FROM draft_count) AS number"
)
_kept: OrderedDict[tuple[str, Scope, str], Any] = OrderedDict()
_lock: Final = asyncio.Lock()


async def number() -> str:
    """Changes whenever something is recorded that a figure may be made of: the newest id of each history; and with the code,
    which may make another figure of the same.
    """
    return f"{etags.code()[:16]}.{(await fetch(_NUMBER))[0]['number']}"


async def keep(name: str, scope: Scope, compute: Callable[[], Awaitable[T]]) -> T:
    """What `compute` gave under this name for a scope, as long as nothing was recorded since. One at a time in a process."""
    return await _keep((name, scope, f"{await number()}.{business_today()}"), compute)


async def keep_as_shown(name: str, scope: Scope, compute: Callable[[Scope], Awaitable[T]]) -> T:
    """A list of a day beside its figures: as known when those were measured, where the worker's are shown."""
    known_at = await shown_since(scope)
    if known_at is None:
        return await keep(name, scope, lambda: compute(scope))
    then = replace(scope, known_before=known_at)  # whatever is recorded later is not in it
    return await _keep((name, then, ""), lambda: compute(then))


async def _keep(key: tuple[str, Scope, str], compute: Callable[[], Awaitable[T]]) -> T:
    if key not in _kept:
        async with _lock:
            if key not in _kept:
                _kept[key] = await compute()
    _kept.move_to_end(key)
    while len(_kept) > KEPT:
        _kept.popitem(last=False)
    return cast(T, _kept[key])


def forget() -> None:
    """What this process keeps: as if it had just begun."""
    _kept.clear()


async def results(scope: Scope, *, exact: bool = False) -> Results:
    """As measured(), from what is kept where nothing was recorded since.

    Not `exact`: also from what the worker measured within STALE; the results say since when they are known.
    """
    if not exact and (kept := await kept_by_worker(scope)) is not None:
        return kept
    return await keep("results", scope, lambda: measured(scope))


async def kept_by_worker(scope: Scope) -> Results | None:
    """What the worker keeps of this scope, where it is not too old; None for what was known earlier."""
    row = await _row(scope)
    if row is None:
        return None
    results = (await KeptResults.get(id=row["id"])).results
    return Results(scope, {key: read(results[key]) for key in REGISTRY}, row["known_at"])


async def shown_since(scope: Scope) -> datetime | None:
    """When the figures that pages show of a scope were measured, where something was recorded since; None: they are of now."""
    row = await _row(scope)
    return row["known_at"] if row else None


async def stamp(scope: Scope) -> str:
    """Changes with what results(scope) gives, for a page's tag."""
    row = await _row(scope)
    return f"{await number()} {row['known_at'] if row else ''}"


async def _row(scope: Scope) -> dict[str, Any] | None:
    """The kept row that may be shown: its id, and since when it is known, None where nothing was recorded since."""
    if scope.records is None:
        return None
    rows = await fetch(
        "SELECT id, number, measured_at, (SELECT array_agg(k) FROM jsonb_object_keys(results) k) AS keys FROM evaluation_kept"
        " WHERE as_at = $1 AND records = $2",
        scope.as_at,
        scope.records,
    )
    if not rows or set(rows[0]["keys"]) != set(REGISTRY):  # of another version of the site
        return None
    if scope.known_before is not None:  # the next page of a list that began when these figures were shown
        same = scope.known_before == rows[0]["measured_at"]
        return {"id": rows[0]["id"], "known_at": rows[0]["measured_at"]} if same else None
    now = await number()
    if rows[0]["number"] == now:
        return {"id": rows[0]["id"], "known_at": None}
    if _rows_of(now) < QUICK or rows[0]["measured_at"] < real_now() - STALE:
        return None
    return {"id": rows[0]["id"], "known_at": rows[0]["measured_at"]}


def _rows_of(of: str) -> int:
    """How many rows a number() stands for, about: the newest ids added up."""
    return sum(int(part) for part in of.rsplit(".", len(_NUMBERED) + 1)[1:])


def written(found: Found) -> dict[str, Any]:
    """A figure as JSON."""
    return cast(dict[str, Any], json.loads(json.dumps(asdict(found), default=int)))


def read(plain: Mapping[str, Any]) -> Found:
    """And back."""
    parts = {way: tuple(Part(**part) for part in some) for way, some in plain["parts"].items()}
    return Found(**{**plain, "parts": parts})


async def keep_for_pages(seconds: int = WORK_SECONDS) -> int:
    """Measure today, and the days of both editions, for each kind of records there is, where something was recorded since.

    Run by the timetable; returns how many were measured. About so many seconds: the rest is done the next time.
    """
    ends, done = time.monotonic() + seconds, 0
    today = business_today()
    for day in (today, *(about.as_at for about in EDITIONS.values() if about.as_at < today)):
        for records in sorted(await records_at(day)):
            if time.monotonic() > ends:
                return done
            done += await _keep_for_pages(Scope(day, None, records))
    await KeptResults.filter(measured_at__lt=real_now() - FORGET).delete()
    return done


async def _keep_for_pages(scope: Scope) -> int:
    before, began = await number(), real_now()
    row = await KeptResults.get_or_none(as_at=scope.as_at, records=scope.records)
    if row is not None and row.number == before and set(row.results) == set(REGISTRY):
        await KeptResults.filter(id=row.id).update(measured_at=began)
        return 0
    # of many, as known by then: what comes meanwhile is not in the lists beside them either
    large = _rows_of(before) >= QUICK
    found = (await measured(replace(scope, known_before=began) if large else scope)).found
    await KeptResults.update_or_create(
        defaults={
            "number": before,  # what came while it was measured is not in it for certain
            "results": {key: written(one) for key, one in found.items()},
            "measured_at": began,
        },
        as_at=scope.as_at,
        records=scope.records,
    )
    return 1
