"""Reads about shares of unspent money: what is due and nobody has decided to give back yet, and how what was decided stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from crowdfund_kent.database import fetch
from payments import refunds
from payments.models import ChargeAttempt, Refund
from payments.payouts import rules, standing
from payments.shares_back.models import ShareBack, SharesBack
from payments.shares_back.states import Giving
from payments.shares_back.states import Share as Status
from payments.states import Attempt
from payments.states import Refund as RefundStatus
from projects.queries import group_id_of

# shares of backers and givers (a fund's is asked back as a recovery), of something, and in no decision yet
_DUE: Final = (
    "SELECT u.id, u.pledge_id, u.gift_id, u.amount_pence, d.campaign_id FROM unspent_share u"
    " JOIN delivery_turn t ON t.id = u.turn_id JOIN delivery d ON d.id = t.delivery_id"
    " LEFT JOIN share_back s ON s.share_id = u.id"
    " WHERE s.id IS NULL AND u.match_pledge_id IS NULL AND u.amount_pence > 0"
)


@dataclass(frozen=True, slots=True)
class Due:
    """One share that nobody has decided to give back yet. Pence."""

    share_id: int
    pledge_id: int | None
    gift_id: int | None
    amount_pence: int


@dataclass(frozen=True, slots=True)
class DueOf:
    """What is due of one campaign: how many shares by card and by hand, and their sum in pence."""

    campaign_id: int
    by_card: int
    by_hand: int
    amount_pence: int


async def due(campaign_id: int) -> list[Due]:
    """Of one campaign, in the order in which they were decided."""
    rows = await fetch(f"{_DUE} AND d.campaign_id = $1 ORDER BY u.id", campaign_id)
    return [Due(row["id"], row["pledge_id"], row["gift_id"], row["amount_pence"]) for row in rows]


async def campaigns_due() -> list[DueOf]:
    """Every campaign with shares that nobody has decided about, also where a proposal waits."""
    rows = await fetch(
        f"SELECT campaign_id, count(pledge_id) AS cards, count(gift_id) AS hands, sum(amount_pence)::bigint AS pence"
        f" FROM ({_DUE}) u GROUP BY campaign_id ORDER BY campaign_id"
    )
    return [DueOf(row["campaign_id"], row["cards"], row["hands"], row["pence"]) for row in rows]


async def card_costs(found: Sequence[Due]) -> int:
    """Pence that the programme bears when these shares go back: what of small payments never reached the group."""
    shares: dict[int, int] = {}
    for one in found:
        if one.pledge_id is not None:
            shares[one.pledge_id] = shares.get(one.pledge_id, 0) + one.amount_pence
    payments = ChargeAttempt.filter(pledge_id__in=list(shares), status=Attempt.SUCCEEDED)
    twice = await Refund.filter(pledge_id__in=list(shares), reason=refunds.TWICE).values_list("attempt_id", flat=True)
    pledges = {one.id: one.pledge_id for one in await payments.exclude(id__in=list(twice)).order_by("-number")}
    standings_of = await standing.standings(list(pledges))
    bears = {
        pledges[attempt_id]: rules.card_cost_of_share(one, min(shares[pledges[attempt_id]], left))
        for attempt_id, one in standings_of.items()
        if (left := one.pledge_pence - one.back_held_pence) > 0
    }
    return sum(bears.values())


@dataclass(frozen=True, slots=True)
class Standing:
    """One share of a decision: `words` for people. Of a card its refund tells how far it is."""

    row: ShareBack
    reference: str
    by_card: bool
    words: str
    is_back: bool


_OF_REFUNDS: Final = {
    RefundStatus.SUCCEEDED: "Back on the card",
    RefundStatus.REPAID: "Paid another way",
    RefundStatus.FAILED: "The bank did not take it: officers pay it another way",
    RefundStatus.VOID: "Went back by hand at the payment provider",
}
_WORDS: Final = {
    Status.DUE: "To be given",
    Status.ENTERED: "Given, a second person looks",
    Status.GIVEN: "Given",
    Status.KEPT: "Stays with the group, by the giver’s wish",
    Status.ENDED: "Not owed any more",
}
_BACK: Final = frozenset({RefundStatus.SUCCEEDED, RefundStatus.REPAID, RefundStatus.VOID})


async def standings(giving_id: int) -> list[Standing]:
    """Every share of a decision, as it stands now: those by card first."""
    rows = (
        await ShareBack.filter(giving_id=giving_id)
        .order_by("id")
        .select_related("share__pledge", "share__gift", "giving__campaign")
    )
    sources = {f"unspent_share:{row.share_id}": row.id for row in rows if row.share.pledge_id}
    found = {sources[str(one.source)]: one for one in await Refund.filter(source__in=list(sources)).order_by("id")}
    return sorted((_standing(row, found.get(row.id)) for row in rows), key=lambda one: not one.by_card)


def _standing(row: ShareBack, refund: Refund | None) -> Standing:
    if row.share.pledge_id is None:
        gift = row.share.gift
        assert gift is not None
        is_back = row.status == Status.GIVEN
        return Standing(row, gift.reference, False, _WORDS[Status(row.status)], is_back)
    assert row.share.pledge is not None
    if refund is None:
        words = "Waits for its turn" if row.status == Status.DUE else _WORDS[Status(row.status)]
        return Standing(row, row.share.pledge.reference, True, words, row.status == Status.ENDED)
    words = _OF_REFUNDS.get(RefundStatus(refund.status), "On its way back to the card")
    if refund.status == RefundStatus.INTENDED and refund.next_at is None:
        words = "Waits until the group’s account gives it back"
    return Standing(row, row.share.pledge.reference, True, words, refund.status in _BACK)


@dataclass(frozen=True, slots=True)
class Progress:
    """How a decision stands: shares and pence, and how much of it is back with whom it came from."""

    giving: SharesBack
    shares: int
    back: int
    back_pence: int
    kept_pence: int


def progress(giving: SharesBack, rows: Sequence[Standing]) -> Progress:
    """Summed up. Pure."""
    back = [one for one in rows if one.is_back]
    return Progress(
        giving,
        len(rows),
        len(back),
        sum(one.row.amount_pence for one in back),
        sum(one.row.amount_pence for one in rows if one.row.status == Status.KEPT),
    )


async def of_group(group_id: int, campaign_id: int) -> list[SharesBack]:
    """What was agreed of a group's campaign, the newest first; nothing where it is another group's."""
    if await group_id_of(campaign_id) != group_id:
        return []
    return await SharesBack.filter(campaign_id=campaign_id, status=Giving.AGREED).order_by("-id")
