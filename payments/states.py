"""The states of a charge attempt and of a refund (docs/states.md). Pure."""

from enum import StrEnum
from typing import Final

from crowdfund_kent.states import Transitions


class Attempt(StrEnum):
    """Where a charge attempt is. Unknown is a state: it is never taken for failed."""

    INTENDED = "intended"
    SUCCEEDED = "succeeded"
    DECLINED = "declined"
    ACTION_REQUIRED = "action required"
    UNKNOWN = "unknown"
    VOID = "void"


T = Attempt
ATTEMPT: Final[Transitions] = {
    (T.INTENDED, "succeeded"): T.SUCCEEDED,
    (T.INTENDED, "declined"): T.DECLINED,
    (T.INTENDED, "action required"): T.ACTION_REQUIRED,
    (T.INTENDED, "no answer"): T.UNKNOWN,
    (T.INTENDED, "void"): T.VOID,
    (T.UNKNOWN, "succeeded"): T.SUCCEEDED,
    (T.UNKNOWN, "declined"): T.DECLINED,
    (T.UNKNOWN, "action required"): T.ACTION_REQUIRED,
    (T.UNKNOWN, "void"): T.VOID,
    (T.ACTION_REQUIRED, "succeeded"): T.SUCCEEDED,
    (T.ACTION_REQUIRED, "declined"): T.DECLINED,
    (T.ACTION_REQUIRED, "void"): T.VOID,
    # a cancelled intent that had succeeded at the provider all the same: the provider's word wins
    (T.VOID, "succeeded"): T.SUCCEEDED,
    (T.DECLINED, "succeeded"): T.SUCCEEDED,
}
OPEN: Final = frozenset({T.INTENDED, T.UNKNOWN, T.ACTION_REQUIRED})


class RefundProposal(StrEnum):
    """Where an officer's proposal is to give a backer's money back before the payout."""

    PROPOSED = "proposed"
    AGREED = "agreed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


REFUND_PROPOSAL: Final[Transitions] = {
    (RefundProposal.PROPOSED, "agreed"): RefundProposal.AGREED,
    (RefundProposal.PROPOSED, "refused"): RefundProposal.REFUSED,
    (RefundProposal.PROPOSED, "withdrawn"): RefundProposal.WITHDRAWN,
}


class Refund(StrEnum):
    """Where a refund is."""

    INTENDED = "intended"
    UNKNOWN = "unknown"
    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    VOID = "void"  # the backer's bank took the payment back first
    REPAID = "repaid"  # it failed, and the backer was paid another way (repayments/)


R = Refund
REFUND: Final[Transitions] = {
    (R.INTENDED, "succeeded"): R.SUCCEEDED,
    (R.INTENDED, "pending"): R.PENDING,
    (R.INTENDED, "failed"): R.FAILED,
    (R.INTENDED, "no answer"): R.UNKNOWN,
    (R.UNKNOWN, "succeeded"): R.SUCCEEDED,
    (R.UNKNOWN, "pending"): R.PENDING,
    (R.UNKNOWN, "failed"): R.FAILED,
    (R.PENDING, "succeeded"): R.SUCCEEDED,
    (R.PENDING, "failed"): R.FAILED,
    (R.SUCCEEDED, "failed"): R.FAILED,
    (R.FAILED, "paid another way"): R.REPAID,
    (R.INTENDED, "void"): R.VOID,
    (R.UNKNOWN, "void"): R.VOID,
    (R.PENDING, "void"): R.VOID,
    # the provider made it all the same: its word wins
    (R.VOID, "succeeded"): R.SUCCEEDED,
}
