"""Counts of people by place, so that no number under five can be read or had by subtraction (domain.md, section 4). Pure."""

from collections.abc import Mapping
from typing import Final

LEAST: Final = 5
TO_THE_NEAREST: Final = 10


def without_small(counts: Mapping[str, int], unknown: int = 0, least: int = LEAST) -> tuple[dict[str, int], int]:
    """(what may be shown, how many are elsewhere or unknown). The two sum to the whole, which readers know.

    The rest is nothing or at least `least`: where small counts alone would be less, the smallest that could be shown
    joins them (of equal ones the last).

    >>> without_small({"Thanet": 12, "Dover": 6, "Swale": 2})
    ({'Thanet': 12}, 8)
    >>> without_small({"Thanet": 12, "Dover": 6, "Swale": 2}, unknown=4)
    ({'Thanet': 12, 'Dover': 6}, 6)
    """
    shown = {name: count for name, count in counts.items() if count >= least}
    rest = unknown + sum(count for count in counts.values() if count < least)
    while 0 < rest < least and shown:
        smallest = min(reversed(shown), key=lambda name: shown[name])
        rest += shown.pop(smallest)
    return shown, rest


def rounded_people(count: int) -> int | None:
    """A count of people for everybody: to the nearest ten, None for one to four.

    >>> [rounded_people(one) for one in (0, 4, 5, 14, 15, 4_951)]
    [0, None, 10, 10, 20, 4950]
    """
    return None if 0 < count < LEAST else (count + TO_THE_NEAREST // 2) // TO_THE_NEAREST * TO_THE_NEAREST


def people_words(count: int) -> str:
    """The same in words, for a page.

    >>> people_words(3), people_words(4_951)
    ('fewer than five', '4,950')
    """
    rounded = rounded_people(count)
    return "fewer than five" if rounded is None else f"{rounded:,}"
