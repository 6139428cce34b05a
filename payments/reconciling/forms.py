"""What a person writes when they close a difference."""

from crowdfund_kent.forms import SiteForm, TextAreaField


class ExplainForm(SiteForm):
    """Why the two sides differ, for the record."""

    why = TextAreaField(
        "Why do the two sides differ, and what was done?",
        hint="The auditors read this. The payout goes on once no difference of the campaign is open. Name no backer.",
        missing="Enter why the two sides differ and what was done about it",
        longest=500,
        rows=4,
    )
