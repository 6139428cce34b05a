"""Whether a fund fits a project, rule by rule, each in words that a group and an officer can both read. Pure; pence.

`ok` True: it fits. False: it does not. None: a person must look. A rule that `waits` can still come true by itself, such
as so many backers, and keeps no fund from fitting.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from crowdfund_kent.money import pounds, share
from crowdfund_kent.templating import day as day_words
from crowdfund_kent.templating import percent, plural
from pledges.fund_scope import Numbers
from pledges.rounds_ahead import RoundAhead

# what each rule is called where they are listed
TITLES: Final = {
    "open": "Open",
    "crowd or not": "Campaign or not",
    "area": "Place",
    "kind of group": "Kind of group",
    "objective": "Objective",
    "exclusions": "What it never pays for",
    "costs": "Costs",
    "same project": "Not twice",
    "one answer": "One answer",
    "all public money": "All public money",
    "money left": "Money left",
    "still needed": "Still needed",
    "backers first": "Backers first",
    "rounds": "When it decides",
}


@dataclass(frozen=True, slots=True)
class RuleFit:
    """One rule of a fund, looked at for one project."""

    rule: str
    ok: bool | None
    words: str
    waits: bool = False

    @property
    def title(self) -> str:
        """What the rule is called."""
        return TITLES[self.rule]


@dataclass(frozen=True, slots=True)
class FundNow:
    """A fund as it stands. `numbers`: the rules' own first, then each published variant's. `area`: names of districts.
    `objectives`: those that it supports, none for all; `same_list`: projects choose from the list that they are of.

    `decides_between_pence`: fund_rules.between_rounds_pence. `rounds`: those ahead, the next one first.
    """

    name: str
    is_open: bool
    starts_on: date
    ends_on: date
    without_crowd: bool
    left_pence: int
    numbers: Sequence[Numbers]
    area_codes: frozenset[str]
    area: Sequence[str]
    group_kinds: frozenset[str]
    objectives: Sequence[tuple[int, str]]
    same_list: bool
    exclusions: Sequence[str]
    revenue_only: bool
    decision_working_days: int
    decides_between_pence: int | None
    rounds: Sequence[RoundAhead]


@dataclass(frozen=True, slots=True)
class Wish:
    """A project and its campaign as far as they are written. Empty or 0 where nothing was said yet.

    `promised_pence`: crowd and everything that funds have accepted or offered. `other_public_pence`: ruling 3.
    `in_crowd`: its campaign is approved or later. `has_answer`: this fund holds money for it already. `funded_by`: the
    fund that held money for the same project before. `funded_before`: other projects of the group with public money.
    """

    district_code: str = ""
    district: str = ""
    group_kind: str = ""
    objective_id: int | None = None
    target_pence: int = 0
    revenue_pence: int = 0
    crowd_pence: int = 0
    backers: int = 0
    promised_pence: int = 0
    other_public_pence: int = 0
    in_crowd: bool = False
    has_answer: bool = False
    funded_by: str = ""
    funded_before: Sequence[str] = ()
    last_day: date | None = None  # of its campaign
    told_apart: bool = False  # an officer has checked that the same project was not funded before


def judge(fund: FundNow, wish: Wish, today: date) -> list[RuleFit]:
    """Every rule of the fund that can be said something about, in the order in which people read them."""
    found = [_open(fund, today), _crowd_or_not(fund, wish), _area(fund, wish), _group_kind(fund, wish)]
    found += [
        _objective(fund, wish),
        _exclusions(fund),
        _costs(fund, wish),
        _same_project(wish),
        _one_answer(wish),
    ]
    found += [_public_money(fund, wish), _left(fund), _needed(wish), _backers(fund, wish), _rounds(fund, wish)]
    return [one for one in found if one is not None]


def judge_scope(fund: FundNow, wish: Wish) -> list[RuleFit]:
    """The rules that say which projects a fund is for, without its pot, its days and the crowd. Nobody decides over these."""
    found = [_crowd_or_not(fund, wish), _area(fund, wish), _group_kind(fund, wish), _objective(fund, wish)]
    found += [_costs(fund, wish), _same_project(wish)]
    return [one for one in found if one is not None]


def may_fit(fits: Iterable[RuleFit]) -> bool:
    """Whether nothing is against it that time alone won't change."""
    return not any(one.ok is False and not one.waits for one in fits)


