"""What a group's words and numbers must be before a campaign may go on. Pure: takes today and limits, returns messages."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from crowdfund_kent.clock import day_ends
from crowdfund_kent.money import pounds
from projects import story
from projects.kinds import CostKind, LegalForm, Permission

DRAFT_AHEAD: Final = timedelta(days=365)  # a last day is not set further ahead than this
LONGEST_SUSPENSION: Final = timedelta(days=28)  # then it is cancelled (docs/states.md)

_CHARITY: Final = re.compile(r"[0-9]{6,7}(?:-[0-9]{1,3})?|SC0[0-9]{5}|NIC1[0-9]{5}", re.ASCII)
_COMPANY: Final = re.compile(r"[0-9]{8}|[A-Z]{2}[0-9]{6}", re.ASCII)
CHARITY_FORM: Final = (
    "Enter a charity number of 6 or 7 figures, like 1234567,"
    " or one that starts SC0 (Scotland) or NIC1 (Northern Ireland)"
)
COMPANY_FORM: Final = "Enter a company number of 8 characters, like 01234567 or SC123456, with the zeros in front"


class NumberError(ValueError):
    """The text is no registration number. `message` says what to type instead."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def charity_number(text: str) -> str | None:
    """The number in one form, None for nothing (domain.md, section 4). A right format is not existence.

    >>> charity_number(" sc 012345 ")
    'SC012345'
    """
    compact = _compact(text)
    if not compact:
        return None
    if not _CHARITY.fullmatch(compact):
        raise NumberError(CHARITY_FORM)
    return compact


def company_number(text: str) -> str | None:
    """The number as 8 characters with its zeros, None for nothing (domain.md, section 4)."""
    compact = _compact(text)
    if not compact:
        return None
    if not _COMPANY.fullmatch(compact):
        raise NumberError(COMPANY_FORM)
    return compact


def _compact(text: str) -> str:
    return re.sub(r"[\s.]+", "", text.replace("–", "-")).upper()


def slug_of(text: str, taken: Collection[str] = (), longest: int = 60) -> str:
    """An address from a name: small letters, figures, hyphens; a number behind it where it is taken."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower().replace("'", "")
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:longest].strip("-") or "untitled"
    if words not in taken:
        return words
    number = 2
    while f"{words}-{number}" in taken:
        number += 1
    return f"{words}-{number}"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of costs, other funding or in-kind support, in pence."""

    words: str
    amount_pence: int
    kind: CostKind = CostKind.REVENUE


@dataclass(frozen=True, slots=True)
class Figures:
    """What a project costs. Value and target are computed, never typed (domain.md, ruling 1)."""

    cost_pence: int
    revenue_pence: int
    other_funding_pence: int
    in_kind_pence: int

    @property
    def target_pence(self) -> int:
        """Cost lines less cash found before launch; below nothing when that covers more than the costs."""
        return self.cost_pence - self.other_funding_pence

    @property
    def project_value_pence(self) -> int:
        """Cost lines and what is given in kind."""
        return self.cost_pence + self.in_kind_pence


def figures(costs: Iterable[Line], other_funding: Iterable[Line], in_kind: Iterable[Line]) -> Figures:
    """The sums of a project's lines."""
    lines = list(costs)
    return Figures(
        cost_pence=sum(line.amount_pence for line in lines),
        revenue_pence=sum(line.amount_pence for line in lines if line.kind == CostKind.REVENUE),
        other_funding_pence=sum(line.amount_pence for line in other_funding),
        in_kind_pence=sum(line.amount_pence for line in in_kind),
    )


@dataclass(frozen=True, slots=True)
class Limits:
    """The settings that these rules read: days of a campaign, and the smallest target in pence."""

    shortest_days: int
    longest_days: int
    least_target_pence: int


def days_in_words(days: int) -> str:
    """42 -> 6 weeks, 10 -> 10 days, 1 -> 1 day"""
    if days % 7 == 0 and days > 7:
        return f"{days // 7} weeks"
    return f"{days} day{'' if days == 1 else 's'}"


def run_in_words(limits: Limits) -> str:
    """6 to 12 weeks; 10 days to 12 weeks"""
    shortest, longest = days_in_words(limits.shortest_days), days_in_words(limits.longest_days)
    same_unit = shortest.endswith("weeks") and longest.endswith("weeks")
    return f"{shortest.removesuffix(' weeks') if same_unit else shortest} to {longest}"


