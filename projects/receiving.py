"""What is still due to a group, as far as payments know. Imports run one way, so wiring.py hands the functions in."""

from collections.abc import Awaitable, Callable

DueOf = Callable[[int], Awaitable[bool]]
_due: list[DueOf] = []


def ask(function: DueOf) -> None:
    """Ask `function(group_id)` whether money is still on its way to the group, or may have to come back. Counts once."""
    if function not in _due:
        _due.append(function)


async def something_is_due(group_id: int) -> bool:
    """Whether who receives must stay as it is. False where nobody can say, as in a test of this package alone."""
    return any([await function(group_id) for function in _due])
