"""The states of a group's account, a payout, a transfer, its reversal, and the end of a settled campaign. Pure."""

from enum import StrEnum
from typing import Final

from crowdfund_kent.states import Transitions


class Recipient(StrEnum):
    """Where a group's account at the provider is. Only a ready one lets a campaign open and is paid to."""

    INTENDED = "intended"  # our row, before the provider has it
    INCOMPLETE = "incomplete"  # the provider asks for something
    READY = "ready"
    RESTRICTED = "restricted"  # it was ready, and is not any more


RECIPIENT: Final[Transitions] = {
    (Recipient.INTENDED, "made"): Recipient.INCOMPLETE,
    (Recipient.INCOMPLETE, "ready"): Recipient.READY,
    (Recipient.READY, "not ready"): Recipient.RESTRICTED,
    (Recipient.RESTRICTED, "ready"): Recipient.READY,
}


class Payout(StrEnum):
    """Where the payout of a settled campaign is. A hold is a row of its own (payments/holds)."""

    WAITING = "waiting"
    SENDING = "sending"
    PAID = "paid"
    CANCELLED = "cancelled"  # the campaign collapsed before anything was paid


PAYOUT: Final[Transitions] = {
    (Payout.WAITING, "began"): Payout.SENDING,
    (Payout.WAITING, "collapsed"): Payout.CANCELLED,
    (Payout.SENDING, "paid"): Payout.PAID,
    # a dispute was won, or a refund came back: that payment is the group's after all
    (Payout.PAID, "more is due"): Payout.SENDING,
}


class Transfer(StrEnum):
    """Where a transfer is. Unknown is a state, as for a charge."""

    INTENDED = "intended"
    UNKNOWN = "unknown"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    REVERSED = "reversed"  # all of it came back; parts are amounts


X = Transfer
OPEN: Final = (X.INTENDED, X.UNKNOWN)
TRANSFER: Final[Transitions] = {
    (X.INTENDED, "succeeded"): X.SUCCEEDED,
    (X.INTENDED, "failed"): X.FAILED,
    (X.INTENDED, "no answer"): X.UNKNOWN,
    (X.UNKNOWN, "succeeded"): X.SUCCEEDED,
    (X.UNKNOWN, "failed"): X.FAILED,
    # the provider made it all the same: its word wins
    (X.FAILED, "succeeded"): X.SUCCEEDED,
    (X.SUCCEEDED, "reversed"): X.REVERSED,
}


class Reversal(StrEnum):
    """Where it is that money of a transfer comes back from the group's account."""

    INTENDED = "intended"
    UNKNOWN = "unknown"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


V = Reversal
REVERSAL: Final[Transitions] = {
    (V.INTENDED, "succeeded"): V.SUCCEEDED,
    (V.INTENDED, "failed"): V.FAILED,
    (V.INTENDED, "no answer"): V.UNKNOWN,
    (V.UNKNOWN, "succeeded"): V.SUCCEEDED,
    (V.UNKNOWN, "failed"): V.FAILED,
    (V.FAILED, "succeeded"): V.SUCCEEDED,
}


class Collapse(StrEnum):
    """Where a proposal is to give everybody's money back before the payout of a settled campaign (ruling 14)."""

    PROPOSED = "proposed"
    AGREED = "agreed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


COLLAPSE: Final[Transitions] = {
    (Collapse.PROPOSED, "agreed"): Collapse.AGREED,
    (Collapse.PROPOSED, "refused"): Collapse.REFUSED,
    (Collapse.PROPOSED, "withdrawn"): Collapse.WITHDRAWN,
}
