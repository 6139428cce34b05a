"""What is left out can't be had back: an attacker who knows the rules works backwards from what is shown."""

from collections import defaultdict
from dataclasses import replace
from itertools import product

import pytest

from crowdfund_kent.small_numbers import LEAST, rounded_people
from evaluation import disclosure
from evaluation.disclosure import (
    public_answers,
    public_counts,
    public_figures,
    public_of,
    public_parts,
    public_share,
    public_within,
    rounded_pence,
)
from evaluation.indicators import REGISTRY, indicator
from evaluation.indicators.kinds import Found, Part, fewest, ratio
from evaluation.surveys.rules import TOO_FEW

Table = tuple[int, ...]
Shown = tuple[int | None, ...]


def published(table: Table) -> Shown:
    """The parts and the total, as a page has them."""
    return (*public_counts(table), rounded_people(sum(table)))


def worlds(parts: int, most: int) -> dict[Shown, list[Table]]:
    """Every table there could be, by what would be shown of it: all that the best attacker can conclude."""
    found: dict[Shown, list[Table]] = defaultdict(list)
    for table in product(range(most + 1), repeat=parts):
        found[published(table)].append(table)
    return found


@pytest.mark.parametrize(("parts", "most"), [(1, 30), (2, 20), (3, 12), (4, 8)])
def test_no_table_tells_a_small_count(parts: int, most: int) -> None:
    told = []
    for shown, possible in worlds(parts, most).items():
        for at in range(parts):
            values = {table[at] for table in possible}
            if len(values) == 1 and 0 < min(values) < LEAST:
                told.append((shown, at, values))
    assert not told


@pytest.mark.parametrize(("parts", "most"), [(2, 16), (3, 9)])
def test_two_days_do_not_tell_what_fewer_than_five_people_did(parts: int, most: int) -> None:
    """Somebody keeps the tables of two days. The count that came or went in a part is never certain where it is 1 to 4."""
    possible = worlds(parts, most)
    ranges = {
        shown: [(min(one[at] for one in tables), max(one[at] for one in tables)) for at in range(parts)]
        for shown, tables in possible.items()
    }
    told = []
    for before, after in product(ranges, repeat=2):
        for at in range(parts):
            (low, high), (least, most_) = ranges[before][at], ranges[after][at]
            smallest, largest = least - high, most_ - low
            if smallest == largest and 0 < abs(smallest) < LEAST:
                told.append((before, after, at, smallest))
    assert not told


def test_zero_is_shown_and_all_that_is_left_out_looks_alike() -> None:
    assert public_counts([0, 2, 40, 12]) == [0, None, 40, None]
    assert public_counts([0, 0]) == [0, 0]
    assert public_counts([3, 4]) == [None, None]


def parts_of(*rows: tuple[int, int, int]) -> list[Part]:
    return [Part(str(at), "", pence, people, largest) for at, (pence, people, largest) in enumerate(rows)]


def test_an_amount_goes_with_its_people_and_where_one_person_stands_out() -> None:
    shown = public_parts(
        parts_of((123_456, 40, 5_000), (2_000, 2, 1_000), (500_000, 12, 480_000), (80_000, 9, 10_000)), of_money=True
    )
    assert [part.value for part in shown] == [120_000, None, None, None]
    assert [part.people for part in shown] == [40, None, 10, None]
    assert all(part.largest_pence == 0 for part in shown)


def test_an_amount_is_never_left_out_alone() -> None:
    shown = public_parts(parts_of((100_000, 20, 5_000), (500_000, 12, 480_000), (90_000, 9, 10_000)), of_money=True)
    assert [part.value for part in shown] == [100_000, None, None]


def test_the_amounts_that_are_left_out_are_not_the_rest_of_the_total() -> None:
    """Total less all that is shown leaves room for every split: at least £50 either way for each amount, and two unknowns."""
    true = parts_of((100_000, 20, 5_000), (500_000, 12, 480_000), (90_000, 9, 10_000))
    shown = public_parts(true, of_money=True)
    total = rounded_pence(sum(part.value or 0 for part in true))
    rest = total - sum(part.value or 0 for part in shown)
    hidden = [at for at, part in enumerate(shown) if part.value is None]
    assert len(hidden) == 2
    assert rest != true[1].value


def places_of(*rows: tuple[str, int, int, int]) -> tuple[list[Part], list[str], list[Part]]:
    """Campaigns (place, pence, people, largest gift), their places, and what the places add up to."""
    campaigns = parts_of(*(row[1:] for row in rows))
    places = [row[0] for row in rows]
    totals = [
        Part(
            one,
            one,
            sum(row[1] for row in rows if row[0] == one),
            sum(row[2] for row in rows if row[0] == one),
            max(row[3] for row in rows if row[0] == one),
        )
        for one in dict.fromkeys(places)
        if one
    ]
    return campaigns, places, totals


def test_a_campaign_is_not_had_from_its_district_less_the_others() -> None:
    """The total of a district is told by the figures: one campaign alone is never missing from it."""
    rows = (("T", 600_000, 30, 9_000), ("T", 300_000, 20, 9_000), ("T", 9_000, 3, 5_000), ("D", 50_000, 4, 20_000))
    campaigns, places, totals = places_of(
        *rows, ("D", 400_000, 40, 9_000), ("", 7_000, 2, 4_000), ("", 80_000, 9, 9_000)
    )
    shown = [part.value for part in public_within(campaigns, places, totals)]
    assert shown == [600_000, None, None, None, None, None, None]


