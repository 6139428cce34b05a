"""The states of a pledge and of a match pledge, and what moves them (docs/states.md). Pure."""

from enum import StrEnum
from typing import Final

from crowdfund_kent.states import Transitions


class Pledge(StrEnum):
    """Where a resident's pledge is."""

    PENDING = "pending"
    ACTIVE = "active"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    RELEASED = "released"
    COLLECTING = "collecting"
    COLLECTED = "collected"
    ACTION_REQUIRED = "action required"
    FAILED = "failed"
    DROPPED = "dropped"
    REFUNDED = "refunded"
    DISPUTED = "disputed"
    CHARGED_BACK = "charged back"


P = Pledge
PLEDGE: Final[Transitions] = {
    (P.PENDING, "card saved"): P.ACTIVE,
    (P.PENDING, "card page expired"): P.EXPIRED,
    (P.PENDING, "cancelled by backer"): P.EXPIRED,
    (P.PENDING, "card used often"): P.EXPIRED,
    (P.ACTIVE, "cancelled by backer"): P.CANCELLED,
    (P.ACTIVE, "campaign unsuccessful"): P.RELEASED,
    (P.ACTIVE, "campaign cancelled"): P.RELEASED,
    (P.ACTIVE, "no yes to the later day"): P.RELEASED,
    (P.ACTIVE, "collection began"): P.COLLECTING,
    (P.COLLECTING, "charged"): P.COLLECTED,
    (P.COLLECTING, "authentication needed"): P.ACTION_REQUIRED,
    (P.COLLECTING, "declined"): P.FAILED,
    (P.ACTION_REQUIRED, "charged"): P.COLLECTED,
    (P.ACTION_REQUIRED, "tried again"): P.COLLECTING,
    (P.FAILED, "tried again"): P.COLLECTING,
    (P.FAILED, "charged"): P.COLLECTED,
    (P.ACTION_REQUIRED, "let off"): P.DROPPED,
    (P.FAILED, "let off"): P.DROPPED,
    (P.ACTION_REQUIRED, "gave up"): P.DROPPED,
    (P.FAILED, "gave up"): P.DROPPED,
    (P.DROPPED, "late success"): P.COLLECTED,
    (P.COLLECTED, "refunded"): P.REFUNDED,
    # the bank sent it back days later: the money is with us again
    (P.REFUNDED, "refund failed"): P.COLLECTED,
    (P.COLLECTED, "disputed"): P.DISPUTED,
    (P.DISPUTED, "dispute won"): P.COLLECTED,
    (P.DISPUTED, "dispute lost"): P.CHARGED_BACK,
    (P.DISPUTED, "dispute lost in part"): P.COLLECTED,
}
FINAL: Final = frozenset(
    {P.EXPIRED, P.CANCELLED, P.RELEASED, P.COLLECTED, P.DROPPED, P.REFUNDED, P.DISPUTED, P.CHARGED_BACK}
)
CHARGED: Final = frozenset({P.COLLECTED, P.REFUNDED, P.DISPUTED, P.CHARGED_BACK})  # money was taken
STILL_TO_COLLECT: Final = frozenset({P.COLLECTING, P.ACTION_REQUIRED, P.FAILED})


class Help(StrEnum):
    """Where an offer of hours or things is. The group sees it once its e-mail address is confirmed."""

    UNCONFIRMED = "unconfirmed"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    GIVEN = "given"
    LAPSED = "lapsed"


H = Help
HELP: Final[Transitions] = {
    (H.UNCONFIRMED, "confirmed"): H.OFFERED,
    (H.UNCONFIRMED, "withdrawn"): H.WITHDRAWN,
    (H.UNCONFIRMED, "not confirmed"): H.LAPSED,
    (H.OFFERED, "accepted"): H.ACCEPTED,
    (H.OFFERED, "declined"): H.DECLINED,
    (H.OFFERED, "withdrawn"): H.WITHDRAWN,
    (H.ACCEPTED, "withdrawn"): H.WITHDRAWN,
    (H.ACCEPTED, "given"): H.GIVEN,
}
PROMISED_HELP: Final = frozenset({H.ACCEPTED, H.GIVEN})


