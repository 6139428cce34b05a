"""Forms of those who propose and decide."""

from crowdfund_kent.forms import (
    CheckboxesField,
    CheckboxField,
    HiddenField,
    MoneyField,
    SiteForm,
    TextAreaField,
)
from projects.kinds import CheckItem

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


class AcceptForm(SiteForm):
    """A group's yes to an offer whose fund has terms. `terms`: the id of the words that were shown."""

    terms = HiddenField()
    agreed = CheckboxField("We accept these terms", missing="Tick that your group accepts the fund’s terms")

    @property
    def terms_id(self) -> int | None:
        """Which words were shown; None for what can't be one."""
        said = str(self.terms.data or "")
        return int(said) if said.isascii() and said.isdigit() and len(said) < 19 else None


class LookForm(SiteForm):
    """What an officer checked of a project without a crowd: names of CheckItem."""

    checked = CheckboxesField("What have you checked?", missing="Tick what you have checked")

    def items(self) -> set[CheckItem]:
        """The items that were ticked."""
        return {CheckItem[name] for name in self.checked.chosen()}
