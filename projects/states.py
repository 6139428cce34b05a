"""The campaign's states and what moves them (docs/states.md). Pure."""

from enum import StrEnum
from typing import Final

from crowdfund_kent.states import Transitions


class Campaign(StrEnum):
    """Where a campaign is."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    CHANGES_REQUESTED = "changes requested"
    APPROVED = "approved"
    REFUSED = "refused"
    LIVE = "live"
    SUSPENDED = "suspended"
    CLOSING = "closing"
    SUCCESSFUL = "successful"
    UNSUCCESSFUL = "unsuccessful"
    COLLECTING = "collecting"
    SETTLED = "settled"
    COLLAPSED = "collapsed"
    CANCELLED = "cancelled"
    WITHDRAWN = "withdrawn"


C = Campaign
CAMPAIGN: Final[Transitions] = {
    (C.DRAFT, "submitted"): C.SUBMITTED,
    (C.CHANGES_REQUESTED, "submitted"): C.SUBMITTED,
    (C.DRAFT, "submitted on paper"): C.SUBMITTED,
    (C.CHANGES_REQUESTED, "submitted on paper"): C.SUBMITTED,
    (C.SUBMITTED, "changes requested"): C.CHANGES_REQUESTED,
    (C.SUBMITTED, "approved"): C.APPROVED,
    (C.SUBMITTED, "refused"): C.REFUSED,
    (C.APPROVED, "opened"): C.LIVE,
    (C.APPROVED, "opened on paper"): C.LIVE,
    (C.LIVE, "suspended"): C.SUSPENDED,
    (C.SUSPENDED, "resumed"): C.LIVE,
    (C.LIVE, "deadline"): C.CLOSING,
    (C.LIVE, "ended early"): C.CLOSING,
    (C.CLOSING, "target met"): C.SUCCESSFUL,
    (C.CLOSING, "target missed"): C.UNSUCCESSFUL,
    (C.SUCCESSFUL, "collection began"): C.COLLECTING,
    (C.COLLECTING, "threshold met"): C.SETTLED,
    (C.COLLECTING, "threshold missed"): C.COLLAPSED,
    (C.SETTLED, "collapsed before payout"): C.COLLAPSED,
    (C.LIVE, "cancelled"): C.CANCELLED,
    (C.APPROVED, "cancelled"): C.CANCELLED,
    (C.SUSPENDED, "cancelled"): C.CANCELLED,
    (C.SUSPENDED, "suspended too long"): C.CANCELLED,
    (C.DRAFT, "withdrawn"): C.WITHDRAWN,
    (C.SUBMITTED, "withdrawn"): C.WITHDRAWN,
    (C.CHANGES_REQUESTED, "withdrawn"): C.WITHDRAWN,
    (C.APPROVED, "withdrawn"): C.WITHDRAWN,
    (C.DRAFT, "withdrawn on paper"): C.WITHDRAWN,
    (C.SUBMITTED, "withdrawn on paper"): C.WITHDRAWN,
    (C.CHANGES_REQUESTED, "withdrawn on paper"): C.WITHDRAWN,
    (C.APPROVED, "withdrawn on paper"): C.WITHDRAWN,
    (C.LIVE, "cancelled on paper"): C.CANCELLED,
    (C.APPROVED, "cancelled on paper"): C.CANCELLED,
    (C.SUSPENDED, "cancelled on paper"): C.CANCELLED,
}
FINISHED: Final = frozenset({C.REFUSED, C.UNSUCCESSFUL, C.SETTLED, C.COLLAPSED, C.CANCELLED, C.WITHDRAWN})
EDITABLE: Final = frozenset({C.DRAFT, C.CHANGES_REQUESTED})
PUBLIC: Final = frozenset(
    {
        C.LIVE,
        C.SUSPENDED,
        C.CLOSING,
        C.SUCCESSFUL,
        C.UNSUCCESSFUL,
        C.COLLECTING,
        C.SETTLED,
        C.COLLAPSED,
        C.CANCELLED,
    }
)


class Change(StrEnum):
    """Where a material change of a campaign is (ruling 15)."""

    DRAFT = "draft"
    ASKED = "asked"
    AGREED = "agreed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


CHANGE: Final[Transitions] = {
    (Change.DRAFT, "asked"): Change.ASKED,
    (Change.ASKED, "agreed"): Change.AGREED,
    (Change.ASKED, "refused"): Change.REFUSED,
    (Change.DRAFT, "withdrawn"): Change.WITHDRAWN,
    (Change.ASKED, "withdrawn"): Change.WITHDRAWN,
    # the campaign ended before anybody answered
    (Change.DRAFT, "campaign ended"): Change.LAPSED,
    (Change.ASKED, "campaign ended"): Change.LAPSED,
}


class Post(StrEnum):
    """Where something that was written about a project is."""

    WRITTEN = "written"  # for the length of the transaction that decides what becomes of it
    WAITING = "waiting"  # a question or a letter that the group has not answered
    HELD = "held"  # an officer looks at it first: the time before an election
    SHOWN = "shown"
    ANSWERED = "answered"  # a letter: answered between the two, shown to nobody else
    DECLINED = "declined"  # a question that the group does not answer; the asker knows why
    HIDDEN = "hidden"
    TAKEN_BACK = "taken back"


POST: Final[Transitions] = {
    (Post.WRITTEN, "posted"): Post.SHOWN,
    (Post.WRITTEN, "held for review"): Post.HELD,
    (Post.WRITTEN, "asked"): Post.WAITING,
    (Post.WAITING, "answered in public"): Post.SHOWN,
    (Post.WAITING, "held for review"): Post.HELD,
    (Post.WAITING, "answered"): Post.ANSWERED,
    (Post.WAITING, "declined"): Post.DECLINED,
    (Post.ANSWERED, "asked again"): Post.WAITING,
    (Post.HELD, "let through"): Post.SHOWN,
    (Post.WAITING, "hidden"): Post.HIDDEN,
    (Post.HELD, "hidden"): Post.HIDDEN,
    (Post.SHOWN, "hidden"): Post.HIDDEN,
    (Post.ANSWERED, "hidden"): Post.HIDDEN,
    (Post.HIDDEN, "shown again"): Post.SHOWN,
    (Post.HIDDEN, "given back"): Post.WAITING,
    (Post.WAITING, "taken back"): Post.TAKEN_BACK,
    (Post.HELD, "taken back"): Post.TAKEN_BACK,
    (Post.SHOWN, "taken back"): Post.TAKEN_BACK,
    (Post.ANSWERED, "taken back"): Post.TAKEN_BACK,
    (Post.DECLINED, "taken back"): Post.TAKEN_BACK,
    (Post.HIDDEN, "taken back"): Post.TAKEN_BACK,
}


class Delivery(StrEnum):
    """How far a funded project is (docs/states.md)."""

    NOT_STARTED = "not started"
    UNDER_WAY = "under way"
    LATE = "late"
    CHANGED = "changed"
    DELIVERED = "delivered"
    ENDED = "ended without delivery"


D = Delivery
RUNNING: Final = (D.NOT_STARTED, D.UNDER_WAY, D.LATE, D.CHANGED)
DELIVERY: Final[Transitions] = {
    (D.NOT_STARTED, "begun"): D.UNDER_WAY,
    (D.NOT_STARTED, "fell behind"): D.LATE,
    (D.UNDER_WAY, "fell behind"): D.LATE,
    (D.CHANGED, "fell behind"): D.LATE,
    (D.LATE, "begun"): D.UNDER_WAY,
    (D.LATE, "on its way again"): D.UNDER_WAY,
    (D.LATE, "work done"): D.UNDER_WAY,  # its report is written next
    (D.NOT_STARTED, "purpose changed"): D.CHANGED,
    (D.UNDER_WAY, "purpose changed"): D.CHANGED,
    (D.LATE, "purpose changed"): D.CHANGED,
    (D.UNDER_WAY, "delivered"): D.DELIVERED,
    (D.LATE, "delivered"): D.DELIVERED,
    (D.CHANGED, "delivered"): D.DELIVERED,
    **{(old, "ended without delivery"): D.ENDED for old in RUNNING},
}


class Turn(StrEnum):
    """Where a question about a funded project is: another purpose, an end without delivery, money that is left."""

    ASKED = "asked"  # by the group, or by an officer where the group can't be reached
    PROPOSED = "proposed"  # a first officer has proposed an answer
    SENT_BACK = "sent back"  # a second officer did not agree with the first
    AGREED = "agreed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


OPEN_TURNS: Final = (Turn.ASKED, Turn.PROPOSED, Turn.SENT_BACK)
TURN: Final[Transitions] = {
    (Turn.ASKED, "proposed"): Turn.PROPOSED,
    (Turn.ASKED, "refused"): Turn.REFUSED,
    (Turn.ASKED, "withdrawn"): Turn.WITHDRAWN,
    (Turn.PROPOSED, "agreed"): Turn.AGREED,
    (Turn.PROPOSED, "sent back"): Turn.SENT_BACK,
    (Turn.SENT_BACK, "proposed"): Turn.PROPOSED,
    (Turn.SENT_BACK, "refused"): Turn.REFUSED,
    (Turn.SENT_BACK, "withdrawn"): Turn.WITHDRAWN,
    (Turn.PROPOSED, "withdrawn"): Turn.WITHDRAWN,
}


class HandOver(StrEnum):
    """Where a request is to hand a group over, because nobody who owns it can be reached."""

    ASKED = "asked"
    PROPOSED = "proposed"
    SENT_BACK = "sent back"
    DONE = "done"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    ANSWERED = "answered"  # an owner was reached after all


OPEN_HAND_OVERS: Final = (HandOver.ASKED, HandOver.PROPOSED, HandOver.SENT_BACK)
HAND_OVER: Final[Transitions] = {
    (HandOver.ASKED, "proposed"): HandOver.PROPOSED,
    (HandOver.ASKED, "refused"): HandOver.REFUSED,
    (HandOver.ASKED, "withdrawn"): HandOver.WITHDRAWN,
    (HandOver.ASKED, "owner answered"): HandOver.ANSWERED,
    (HandOver.PROPOSED, "handed over"): HandOver.DONE,
    (HandOver.PROPOSED, "sent back"): HandOver.SENT_BACK,
    (HandOver.SENT_BACK, "proposed"): HandOver.PROPOSED,
    (HandOver.SENT_BACK, "refused"): HandOver.REFUSED,
    (HandOver.SENT_BACK, "withdrawn"): HandOver.WITHDRAWN,
    (HandOver.SENT_BACK, "owner answered"): HandOver.ANSWERED,
    (HandOver.PROPOSED, "owner answered"): HandOver.ANSWERED,
    (HandOver.PROPOSED, "withdrawn"): HandOver.WITHDRAWN,
}


class Hosting(StrEnum):
    """Where it is that another group receives the money for a group: its owner asks, an owner of the host agrees."""

    ASKED = "asked"
    AGREED = "agreed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"


OPEN_HOSTINGS: Final = (Hosting.ASKED, Hosting.AGREED)
HOSTING: Final[Transitions] = {
    (Hosting.ASKED, "agreed"): Hosting.AGREED,
    (Hosting.ASKED, "refused"): Hosting.REFUSED,
    (Hosting.ASKED, "withdrawn"): Hosting.WITHDRAWN,
    (Hosting.AGREED, "ended"): Hosting.ENDED,
}
