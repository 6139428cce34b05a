"""The states of a repayment: money that reached a backer by bank transfer or cheque. Pure."""

from enum import StrEnum
from typing import Final

from crowdfund_kent.states import Transitions


class Repayment(StrEnum):
    """Where a repayment is. The refund counts as paid back only once it is *confirmed*."""

    RECORDED = "recorded"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


REPAYMENT: Final[Transitions] = {
    (Repayment.RECORDED, "confirmed"): Repayment.CONFIRMED,
    (Repayment.RECORDED, "refused"): Repayment.REFUSED,
    (Repayment.RECORDED, "withdrawn"): Repayment.WITHDRAWN,
}
