"""What a package says of the personal data that it holds, and the parts put together by wiring.py."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from crowdfund_kent.references import email_key


@dataclass(frozen=True, slots=True)
class Whose:
    """The person that a request is about: an account, an e-mail address that it proved, or both."""

    person_id: int
    email: str
    name: str = ""
    phone: str = ""

    @property
    def key(self) -> str:
        """The keyed hash by which pledges are counted; it survives erasure (ruling 10)."""
        return email_key(self.email)


@dataclass(frozen=True, slots=True)
class Text:
    """Personal text in some columns of a table: whose it is, what for, how long it is kept, and what erasing does."""

    table: str
    columns: tuple[str, ...]
    what: str
    kept: str
    erased: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """Part of what a person is given: one table with its rows."""

    title: str
    columns: tuple[str, ...]
    rows: Sequence[Sequence[Any]]


async def _nothing(_whose: Whose) -> list[Any]:
    return []


async def _no_words(_whose: Whose) -> list[str]:
    return []


Collect = Callable[[Whose], Awaitable[list[Sheet]]]
# empties what is the person's; returns words of theirs that copies elsewhere (sent e-mails) may still hold
Erase = Callable[[Whose], Awaitable[list[str]]]
Blockers = Callable[[Whose], Awaitable[list[str]]]


@dataclass(frozen=True, slots=True)
class Part:
    """Everything of one package. `harmless`: text columns without personal text. `files`: keys of files to remove."""

    name: str
    texts: tuple[Text, ...] = ()
    harmless: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    collect: Collect = _nothing
    erase: Erase = _no_words
    blockers: Blockers = _no_words


# one status history like another: causes and states are words of ours
EVENT_COLUMNS = ("old", "new", "cause")

_parts: list[Part] = []


def compose(parts: Sequence[Part]) -> None:
    """What wiring.py puts together, in the order in which a person is erased: whoever needs the address comes first."""
    _parts[:] = parts


def all_parts() -> Sequence[Part]:
    """Every package's part."""
    return tuple(_parts)
