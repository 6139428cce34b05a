"""What a report says where groups or backers were not heard yet: plainly, and why. Pure."""

from collections.abc import Collection, Sequence
from typing import Final

from evaluation.scope import Records
from evaluation.surveys.kinds import SurveyKind
from evaluation.surveys.queries import PublicRound

NOBODY: Final = "No group and no backer had been asked by this day: nothing in this report rests on what they say."
NO_GROUP: Final = "No answers of groups are told by this day: nothing in this report rests on what groups say."
GENERATED: Final = (
    "These are generated records: nobody was asked about them, and nothing here rests on what groups or backers say."
)
_NAMES: Final = {
    SurveyKind.PROJECT: "Groups, when their project is over",
    SurveyKind.YEAR: "Groups, twelve months on",
    SurveyKind.BACKER: "Backers",
}
_GROUPS: Final = (SurveyKind.PROJECT, SurveyKind.YEAR)


def what_is_missing(records: Records, rounds: Sequence[PublicRound], told: Collection[SurveyKind]) -> list[str]:
    """A sentence for each kind of survey without told answers; the whole first, where nothing of groups is told.

    `rounds`: all that had begun. `told`: kinds of which answers are told.
    """
    if records is Records.GENERATED:
        return [GENERATED]
    if not rounds:
        return [NOBODY]
    silent = [
        f"{name}: {_why([row for row in rounds if row.kind is kind])}"
        for kind, name in _NAMES.items()
        if kind not in told
    ]
    return silent if any(kind in told for kind in _GROUPS) else [NO_GROUP, *silent]


def _why(rounds: Sequence[PublicRound]) -> str:
    if not rounds:
        return "nobody had been asked by this day."
    if not any(row.is_over for row in rounds):
        last_day = min(row.last_day for row in rounds)
        return f"the first round is open until {last_day:%-d %B %Y}. Its answers are told once it is over."
    return "fewer than ten had answered in rounds that are over. They are told with those of the next round."
