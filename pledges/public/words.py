"""What the state of a campaign means to somebody who looks at it: plain words, no committee's terms. Pure."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from crowdfund_kent.money import pounds
from crowdfund_kent.templating import day, last_day, long_day, moment, percent
from projects.kinds import LegalForm
from projects.states import Campaign as Status

GENERATED_ONE: Final = "This is a generated record: the project, its group and its backers are made up."
GENERATED_SOME: Final = (
    "Some of this is made with generated records that fit the published totals: only the totals are facts."
)

LEGAL_FORMS: Final = {
    LegalForm.NAMED_PEOPLE: "one or two neighbours, without a constitution",
    LegalForm.UNINCORPORATED: "an unincorporated group",
    LegalForm.CHARITY: "a registered charity",
    LegalForm.CIO: "a charitable incorporated organisation",
    LegalForm.CIC: "a community interest company",
    LegalForm.COMPANY: "a company limited by guarantee",
    LegalForm.SOCIETY: "a community benefit society",
    LegalForm.PARISH: "a parish or town council",
    LegalForm.SCHOOL: "a school or parent-teacher association",
    LegalForm.OTHER: "a community group",
}
# state -> words on a card, and their tone; an open one needs none
TAGS: Final = {
    Status.SUSPENDED: ("Paused", "wait"),
    Status.CLOSING: ("Being counted", "wait"),
    Status.SUCCESSFUL: ("Target met", "yes"),
    Status.COLLECTING: ("Target met", "yes"),
    Status.SETTLED: ("Target met", "yes"),
    Status.UNSUCCESSFUL: ("Target not met", "no"),
    Status.COLLAPSED: ("Could not be paid out", "no"),
    Status.CANCELLED: ("Cancelled", "no"),
}
NEVER_DECIDED: Final = frozenset({Status.CANCELLED})


@dataclass(frozen=True, slots=True)
class Standing:
    """How a campaign stands. `when` follows "pledged of £8,000."; `told` says what that means; no `told` while open."""

    status: Status
    when: str
    told: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Takes pledges."""
        return self.status == Status.LIVE

    @property
    def is_running(self) -> bool:
        """It is not known yet whether the group gets the money: what happens if still matters."""
        return self.status in {Status.LIVE, Status.SUSPENDED, Status.CLOSING, Status.SUCCESSFUL, Status.COLLECTING}


@dataclass(frozen=True, slots=True)
class Facts:
    """What the words depend on. Times in UTC; `ended_at`: when the campaign came into its status."""

    status: str
    deadline_at: datetime
    ended_at: datetime
    target_pence: int
    threshold_bp: int
    collecting_from: datetime | None = None
    imported: bool = False
    collection_days: int = 14


def now_at(status: str, deadline_at: datetime, now: datetime) -> Status:
    """A campaign whose last day is over takes nothing more, also while nobody has moved it yet."""
    return Status.CLOSING if status == Status.LIVE and now >= deadline_at else Status(status)


def days_left(deadline_at: datetime, today: date) -> str:
    """5 days left; on the last day: last day, ends at midnight."""
    left = (last_day(deadline_at) - today).days
    if left <= 0:
        return "Last day"
    return "1 day left" if left == 1 else f"{left} days left"


def _this_year(shown: date, today: date) -> str:
    """Thursday 26 November; with its year where that is another."""
    words = long_day(shown)
    return words.removesuffix(f" {today.year}")


def until(deadline_at: datetime, today: date) -> str:
    """5 days left, to midnight at the end of Thursday 26 November."""
    return f"{days_left(deadline_at, today)}, to midnight at the end of {_this_year(last_day(deadline_at), today)}."


def tail(status: str, deadline_at: datetime, now: datetime, today: date) -> str:
    """The last words on a card, without a full stop: 5 days left, or the day on which it ended."""
    state = now_at(status, deadline_at, now)
    if state == Status.LIVE:
        left = days_left(deadline_at, today)
        return f"{left}, to midnight" if left == "Last day" else left
    if state == Status.SUSPENDED:
        return "Nobody can pledge now"
    if state == Status.CANCELLED:
        return "Nobody was charged"
    return f"Ended {day(last_day(deadline_at))}" if state != Status.CLOSING else "Pledging has ended"


