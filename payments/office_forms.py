"""What officers type about a payment."""

from crowdfund_kent.forms import MoneyField, SiteForm, TextAreaField, TextField


class FindForm(SiteForm):
    """One pledge by what its backer reads out."""

    reference = TextField(
        "Reference of the pledge", hint="It begins with P, like P-7F3K-9Q2M.", missing="Enter a reference", longest=20
    )


class WhyForm(SiteForm):
    """Why money goes back, for the second person and for the record."""

    why = TextAreaField(
        "Why shall it go back?",
        hint="Two people and the auditors read this. Do not write more about the backer than is needed.",
        missing="Enter why the money shall go back",
        longest=500,
        rows=4,
    )


class RefundForm(WhyForm):
    """The same, and how much."""

    part = MoneyField(
        "How much of the pledge goes back?",
        hint="Leave it empty for all of it. Then what was added for the card cost goes back too.",
    )