def _open(fund: FundNow, today: date) -> RuleFit:
    if today < fund.starts_on:
        return RuleFit("open", False, f"It opens on {day_words(fund.starts_on)}.", waits=True)
    if not fund.is_open or today > fund.ends_on:
        return RuleFit("open", False, "It is closed and adds nothing more.")
    return RuleFit("open", True, f"It is open until {day_words(fund.ends_on)}.")


def _crowd_or_not(fund: FundNow, wish: Wish) -> RuleFit | None:
    if not fund.without_crowd:
        return None
    if wish.in_crowd:
        words = "It gives small grants to projects that ask nobody else. This one has a campaign."
        return RuleFit("crowd or not", False, words)
    return RuleFit("crowd or not", True, "It gives small grants without a campaign. A referee speaks for the group.")


def _area(fund: FundNow, wish: Wish) -> RuleFit:
    where = _listed(fund.area) if fund.area else "all of Kent"
    if not wish.district_code:
        return RuleFit("area", None, f"It works in {where}. The project has not said where it is.")
    fits = not fund.area_codes or wish.district_code in fund.area_codes
    words = f"It works in {where}" + ("." if fits else f", and the project is in {wish.district}.")
    return RuleFit("area", fits, words)


def _group_kind(fund: FundNow, wish: Wish) -> RuleFit:
    if not fund.group_kinds:
        return RuleFit("kind of group", True, "It is for every kind of group.")
    kinds = _listed(sorted(fund.group_kinds), "or")
    return RuleFit("kind of group", wish.group_kind in fund.group_kinds, f"It is for groups of these kinds: {kinds}.")


def _objective(fund: FundNow, wish: Wish) -> RuleFit:
    if not fund.objectives:
        return RuleFit("objective", True, "It supports every objective.")
    names = _listed([name for _, name in fund.objectives], "or")
    if not fund.same_list:
        return RuleFit(
            "objective", None, f"It supports: {names}. An officer looks whether the project does one of these."
        )
    if wish.objective_id is None:
        return RuleFit("objective", None, f"It supports: {names}. The project has not said what it is for.")
    fits = wish.objective_id in {one for one, _ in fund.objectives}
    words = "It supports what the project is for." if fits else f"It supports something else: {names}."
    return RuleFit("objective", fits, words)


def _exclusions(fund: FundNow) -> RuleFit | None:
    if not fund.exclusions:
        return None
    return RuleFit("exclusions", None, "It never pays for these: " + " ".join(_ended(one) for one in fund.exclusions))


def _costs(fund: FundNow, wish: Wish) -> RuleFit:
    if not fund.revenue_only:
        return RuleFit("costs", True, "It adds to every cost that was approved.")
    if not wish.target_pence:
        return RuleFit("costs", None, "It adds to running costs only. The project has not said what it costs.")
    base = min(wish.target_pence, wish.revenue_pence)
    if base == 0:
        return RuleFit("costs", False, "It adds to running costs only, and this project buys only things that last.")
    return RuleFit("costs", True, f"It adds to running costs only: {pounds(base)} of the target.")


def _same_project(wish: Wish) -> RuleFit:
    if wish.funded_by:
        words = f"{wish.funded_by} has paid for this project before, and no project is paid for twice."
        return RuleFit("same project", False, words)
    if not wish.funded_before:
        return RuleFit("same project", True, "The group has not had public money here before.")
    before = _listed([f"“{title}”" for title in wish.funded_before])
    if wish.told_apart:
        return RuleFit("same project", True, f"An officer has checked that it is not the same as {before}.")
    return RuleFit("same project", None, f"The group had public money for {before}. It must be another project.")


def _one_answer(wish: Wish) -> RuleFit | None:
    if not wish.has_answer:
        return None
    return RuleFit("one answer", False, "It has set money aside here already, and does so once for a campaign.")


