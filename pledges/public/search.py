"""What somebody looks for in the list of projects, read from the address. Pure: no value of an address is an error."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlencode

from crowdfund_kent.forms.fields import clean
from crowdfund_kent.geography import is_district
from projects.rules import slug_of
from projects.states import Campaign as Status

PATH: Final = "/projects"
LONGEST: Final = 100
MOST_WORDS: Final = 8
_PAGE: Final = re.compile(r"[0-9]{1,5}", re.ASCII)

# state in the address -> its words in the list, and the statuses it stands for
STATES: Final = {
    "open": ("Open for pledges", (Status.LIVE,)),
    "soon": ("Open, ends within 7 days", (Status.LIVE,)),
    "nearly": ("Open, three quarters or more raised", (Status.LIVE,)),
    "paused": ("Paused, or being counted", (Status.SUSPENDED, Status.CLOSING)),
    "funded": ("Target met", (Status.SUCCESSFUL, Status.COLLECTING, Status.SETTLED)),
    "ended": ("Ended without success", (Status.UNSUCCESSFUL, Status.COLLAPSED, Status.CANCELLED)),
}
# "" is what ends soon first; where words are looked for, what fits best, and then "soon" may be chosen
SORTS: Final = {"newest": "Newest first", "nearly": "Nearly there first"}
SORTS_OF_SEARCH: Final = {"soon": "Ends soon first", **SORTS}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A list somebody asks for. Empty fields leave nothing out; sort "" is what fits best, or what ends soon first."""

    search: str = ""
    district: str = ""
    objective: str = ""
    state: str = ""
    sort: str = ""
    page: int = 1

    @property
    def items(self) -> list[tuple[str, str]]:
        """Names and values of its one address, in order."""
        given = [(name, getattr(self, name)) for name in ("search", "district", "objective", "state", "sort")]
        return [(name, value) for name, value in given if value] + ([("page", str(self.page))] * (self.page > 1))

    @property
    def address(self) -> str:
        """Its one address."""
        return f"{PATH}?{urlencode(self.items)}" if self.items else PATH

    def but(self, **changes: Any) -> "Wanted":
        """The same with other values, from its first page."""
        new = replace(self, **{"page": 1, **changes})
        return new if new.search or new.sort in SORTS else replace(new, sort="")

    def address_of(self, page: int) -> str:
        """The address of another of its pages."""
        return replace(self, page=page).address

    @property
    def before_page(self) -> str:
        """The address up to where "page=2" may follow."""
        first = self.but().address
        return first + ("&" if "?" in first else "?")

    @property
    def is_narrowed(self) -> bool:
        """Something is left out."""
        return bool(self.search or self.district or self.objective or self.state)


def plain(text: str) -> str:
    """Small letters without accents: a keyboard without é finds a café."""
    parts = unicodedata.normalize("NFKD", text.lower())
    return "".join(one for one in parts if not unicodedata.combining(one))


def objective_keys(names: Iterable[str]) -> dict[str, str]:
    """What stands in the address for each objective: health-and-wellbeing -> Health and wellbeing."""
    return {slug_of(name): name for name in names}


def wanted(query: Mapping[str, str], objectives: Iterable[str]) -> Wanted:
    """What an address asks for; `objectives` are the keys that are known. What is not known is left out."""
    page = query.get("page", "")
    search = " ".join(clean(query.get("search", "")).split())[:LONGEST].strip()
    return Wanted(
        search=search,
        district=_known(query.get("district", ""), is_district),
        objective=_known(query.get("objective", ""), set(objectives).__contains__),
        state=_known(query.get("state", ""), STATES.__contains__),
        sort=_known(query.get("sort", ""), (SORTS_OF_SEARCH if search else SORTS).__contains__),
        page=max(1, int(page)) if _PAGE.fullmatch(page) else 1,
    )


def _known(value: str, is_known: Any) -> str:
    return value if value and is_known(value) else ""
