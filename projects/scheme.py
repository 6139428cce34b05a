"""What the open funds say, for the five questions before everything. Imports run one way: wiring.py hands the reader in."""

from collections.abc import Awaitable, Callable
from typing import Final

from crowdfund_kent.settings import get_settings
from projects.eligibility import Scheme
from projects.queries.papers import papers_limits

_pays_for_things_that_last: Final[list[Callable[[], Awaitable[bool]]]] = []


def use(function: Callable[[], Awaitable[bool]] | None) -> None:
    """Ask `function()` whether some open fund adds to things that last; None forgets."""
    _pays_for_things_that_last[:] = [function] if function is not None else []


async def scheme_now() -> Scheme:
    """The rules of today. Without a reader, as in a test of this package alone, funds leave nothing out."""
    lasting = await _pays_for_things_that_last[0]() if _pays_for_things_that_last else True
    return Scheme(get_settings().least_target_pence, lasting, papers_limits())
