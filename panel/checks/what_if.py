"""What must hold of replays: a signed list is what its own numbers and the rules of its day give."""

from typing import Final

from crowdfund_kent.invariants import Rule
from panel.queries.what_if import not_as_signed

RULES: Final = (
    Rule(
        "a signed round replays to what was signed",
        "gone through once more in rank order, with the numbers that its decisions keep, the list gives the same awards",
        find=not_as_signed,
    ),
)
