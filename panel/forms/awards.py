"""Forms of those who propose and decide."""

from crowdfund_kent.forms import CheckboxesField, MoneyField, SiteForm, TextAreaField

FOI = "Everybody can read this, and it may be released under freedom of information. Name no person."


class ProposeForm(SiteForm):
    """An award. `purposes` are ids of the fund's sources with a purpose; drawn where the fund has any."""

    amount = MoneyField("How much?", missing="Enter an amount, like 4,000", classes="govuk-input--width-10")
    reasons = TextAreaField(
        "Why this project, and why this much?",
        missing="Enter the reasons for this award",
        hint=FOI,
        shortest=20,
        longest=2_000,
        rows=6,
    )
    purposes = CheckboxesField("Which purposes does it fit?", hint="Leave empty if it fits none of them.")
    purpose_reason = TextAreaField(
        "How does it fit the purpose?",
        hint="Such as the health outcome that it serves. Needed when you tick a purpose. " + FOI,
        longest=1_000,
        rows=3,
    )

    def fitting(self) -> list[int]:
        """Ids of the sources ticked."""
        return [int(value) for value in self.purposes.data or ()]


class RefuseForm(SiteForm):
    """Why an award is not signed."""

    reason = TextAreaField(
        "Why is it not signed?",
        missing="Enter why it is not signed",
        hint="Kept with the proposal, and may be released under freedom of information. Name no person.",
        shortest=10,
        longest=1_000,
        rows=4,
    )
