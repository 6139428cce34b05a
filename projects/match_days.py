"""When funds decide, for a group that chooses its last day. Imports run one way: wiring.py hands the reader in."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date

from crowdfund_kent.templating import day as day_words
from projects.models import Campaign


@dataclass(frozen=True, slots=True)
class MatchDays:
    """When one fund that fits decides next. Without days: it decides in rounds, and the next one has no days yet.

    `working_days`: it can decide at any time, within so many; then there is no last day to wait for.
    """

    fund: str
    opens_on: date | None = None
    ask_by: date | None = None
    decide_by: date | None = None
    working_days: int | None = None


DaysOf = Callable[[int, int | None], Awaitable[Sequence[MatchDays]]]
_days: list[DaysOf] = []


def use(function: DaysOf | None) -> None:
    """Ask `function(project id, pence wanted or None)` for the days of each fund that fits; None forgets."""
    _days[:] = [function] if function is not None else []


async def match_days(project_id: int, match_wanted_pence: int | None) -> Sequence[MatchDays]:
    """The days of each fund that fits. Empty for a group that wants no match, and where nobody can say."""
    if match_wanted_pence == 0 or not _days:
        return ()
    return await _days[0](project_id, match_wanted_pence)


async def end_problem_of(campaign: Campaign, last_day: date) -> str | None:
    """Why no fund that fits could decide before `last_day`; None where one can, or the group wants no match."""
    return end_problem(last_day, await match_days(campaign.project_id, campaign.match_wanted_pence))


def may_wait(found: Sequence[MatchDays]) -> bool:
    """Whether some last day would be too early for every fund. Pure."""
    return bool(found) and all(one.decide_by is not None for one in found)


def end_problem(last_day: date, found: Sequence[MatchDays]) -> str | None:
    """Why no fund could decide before a campaign ends on `last_day`; None where one can. Pure."""
    if not found or any(one.decide_by is None or one.decide_by <= last_day for one in found):
        return None
    first = min(found, key=lambda one: (one.decide_by or last_day, one.fund))
    assert first.decide_by is not None
    return (
        f"{first.fund} decides by {day_words(first.decide_by)}, after your campaign would have ended. Enter that day or a"
        " later one, or say that you do not want KCC to add money"
    )
