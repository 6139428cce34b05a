"""What several features add to a project's public page: each a module here, in the order of the page.

A section names its template, its place ("main" or "side"), and two things: `load(page)` gives what the template shows,
or None for nothing; `stamp` is an SQL scalar that changes whenever it does, with `c` the campaign and `j` its project
(no secret needed: it is hashed into the ETag). Routes of other packages read the same rows.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pledges.public.project_queries import Page
from pledges.public.sections import (
    came_of_it,
    changes,
    comments,
    dedications,
    delivery,
    extras,
    help_wanted,
    questions,
    similar,
    spread,
    updates,
)


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page. The template finds what `load` gave under the name `part`."""

    key: str
    place: str
    template: str
    load: Callable[[Page], Awaitable[Any]]
    stamp: str = "''"


@dataclass(frozen=True, slots=True)
class Shown:
    """A section with what it shows."""

    template: str
    part: Any


SECTIONS: Final[Sequence[Section]] = (
    Section("extras", "main", "public/project/extras.html", extras.load),
    Section("came_of_it", "main", "public/project/came_of_it.html", came_of_it.load, delivery.STAMP),
    Section("updates", "main", "public/project/updates.html", updates.load, updates.STAMP),
    Section("questions", "main", "public/project/questions.html", questions.load, questions.STAMP),
    Section("comments", "main", "public/project/comments.html", comments.load, comments.STAMP),
    Section("help", "main", "public/project/help_wanted.html", help_wanted.load, help_wanted.STAMP),
    Section("dedications", "main", "public/project/dedications.html", dedications.load, dedications.STAMP),
    Section("delivery", "side", "public/project/delivery.html", delivery.load, delivery.STAMP),
    Section("changes", "side", "public/project/changes.html", changes.load),
    Section("spread", "side", "public/project/spread.html", spread.load),
    Section("similar", "side", "public/project/similar.html", similar.load, similar.STAMP),
)


async def sections_of(found: Page) -> dict[str, list[Shown]]:
    """What the page of a campaign shows besides itself, by place."""
    places: dict[str, list[Shown]] = {"main": [], "side": []}
    for section in SECTIONS:
        part = await section.load(found)
        if part is not None:
            places[section.place].append(Shown(section.template, part))
    return places
