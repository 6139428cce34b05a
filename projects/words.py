"""What each state of a campaign means to the group that runs it, and to everybody: plain words, no committee's terms. Pure."""

from dataclasses import dataclass
from typing import Final

from projects.kinds import MemberRole
from projects.states import Campaign as Status
from projects.states import Delivery

OUR_OBJECTIVES: Final = "This list is the demonstration's own, not a fund's."


# what somebody is in a group
ROLES: Final = {
    MemberRole.OWNER: "Owner",
    MemberRole.EDITOR: "Editor",
    MemberRole.HELPER: "Helper: writes with you, signs nothing",
}


@dataclass(frozen=True, slots=True)
class Meaning:
    """A state in words: a short name, its tone on a tag, what it means, and what the group does next."""

    name: str
    tone: str
    means: str
    next_step: str = ""


MEANINGS: Final = {
    Status.DRAFT: Meaning(
        "Draft", "quiet", "Only your group can see this project.", "Complete the tasks, then send it to be checked."
    ),
    Status.SUBMITTED: Meaning(
        "Being checked", "wait", "An officer is checking your campaign and will write to you.", "Wait for the answer."
    ),
    Status.CHANGES_REQUESTED: Meaning(
        "Changes asked for", "wait", "An officer asks you to change something.", "Make the changes and send it again."
    ),
    Status.APPROVED: Meaning(
        "Approved", "yes", "Your campaign is approved. You choose when it opens.", "Open your campaign."
    ),
    Status.REFUSED: Meaning("Not approved", "no", "We could not approve this campaign."),
    Status.LIVE: Meaning(
        "Open", "yes", "Your campaign is open for pledges.", "Tell everybody you know: send them your page."
    ),
    Status.SUSPENDED: Meaning(
        "Paused", "wait", "We have paused your campaign. Nobody can pledge, and the deadline waits.", "Get in touch."
    ),
    Status.CLOSING: Meaning(
        "Closing", "wait", "Pledging has ended. We are adding up, and write to you within the hour."
    ),
    Status.SUCCESSFUL: Meaning(
        "Target met", "yes", "You met your target. Cards are charged from two days after the end."
    ),
    Status.UNSUCCESSFUL: Meaning(
        "Target not met",
        "no",
        "The target was not met, so nobody was charged.",
        "You can try again with a new campaign.",
    ),
    Status.COLLECTING: Meaning(
        "Collecting", "wait", "Cards are being charged. This takes up to 14 days: some cards need another try."
    ),
    Status.SETTLED: Meaning(
        "Collected", "yes", "The pledges are collected. Payout to follow: we write to you before money moves."
    ),
    Status.COLLAPSED: Meaning(
        "Could not be paid out", "no", "Too little could be collected. Everybody who had paid gets all of it back."
    ),
    Status.CANCELLED: Meaning(
        "Cancelled", "no", "The campaign was cancelled, so nobody was charged.", "You can start again."
    ),
    Status.WITHDRAWN: Meaning(
        "Withdrawn", "quiet", "You took this campaign back before it opened.", "You can start again."
    ),
}


def meaning(status: str) -> Meaning:
    """The words of a state."""
    return MEANINGS[Status(status)]


DELIVERY: Final = {
    Delivery.NOT_STARTED: Meaning(
        "Not begun yet", "quiet", "The money is there or on its way, and work has not begun."
    ),
    Delivery.UNDER_WAY: Meaning("Under way", "wait", "Work has begun."),
    Delivery.LATE: Meaning("Late", "no", "It is later than planned, and the group has not told us why."),
    Delivery.CHANGED: Meaning("Changed", "wait", "The money goes to something else than planned: two officers agreed."),
    Delivery.DELIVERED: Meaning("Delivered", "yes", "It is done."),
    Delivery.ENDED: Meaning("Ended without being finished", "no", "It could not be finished."),
}
