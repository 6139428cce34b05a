"""What may be shown to everybody of figures about people, in one place: every public page and file passes through here. Pure.

Projects, funds and public money are shown to the penny: each has a page of its own. Of people, and of what they gave:

1. A count of 1 to 4 is left out, with as many others as it takes that nothing small is had by subtraction. All that is left
   out looks alike: nobody can tell a small count from one that hides it.
2. Every other count is rounded to the nearest 10 and every amount to the nearest £100, totals too and each for itself, so that
   neither a sum nor the same table of another day tells what one person did.
3. An amount of which one person gave more than three fifths is left out, and never alone.
4. Of what people and groups chose when they were asked, only rounds that are over are told, ten answers or more at once
   (surveys/rules.told_until). Each count is rounded to the nearest ten; nobody looks like a few, since what all chose would
   tell what each of them did. A share is made of rounded counts, from a hundred answers on, and left out where a few or nobody
   chose otherwise.

Tried by tests/evaluation/test_disclosure.py, which knows these rules and works backwards from what is shown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from crowdfund_kent.small_numbers import LEAST, TO_THE_NEAREST, rounded_people, without_small
from evaluation.indicators.kinds import Found, Indicator, Part, Shown, Unit, ratio

TO_THE_PENCE: Final = 10_000  # £100
STANDS_OUT_BP: Final = 6_000
_HIDDEN: Final = "left out, because it would tell something of fewer than five people"
# made of another figure's rounded value, so that dividing back gives no more than that
_MADE_OF: Final[Mapping[str, tuple[str, str]]] = {
    "raised": ("crowd_pledged", "match_pledged"),
    "cash_ratio": ("crowd_pledged", "match_pledged"),
    "cash_leverage": ("crowd_pledged", "match_pledged"),
}
_SECURED: Final = "secured"
ACROSS: Final = " and "  # in the name of a breakdown by two ways
ENOUGH_FOR_RATE: Final = 100  # of fewer, two numbers to the nearest ten make a rate that is nothing like the true one
_TOO_ROUND: Final = f"told from {ENOUGH_FOR_RATE} on: both numbers are to the nearest ten"


def rounded_pence(pence: int) -> int:
    """To the nearest £100.

    >>> rounded_pence(1_234_567)
    1230000
    """
    sign = -1 if pence < 0 else 1
    return sign * ((abs(pence) + TO_THE_PENCE // 2) // TO_THE_PENCE * TO_THE_PENCE)


def stands_out(pence: int, largest_pence: int) -> bool:
    """One person gave so much of it that the amount is about them."""
    return largest_pence * 10_000 > pence * STANDS_OUT_BP


def public_counts(counts: Sequence[int]) -> list[int | None]:
    """Counts of people, a part each: rounded, or None where one is left out. All are, where the whole is 1 to 4."""
    if 0 < sum(counts) < LEAST:
        return [None] * len(counts)
    named = {str(at): count for at, count in enumerate(counts) if count}
    shown, _ = without_small(named)
    if 0 < len(named) - len(shown) < 2 and shown:  # one alone is what is missing from the total
        shown.pop(min(reversed(shown), key=lambda name: shown[name]))
    return [rounded_people(count) if not count or str(at) in shown else None for at, count in enumerate(counts)]


def public_parts(parts: Sequence[Part], of_money: bool) -> tuple[Part, ...]:
    """The parts of a figure about people."""
    people = public_counts([part.people or 0 for part in parts])
    if not of_money:
        return tuple(
            replace(part, value=count, people=count, largest_pence=0) for part, count in zip(parts, people, strict=True)
        )
    left_out = {
        at
        for at, (part, count) in enumerate(zip(parts, people, strict=True))
        if part.value and (count is None or stands_out(part.value, part.largest_pence) or not part.people)
    }
    if len(left_out) == 1:
        rest = [at for at, part in enumerate(parts) if part.value and at not in left_out]
        left_out |= set(sorted(rest, key=lambda at: (parts[at].value or 0, -at))[:1])
    return tuple(
        replace(
            part,
            value=None if at in left_out else rounded_pence(part.value or 0),
            people=people[at],
            largest_pence=0,
        )
        for at, part in enumerate(parts)
    )


def public_cells(parts: Sequence[Part]) -> tuple[Part, ...]:
    """Of a table of two ways, what holds five or more; nobody and a few are left out alike, and with them their lines."""
    counts = public_answers([part.people or 0 for part in parts])
    return tuple(
        replace(part, value=count, people=count) for part, count in zip(parts, counts, strict=True) if count is not None
    )


def public_within(parts: Sequence[Part], places: Sequence[str], totals: Sequence[Part]) -> tuple[Part, ...]:
    """What people gave, a part each, where the total of each place is told too. `totals`: of places, not yet made public;
    a part whose place is not among them is of one further place, of which no total is told.

    Where a total is left out, so are its parts; where it is shown, its parts give away nothing among themselves.
    """
    told = {part.key: part.value for part in public_parts(totals, of_money=True)}
    shown: dict[int, Part] = {}
    for place in dict.fromkeys(one if one in told else "" for one in places):
        at = [number for number, one in enumerate(places) if (one if one in told else "") == place]
        some = public_parts([parts[number] for number in at], of_money=True)
        if place in told and told[place] is None:
            some = tuple(replace(part, value=None, people=None) if part.value != 0 else part for part in some)
        shown |= dict(zip(at, some, strict=True))
    return tuple(shown[number] for number in range(len(parts)))


def public_answers(counts: Sequence[int]) -> list[int | None]:
    """How often each answer was chosen: rounded, None for up to four. Each for itself: totals are rounded too."""
    return [None if count < LEAST else rounded_people(count) for count in counts]


def public_share(chosen: int, others: int) -> Found:
    """A share of a hundred answers and more, of both numbers as rounded. Left out where one side is small, or nobody."""
    some, rest = public_answers((chosen, others))
    if chosen + others < ENOUGH_FOR_RATE:
        return Found(None, why=_TOO_ROUND, hidden=True)
    return Found(None, why=_HIDDEN, hidden=True) if some is None or rest is None else ratio(some, some + rest)


def public_response(asked: int, answered: int) -> tuple[int | None, int | None]:
    """(asked, answered) of rounds that are over."""
    some, rest = public_answers((asked, answered))
    return some, rest


def _begun(found: Found) -> Found:
    """What had a page as it is, with the others like people; `people` of found and parts are those others."""

    def shown(value: int | None, unseen: int | None, told: int | None) -> int | None:
        return None if value is None or told is None else value - (unseen or 0) + told

    parts = {
        way: tuple(
            replace(part, value=shown(part.value, part.people, told), people=None)
            for part, told in zip(some, public_counts([part.people or 0 for part in some]), strict=True)
        )
        for way, some in found.parts.items()
    }
    value = shown(found.value, found.people, rounded_people(found.people or 0))
    found = replace(found, parts=parts)
    return _hidden(found) if value is None else replace(found, value=value, numerator=None, people=None)


def _hidden(found: Found) -> Found:
    return replace(
        found, value=None, numerator=None, denominator=None, people=None, largest_pence=0, why=_HIDDEN, hidden=True
    )


def public_of(indicator: Indicator, found: Found) -> Found:
    """One figure as everybody may see it."""
    if indicator.shown is Shown.OPEN:
        return found
    if indicator.shown is Shown.UNSEEN:
        return _begun(found)
    if indicator.shown in (Shown.ASKED, Shown.ANSWERS):
        return _of_a_survey(indicator, found)
    parts = {
        name: public_cells(some) if ACROSS in name else public_parts(some, indicator.shown is Shown.GIVEN)
        for name, some in found.parts.items()
    }
    found = replace(found, parts=parts)
    if found.value is None:
        return found
    people = found.people or 0
    if 0 < people < LEAST or (found.largest_pence and stands_out(found.numerator or 0, found.largest_pence)):
        return _hidden(found)
    value: int | None = found.value
    match indicator.unit:
        case Unit.COUNT:
            value = rounded_people(found.value) if indicator.key != "help_hours" else _to(found.value, TO_THE_NEAREST)
        case Unit.SHARE:
            value = _to(found.value, 100)
        case Unit.PENCE if indicator.denominator == "none" and indicator.key != "gift_median":
            value = rounded_pence(found.value)
        case _:
            pass  # a mean is to the pound already
    return replace(found, value=value, numerator=None, denominator=None, people=None, largest_pence=0)


def _of_a_survey(indicator: Indicator, found: Found) -> Found:
    if found.value is None:
        return found
    if indicator.unit is Unit.SHARE:
        top, bottom = found.numerator or 0, found.denominator or 0
        if indicator.shown is Shown.ANSWERS:
            return public_share(top, bottom - top)
        asked, answered = public_response(bottom, top)
        if bottom < ENOUGH_FOR_RATE or not asked or answered is None:
            return replace(_hidden(found), why=_TOO_ROUND)
        return ratio(answered, asked)
    (value,) = public_answers([found.value])
    if value is None:
        return _hidden(found)
    parts = {
        way: tuple(
            replace(part, value=count, people=count)
            for part, count in zip(some, public_answers([part.people or 0 for part in some]), strict=True)
        )
        for way, some in found.parts.items()
    }
    return replace(found, value=value, numerator=None, people=None, parts=parts)


def _sums(some: Mapping[str, tuple[Part, ...]], others: Mapping[str, tuple[Part, ...]], way: str) -> tuple[Part, ...]:
    """What is shown of both together, by one way; left out where either is."""
    beside = {part.key: part.value for part in others.get(way, ())}
    return tuple(
        replace(part, value=None if part.value is None else part.value + (beside.get(part.key) or 0), people=None)
        for part in some.get(way, ())
    )


def _to(value: int, nearest: int) -> int:
    return (value + nearest // 2) // nearest * nearest


def public_figures(indicators: Mapping[str, Indicator], found: Mapping[str, Found]) -> dict[str, Found]:
    """Every figure as everybody may see it; what is made of others is made of them as they are shown."""
    shown = {key: public_of(indicators[key], one) for key, one in found.items()}
    crowd, match = shown["crowd_pledged"], found["match_pledged"].value or 0
    other = found["other_funding"].value or 0
    if crowd.hidden:
        return shown | {key: _hidden(found[key]) for key in (*_MADE_OF, _SECURED) if found[key].has_evidence}
    if crowd.value is not None:
        shown["raised"] = replace(
            found["raised"],
            value=crowd.value + match,
            numerator=crowd.value + match,
            parts={way: _sums(crowd.parts, found["match_pledged"].parts, way) for way in indicators["raised"].parts},
        )
        shown["cash_ratio"] = ratio(crowd.value, match, found["cash_ratio"].why)
        shown["cash_leverage"] = ratio(crowd.value + other, match, found["cash_leverage"].why)
    secured = found[_SECURED]
    if secured.value is not None:
        certain = found["match_confirmed"].value or 0
        value = rounded_pence(secured.value - certain) + certain
        shown[_SECURED] = replace(secured, value=value, numerator=value)
    return shown
