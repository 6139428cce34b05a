"""Decisions on paper that another package carries out. Imports run one way: wiring.py hands the functions in."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final

from crowdfund_kent.audit import Actor
from projects.kinds import PaperAct


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that an owner may decide now: what, about which row ("match_pledge:7"), and in which words.

    `about`: (term, words) of what stands on no other page that is printed with it.
    """

    act: PaperAct
    subject: str
    words: str
    about: tuple[tuple[str, str], ...] = ()


ChoicesOf = Callable[[int], Awaitable[Sequence[Choice]]]
Carry = Callable[[PaperAct, str, Actor], Awaitable[object]]
_choices: Final[list[ChoicesOf]] = []
_carry: Final[dict[PaperAct, Carry]] = {}


def offer(choices_of: ChoicesOf, carry: Carry, *acts: PaperAct) -> None:
    """Ask `choices_of(campaign_id)` what may be decided; `carry(act, subject, officer)` does it. Counts once."""
    if choices_of not in _choices:
        _choices.append(choices_of)
    _carry.update(dict.fromkeys(acts, carry))


async def choices(campaign_id: int) -> list[Choice]:
    """What other packages offer to decide now."""
    return [one for function in _choices for one in await function(campaign_id)]


def carrier(act: PaperAct) -> Carry | None:
    """Who carries this act out; None for what this package does itself."""
    return _carry.get(act)
