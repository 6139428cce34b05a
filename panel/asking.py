"""When a group may ask a fund's round, how far its crowd is, and what a request must hold. Pure; amounts are pence."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from crowdfund_kent.money import BASIS_POINTS, pounds
from panel.states import Pitch
from projects.states import Campaign

LEAST_PENCE: Final = 100
WHY_LONGEST: Final = 2_000  # characters
WHY_WORDS: Final = 300
ANSWER_LONGEST: Final = 8_000  # characters; the fund's own limit is in words
GONE: Final = frozenset({Pitch.WITHDRAWN, Pitch.LAPSED})
"""Requests that count no more: the group may begin another one in the same round."""
MET: Final = frozenset({Campaign.SUCCESSFUL, Campaign.COLLECTING, Campaign.SETTLED})
COMES_AGAIN: Final = frozenset({Pitch.DEFERRED, Pitch.DECLINED})


@dataclass(frozen=True, slots=True)
class NotNow:
    """Why a group can't ask now: the rule by name, and what to do."""

    rule: str
    words: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides whether a group may ask this round for this project, as it stands.

    `ends_on`: the campaign's last day. `offered`: this fund has offered money to it already, or is about to.
    """

    funder: str
    today: date
    is_open: bool
    opens_on: date
    pitch_by: date
    decide_by: date
    fund_is_open: bool
    without_crowd: bool
    campaign_status: str | None
    ends_on: date | None
    has_referee: bool
    target_pence: int
    offered: bool


def why_not(at: Standing) -> NotNow | None:
    """Why the group can't ask now, in words that say what to do; None where it can."""
    if not at.is_open:
        return _closed(at)
    if not at.fund_is_open:
        return NotNow("fund", "This fund does not give money now. Look which other funds fit your project.")
    if at.offered:
        return NotNow("one match", f"{at.funder} has already offered money to this project from this fund.")
    return _without_crowd(at) if at.without_crowd else _with_crowd(at)


def _closed(at: Standing) -> NotNow:
    if at.today < at.opens_on:
        return NotNow("round", f"You can ask from {_day(at.opens_on)} to {_day(at.pitch_by)}.")
    return NotNow("round", f"The last day to ask was {_day(at.pitch_by)}. You can ask in the next round.")


def _with_crowd(at: Standing) -> NotNow | None:
    if at.campaign_status in MET:
        return NotNow("campaign", "Your campaign has met its target, so there is nothing left to add to.")
    if at.campaign_status == Campaign.SUSPENDED:
        return NotNow("campaign", "Your campaign is paused. You can ask once it takes pledges again.")
    if at.campaign_status != Campaign.LIVE:
        return NotNow(
            "campaign", f"{at.funder} adds to what neighbours pledge. Open your campaign first, then come back here."
        )
    if at.ends_on is None or at.ends_on <= at.decide_by:
        ends = f"on {_day(at.ends_on)}" if at.ends_on else "too soon"
        return NotNow(
            "ends before the decision",
            f"Your campaign ends {ends}, and {at.funder} may decide as late as {_day(at.decide_by)}."
            " Ask for a later last day first, or ask in another round with your next campaign.",
        )
    return None


def _without_crowd(at: Standing) -> NotNow | None:
    if at.campaign_status in {Campaign.LIVE, Campaign.APPROVED, Campaign.SUSPENDED}:
        return NotNow(
            "campaign", "This fund is for projects without a campaign. Yours has one: ask a fund that adds to pledges."
        )
    if at.target_pence <= 0:
        return NotNow("costs", "Enter first what your project costs. The request takes it from there.")
    if not at.has_referee:
        return NotNow(
            "referee",
            "Name first somebody outside your group who knows you: the referee, among your project’s papers.",
        )
    return None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the crowd is on the way to what a fund asks for first. `least_backers` is at least 1: never first."""

    backers: int
    least_backers: int
    crowd_pence: int
    least_pence: int

    @property
    def is_met(self) -> bool:
        """Whether the fund may come in as it stands now."""
        return self.backers >= self.least_backers and self.crowd_pence >= max(1, self.least_pence)

    @property
    def line(self) -> str:
        """12 of 20 backers, £640 of £1,000"""
        return f"{self.backers:,} of {self.least_backers:,} backers, {pounds(self.crowd_pence)} of {pounds(self.least_pence)}"

    @property
    def missing(self) -> str:
        """What is missing, to stand after "Still missing: "; empty where nothing is."""
        parts = []
        if (few := self.least_backers - self.backers) > 0:
            parts.append(f"{few:,} more {'backer' if few == 1 else 'backers'}")
        if (short := max(1, self.least_pence) - self.crowd_pence) > 0:
            parts.append(f"{pounds(short)} more from backers")
        return " and ".join(parts)


def progress(
    *, least_backers: int, least_raised_bp: int, backers: int, crowd_pence: int, target_pence: int
) -> Progress:
    """The way to the trigger: the same sums as panel/rules.py's not_yet()."""
    return Progress(backers, max(1, least_backers), crowd_pence, -(-target_pence * least_raised_bp // BASIS_POINTS))


def word_count(text: str) -> int:
    """Words as a person counts them: what stands between spaces."""
    return len(text.split())


def too_long(text: str, most_words: int) -> str | None:
    """What to do about too many words; None where they fit."""
    count = word_count(text)
    if count <= most_words:
        return None
    over = count - most_words
    return f"Use {most_words:,} words or fewer: take out {over:,} {'word' if over == 1 else 'words'}"


def amount_problem(asked_pence: int, *, target_pence: int, largest_pence: int, funder: str) -> str | None:
    """Why this can't be asked for at all, whatever the panel thinks of it. None where it can.

    `largest_pence`: the fund's largest amount for one project, of all its variants.
    """
    if asked_pence < LEAST_PENCE:
        return f"Enter {pounds(LEAST_PENCE)} or more"
    if asked_pence > largest_pence:
        return f"Enter {pounds(largest_pence)} or less: {funder} gives no more to one project"
    if asked_pence > target_pence:
        return f"Enter {pounds(target_pence)} or less: that is your whole target"
    return None


@dataclass(frozen=True, slots=True)
class Step:
    """One page of a request: `key` ends its address; `problem` is what is still missing, empty when done."""

    key: str
    title: str
    problem: str = ""
    may_be_empty: bool = False  # it is, and that is no problem

    @property
    def is_done(self) -> bool:
        """Nothing is missing here."""
        return not self.problem


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of the fund with what was answered so far."""

    id: int
    words: str
    most_words: int
    needed: bool
    answer: str


def steps(asked_pence: int | None, why: str, questions: Iterable[Asked], funder: str) -> list[Step]:
    """The pages of a request in their order, each with what is missing on it."""
    found = [
        Step("amount", f"How much you ask {funder} for", "" if asked_pence else "Enter how much you ask for"),
        Step(
            "why",
            "Why public money should help",
            (too_long(why, WHY_WORDS) or "") if why else "Enter why public money should help",
        ),
    ]
    for one in questions:
        key = f"questions/{one.id}"
        if one.answer:
            found.append(Step(key, one.words, too_long(one.answer, one.most_words) or ""))
        else:
            nothing = f"Answer “{one.words}”" if one.needed else ""
            found.append(Step(key, one.words, nothing, may_be_empty=not one.needed))
    return found


def after(of: Iterable[Step], key: str) -> Step | None:
    """The next page in order, done or not: an optional question is asked once too."""
    listed = list(of)
    place = next((at for at, one in enumerate(listed) if one.key == key), len(listed))
    return listed[place + 1] if place + 1 < len(listed) else None


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
