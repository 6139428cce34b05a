"""Kent's twelve districts, and where each sits in the map of squares. Facts; pure.

Source: Office for National Statistics codes; Census 2021 usual residents, rounded to 100.
"""

from dataclasses import dataclass
from typing import Final

from crowdfund_kent.errors import NotFound


@dataclass(frozen=True, slots=True)
class District:
    """A district of Kent County Council's area: its official code, name and residents."""

    code: str
    name: str
    residents: int


DISTRICTS: Final = (
    District("E07000105", "Ashford", 132_700),
    District("E07000106", "Canterbury", 157_400),
    District("E07000107", "Dartford", 116_800),
    District("E07000108", "Dover", 116_400),
    District("E07000112", "Folkestone and Hythe", 109_800),
    District("E07000109", "Gravesham", 106_900),
    District("E07000110", "Maidstone", 175_800),
    District("E07000111", "Sevenoaks", 120_500),
    District("E07000113", "Swale", 151_700),
    District("E07000114", "Thanet", 140_600),
    District("E07000115", "Tonbridge and Malling", 132_200),
    District("E07000116", "Tunbridge Wells", 115_300),
)

# squares roughly where the districts lie: code -> (row, column), both from 0
GRID: Final = {
    "E07000107": (0, 0),
    "E07000109": (0, 1),
    "E07000113": (0, 3),
    "E07000114": (0, 4),
    "E07000111": (1, 0),
    "E07000115": (1, 1),
    "E07000110": (1, 2),
    "E07000106": (1, 3),
    "E07000108": (1, 4),
    "E07000116": (2, 1),
    "E07000105": (2, 2),
    "E07000112": (2, 3),
}

_BY_CODE: Final = {one.code: one for one in DISTRICTS}
_BY_SLUG: Final = {one.name.lower().replace(" ", "-"): one for one in DISTRICTS}


def district(code: str) -> District:
    """The district of an official code; NotFound for any other text."""
    try:
        return _BY_CODE[code]
    except KeyError:
        raise NotFound("There is no such district in Kent.") from None


def slug_of_district(name: str) -> str:
    """The part of an address that names a district: Folkestone and Hythe -> folkestone-and-hythe."""
    return name.lower().replace(" ", "-")


def district_at(slug: str) -> District:
    """The district of this part of an address; NotFound for any other text."""
    found = _BY_SLUG.get(slug)
    if found is None:
        raise NotFound("There is no such district in Kent.")
    return found


def is_district(code: str) -> bool:
    """Whether this is one of the twelve codes."""
    return code in _BY_CODE
