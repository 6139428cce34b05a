"""The states of a decision to give shares back, and of each share in it. Pure."""

from enum import StrEnum
from typing import Final

from crowdfund_kent.states import Transitions


class Giving(StrEnum):
    """Where a proposal is to give a campaign's shares back."""

    PROPOSED = "proposed"
    AGREED = "agreed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


GIVING: Final[Transitions] = {
    (Giving.PROPOSED, "agreed"): Giving.AGREED,
    (Giving.PROPOSED, "refused"): Giving.REFUSED,
    (Giving.PROPOSED, "withdrawn"): Giving.WITHDRAWN,
}


class Share(StrEnum):
    """Where one share is. By card it is `decided` once there is a refund, whose own states say the rest."""

    AGREED = "agreed"
    DUE = "due"
    DECIDED = "decided"
    ENTERED = "entered"
    GIVEN = "given"
    KEPT = "kept"
    ENDED = "ended"


S = Share
SHARE: Final[Transitions] = {
    (S.AGREED, "falls due"): S.DUE,
    (S.AGREED, "wish of giver"): S.KEPT,  # the group keeps it, as the giver wished or because nobody knows who gave
    (S.KEPT, "asked for by giver"): S.DUE,
    (S.DUE, "refund decided"): S.DECIDED,
    (
        S.DUE,
        "not owed any more",
    ): S.ENDED,  # their bank, or a refund by hand, gave all of it back; or their cheque bounced
    (S.AGREED, "not owed any more"): S.ENDED,
    (S.KEPT, "not owed any more"): S.ENDED,
    (S.DUE, "entered"): S.ENTERED,
    (S.ENTERED, "confirmed"): S.GIVEN,
    (S.ENTERED, "withdrawn"): S.DUE,
}
