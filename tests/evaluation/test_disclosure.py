"""What is left out can't be had back: an attacker who knows the rules works backwards from what is shown."""

from collections import defaultdict
from itertools import product

import pytest

from crowdfund_kent.small_numbers import LEAST, rounded_people
from evaluation.disclosure import public_counts, public_parts, rounded_pence
from evaluation.indicators.kinds import Part

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