def standing(facts: Facts, now: datetime, today: date) -> Standing:
    """How the campaign stands, in words."""
    status = now_at(facts.status, facts.deadline_at, now)
    ended = f"The last day was {_this_year(last_day(facts.deadline_at), today)}."
    if status == Status.LIVE:
        return Standing(status, until(facts.deadline_at, today))
    if status == Status.SUSPENDED:
        return Standing(
            status,
            "The campaign is paused.",
            (
                "This campaign is paused while something is checked. Nobody can pledge now, and nobody is charged.",
                "Its last day waits meanwhile, at most 28 days; then it is cancelled. If you have pledged, you can still"
                " change or cancel by the link in your receipt.",
            ),
        )
    if status == Status.CLOSING:
        return Standing(status, ended, ("Pledging has ended. The pledges are being counted; look again in an hour.",))
    if status == Status.CANCELLED:
        return Standing(status, "", (f"This campaign was cancelled on {day(facts.ended_at)}. Nobody was charged.",))
    return Standing(status, ended, _PAST[status](facts) if facts.imported else _NOW[status](facts))


def _successful(facts: Facts) -> tuple[str, ...]:
    after = f"from {moment(facts.collecting_from)}" if facts.collecting_from else "from two days after the end"
    return ("The target is met. Thank you!", f"Cards are charged {after}. No new pledges can be made.")


def _collecting(facts: Facts) -> tuple[str, ...]:
    return (
        "The target is met. Thank you!",
        f"Cards are being charged. That takes up to {facts.collection_days} days, because a card that fails is tried"
        " again. Then it is known whether the group is paid.",
    )


def _settled(facts: Facts) -> tuple[str, ...]:
    return (
        "The target is met and the pledges are collected. Thank you!",
        f"That was known on {day(facts.ended_at)}. The payout to the group is to follow.",
    )


def _unsuccessful(facts: Facts) -> tuple[str, ...]:
    return (f"The target of {pounds(facts.target_pence)} was not met, so nobody was charged.",)


def _collapsed(facts: Facts) -> tuple[str, ...]:
    return (
        f"The target was met, but too many cards failed: less than {percent(facts.threshold_bp)} of it could be secured.",
        "Everybody who was charged gets all of it back, and what was added goes back to its fund.",
    )


def _was_settled(facts: Facts) -> tuple[str, ...]:
    return (
        "The target was met, and the pledges were collected.",
        f"This campaign ended before this site was used. By the Council's records it was complete on"
        f" {day(facts.ended_at)}.",
    )


def _was_unsuccessful(facts: Facts) -> tuple[str, ...]:
    return (*_unsuccessful(facts), _EARLIER)


def _was_collapsed(facts: Facts) -> tuple[str, ...]:
    return (
        f"The target was met, but less than {percent(facts.threshold_bp)} of it could be collected, so it was not paid out.",
        _EARLIER,
    )


_EARLIER: Final = "This campaign ended before this site was used: this page shows the Council's records of it."
_NOW: Final = {
    Status.SUCCESSFUL: _successful,
    Status.COLLECTING: _collecting,
    Status.SETTLED: _settled,
    Status.UNSUCCESSFUL: _unsuccessful,
    Status.COLLAPSED: _collapsed,
}
_PAST: Final = _NOW | {
    Status.SETTLED: _was_settled,
    Status.UNSUCCESSFUL: _was_unsuccessful,
    Status.COLLAPSED: _was_collapsed,
}


def in_a_sentence(text: str) -> str:
    """The first letter small."""
    return text[:1].lower() + text[1:]


def where(place: str, district: str) -> str:
    """Walpole Bay, Thanet; once where they are the same."""
    return ", ".join(dict.fromkeys(one for one in (place, district) if one))


def what_it_is(legal_form: str) -> str:
    """The legal form as part of a sentence: a registered charity."""
    known = {str(form): words for form, words in LEGAL_FORMS.items()}
    return known.get(legal_form, known[LegalForm.OTHER])
