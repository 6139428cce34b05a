"""What is typed about money that was taken back by hand."""

from typing import Final

from crowdfund_kent.forms import RadiosField, SiteForm, TextAreaField

SEND: Final = "send"
STAY: Final = "stay"


class DecisionForm(SiteForm):
    """What becomes of it, and why."""

    what = RadiosField(
        "What becomes of it?",
        missing="Choose what becomes of it",
        choices=[
            (SEND, "It is sent to the group again"),
            (STAY, "It stays here"),
        ],
    )
    why = TextAreaField(
        "Why?",
        hint="Who took it back, and what for. The second person and the auditors read this.",
        missing="Enter why",
        longest=500,
        rows=4,
    )
