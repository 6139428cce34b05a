"""What was measured, kept by this process as long as nothing new is recorded: pages are asked for more often than that."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeVar, cast

from crowdfund_kent.clock import business_today
from crowdfund_kent.database import fetch
from evaluation.indicators import Results, measured
from evaluation.scope import Scope

T = TypeVar("T")
KEPT: Final = 16
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
    """Changes whenever something is recorded that a figure may be made of: the newest id of each history."""
    return str((await fetch(_NUMBER))[0]["number"])


async def keep(name: str, scope: Scope, compute: Callable[[], Awaitable[T]]) -> T:
    """What `compute` gave under this name for a scope, as long as nothing was recorded since. One at a time in a process."""
    key = (name, scope, f"{await number()}.{business_today()}")
    if key not in _kept:
        async with _lock:
            if key not in _kept:
                _kept[key] = await compute()
    _kept.move_to_end(key)
    while len(_kept) > KEPT:
        _kept.popitem(last=False)
    return cast(T, _kept[key])


async def results(scope: Scope) -> Results:
    """As measured(), from what is kept where nothing was recorded since."""
    return await keep("results", scope, lambda: measured(scope))
