"""Files that nothing points to any more: a picture that was replaced, what a request left that broke off in the middle.

Each package that stores files names what it holds (a Holder). A file under no holder's prefix is left alone.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import structlog

from crowdfund_kent import storage
from crowdfund_kent.clock import real_now

# a file is stored before the row that names it; and whoever looks at a page still needs its pictures
KEPT: Final = timedelta(days=7)
log = structlog.get_logger()


@dataclass(frozen=True)
class Holder:
    """What a package stores: keys that begin with `prefix`. `stem_of(key)`: the part that rows name; `held()`: those named."""

    prefix: str
    stem_of: Callable[[str], str]
    held: Callable[[], Awaitable[set[str]]]


async def remove_unheld(holders: Sequence[Holder]) -> int:
    """Remove every file of these holders that is a week old and named by no row. Returns how many. Safe to run twice."""
    # the files are listed before the rows are read: what is written meanwhile is not in the list
    stored = await storage.saved_before(real_now() - KEPT)
    removed = 0
    for holder in holders:
        held = await holder.held()
        for one in stored:
            if one.key.startswith(holder.prefix) and holder.stem_of(one.key) not in held:
                await storage.remove(one.key)
                removed += 1
    if removed:
        log.info("removed files that nothing points to", files=removed)
    return removed
