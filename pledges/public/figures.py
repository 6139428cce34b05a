"""The programme in figures, for the first page. The evaluation keeps those of a large site: what pages show is the same row."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final


@dataclass(frozen=True, slots=True)
class Programme:
    """The programme until now, of one kind of records: real ones, or generated ones where there are no others.

    The definitions are those of evaluation/figures.py as at today; a test compares them. `known_at`: when it was measured,
    where something was recorded since.
    """

    projects: int
    match_pledged_pence: int
    project_value_pence: int
    backers: int
    districts: int
    funders: Sequence[str]
    generated: bool
    known_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Keeper:
    """Who keeps figures that are measured already: since when (None: nothing is kept, count anew), and the figures."""

    since: Callable[[], Awaitable[datetime | None]]
    programme: Callable[[], Awaitable[Programme | None]]


_keepers: Final[list[Keeper]] = []


def use(keeper: Keeper | None) -> None:
    """Imports run one way: wiring.py hands it in. None forgets."""
    _keepers[:] = [keeper] if keeper is not None else []


async def since() -> datetime | None:
    """When the kept figures were measured, where they are shown: for the page's tag."""
    return await _keepers[0].since() if _keepers else None


async def kept() -> Programme | None:
    """Those figures; None: count anew."""
    return await _keepers[0].programme() if _keepers else None
