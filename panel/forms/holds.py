"""Forms of holds: why one begins, and why it ends."""

from typing import Final

from crowdfund_kent.forms import RadiosField, SiteForm, TextAreaField
from panel.kinds import HoldKind
from panel.services.holds import LONGEST

RELEASED: Final = "Staff read this, and it may be released under freedom of information. Name nobody."


class HoldForm(SiteForm):
    """Held, or referred to audit. What is decided can only be referred: the page offers what fits."""

    kind = RadiosField("What should happen?", missing="Choose what should happen")
    reason = TextAreaField(
        "Why?",
        missing="Enter why",
        hint=RELEASED,
        longest=LONGEST,
        rows=3,
    )


KINDS = {
    HoldKind.HOLD: (
        "Hold it",
        "Nothing is awarded until somebody else lets go. Members go on scoring.",
    ),
    HoldKind.AUDIT: (
        "Refer it to audit",
        "The record is sealed: nobody writes anything on it until an officer and a finance approver let go.",
    ),
}


class LetGoForm(SiteForm):
    """Why it ends."""

    reason = TextAreaField("Why do you let go?", missing="Enter why you let go", hint=RELEASED, longest=LONGEST, rows=3)
