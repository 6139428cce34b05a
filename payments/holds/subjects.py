"""What a hold may be about. Each package that pays registers its subjects: how they read, and whose money it is."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from crowdfund_kent.errors import NotFound


@dataclass(frozen=True, slots=True)
class Subject:
    """A payment in words: what it is, the page about it, whose group it is about, and whether a hold still can stop it."""

    words: str
    page: str
    group_id: int | None
    can_be_held: bool = True


Describe = Callable[[int], Awaitable[Subject | None]]
Released = Callable[[int], Awaitable[None]]
_known: dict[str, Describe] = {}
_released: dict[str, Released] = {}


def register(kind: str, describe: Describe, released: Released | None = None) -> None:
    """Subjects "<kind>:<id>". `describe(id)`: None for no such row. `released(id)` runs in the transaction of a release."""
    _known[kind] = describe
    if released is not None:
        _released[kind] = released


def _parts(subject: str) -> tuple[str, int]:
    kind, _, number = subject.partition(":")
    if kind not in _known or not number.isascii() or not number.isdigit() or len(number) > 18:
        raise NotFound
    return kind, int(number)


async def describe(subject: str) -> Subject:
    """NotFound for a kind that nobody registered, and for a row that is not there."""
    kind, row_id = _parts(subject)
    found = await _known[kind](row_id)
    if found is None:
        raise NotFound
    return found


async def after_release(subject: str) -> None:
    """What the subject's package does once it may be paid again."""
    kind, row_id = _parts(subject)
    if kind in _released:
        await _released[kind](row_id)
