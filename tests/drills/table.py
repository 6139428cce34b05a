"""What is told of each drill: the table that stands in docs/money.md."""

import json
from collections.abc import Iterable
from dataclasses import dataclass

DRILL = "drill line"  # under which a test hands its line over, as JSON
COUNTED = ("kills", "pledges", "collected", "charges", "transfers", "twice", "lost", "refunds", "taken_back")
HEAD = ("drill", *(name.replace("_", " ") for name in COUNTED), "ledger", "check")


@dataclass(frozen=True, slots=True)
class Line:
    """One drill of the table. `twice` and `lost` by the provider's own record, pledge by pledge.

    `refunds`, `transfers`, `taken_back`: what the sandbox counts, and `lost` looks at transfers as it does at charges.
    """

    name: str
    kills: int
    pledges: int
    collected: int
    charges: int
    twice: int
    lost: int
    refunds: int
    transfers: int
    taken_back: int
    ledger: bool
    broken: list[str]

    def cells(self) -> tuple[str, ...]:
        """As the table shows it."""
        balanced = "balanced" if self.ledger else "NOT BALANCED"
        return (self.name, *(str(getattr(self, name)) for name in COUNTED), balanced, str(len(self.broken)))


def table(told: Iterable[tuple[str, str]]) -> list[str]:
    """The table of these properties of tests, and its sums; nothing where none is of a drill."""
    lines = [Line(**json.loads(value)) for name, value in told if name == DRILL]
    if not lines:
        return []
    counted = [sum(getattr(line, name) for line in lines) for name in COUNTED]
    books = "balanced" if all(line.ledger for line in lines) else "NOT BALANCED"
    total = ("**all**", *(str(one) for one in counted), books, str(sum(len(line.broken) for line in lines)))
    return [_row(HEAD), "|" + "---|" * len(HEAD), *(_row(line.cells()) for line in lines), _row(total)]


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"
