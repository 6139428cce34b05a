"""One backer = same e-mail or same card, transitively (ruling 10)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crowdfund_kent.accounts.models import Person
from crowdfund_kent.audit import BACKER
from crowdfund_kent.clock import business_now
from crowdfund_kent.references import email_key, plain_email
from pledges import pledging
from pledges.backers import Keys, count_people
from tests.pledges import make
from tests.pledges.make import fair_count

pytestmark = pytest.mark.usefixtures("db")


@pytest.mark.parametrize(
    ("pledges", "people"),
    [
        ([], 0),
        ([("a", None)], 1),
        ([("a", None), ("a", None)], 1),
        ([("a", "1"), ("b", "1")], 1),
        ([("a", "1"), ("b", "2")], 2),
        ([("a", "1"), ("a", "2"), ("b", "2"), ("c", "3")], 2),
        # the last pledge joins two that were apart
        ([("a", "1"), ("b", "2"), ("c", "3"), ("a", "2")], 2),
        ([("a", None), ("b", None)], 2),
        # an e-mail and a card that look alike are two things
        ([("x", None), ("y", "x")], 2),
    ],
)
def test_the_count_by_example(pledges: list[Keys], people: int) -> None:
    assert count_people(pledges) == people


def by_hand(pledges: list[Keys]) -> int:
    """Groups that share a key are poured together until nothing moves."""
    groups: list[tuple[set[str], set[str]]] = []
    for email, card in pledges:
        groups.append(({email}, {card} if card is not None else set()))
    moved = True
    while moved:
        moved = False
        for i, one in enumerate(groups):
            for j in range(len(groups) - 1, i, -1):
                other = groups[j]
                if one[0] & other[0] or one[1] & other[1]:
                    one[0].update(other[0])
                    one[1].update(other[1])
                    del groups[j]
                    moved = True
    return len(groups)


keys = st.lists(st.tuples(st.sampled_from("abcdefgh"), st.one_of(st.none(), st.sampled_from("123456"))), max_size=12)


@given(keys)
def test_the_count_is_what_pouring_together_gives(pledges: list[Keys]) -> None:
    assert count_people(pledges) == by_hand(pledges)


@given(keys, st.randoms())
def test_the_order_of_pledges_does_not_matter(pledges: list[Keys], random: object) -> None:
    shuffled = list(pledges)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert count_people(shuffled) == count_people(pledges)


@given(keys, st.tuples(st.sampled_from("abcdefgh"), st.one_of(st.none(), st.sampled_from("123456"))))
def test_one_more_pledge_adds_at_most_one_backer(pledges: list[Keys], more: Keys) -> None:
    before, after = count_people(pledges), count_people([*pledges, more])
    assert after <= before + 1
    assert count_people([*pledges, more, more]) == after


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("Kim@Example.ORG", "kim@example.org"),
        ("kim+news@example.org", "kim@example.org"),
        (" kim@example.org ", "kim@example.org"),
        ("kim.reed@example.org", "kim.reed@example.org"),
    ],
)
def test_case_and_tag_do_not_make_another_person(typed: str, plain: str) -> None:
    assert plain_email(typed) == plain
    assert email_key(typed) == email_key(plain)
    assert plain not in email_key(typed)


async def test_a_campaign_counts_people_not_pledges() -> None:
    campaign = await make.campaign()
    await make.pledge(campaign, email="kim@example.org", fingerprint="one")
    await make.pledge(campaign, email="kim+2@example.org", fingerprint="two")
    await make.pledge(campaign, email="sam@example.org", fingerprint="two")
    await make.pledge(campaign, email="lee@example.org", fingerprint="three")
    await make.pledge(campaign, active=False)
    assert await fair_count(campaign.id) == 2


async def test_those_who_run_the_campaign_give_but_are_no_backers() -> None:
    owner = await Person.create(email="owner@example.org", name="Ada Owner", created_at=business_now())
    campaign = await make.campaign(owner_id=owner.id)
    mine = await make.pledge(campaign, email="owner+gift@example.org")
    assert mine.runs_campaign
    await make.pledge(campaign, email="neighbour@example.org")
    assert await fair_count(campaign.id) == 1


async def test_somebody_who_left_the_group_is_a_backer_again() -> None:
    owner = await Person.create(email="former@example.org", name="Bo Former", created_at=business_now())
    campaign = await make.campaign(owner_id=owner.id)
    await owner.memberships.all().update(ended_at=business_now())  # type: ignore[attr-defined]
    mine = await make.pledge(campaign, email="former@example.org")
    assert not mine.runs_campaign
    assert await fair_count(campaign.id) == 1


async def test_a_cancelled_pledge_takes_its_backer_along() -> None:
    campaign = await make.campaign()
    pledge = await make.pledge(campaign)
    await pledging.cancel(pledge.id, BACKER)
    assert await fair_count(campaign.id) == 0
