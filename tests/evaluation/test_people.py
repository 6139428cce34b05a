"""The fair count with arrays is the fair count of pledges/backers.py, whoever gave what."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as some

from evaluation.people import Gifts, _running, by_campaign, components, givers
from pledges.backers import count_people, people_of, who_counts

GIFT = some.tuples(
    some.integers(1, 3), some.integers(1, 6), some.integers(0, 4), some.integers(1, 9_000), some.booleans()
)


def column(rows: list[tuple[int, int, int, int, bool]], at: int) -> np.ndarray:
    return np.array([int(row[at]) for row in rows], dtype=np.int64)


@given(some.lists(GIFT, max_size=25))
@settings(max_examples=150, deadline=None)
def test_the_arrays_count_as_the_loops_do(rows: list[tuple[int, int, int, int, bool]]) -> None:
    keys = [(f"e{email}", f"c{card}" if card else None) for _, email, card, _, _ in rows]
    campaign, email, card, amount, runs = (column(rows, at) for at in range(5))
    person = components(email, card)
    assert len(set(person.tolist())) == count_people(keys)
    told = people_of(keys)
    for one in range(len(rows)):
        for other in range(one):
            assert (person[one] == person[other]) == (told[one] == told[other])
    meant = [True] * len(rows)
    for number in set(campaign.tolist()):
        at = [place for place, row in enumerate(rows) if row[0] == number]
        for place, counts in zip(at, who_counts((keys[place], rows[place][4]) for place in at), strict=True):
            meant[place] = counts
    backer = ~_running(campaign, email, card, runs == 1)
    assert backer.tolist() == meant
    nothing = np.zeros(len(rows), dtype=np.int64)
    every = Gifts(campaign, email, card, amount, nothing, nothing, nothing - 1, backer, backer)
    people = givers(every)
    assert people.count == count_people(keys[place] for place in range(len(rows)) if meant[place])
    assert int(people.pence.sum()) == sum(rows[place][3] for place in range(len(rows)) if meant[place])
    apart = []
    for number in (3, 1, 2, 9):
        here = every.where(every.campaign == number)
        apart.append((here.pence, givers(here).count, givers(here).largest_pence))
    assert by_campaign(every, (3, 1, 2, 9)) == apart, "campaign by campaign as all at once"