def _public_money(fund: FundNow, wish: Wish) -> RuleFit | None:
    if not wish.target_pence:
        return None
    part = fund.numbers[0].combined_share_bp
    room = max(0, share(wish.target_pence, part) - wish.other_public_pence)
    said = f"All public money together may be {percent(part)} of the target"
    if room < 100:
        return RuleFit("all public money", False, f"{said}, and other public bodies bring as much already.")
    return RuleFit("all public money", True, f"{said}: there is room for {pounds(room)}.")


def _left(fund: FundNow) -> RuleFit:
    if fund.left_pence < 100:
        return RuleFit("money left", False, "Nothing is left in it.")
    return RuleFit("money left", True, f"{pounds(fund.left_pence)} is left in it.")


def _needed(wish: Wish) -> RuleFit | None:
    if not wish.target_pence or wish.promised_pence < wish.target_pence:
        return None
    return RuleFit("still needed", False, "The target is met, so a fund can add nothing.")


def _backers(fund: FundNow, wish: Wish) -> RuleFit | None:
    if fund.without_crowd:
        return None
    first = fund.numbers[0]
    need = first.trigger_pence(wish.target_pence)
    asks = _asks(first, need if wish.target_pence else None)
    so_far = f" So far: {plural(wish.backers, 'backer')}, {pounds(wish.crowd_pence)}."
    if _reached(wish, first):
        return RuleFit("backers first", True, asks + so_far)
    if any(_reached(wish, other) for other in fund.numbers[1:]):
        words = f"{asks}{so_far} In some places, or of small groups, it asks for less: an officer looks which counts."
        return RuleFit("backers first", None, words, waits=True)
    return RuleFit("backers first", False, asks + so_far, waits=True)


def _asks(numbers: Numbers, need_pence: int | None) -> str:
    part = f"{percent(numbers.least_raised_bp)} of the target" + (f" ({pounds(need_pence)})" if need_pence else "")
    backers = f"{plural(numbers.least_backers, 'different backer')} have pledged" if numbers.least_backers else ""
    pledged = f"{part} is pledged" if numbers.least_raised_bp else ""
    if not backers and not pledged:
        return "It comes in after the first pledge."
    return (
        f"It comes in once {' and '.join(one for one in (backers, pledged) if one)}. It is never the first to pledge."
    )


def _rounds(fund: FundNow, wish: Wish) -> RuleFit:
    between = fund.decides_between_pence
    if between is None:
        words = f"It can decide at any time, within {plural(fund.decision_working_days, 'working day')}."
        return RuleFit("rounds", True, words)
    small = f" Up to {pounds(between)} can also be decided in between." if between else ""
    if not fund.rounds:
        words = f"It decides in rounds, and the next one has no days yet.{small}"
        return RuleFit("rounds", None if not between else True, words, waits=True)
    ahead = fund.rounds[0]
    if wish.last_day is not None and wish.last_day < ahead.decide_by and not fund.without_crowd:
        words = f"{round_words(ahead)}{small} The campaign ends on {day_words(wish.last_day)}, before that decision."
        return RuleFit("rounds", None if between else False, words, waits=True)
    return RuleFit("rounds", True, f"{round_words(ahead)}{small}")


def round_words(ahead: RoundAhead) -> str:
    """The days of a round in one line."""
    return (
        f"{ahead.name}: ask from {day_words(ahead.opens_on)} to {day_words(ahead.ask_by)}, decided by"
        f" {day_words(ahead.decide_by)}."
    )


def _reached(wish: Wish, numbers: Numbers) -> bool:
    if not wish.target_pence or not wish.backers or not wish.crowd_pence:
        return False
    return wish.backers >= numbers.least_backers and wish.crowd_pence >= numbers.trigger_pence(wish.target_pence)


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith((".", "!", "?")) else f"{sentence}."


def _listed(words: Sequence[str], last: str = "and") -> str:
    """Thanet, Dover and Swale."""
    return f" {last} ".join(one for one in (", ".join(words[:-1]), *words[-1:]) if one)
