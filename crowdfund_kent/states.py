"""State machines as data: TRANSITIONS maps (old state, cause) to the new state. Pure."""

from collections.abc import Mapping

from crowdfund_kent.errors import InvalidMove

Transitions = Mapping[tuple[str, str], str]


def move(transitions: Transitions, old: str, cause: str) -> str:
    """The state after `cause`, or InvalidMove."""
    try:
        return transitions[(old, cause)]
    except KeyError:
        raise InvalidMove(old, cause) from None


def allowed(transitions: Transitions, old: str, cause: str) -> bool:
    """Whether a page may offer this."""
    return (old, cause) in transitions


def states_of(transitions: Transitions) -> set[str]:
    """Every state that the table names."""
    return {old for old, _ in transitions} | set(transitions.values())


def start_of(transitions: Transitions) -> str:
    """The one state that nothing leads to: where a row begins."""
    (start,) = {old for old, _ in transitions} - set(transitions.values())
    return start
