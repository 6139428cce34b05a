"""Who bears the cost of a payment, and what is due to the group of it. Pure; pence.

Ruling 9: the card cost comes first out of what the backer added for it, then from the group or the programme. Of a
payment that went back the programme bears it. What refunds and disputes cost after the payout is the programme's loss.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

GROUP: Final = "group"
FIRST_LOOK: Final = timedelta(minutes=1)
LONGEST_LOOK: Final = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Standing:
    """One payment that succeeded, and what became of it since.

    charge_pence: all that was taken, of it cover_pence for the card cost. back_pence: what refunds that succeeded and
    lost disputes took, of it back_cover_pence from the cover; owed_pence: refunds that the bank did not take, the backer's
    all the same. sent_pence: transfers that succeeded, of it
    sent_cover_pence; reversed_pence: of them what came back. fee_*_pence: as frozen by the first transfer, None before.
    """

    charge_pence: int
    cover_pence: int
    fee_pence: int | None
    borne_by: str
    back_pence: int = 0
    back_cover_pence: int = 0
    owed_pence: int = 0
    sent_pence: int = 0
    sent_cover_pence: int = 0
    reversed_pence: int = 0
    fee_cover_pence: int | None = None
    fee_held_pence: int | None = None

    @property
    def pledge_pence(self) -> int:
        """The payment without the cover."""
        return self.charge_pence - self.cover_pence

    @property
    def back_held_pence(self) -> int:
        """What went back of the pledge itself."""
        return self.back_pence - self.back_cover_pence


@dataclass(frozen=True, slots=True)
class Borne:
    """Who bears what of a payment's costs: the backer's cover, what is held for the group, the programme (two ways)."""

    fee_pence: int
    cover_pence: int
    held_pence: int
    card_cost_pence: int
    loss_pence: int

    def less(self, other: "Borne") -> "Borne":
        """What changes from `other` to this."""
        return Borne(
            self.fee_pence - other.fee_pence,
            self.cover_pence - other.cover_pence,
            self.held_pence - other.held_pence,
            self.card_cost_pence - other.card_cost_pence,
            self.loss_pence - other.loss_pence,
        )

    @property
    def is_nothing(self) -> bool:
        """No amount at all."""
        return not any((self.fee_pence, self.cover_pence, self.held_pence, self.card_cost_pence, self.loss_pence))


def borne(one: Standing) -> Borne:
    """Who bears the costs of this payment, all that is known of it taken together."""
    return _after_payout(one) if one.sent_pence else _before_payout(one)


def _before_payout(one: Standing) -> Borne:
    """The fee out of what is left of the cover, then of the pledge; the programme bears the rest, and all of a payment
    that went back. What went back twice (a refund, then a lost dispute) is a loss."""
    fee = one.fee_pence or 0
    cover_left, lack_cover = _left(one.cover_pence - one.back_cover_pence)
    held_left, lack_held = _left(one.pledge_pence - one.back_held_pence)
    by_cover = by_held = 0
    if one.borne_by == GROUP:
        by_cover = min(fee, cover_left)
        by_held = min(fee - by_cover, held_left)
    return Borne(
        fee,
        by_cover - lack_cover,
        by_held - lack_held,
        fee - by_cover - by_held,
        lack_cover + lack_held,
    )


def _after_payout(one: Standing) -> Borne:
    """The fee as it was split when the payment was sent on. What is missing since is the programme's loss; what is
    left over (money came back from the group, and not all went on to the backer) is held for the group again."""
    fee = one.fee_pence or 0
    split = (one.fee_cover_pence or 0) + (one.fee_held_pence or 0)
    cover = one.cover_pence - one.sent_cover_pence - one.back_cover_pence
    held = one.pledge_pence - (one.sent_pence - one.sent_cover_pence) + one.reversed_pence - one.back_held_pence
    total = cover + held - split
    left = max(0, total)
    return Borne(fee, cover, held - left, fee - split, max(0, -total))


def _left(pence: int) -> tuple[int, int]:
    """What is left, and what is missing."""
    return max(0, pence), max(0, -pence)


def kept(one: Standing) -> int:
    """What of this payment is still held for the group, its cover with it."""
    costs = borne(one)
    gone = one.back_pence + one.sent_pence - one.reversed_pence + costs.cover_pence + costs.held_pence
    return one.charge_pence - gone


def gone_back(one: Standing, pence: int) -> Standing:
    """The same payment once `pence` more of the pledge went back to its backer."""
    return replace(one, back_pence=one.back_pence + pence)


def card_cost_of_share(one: Standing, pence: int) -> int:
    """What the programme bears when `pence` more of a pledge go back and the group's account gives all that it can.

    Only what never reached the group, its card cost: a small pledge of which nearly all goes back (docs/payouts.md).
    """
    from_group = min(pence, max(0, one.sent_pence - one.reversed_pence))
    now, then = borne(one), borne(replace(gone_back(one, pence), reversed_pence=one.reversed_pence + from_group))
    return then.loss_pence + then.card_cost_pence - now.loss_pence - now.card_cost_pence


def lacks(one: Standing, pence: int) -> tuple[int, int]:
    """Of `pence` more that go back after the payout, with what came from the group so far: (what the group's account still
    owes, what never reached the group and the programme bears)."""
    loss = borne(gone_back(one, pence)).loss_pence - borne(one).loss_pence
    if not one.sent_pence:
        return 0, loss
    never_there = max(0, one.back_pence + pence - one.sent_pence) - max(0, one.back_pence - one.sent_pence)
    return max(0, loss - never_there), min(loss, never_there)


def due_to_group(one: Standing) -> tuple[int, int]:
    """What of this payment is the group's now and was not sent on yet, and of it what backers had added as cover.

    Nothing while the fee is not known.
    """
    if one.fee_pence is None:
        return 0, 0
    due = kept(one) - one.owed_pence
    cover = one.cover_pence - one.back_cover_pence - one.sent_cover_pence - borne(one).cover_pence
    return due, max(0, min(cover, due))


def look_again_after(age: timedelta) -> timedelta:
    """When to ask again for a fee that the provider has not written yet: soon at first, then every few hours."""
    return min(max(FIRST_LOOK, age), LONGEST_LOOK)
