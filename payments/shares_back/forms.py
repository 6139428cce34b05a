"""What is typed about a share that was given by hand."""

from typing import Final

from crowdfund_kent.forms import RadiosField, SiteForm, TextField
from payments.shares_back.kinds import Hand

_HOW: Final = [(Hand.CASH, "In cash, signed for"), (Hand.CHEQUE, "By cheque")]


class GivenForm(SiteForm):
    """How the giver got it, and what proves it."""

    how = RadiosField("How did they get it?", missing="Choose how they got it", choices=_HOW)
    proof = TextField(
        "Where is the signature, or which number has the cheque?",
        missing="Enter where the signature is kept, or the number of the cheque",
        longest=120,
    )