def _words(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def last_day_problem(last_day: date, today: date, limits: Limits) -> str | None:
    """Why a group may not plan this last day, or None. It can open later, so only the nearest day is strict."""
    if last_day <= today:
        return f"The last day must be in the future, on or after {_words(today + timedelta(days=limits.shortest_days))}"
    if last_day < today + timedelta(days=limits.shortest_days):
        earliest = _words(today + timedelta(days=limits.shortest_days))
        return f"A campaign runs {run_in_words(limits)}: enter {earliest} or a later day"
    if last_day > today + DRAFT_AHEAD:
        return f"Enter a last day within a year, on or before {_words(today + DRAFT_AHEAD)}"
    return None


def opening_problem(last_day: date, today: date, limits: Limits) -> str | None:
    """Why a campaign with this last day may not open today, or None (6-12 weeks ahead; domain.md, defaults)."""
    first, last = (today + timedelta(days=days) for days in (limits.shortest_days, limits.longest_days))
    if first <= last_day <= last:
        return None
    return (
        f"A campaign runs {run_in_words(limits)}. To open it today, change the last day"
        f" ({_words(last_day)}) to one from {_words(first)} to {_words(last)}"
    )


def days_suspended(suspended_at: datetime, now: datetime) -> int:
    """How far the deadline moves on resuming: the time suspended in whole days, rounded up, so that the last day stays a day."""
    return -((suspended_at - now) // timedelta(days=1))


def last_day_after(last_day: date, suspended_at: datetime, now: datetime) -> date:
    """The last day of a campaign that goes on now: never less time is left than when it was suspended.

    Where the clocks went forward meanwhile, a day had 23 hours: then it is a day more.
    """
    moved = last_day + timedelta(days=days_suspended(suspended_at, now))
    while day_ends(moved) - now < day_ends(last_day) - suspended_at:
        moved += timedelta(days=1)
    return moved


def suspended_too_long(suspended_at: datetime, now: datetime) -> bool:
    """Longer than 28 days: then the campaign is cancelled."""
    return now - suspended_at > LONGEST_SUSPENSION


@dataclass(frozen=True, slots=True)
class Draft:
    """What a group wrote so far, as the rules see it. `passed`: optional questions that were answered with "none"."""

    title: str
    summary: str
    story: str
    place: str
    district_code: str
    objective: str  # empty when none is chosen, or the chosen one was retired
    has_picture: bool
    figures: Figures
    last_day: date | None
    if_too_much: str
    legal_form: LegalForm
    named_people: str
    who: str = ""
    permission: str = ""
    permission_words: str = ""
    with_children: str = ""
    match_wanted_pence: int | None = None
    passed: frozenset[str] = frozenset()
    missing_papers: tuple[str, ...] = ()  # keys of asked.Asked


@dataclass(frozen=True, slots=True)
class Step:
    """One task of the task list. `problem`: what to do before submitting, or None. `done`: something was given.

    `rule`: which rule asks for it, in plain words. `number`: its place in the questions of the journey, from 1; None for
    what is not asked there.
    """

    key: str
    title: str
    problem: str | None
    done: bool
    optional: bool = False
    rule: str = ""
    number: int | None = None

    @property
    def is_open(self) -> bool:
        """Not answered yet, or not well."""
        return self.problem is not None or not self.done


SEE: Final = "Fundraising rules: before anybody pays, they must be able to read this."
# key -> the title on the task list, and which rule asks; in the order in which they are asked
QUESTIONS: Final = {
    "title": ("Title", SEE),
    "summary": ("Summary", "It stands in lists and searches, so that people find you."),
    "place": ("Place and district", "KCC’s rule: the project is in one of Kent’s twelve districts."),
    "costs": ("What it costs", "Fundraising rules: say what the money is for. Your target follows from it."),
    "who": ("Who runs it", "Fundraising rules: say who you are before anybody pays."),
    "other-funding": ("Money you already have", "The scheme’s rule: you raise only what is still missing."),
    "in-kind": ("Help that is not money", "The scheme’s rule: it shows how much a project is worth."),
    "match": ("What KCC could add", "KCC’s rule: the more public money you ask for, the more papers we need."),
    "permission": ("Permissions", "KCC’s rule: no money is raised for what the owner may forbid."),
    "children": ("Children, and adults at risk", "KCC’s rule: whoever takes part must be safe."),
    "picture": ("Picture", "The law on accessible websites: a picture has words for people who can’t see it."),
    "story": ("Story", "Fundraising rules: nobody may be misled about what you do."),
    "objective": ("What it is for", "KCC’s rule: a project serves one of the aims of the fund."),
    "last-day": ("Last day of the campaign", "The scheme’s rule: a campaign runs {run}."),
    "too-much": ("If you raise too much", "Fundraising rules: say what happens to money that is left over."),
}
NUMBERS: Final = {key: number for number, key in enumerate(QUESTIONS, 1)}
# these may be empty: the group says so once and is not asked again
MAY_PASS: Final = frozenset({"other-funding", "in-kind", "picture"})


def steps(draft: Draft, today: date, limits: Limits) -> Sequence[Step]:
    """The task list, in its order, for a group that prepares a campaign."""

    def step(key: str, problem: str | None, done: object) -> Step:
        title, rule = QUESTIONS[key]
        optional = key in MAY_PASS
        answered = bool(done) or (optional and key in draft.passed)
        return Step(key, title, problem, answered, optional, rule.format(run=run_in_words(limits)), NUMBERS[key])

    def needed(key: str, value: object, message: str) -> Step:
        return step(key, None if value else message, value)

    day_problem = (
        last_day_problem(draft.last_day, today, limits) if draft.last_day else "Enter the last day of the campaign"
    )
    names = draft.legal_form is not LegalForm.NAMED_PEOPLE or draft.named_people
    return (
        needed("title", draft.title, "Enter a title"),
        needed("summary", draft.summary, "Enter a summary"),
        needed("place", draft.place and draft.district_code, "Enter a place and choose a district"),
        step("costs", costs_problem(draft.figures, limits), draft.figures.cost_pence > 0),
        needed("who", draft.who, "Say who runs the project, and why you can do it"),
        step("other-funding", None, draft.figures.other_funding_pence > 0),
        step("in-kind", None, draft.figures.in_kind_pence > 0),
        needed("match", draft.match_wanted_pence is not None, "Say whether you would like to ask KCC for a match"),
        step("permission", permission_problem(draft.permission, draft.permission_words), draft.permission),
        needed("children", draft.with_children, "Say whether children or adults at risk take part"),
        step("picture", None, draft.has_picture),
        step("story", story.problem(draft.story), draft.story),
        needed("objective", draft.objective, "Choose what the project is for"),
        step("last-day", day_problem, draft.last_day is not None),
        needed("too-much", draft.if_too_much, "Enter what extra money would pay for"),
        Step(
            "group",
            "About your group",
            None if names else "Enter the names of the people who run the project",
            bool(names),
            rule="KCC’s rule: an officer must know with whom they speak. Names of private people are not shown.",
        ),
        Step(
            "papers",
            "Papers for the officer",
            papers_problem(draft.missing_papers),
            not draft.missing_papers,
            rule="KCC’s rule: the more public money you ask for, the more papers we need. Only officers see them.",
        ),
    )


def papers_problem(missing: Sequence[str]) -> str | None:
    """How many papers are still asked, or None. A group that can't give one says why, and that is an answer."""
    if not missing:
        return None
    return (
        "Give the paper that is still asked" if len(missing) == 1 else f"Give the {len(missing)} papers that are asked"
    )


def permission_problem(permission: str, words: str) -> str | None:
    """What is missing about permissions, or None. Not being sure is an answer: an officer helps."""
    if not permission:
        return "Say whether you need anybody’s permission"
    if permission == Permission.YES and not words:
        return "Say whose permission you need, and whether you have it"
    return None


def next_open(found: Sequence[Step], after: str) -> Step | None:
    """What to ask after that question: those further on, then those left behind, then what has no number. None when done."""
    is_open = [step for step in found if step.is_open and step.key != after]
    place = NUMBERS.get(after, 0)
    further = [step for step in is_open if step.number is not None and step.number > place]
    behind = [step for step in is_open if step.number is not None and step.number <= place]
    return next(iter([*further, *behind, *(step for step in is_open if step.number is None)]), None)


def costs_problem(found: Figures, limits: Limits) -> str | None:
    """Why these costs make no campaign, or None."""
    if found.cost_pence == 0:
        return "Add at least one cost"
    if found.target_pence <= 0:
        return "The money you already have covers all costs: add the costs that are left, or correct the amounts"
    if found.target_pence < limits.least_target_pence:
        return (
            f"The target is {pounds(found.target_pence)}: a campaign needs a target of"
            f" {pounds(limits.least_target_pence)} or more"
        )
    return None


def missing(draft: Draft, today: date, limits: Limits) -> list[Step]:
    """The tasks that keep a draft from being submitted."""
    return [step for step in steps(draft, today, limits) if step.problem]
