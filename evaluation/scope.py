"""What a figure is asked for: as at the end of a day, as known at a moment, of which records. Pure.

As at D: true by the end of D in London (effective_at). As known on K: recorded by the end of K (recorded_at); without K,
everything that is recorded now (domain.md, ruling 11).
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Final

from crowdfund_kent.clock import day_ends

FIRST_DAY: Final = date(2021, 3, 1)
LAST_DAY: Final = date(2023, 2, 28)  # of the two years (domain.md, defaults)
EVER: Final = datetime(9999, 1, 1, tzinfo=UTC)


class Records(StrEnum):
    """Which records: those that this programme made, or generated ones that fit published totals. Never both at once."""

    REAL = "real"
    GENERATED = "generated"


@dataclass(frozen=True, slots=True)
class Scope:
    """`records` None: of both kinds, for proofs alone. What is shown to anybody is of one."""

    as_at: date
    known_before: datetime | None = None
    records: Records | None = None

    @staticmethod
    def of(as_at: date, known_on: date | None = None, records: Records | None = None) -> "Scope":
        """As known by the end of the day `known_on`; None: as known now."""
        return Scope(as_at, None if known_on is None else day_ends(known_on), records)

    @property
    def moment(self) -> datetime:
        """Only what was true before it counts."""
        return day_ends(self.as_at)

    @property
    def recorded(self) -> datetime:
        """Only what was recorded before it counts."""
        return self.known_before or EVER

    @property
    def marks(self) -> list[bool]:
        """The values of a `generated` column that belong to it."""
        return [False, True] if self.records is None else [self.records is Records.GENERATED]
