"""Where a fund works, for whom, and which of its numbers differ by place or by size of group. Pure; amounts are pence.

Shapes in the JSON columns of a row of fund_rules. `area`: official codes of districts. `group_kinds`: what groups are in
law (projects.kinds.LegalForm). `objective_ids`: of the fund's list. `exclusions`: plain sentences. `variants`: a list of
Variant.as_stored(). An empty area, list of kinds or list of objectives leaves nothing out.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final, Protocol

from crowdfund_kent import geography
from crowdfund_kent.money import BASIS_POINTS
from pledges.kinds import PlaceKind
from projects.kinds import LegalForm

MOST_VARIANTS: Final = 5  # more, and nobody can say any more what holds for a project
MOST_EXCLUSIONS: Final = 20
EXCLUSION_LONGEST: Final = 200
NAME_LONGEST: Final = 60
# the numbers of a fund's rules that a variant may put another way
VARYING: Final = ("max_share_bp", "max_amount_pence", "least_backers", "least_raised_bp")


class BadShape(ValueError):
    """What was stored or typed is no variant; the words say why."""


@dataclass(frozen=True, slots=True)
class Variant:
    """Other numbers, published with the rules, for places of one kind and/or groups up to a size. None: as the rules say.

    `most_income_pence`: of the group in its last year, this much or less.
    """

    name: str
    place: PlaceKind | None = None
    most_income_pence: int | None = None
    least_backers: int | None = None
    least_raised_bp: int | None = None
    max_share_bp: int | None = None
    max_amount_pence: int | None = None

    def fits(self, place_kinds: Collection[str], income_pence: int | None) -> bool:
        """Whether it holds for a project in such a place, by a group of such an income. An income not known never fits."""
        if self.place is not None and self.place.value not in {str(kind) for kind in place_kinds}:
            return False
        return self.most_income_pence is None or (income_pence is not None and income_pence <= self.most_income_pence)

    def as_stored(self) -> dict[str, Any]:
        """Its JSON: what is None is left out."""
        return {name: value for name, value in asdict(self).items() if value is not None}


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers that hold for one project: those of the rules, or of a variant where it says otherwise."""

    max_share_bp: int
    max_amount_pence: int
    combined_share_bp: int
    least_backers: int
    least_raised_bp: int

    def trigger_pence(self, target_pence: int) -> int:
        """What the crowd must have pledged first, rounded up to a penny."""
        return -(-target_pence * self.least_raised_bp // BASIS_POINTS)


class RulesWithNumbers(Protocol):
    """What is asked of a row of fund_rules here."""

    @property
    def max_share_bp(self) -> int: ...
    @property
    def max_amount_pence(self) -> int: ...
    @property
    def combined_share_bp(self) -> int: ...
    @property
    def least_backers(self) -> int: ...
    @property
    def least_raised_bp(self) -> int: ...
    @property
    def variants(self) -> Any: ...


def variants_of(stored: Iterable[Mapping[str, Any]]) -> tuple[Variant, ...]:
    """The variants in a row's JSON, in the published order. BadShape for what could not have been stored by us."""
    return tuple(_variant(one) for one in stored)


def _variant(stored: Mapping[str, Any]) -> Variant:
    try:
        place = PlaceKind(stored["place"]) if stored.get("place") is not None else None
        one = Variant(**{**stored, "place": place})
    except (KeyError, TypeError, ValueError) as error:
        raise BadShape(f"This is no variant: {sorted(stored)}") from error
    if wrong := why_not(one):
        raise BadShape(wrong)
    return one


def why_not(variant: Variant) -> str | None:
    """Why this can't be a variant, in words for who typed it; None where it can."""
    numbers = [getattr(variant, name) for name in (*VARYING, "most_income_pence")]
    if not variant.name or len(variant.name) > NAME_LONGEST:
        return f"Enter a name of up to {NAME_LONGEST} characters for this variant"
    if variant.place is None and variant.most_income_pence is None:
        return f"Choose for which places or which size of group “{variant.name}” is"
    if all(getattr(variant, name) is None for name in VARYING):
        return f"Enter at least one number that differs for “{variant.name}”"
    if any(number is not None and (isinstance(number, bool) or not isinstance(number, int)) for number in numbers):
        return f"The numbers of “{variant.name}” must be whole numbers"
    if any(number is not None and number < 0 for number in numbers):
        return f"The numbers of “{variant.name}” can't be below 0"
    if any(share is not None and share > BASIS_POINTS for share in (variant.max_share_bp, variant.least_raised_bp)):
        return f"A share of “{variant.name}” can't be more than 100%"
    return None


def scope_problem(
    *,
    area: Collection[str],
    group_kinds: Collection[str],
    exclusions: Collection[str],
    variants: Collection[Variant],
    between_rounds_pence: int | None,
) -> str | None:
    """Why rules can't say this, in words for who typed it; None where they can. Objectives are checked where lists are."""
    if not all(geography.is_district(code) for code in area):
        return "Choose districts of Kent only"
    if not set(group_kinds) <= {kind.value for kind in LegalForm}:
        return "Choose kinds of group from those offered"
    if len(exclusions) > MOST_EXCLUSIONS:
        return f"Enter {MOST_EXCLUSIONS} sentences or fewer on what the fund never pays for"
    if any(not words.strip() or len(words) > EXCLUSION_LONGEST for words in exclusions):
        return f"Each sentence on what the fund never pays for must be {EXCLUSION_LONGEST} characters or fewer"
    if len(variants) > MOST_VARIANTS:
        return f"Enter {MOST_VARIANTS} variants or fewer"
    if wrong := next((words for one in variants if (words := why_not(one))), None):
        return wrong
    if len({one.name.casefold() for one in variants}) < len(variants):
        return "Give each variant a name of its own"
    if between_rounds_pence is not None and between_rounds_pence < 0:
        return "Enter an amount that is not below 0"
    return None


def numbers_for(
    rules: RulesWithNumbers, place_kinds: Collection[str] = (), income_pence: int | None = None
) -> tuple[Numbers, str]:
    """The numbers that hold for a project in such a place by a group of such an income, and the name of the variant.

    The first listed variant that fits counts; the name is empty where none does.
    """
    found = next((one for one in variants_of(rules.variants) if one.fits(place_kinds, income_pence)), None)
    return numbers_with(rules, found), found.name if found else ""


def numbers_with(rules: RulesWithNumbers, variant: Variant | None) -> Numbers:
    """The numbers of the rules under one variant, or without any."""

    def pick(name: str) -> int:
        other = getattr(variant, name) if variant is not None else None
        return int(getattr(rules, name) if other is None else other)

    return Numbers(
        max_share_bp=pick("max_share_bp"),
        max_amount_pence=pick("max_amount_pence"),
        combined_share_bp=rules.combined_share_bp,
        least_backers=pick("least_backers"),
        least_raised_bp=pick("least_raised_bp"),
    )


def all_numbers(rules: RulesWithNumbers) -> list[Numbers]:
    """All numbers that could hold for some project: those of the rules first, then each variant's."""
    return [numbers_with(rules, None), *(numbers_with(rules, one) for one in variants_of(rules.variants))]


def decided_between_rounds(limit_pence: int | None, amount_pence: int) -> bool:
    """Whether an award of this amount may be decided between rounds, by fund_rules.between_rounds_pence.

    None: the fund has no rounds, so any amount may. 0: in rounds only.
    """
    return limit_pence is None or amount_pence <= limit_pence
