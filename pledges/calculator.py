"""What a match may be at most, which rule binds, and how an amount falls on the sources of a pot. Pure.

most = min(max_share x eligible_base, max_amount, combined_share x target - other_public, pot_available,
target - raised), rounded down to a whole pound, never below 0 (domain.md, section 2). All amounts are pence.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, NamedTuple

from crowdfund_kent.money import pounds, share, split_pence, whole_pounds


class Bound(StrEnum):
    """The terms of the formula, in its order: of equal terms the first one binds."""

    MAX_SHARE = "max_share"
    MAX_AMOUNT = "max_amount"
    COMBINED_SHARE = "combined_share"
    POT = "pot"
    GAP = "gap"


_BINDING_WORDS: Final = {
    Bound.MAX_SHARE: "the fund's largest share of a target",
    Bound.MAX_AMOUNT: "the fund's largest amount",
    Bound.COMBINED_SHARE: "the share that all public money together may have",
    Bound.POT: "what is left in the pot",
    Bound.GAP: "what the campaign still needs",
}


def words_of(bound: str) -> str:
    """A rule that was stored with an award, in words; as it is, where there is no such rule any more."""
    return _BINDING_WORDS[Bound(bound)] if bound in set(Bound) else bound


@dataclass(frozen=True, slots=True)
class Terms:
    """What goes into the formula, as it stands at one moment.

    `target_pence`: when the panel decides, overfunding excluded. `eligible_base_pence`: see eligible_base().
    `other_public_pence`: ruling 3. `pot_available_pence`: left in the sources that this award may draw.
    `raised_pence`: crowd, accepted match, and what every fund has earmarked (ruling 2).
    """

    target_pence: int
    eligible_base_pence: int
    max_share_bp: int
    max_amount_pence: int
    combined_share_bp: int
    other_public_pence: int
    pot_available_pence: int
    raised_pence: int

    def as_stored(self) -> dict[str, int]:
        """For a JSON column."""
        return {name: getattr(self, name) for name in self.__slots__}


class Term(NamedTuple):
    """One term of the formula: which, in words for people, and its pence (it may be below 0)."""

    name: Bound
    words: str
    pence: int


@dataclass(frozen=True, slots=True)
class Most:
    """What the calculator found: whole pounds in pence, which term binds, and every term in the formula's order."""

    pence: int
    binds: Bound
    terms: tuple[Term, ...]

    @property
    def binding_words(self) -> str:
        """What binds, to stand after "because of"."""
        return _BINDING_WORDS[self.binds]

    def as_stored(self) -> dict[str, Any]:
        """For a JSON column: {"most_pence", "binds", "terms": [{"name", "words", "pence"}]}."""
        return {
            "most_pence": self.pence,
            "binds": str(self.binds),
            "terms": [{"name": str(name), "words": words, "pence": pence} for name, words, pence in self.terms],
        }


def eligible_base(target_pence: int, revenue_pence: int, *, revenue_only: bool) -> int:
    """What the fund's own share is a share of: the target, or for a revenue-only fund no more than revenue (ruling 1)."""
    return min(target_pence, revenue_pence) if revenue_only else target_pence


def most(given: Terms) -> Most:
    """The most that may be awarded, and why not more."""
    terms = (
        Term(Bound.MAX_SHARE, _share_words(given), share(given.eligible_base_pence, given.max_share_bp)),
        Term(Bound.MAX_AMOUNT, "The fund's largest amount for one project", given.max_amount_pence),
        Term(
            Bound.COMBINED_SHARE,
            _combined_words(given),
            share(given.target_pence, given.combined_share_bp) - given.other_public_pence,
        ),
        Term(Bound.POT, "Left in the pot for this project", given.pot_available_pence),
        Term(Bound.GAP, "Still needed to reach the target", given.target_pence - given.raised_pence),
    )
    lowest = min(terms, key=lambda term: term.pence)  # the first of equal ones
    return Most(max(0, whole_pounds(lowest.pence)), lowest.name, terms)


def _percent(bp: int) -> str:
    whole, part = divmod(bp, 100)
    return f"{whole}%" if not part else f"{whole}.{part:02d}".rstrip("0") + "%"


def _share_words(given: Terms) -> str:
    of = "Half" if given.max_share_bp == 5000 else _percent(given.max_share_bp)
    if given.eligible_base_pence < given.target_pence:
        return f"{of} of the {pounds(given.eligible_base_pence)} of running costs that this fund may pay for"
    return f"{of} of the target of {pounds(given.target_pence)}"


def _combined_words(given: Terms) -> str:
    words = f"{_percent(given.combined_share_bp)} of the target, for all public money together"
    if given.other_public_pence:
        words += f", less {pounds(given.other_public_pence)} from other public bodies"
    return words


def share_by_left(left: Sequence[int], amount: int) -> list[int] | None:
    """How `amount` falls on sources with `left` pence each: by what is left, largest remainder, ties to the first.

    None when they hold less than `amount` together. No part is ever more than its source has left (ruling 5).
    """
    if amount > sum(left):
        return None
    return split_pence(amount, left) if amount else [0] * len(left)
