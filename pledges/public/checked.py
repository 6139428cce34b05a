"""What everybody is told about what was checked: each item with its day and the role of who checked it, never a name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from crowdfund_kent.clock import london_day
from pledges.public.words import in_a_sentence
from projects.kinds import CheckAnswer
from projects.models import CampaignCheck, SecondLook

_ROLE = "fund officer"  # of records from before the role was kept


@dataclass(frozen=True, slots=True)
class Checked:
    """Items that one role checked on one day."""

    day: date
    role: str
    items: Sequence[str]


@dataclass(frozen=True, slots=True)
class Told:
    """What was checked, what was not, what no rule asked for; and the day on which a second officer agreed."""

    checked: Sequence[Checked]
    unchecked: Sequence[str]
    not_needed: Sequence[str]
    second_on: date | None


def told(checks: Sequence[CampaignCheck], second: SecondLook | None) -> Told | None:
    """None where the records of a campaign hold nothing about it."""
    if not checks:
        return None
    found: dict[tuple[date, str], list[str]] = {}
    for one in checks:
        if one.checked:
            found.setdefault((london_day(one.at), one.role or _ROLE), []).append(in_a_sentence(one.item))
    return Told(
        [Checked(day, role, items) for (day, role), items in sorted(found.items())],
        [in_a_sentence(one.item) for one in checks if not one.checked and one.answer != CheckAnswer.NOT_NEEDED],
        [in_a_sentence(one.item) for one in checks if one.answer == CheckAnswer.NOT_NEEDED],
        london_day(second.ended_at) if second is not None and second.ended_at is not None else None,
    )
