"""What pledges know and a group's page needs. Imports run one way, so wiring.py hands the functions in.

Without them, as in a test of this package alone, pages leave these parts out.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

RaisedOf = Callable[[int], Awaitable[int]]


@dataclass(frozen=True, slots=True)
class NextStep:
    """Something that another package offers on a group's campaign page, such as an offer to answer."""

    words: str
    href: str
    about: str = ""


NextStepsOf = Callable[[int, int], Awaitable[Sequence[NextStep]]]
_raised: list[RaisedOf] = []
_next_steps: list[NextStepsOf] = []


def use(function: RaisedOf | None) -> None:
    """Ask `function(campaign_id)` what a campaign has raised by ruling 2, in pence; None forgets."""
    _raised[:] = [function] if function is not None else []


async def raised_pence(campaign_id: int) -> int | None:
    """What the campaign has raised, or None where nobody can say."""
    return await _raised[0](campaign_id) if _raised else None


def offer(function: NextStepsOf) -> None:
    """Ask `function(campaign_id, person_id)` for steps to show on the group's campaign page. Counts once."""
    if function not in _next_steps:
        _next_steps.append(function)


async def next_steps(campaign_id: int, person_id: int) -> list[NextStep]:
    """What other packages offer here."""
    return [step for function in _next_steps for step in await function(campaign_id, person_id)]
