"""Who bears what a payment costs, to the penny."""

from hypothesis import given
from hypothesis import strategies as st

from payments.payouts.rules import Borne, Standing, borne, card_cost_of_share, due_to_group, kept, lacks

ROWS = [
    # what happened, then fee, cover, held, card cost, loss, and what is due to the group
    (Standing(4_000, 0, 80, "group"), (80, 0, 80, 0, 0), 3_920),
    (Standing(4_081, 81, 81, "group"), (81, 81, 0, 0, 0), 4_000),
    (Standing(4_081, 81, 150, "group"), (150, 81, 69, 0, 0), 3_931),
    (Standing(4_000, 0, 80, "programme"), (80, 0, 0, 80, 0), 4_000),
    (Standing(4_000, 0, None, "group"), (0, 0, 0, 0, 0), 0),
    # back before the payout: in part, all of it, all but less than the fee, twice
    (Standing(4_000, 0, 80, "group", back_pence=1_000), (80, 0, 80, 0, 0), 2_920),
    (Standing(4_081, 81, 81, "group", back_pence=4_081, back_cover_pence=81), (81, 0, 0, 81, 0), 0),
    (Standing(4_000, 0, 80, "group", back_pence=3_950), (80, 0, 50, 30, 0), 0),
    (Standing(4_000, 0, 80, "group", back_pence=8_000), (80, 0, -4_000, 80, 4_000), 0),
    # after the payout: nothing came back, all of it, a part; a reversal whose refund never went
    (Standing(4_000, 0, 80, "group", 4_000, 0, 0, 3_920, 0, 0, 0, 80), (80, 0, -3_920, 0, 4_000), 0),
    (Standing(4_000, 0, 80, "group", 4_000, 0, 0, 3_920, 0, 3_920, 0, 80), (80, 0, 0, 0, 80), 0),
    (Standing(4_000, 0, 80, "group", 500, 0, 0, 3_920, 0, 500, 0, 80), (80, 0, 80, 0, 0), 0),
    (Standing(4_000, 0, 80, "group", 0, 0, 0, 3_920, 0, 500, 0, 80), (80, 0, 80, 0, 0), 500),
    (Standing(4_000, 0, 80, "group", 0, 0, 500, 3_920, 0, 500, 0, 80), (80, 0, 80, 0, 0), 0),
    # £2 and a card that costs more than it
    (Standing(200, 0, 250, "group"), (250, 0, 200, 50, 0), 0),
]


def test_the_facts_hold() -> None:
    for standing, wanted, due in ROWS:
        assert borne(standing) == Borne(*wanted), standing
        assert due_to_group(standing)[0] == due, standing


@given(
    pledge=st.integers(200, 100_000),
    cover=st.integers(0, 2_000),
    fee=st.integers(0, 6_000),
    part=st.floats(0, 1),
    group=st.booleans(),
)
def test_costs_balance_and_a_transfer_of_what_is_due_leaves_nothing(
    pledge: int, cover: int, fee: int, part: float, group: bool
) -> None:
    back = int(part * pledge)
    before = Standing(pledge + cover, cover, fee, "group" if group else "programme", back_pence=back)
    costs = borne(before)
    due, of_cover = due_to_group(before)
    assert costs.cover_pence + costs.held_pence + costs.card_cost_pence + costs.loss_pence == fee
    assert min(costs.cover_pence, costs.held_pence, costs.card_cost_pence, due, of_cover) >= 0
    assert costs.loss_pence == 0
    if due:
        after = Standing(
            before.charge_pence,
            cover,
            fee,
            before.borne_by,
            back,
            0,
            0,
            due,
            of_cover,
            0,
            costs.cover_pence,
            costs.held_pence,
        )
        assert borne(after) == costs, "sending it moves no cost"
        assert (kept(after), due_to_group(after)[0]) == (0, 0)


SHARES = [
    # £10 with a fee of 35p, so £9.65 reached the group: a share, what came of it, (still the group's, the programme's)
    (Standing(1_000, 0, 35, "group", 0, 0, 0, 965, 0, 965, 0, 35), 990, (0, 25)),
    (Standing(1_000, 0, 35, "group", 0, 0, 0, 965, 0, 960, 0, 35), 990, (5, 25)),
    (Standing(1_000, 0, 35, "group", 0, 0, 0, 965, 0, 0, 0, 35), 30, (30, 0)),  # the card cost excuses no empty account
    (Standing(1_000, 0, 35, "group", 0, 0, 0, 965, 0, 500, 0, 35), 500, (0, 0)),
    (Standing(1_000, 0, 35, "group", 500, 0, 0, 965, 0, 965, 0, 35), 490, (0, 25)),  # a second share of it
    (Standing(1_000, 0, 35, "programme", 0, 0, 0, 1_000, 0, 990, 0, 0), 990, (0, 0)),
    (Standing(1_036, 36, 36, "group", 0, 0, 0, 1_000, 0, 990, 36, 0), 990, (0, 0)),  # the backer had covered it
]


def test_of_a_share_the_group_gives_what_reached_it_and_the_programme_bears_the_card_cost() -> None:
    for standing, share, wanted in SHARES:
        assert lacks(standing, share) == wanted, standing
    fresh = Standing(1_000, 0, 35, "group", 0, 0, 0, 965, 0, 0, 0, 35)
    assert [card_cost_of_share(fresh, pence) for pence in (30, 965, 966, 1_000)] == [0, 0, 1, 35]
