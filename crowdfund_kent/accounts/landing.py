"""What people find on /account. Packages add to it, so that this one need not know what they are about.

A package's landing.py names SECTIONS (functions), LINKS and SCOPES (what a staff role can be limited to); wiring.py
registers them. All are asked on each visit, for one person.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor


@dataclass(frozen=True, slots=True)
class Link:
    """Something to do next. `note` is a few words after it, such as "3 waiting"."""

    words: str
    href: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page. `rows`: cells of a table as components/parts.html's data_table takes them, under `columns`."""

    heading: str
    links: Sequence[Link] = ()
    columns: Sequence[Any] = ()
    rows: Sequence[Any] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class LandingLink:
    """What a role can do, by the route's name. `count` says how many wait for this person; 0 is said too."""

    role: Role
    words: str
    route_name: str
    count: Callable[[Actor], Awaitable[int]] | None = None
    about: str = ""


@dataclass(frozen=True, slots=True)
class Scope:
    """What a staff role can be limited to, by id and name."""

    id: int
    name: str


SectionFunction = Callable[[int], Awaitable[Sequence[Section]]]
ScopeFunction = Callable[[], Awaitable[Sequence[Scope]]]

_sections: Final[list[SectionFunction]] = []
_links: Final[list[LandingLink]] = []
_scopes: Final[list[ScopeFunction]] = []


def register(function: SectionFunction) -> SectionFunction:
    """Ask `function(person_id)` for sections of /account. The same function counts once."""
    if function not in _sections:
        _sections.append(function)
    return function


def register_link(link: LandingLink) -> None:
    """Show `link` to whoever holds its role, in the order registered. The same link counts once."""
    if link not in _links:
        _links.append(link)


def register_scopes(function: ScopeFunction) -> ScopeFunction:
    """Ask `function()` for what a role can be limited to when one is granted."""
    if function not in _scopes:
        _scopes.append(function)
    return function


async def sections_of(person_id: int) -> list[Section]:
    """Every package's sections for this person."""
    return [section for function in _sections for section in await function(person_id)]


def links_of(role: Role) -> list[LandingLink]:
    """What this role can do."""
    return [link for link in _links if link.role is role]


async def scopes() -> list[Scope]:
    """Everything a role can be limited to."""
    return [scope for function in _scopes for scope in await function()]
