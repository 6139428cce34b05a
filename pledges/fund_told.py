"""What a fund's pages tell everybody: its rules in plain words, variants as a table, who may sign, when it decides."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from crowdfund_kent.geography import DISTRICTS
from crowdfund_kent.money import pounds
from crowdfund_kent.templating import day as day_words
from crowdfund_kent.templating import percent, plural
from pledges.fund_scope import Numbers, Variant, numbers_with, variants_of
from pledges.kinds import PlaceKind
from pledges.match_words import Promise, promise_words
from pledges.models import DecisionAuthority, FundRules, MatchFund
from projects.models import Objective

EXAMPLE_PENCE: Final = 100_000
_NAMES: Final = {one.code: one.name for one in DISTRICTS}
PLACES: Final = {
    PlaceKind.DEPRIVED: "deprived places",
    PlaceKind.RURAL: "rural places",
    PlaceKind.COASTAL: "places on the coast",
}


@dataclass(frozen=True, slots=True)
class RulesTold:
    """One row of rules, told. `variants`: rows for components/parts.html's data_table, under VARIANT_COLUMNS."""

    rows: Sequence[tuple[str, str]]
    exclusions: Sequence[str]
    variants: Sequence[Sequence[Any]]


VARIANT_COLUMNS: Final = (
    "For",
    {"words": "Of the target", "number": True},
    {"words": "No more than", "number": True},
    {"words": "Different backers first", "number": True},
    {"words": "Pledged first", "number": True},
)


async def rules_told(fund: MatchFund, history: Iterable[FundRules]) -> dict[int, RulesTold]:
    """Every row of a fund's rules in words, by its id. `fund` comes with its funder."""
    listed = list(history)
    wanted = {one for rules in listed for one in rules.objective_ids}
    objectives = {one.id: one.name for one in await Objective.filter(id__in=list(wanted))}
    return {rules.id: tell(fund, rules, objectives) for rules in listed}


def tell(fund: MatchFund, rules: FundRules, objectives: dict[int, str]) -> RulesTold:
    """A row of rules in words. `objectives`: names by id."""
    funder = fund.funder.short_name
    base = "the running costs in its target" if rules.revenue_only else "its target"
    names = [objectives[one] for one in rules.objective_ids if one in objectives]
    rows = [
        (
            "Most for one project",
            f"{percent(rules.max_share_bp)} of {base}, and no more than {pounds(rules.max_amount_pence)}",
        ),
        (
            "All public money together",
            f"At most {percent(rules.combined_share_bp)} of the target, counting every fund here and every public body"
            " that pledges",
        ),
    ]
    if not fund.without_crowd:
        rows.append(("The crowd comes first", _crowd_first(rules, funder)))
    rows += [
        ("Where", ", ".join(_NAMES[code] for code in rules.area) or "All of Kent"),
        ("For whom", _sentence(", ".join(rules.group_kinds)) or "Every kind of community group"),
        ("What it is for", ", ".join(names) or "Every objective"),
        (
            "What it can pay for",
            "Running costs only, not things that last" if rules.revenue_only else "Any cost that was approved",
        ),
        ("When it decides", _decides(rules)),
        ("Decided within", plural(rules.decision_working_days, "working day")),
        ("Paid", paid_words(rules)),
        *(
            [("A report that is overdue", "no further money from this fund until it is sent")]
            if rules.overdue_stops
            else []
        ),
        (
            "Time to accept an offer",
            plural(rules.days_to_accept, "day")
            + ("" if fund.without_crowd else ", and no longer than the campaign runs"),
        ),
        ("Where these rules come from", rules.why or "Not recorded"),
    ]
    plain = numbers_with(rules, None)
    variants = [_row(one, numbers_with(rules, one)) for one in variants_of(rules.variants)]
    if variants:
        variants.append(["Everybody else", *_cells(plain)])
    return RulesTold(rows, list(rules.exclusions), variants)


def _crowd_first(rules: FundRules, funder: str) -> str:
    backers = f"{plural(rules.least_backers, 'different backer')} and " if rules.least_backers else ""
    first = f"{funder} is never the first to pledge"
    return f"{backers}{percent(rules.least_raised_bp)} of the target pledged. {first}"


def _decides(rules: FundRules) -> str:
    between = rules.between_rounds_pence
    if between is None:
        return "At any time"
    return "In rounds" + (f". Up to {pounds(between)} can also be decided in between" if between else " only")


def _row(one: Variant, numbers: Numbers) -> list[Any]:
    return [{"text": one.name, "small": for_whom(one)}, *_cells(numbers)]


def _cells(numbers: Numbers) -> list[str]:
    return [
        percent(numbers.max_share_bp),
        pounds(numbers.max_amount_pence),
        str(numbers.least_backers),
        percent(numbers.least_raised_bp),
    ]


def for_whom(one: Variant) -> str:
    """For which places and groups a variant is: places on the coast, groups with up to £10,000 a year."""
    parts = [PLACES[one.place]] if one.place is not None else []
    if one.most_income_pence is not None:
        parts.append(f"groups with up to {pounds(one.most_income_pence)} a year")
    return ", ".join(parts)


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def how_it_counts(fund: MatchFund) -> str:
    """How the fund's money comes to count for a campaign, by the example of £1,000: what a resident reads there."""
    promise = Promise(fund.funder.short_name, EXAMPLE_PENCE, fund.accrual, fund.start_bp)
    return promise_words(promise, target_met=False)


async def signing_now(fund_id: int, today: date) -> list[list[Any]]:
    """Who may sign for the fund today: post, decision, up to how much for one project and one list, until when."""
    found = await DecisionAuthority.filter(fund_id=fund_id, from_day__lte=today, to_day__gte=today).order_by("id")
    return [
        [
            one.post,
            one.decision_number,
            pounds(one.limit_pence),
            pounds(one.list_limit_pence) if one.list_limit_pence is not None else "no limit of its own",
            day_words(one.to_day),
        ]
        for one in found
    ]


def paid_words(rules: FundRules) -> str:
    """All at once, or in two parts (ruling 13)."""
    if rules.instalments_over_pence is None:
        return "all at once"
    return (
        f"up to {pounds(rules.instalments_over_pence)} all at once; above it {percent(rules.first_part_bp)} first, and the"
        " rest once the interim report is accepted"
    )