class Match(StrEnum):
    """Where a match pledge is."""

    EARMARKED = "earmarked"
    PLEDGED = "pledged"
    CONFIRMED = "confirmed"
    PART_PAID = "part paid"
    PAID = "paid"
    CLOSED_SHORT = "closed short"
    RELEASED = "released"
    PART_RECOVERED = "part recovered"
    RECOVERED = "recovered"


M = Match
MATCH: Final[Transitions] = {
    (M.EARMARKED, "accepted"): M.PLEDGED,
    (M.EARMARKED, "offer ran out"): M.RELEASED,
    (M.EARMARKED, "declined by group"): M.RELEASED,
    (M.EARMARKED, "verdict"): M.RELEASED,
    (M.EARMARKED, "campaign cancelled"): M.RELEASED,
    (M.PLEDGED, "target met"): M.CONFIRMED,
    (M.PLEDGED, "no crowd"): M.CONFIRMED,  # of a fund that works without one: as soon as it is accepted
    (M.PLEDGED, "target missed"): M.RELEASED,
    (M.PLEDGED, "never counted"): M.RELEASED,  # the campaign ended before it joined what was raised (ruling 6)
    (M.PLEDGED, "campaign cancelled"): M.RELEASED,
    (M.CONFIRMED, "collapsed"): M.RELEASED,
    (M.CONFIRMED, "paid in part"): M.PART_PAID,
    (M.CONFIRMED, "paid"): M.PAID,
    (M.PART_PAID, "paid"): M.PAID,
    (M.PART_PAID, "closed short"): M.CLOSED_SHORT,
    (M.CONFIRMED, "closed short"): M.CLOSED_SHORT,  # nothing of it is with the group: it is no more, say
    (M.PART_RECOVERED, "closed short"): M.CLOSED_SHORT,  # the bank sent a payment back, and it is not made again
    # the bank sent a payment back: it is to pay once more
    (M.PAID, "payment returned"): M.CONFIRMED,
    (M.PAID, "payment returned in part"): M.PART_PAID,
    (M.PART_PAID, "payment returned"): M.CONFIRMED,
    (M.PART_PAID, "payment returned in part"): M.PART_PAID,
    (M.PAID, "recovered in part"): M.PART_RECOVERED,
    (M.PAID, "recovered"): M.RECOVERED,
    (M.PART_RECOVERED, "recovered in part"): M.PART_RECOVERED,
    (M.PART_RECOVERED, "recovered"): M.RECOVERED,
    # of what was paid before it was closed short: it stays closed short, and its sums say what came back
    (M.CLOSED_SHORT, "recovered in part"): M.CLOSED_SHORT,
    (M.CLOSED_SHORT, "recovered"): M.CLOSED_SHORT,
    # the bank sent a payment back all the same: it is to pay once more, and what was let go or came back stays so
    **{(M.CLOSED_SHORT, cause): M.CLOSED_SHORT for cause in ("payment returned", "payment returned in part")},
    **{(M.CLOSED_SHORT, cause): M.CLOSED_SHORT for cause in ("paid", "paid in part")},
    (M.CLOSED_SHORT, "closed short"): M.CLOSED_SHORT,  # and is let go of once more
    (M.PART_RECOVERED, "payment returned in part"): M.PART_RECOVERED,
    **{(M.PART_RECOVERED, cause): M.PART_RECOVERED for cause in ("paid", "paid in part")},
}
ACCEPTED: Final = frozenset({M.PLEDGED, M.CONFIRMED, M.PART_PAID, M.PAID, M.CLOSED_SHORT})


class Fund(StrEnum):
    """Where a match fund is. Only an open one offers money; what a closed one has promised it keeps."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"


FUND: Final[Transitions] = {
    (Fund.DRAFT, "opened"): Fund.OPEN,
    (Fund.OPEN, "closed"): Fund.CLOSED,
}


class Movement(StrEnum):
    """Where a movement between sources, or the closing of a fund, is."""

    ENTERED = "entered"
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"


MOVEMENT: Final[Transitions] = {
    (Movement.ENTERED, "confirmed"): Movement.CONFIRMED,
    (Movement.ENTERED, "withdrawn"): Movement.WITHDRAWN,
}
