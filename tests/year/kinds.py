"""What happens in a wave: six kinds of campaigns, which between them show everything that money can do here."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from pledges.gifts.kinds import Return, Way
from pledges.gifts.states import Cause
from pledges.kinds import Accrual
from pledges.models import OfflineGift
from projects.models import Campaign
from tests.payments import make
from tests.year import going_back, paying
from tests.year.playing import One, Year

Play = Callable[[Year, One], Awaitable[None]]
A, B, C, D, E, F = (
    (
        "flat",
        "gifts handed on",
        "cheque bounced later",
        "refund after the payout",
        "programme bears card costs",
        "Gift Aid claimed and put right",
    ),
    ("in first", "refund in part", "payment returned", "taken back by hand"),
    ("bridging", "dispute won", "recovered", "shares back"),
    ("top-up", "dispute lost", "instalments", "payout held"),
    ("missed", "gifts given back", "match let go"),
    ("collapsed", "everybody refunded", "refund failed", "drawn by the council"),
)
NAMES: Final = frozenset(name for names in (A, B, C, D, E, F) for name in names)


async def _flat(year: Year, one: One) -> None:
    await Campaign.filter(id=one.campaign_id).update(card_cost_borne_by="programme")
    await year.pledge(one, 7_000, cover=False)
    await year.pledge(one, 1_500)
    await year.match(one, 8_000, Accrual.FLAT)
    cash = await year.gift(one, 2_000)
    cheque = await year.gift(one, 3_000, way=Way.CHEQUE, cheque_number="000100", name="Eve Moor")
    await year.desk.bank(cash, cheque)
    await going_back.declare(year, *one.pledges, cash)


async def _in_first(year: Year, one: One) -> None:
    await year.match(one, 10_000, Accrual.IN_FIRST)
    await year.pledge(one, 11_001, cover=True)


async def _bridging(year: Year, one: One) -> None:
    await year.match(one, 12_000, Accrual.BRIDGING)
    await year.pledge(one, 9_333)
    await year.pledge(one, 1_000, cover=True)
    await year.desk.bank(await year.gift(one, 2_500))


async def _top_up(year: Year, one: One) -> None:
    await year.pledge(one, 15_000)
    await year.pledge(one, 1_500, cover=True)
    await year.match(one, 4_001, Accrual.TOP_UP, instalments={"over_pence": 1_000, "first_bp": 7_000})


async def _missed(year: Year, one: One) -> None:
    pledge = await year.pledge(one, 2_000, cover=True)
    year.said.charged -= pledge.charge_pence  # nobody is charged
    await year.match(one, 9_000, Accrual.FLAT)
    await year.gift(one, 1_500)


async def _collapsed(year: Year, one: One) -> None:
    await year.pledge(one, 6_000, make.DECLINES)
    pledge = await year.pledge(one, 13_500, make.REFUND_FAILS, cover=True)
    year.said.given_back += pledge.charge_pence
    cheque = await year.gift(one, 1_000, way=Way.CHEQUE, cheque_number="000200", name="Flo Nash")
    await year.desk.bank(cheque)


PLAYS: Final[tuple[tuple[tuple[str, ...], Play], ...]] = (
    (A, _flat), (B, _in_first), (C, _bridging), (D, _top_up), (E, _missed), (F, _collapsed),
)  # fmt: skip


async def wave(year: Year, each: int) -> list[One]:
    """`each` campaigns of every kind begin together, get their money, reach their end, and everything that follows."""
    begun: list[One] = []
    for shows, play in PLAYS:
        for number in range(each):
            one = await year.open(shows, number)
            begun.append(one)
            await play(year, one)
    of = {shows: [one for one in begun if one.shows == shows] for shows, _ in PLAYS}
    for days in (41, 3):
        await year.pass_time(days=days)
    # settled, and nothing is sent on before the books are laid beside the provider's
    for one in of[B]:
        await year.give_back(one.pledges[0], 1_000)
    for one in of[C]:
        await year.dispute(one, one.pledges[1])
    held = await going_back.hold(year, of[D])
    await year.pass_time(days=1)  # the others are sent on; a dispute that nobody answers is lost after nine days
    for one in of[C]:
        await year.decide(one, won=True)
    await going_back.claim(year, of[A])
    for one in of[A]:  # their groups' accounts still hold it
        await year.give_back(one.pledges[1])
    await going_back.no_gift_aid(year, of[A])
    await going_back.let_go(year, of[D], held)
    await going_back.take_back(year, of[B])
    await year.pass_time(minutes=30)
    await year.pass_time(days=14)
    await going_back.send_again(year, of[B])  # a night found it
    # the groups' accounts are empty: what is lost now is the programme's
    for one in of[D]:
        await year.dispute(one, one.pledges[1])
        await year.decide(one, won=False)
    await year.pass_time(days=2)
    await _afterwards(year, of)
    await year.pass_time(days=1)
    return begun


async def _afterwards(year: Year, of: dict[tuple[str, ...], list[One]]) -> None:
    """Gifts go on or back, a cheque bounces; the council pays, is paid back, and puts in what costs took."""
    for one in (*of[E], *of[F]):
        for gift in one.gifts:
            found = await OfflineGift.get(id=gift.id)
            missed = one.shows == E
            await year.desk.give_back(
                found, Cause.MISSED if missed else Cause.COLLAPSED, Return.CASH if missed else Return.CHEQUE
            )
            year.said.gifts_back += gift.amount_pence
    for one in (*of[A], *of[C]):
        await year.desk.hand_on(await Campaign.get(id=one.campaign_id))
        year.said.gifts_on += sum(gift.amount_pence for gift in one.gifts)
    for one in of[A]:
        await year.desk.bounced(one.gifts[1])
        await year.desk.made_good(one.gifts[1], 1_200)
        year.said.cheques_unpaid += one.gifts[1].amount_pence
        year.said.cheques_made_good += 1_200
    await year.pay_another_way(of[F])
    await paying.pay(year, [one.owed for shows in (A, B, C, D) for one in of[shows]])
    await paying.come_back(year, of[B])
    await paying.second_parts(year, of[D])
    await paying.recover(year, of[C])
    await going_back.share_out(year, of[C])
    await year.put_in()
    await year.draw()


def of_kind(campaigns: Sequence[One], name: str) -> list[One]:
    """Those that are an example of it."""
    return [one for one in campaigns if name in one.shows]
