"""Signals for officers: tables of gifts, and what there is to look at. They refuse nothing."""

from datetime import UTC, datetime, timedelta

import pytest

from crowdfund_kent.accounts.roles import Role
from panel.queries.signals import signals_for, signals_of
from panel.signals import MANY, Gift, Sign, signals
from tests.client import SiteClient
from tests.panel import round_make as make
from tests.panel.stage import stage
from tests.panel.test_award_pages import as_actor
from tests.pledges import pot_make

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


def gift(pence: int, who: str = "a", *, card: str | None = None, minutes: int = 0, own: bool = False) -> Gift:
    return Gift(pence, who, who, card, NOON + timedelta(minutes=minutes), own)


def several(number: int, pence: int, every: int = 1) -> list[Gift]:
    return [gift(pence, f"p{one}", minutes=one * every) for one in range(number)]


def same_card(*who: str) -> list[Gift]:
    return [Gift(1_000, "one", name, "card", NOON + timedelta(days=day)) for day, name in enumerate(who)]


@pytest.mark.parametrize(
    ("gifts", "found"),
    [
        ([], set()),
        (several(3, 1_000), set()),  # a third exactly is not above a third
        ([*several(2, 1_000), gift(1_001, "large")], {Sign.ONE_GIVER}),
        ([*several(4, 1_000), gift(900, "large"), gift(1_200, "large")], {Sign.ONE_GIVER}),  # twice is one giver
        (several(MANY, 500), {Sign.SMALL_GIFTS}),
        (several(MANY - 1, 500), set()),
        (several(MANY, 501), set()),
        (several(MANY, 200, every=9), set()),  # 63 minutes from the first to the last
        (several(MANY, 200, every=8), {Sign.SMALL_GIFTS}),
        ([*several(5, 1_000), *same_card("ann", "ben")], {Sign.CARDS}),
        ([*several(5, 1_000), *same_card("ann", "ann")], set()),
        ([*several(5, 1_000), gift(500, "x", card="1"), gift(500, "x", card="2")], {Sign.ADDRESSES}),
        ([*several(5, 1_000), gift(900, "o", own=True)], {Sign.OWN_PEOPLE}),
    ],
)
def test_what_is_looked_at_follows_from_the_gifts(gifts: list[Gift], found: set[Sign]) -> None:
    assert {one.sign for one in signals(gifts)} == found


def test_signals_tell_numbers_and_what_to_do_and_name_nobody() -> None:
    gifts = [
        *several(3, 1_000),
        *same_card("ann@example.org", "ben@example.org"),
        gift(9_000, "rose@example.org", own=True),
    ]
    made = signals(gifts, ["Sea steps (a similar title)"])
    assert [one.sign for one in made] == [Sign.ONE_GIVER, Sign.CARDS, Sign.OWN_PEOPLE, Sign.REPEAT]
    assert made[0].found == "£90.00 of £140.00 from backers came from one of 5 givers."
    assert made[1].found == "1 card gave under 2 addresses."
    assert made[2].found == "1 of them gave £90.00."
    assert made[3].found == "1 funded project looks alike: Sea steps (a similar title)."
    assert signals([], ["A", "B"])[0].found == "2 funded projects look alike: A; B."
    (owed,) = signals([], [], ["Sea steps, final, asked by 1 May 2026"])
    assert (owed.sign, owed.found) == (
        Sign.OVERDUE,
        "1 report of this group is overdue: Sea steps, final, asked by 1 May 2026.",
    )
    assert all(one.means and one.do and "@" not in f"{one}" for one in made)


async def test_an_officer_reads_signals_beside_a_pitch_and_a_proposal_and_nothing_is_refused(
    client: SiteClient,
) -> None:
    panel = await make.panel()
    pitch = await panel.pitch(crowd=(90_000, 30_000))
    assert [one.sign for one in await signals_of(pitch)] == [Sign.ONE_GIVER]
    assert await signals_for(pitch.project_id, None) == []
    await as_actor(client, panel.officer)
    page = await client.get(f"/staff/pitches/{pitch.reference}")
    assert "£900.00 of £1,200.00 from backers came from one of 2 givers." in page.main
    assert "Signals decide nothing." in page.main
    await panel.meet()
    await panel.carry(pitch)
    assert len(await panel.sign()) == 1
    s = await stage(crowd=(90_000, 30_000))
    officer = await pot_make.person("Off", Role.FUND_OFFICER, fund=s.fund)
    await as_actor(client, officer)
    page = await client.get(f"/staff/funds/{s.fund.slug}/awards/new/{s.campaign.id}")
    assert "One giver carries much of it" in page.main
    assert (await s.propose(by=officer)).amount_pence == 400_000
