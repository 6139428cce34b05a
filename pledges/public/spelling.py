"""How far a typed word is from a known one, and which known words may be meant. Pure."""

from collections.abc import Iterable
from typing import Final

SHORTEST: Final = 4  # a shorter word is taken as it is typed
_TWO_SLIPS: Final = 7  # letters from which on two slips are forgiven; before that, one


def distance(a: str, b: str, most: int) -> int:
    """Slips between two words: a letter left out, added, another one, or two that changed places. Above `most`: most + 1.

    >>> distance("orchrad", "orchard", 2)
    1
    """
    if abs(len(a) - len(b)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, one in enumerate(a, 1):
        earlier, before, row = before, row, [i]
        for j, other in enumerate(b, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (one != other))
            if i > 1 and j > 1 and one == b[j - 2] and a[i - 2] == other:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)


def forgiven(word: str) -> int:
    """How many slips a word of this length may hold."""
    return 0 if len(word) < SHORTEST else 1 if len(word) < _TWO_SLIPS else 2


def nearest(typed: str, known: Iterable[str], slack: int = 0) -> list[str]:
    """The known words with the fewest slips, at most forgiven() and `slack` of them; one and many are the same word."""
    most = forgiven(typed) + slack
    if not most:
        return []
    far = {word: min(distance(typed, word, most), distance(typed, word.removesuffix("s"), most)) for word in known}
    least = min(far.values(), default=most + 1)
    return [word for word, slips in far.items() if slips == least] if least <= most else []
