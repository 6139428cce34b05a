"""Decisions about what is written on a project's page. Pure: times as aware datetimes, days in London."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from projects.kinds import PostKind
from projects.states import Post as Status

# an update may be put right for an hour; in its first ten minutes nobody has had it by e-mail
EDITABLE: Final = timedelta(hours=1)
MAIL_AFTER: Final = timedelta(minutes=10)
THANKS_APART: Final = timedelta(days=7)
# each update is an e-mail to every backer
MOST_UPDATES: Final = 3
UPDATES_IN: Final = timedelta(hours=24)
# of one e-mail address to one group
MOST_QUESTIONS: Final = 5
QUESTIONS_IN: Final = timedelta(hours=24)

TITLE_LONGEST: Final = 100
UPDATE_LONGEST: Final = 5_000
QUESTION_LONGEST: Final = 1_000
SUPPORT_LONGEST: Final = 500
THANKS_LONGEST: Final = 1_500

MAILED: Final = frozenset({PostKind.UPDATE, PostKind.THANKS})
PUBLIC: Final = frozenset({PostKind.UPDATE, PostKind.QUESTION, PostKind.SUPPORT})
# by somebody without a place in the group, who has a private page for what they wrote
BY_OTHERS: Final = frozenset({PostKind.QUESTION, PostKind.LETTER, PostKind.SUPPORT})


@dataclass(frozen=True, slots=True)
class Quiet:
    """Days before an election, both included, and which election it is."""

    from_day: date
    to_day: date
    words: str


def quiet_on(day: date, periods: Iterable[Quiet]) -> Quiet | None:
    """The period that `day` lies in; of several, the one that lasts longest."""
    return max((one for one in periods if one.from_day <= day <= one.to_day), key=lambda one: one.to_day, default=None)


def may_change(kind: str, status: str, written_at: datetime, now: datetime) -> bool:
    """Whether the group may still put an update right."""
    return kind == PostKind.UPDATE and status in (Status.SHOWN, Status.HELD) and now < written_at + EDITABLE


def may_take_back(status: str) -> bool:
    """What is gone can't go again."""
    return status not in (Status.WRITTEN, Status.TAKEN_BACK)


def next_thanks(last: datetime | None, now: datetime) -> datetime | None:
    """When the group may thank its backers again; None for now."""
    if last is None or now >= last + THANKS_APART:
        return None
    return last + THANKS_APART


def may_appeal(status: str, appealed_at: datetime | None) -> bool:
    """Once for each time that it was hidden."""
    return status == Status.HIDDEN and appealed_at is None


def after_hiding(kind: str, shown_at: datetime | None, answered: bool) -> str:
    """The cause by which a hidden post comes back: to its place, or to the group that has not answered it.

    What was held before it was hidden is shown now: an officer has looked at it.
    """
    if kind == PostKind.LETTER or (kind == PostKind.QUESTION and not (answered or shown_at)):
        return "given back"
    return "shown again"