def test_where_a_districts_total_is_left_out_so_are_its_campaigns() -> None:
    """Else the rest of the county would give it: two districts are left out, each with all that is in it."""
    campaigns, places, totals = places_of(
        ("T", 9_000, 3, 5_000), ("D", 100_000, 20, 9_000), ("D", 60_000, 15, 9_000), ("A", 900_000, 80, 9_000),
        ("D", 0, 0, 0),
    )  # fmt: skip
    shown = [part.value for part in public_within(campaigns, places, totals)]
    assert shown == [None, None, None, 900_000, 0]


STARTED = indicator("projects_started")


@pytest.mark.parametrize(
    ("count", "unseen", "shown"), [(28, 0, 28), (30, 2, None), (30, 6, 34), (30, 14, 26), (3, 3, None)]
)
def test_what_nobody_could_see_is_not_had_from_how_many_were_begun(count: int, unseen: int, shown: int | None) -> None:
    """Begun less opened would be those that stopped, to the number."""
    found = public_of(STARTED, Found(count, count, people=unseen))
    assert (found.value, found.numerator, found.people) == (shown, None, None)


def test_so_in_each_district_too() -> None:
    parts = tuple(Part(name, name, begun, unseen) for name, begun, unseen in (("A", 5, 0), ("B", 9, 8), ("C", 4, 1)))
    found = public_of(STARTED, Found(18, 18, people=9, parts={"district": parts}))
    assert (found.value, [part.value for part in found.parts["district"]]) == (19, [5, None, None])


@pytest.mark.parametrize(
    ("near", "told", "shown"), [(1, 1, None), (4, 4, None), (0, 3, None), (9, 9, 10_000), (5, 12, 4_200)]
)
def test_all_or_none_of_a_handful_is_about_a_handful(near: int, told: int, shown: int | None) -> None:
    found = replace(ratio(near, told), people=fewest(near, told - near))
    assert public_of(indicator("backers_near"), found).value == shown


def test_two_rounded_numbers_make_no_rate_of_a_few() -> None:
    """14 asked and 6 answered are 10 and 10 as they are shown: that is not all of them."""
    keys = ("asked_backer_response", "asked_backers", "asked_backers_answered")
    base = {key: Found(0, 0, 1) for key in ("crowd_pledged", "match_pledged", "other_funding", "raised", "cash_ratio")}
    base |= {key: Found(0, 0, 1) for key in ("cash_leverage", "secured", "match_confirmed")}
    for asked, answered, shown in ((14, 6, None), (204, 61, 3_000)):
        found = base | dict(zip(keys, (ratio(answered, asked), Found(asked), Found(answered)), strict=True))
        assert public_figures(REGISTRY, found)[keys[0]].value == shown


def told(table: Table) -> Shown:
    """What is shown of an answer's counts: each, the whole, and of the first, the first two and so on their shares."""
    shares = [public_share(sum(table[:first]), sum(table[first:])) for first in range(1, len(table))]
    return (*public_answers(table), rounded_people(sum(table)), *(one.value for one in shares))


def surveys(parts: int, least: int, most: int) -> dict[Shown, list[Table]]:
    found: dict[Shown, list[Table]] = defaultdict(list)
    for table in product(range(most + 1), repeat=parts):
        if least <= sum(table) <= most:
            found[told(table)].append(table)
    return found


@pytest.mark.parametrize(("parts", "most"), [(2, 40), (3, 30), (4, 16)])
def test_no_survey_tells_what_few_or_all_of_them_chose(parts: int, most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is shown, each answer may have been chosen by one more or one fewer, and none certainly by everybody.

    Also where shares are told of few answers: they add nothing to the counts as they are rounded.
    """
    monkeypatch.setattr(disclosure, "ENOUGH_FOR_RATE", 0)
    for shown, possible in surveys(parts, TOO_FEW, most).items():
        if max(map(sum, possible)) == most:
            continue  # larger ones would be possible too
        for at in range(parts):
            counts = {table[at] for table in possible}
            assert len(counts) > 1, (shown, possible)
            assert any(table[at] < sum(table) for table in possible), shown


@pytest.mark.parametrize(("parts", "most"), [(2, 14)])
def test_what_came_between_two_tellings_is_not_certain(parts: int, most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten answers or more come at once. Of none of them it is certain that fewer than five, or all, chose something."""
    monkeypatch.setattr(disclosure, "ENOUGH_FOR_RATE", 0)
    between: dict[tuple[Shown, Shown], list[Table]] = defaultdict(list)
    tables = [table for some in surveys(parts, TOO_FEW, most).values() for table in some]
    for before, came in product(tables, repeat=2):
        after = tuple(one + more for one, more in zip(before, came, strict=True))
        between[told(before), told(after)].append(came)
    for seen, possible in between.items():
        for at in range(parts):
            counts = {table[at] for table in possible}
            assert len(counts) > 1 or min(counts) >= LEAST, (seen, possible)
            assert any(table[at] < sum(table) for table in possible), seen
