"""Forms of a meeting: recommendations, votes, minutes, and the list sent back."""

from crowdfund_kent.forms import CheckboxesField, Choice, MoneyField, RadiosField, SelectField, SiteForm, TextAreaField
from crowdfund_kent.forms.fields import HiddenField
from panel.kinds import Choice as Voted
from panel.kinds import Outcome
from panel.services.recommending import Wording

PUBLIC = "This note may be released to the public. Name no person."


class RecommendForm(SiteForm):
    """What is put to the vote. `purposes` are ids of the fund's sources with a purpose; drawn where the fund has any."""

    outcome = RadiosField(
        "What is recommended?",
        missing="Choose what is recommended",
        choices=(
            Choice(Outcome.AWARD, "Award what was asked for"),
            Choice(Outcome.PART, "Award a part of it"),
            Choice(Outcome.DEFER, "Defer", "The group can come again, with its answers kept"),
            Choice(Outcome.DECLINE, "Decline"),
        ),
    )
    amount = MoneyField(
        "How much, for a part?", hint="Leave empty unless it is a part.", classes="govuk-input--width-10"
    )
    reasons = TextAreaField(
        "Reasons",
        missing="Enter the reasons",
        hint=f"What the public record says. {PUBLIC}",
        shortest=20,
        longest=2_000,
        rows=5,
    )
    alternatives = TextAreaField(
        "What else was thought of, and why not",
        missing="Enter what else was thought of, and why not",
        hint=f"Another amount, a condition, another fund. {PUBLIC}",
        shortest=10,
        longest=1_000,
        rows=3,
    )
    feedback = TextAreaField(
        "Words to the group",
        hint="What was good, what was missing, and how to come back. Needed unless it gets all it asked for. " + PUBLIC,
        longest=2_000,
        rows=4,
    )
    purposes = CheckboxesField("Which purposes does it fit?", hint="Leave empty if it fits none of them.")
    purpose_reason = TextAreaField(
        "How does it fit the purpose?",
        hint="Such as the health outcome that it serves. Needed when you tick a purpose. " + PUBLIC,
        longest=1_000,
        rows=3,
    )

    def wording(self, asked_pence: int) -> Wording:
        """What was typed; an award is of what was asked for."""
        outcome = Outcome(self.outcome.data)
        amount = {Outcome.AWARD: asked_pence, Outcome.PART: self.amount.data or 0}.get(outcome)
        return Wording(
            outcome,
            self.reasons.data,
            self.alternatives.data,
            self.feedback.data or "",
            amount,
            [int(value) for value in self.purposes.data or ()],
            self.purpose_reason.data or "",
        )


CHOICES = ((Voted.FOR, "For"), (Voted.AGAINST, "Against"), (Voted.ABSTAIN, "I abstain"))


class VoteForm(SiteForm):
    """One member's vote. `recommendation` is the one that was read: a newer one needs another look."""

    recommendation = HiddenField()
    choice = RadiosField(
        "Your vote", missing="Choose for, against or abstain", choices=CHOICES, classes="govuk-radios--inline"
    )


class HandForm(SiteForm):
    """A raised hand, recorded by an officer."""

    recommendation = HiddenField()
    member = SelectField("Whose vote?", missing="Choose a member")
    choice = RadiosField(
        "The vote",
        missing="Choose for, against or abstain",
        choices=((Voted.FOR, "For"), (Voted.AGAINST, "Against"), (Voted.ABSTAIN, "Abstained")),
        classes="govuk-radios--inline",
    )


class SignForm(SiteForm):
    """One button. `seen`: the list that was looked at: another one needs another look."""

    seen = HiddenField()


class MinutesForm(SiteForm):
    """The draft minutes."""

    minutes = TextAreaField(
        "Minutes",
        missing="Enter the minutes",
        hint="Say who by their post. They become public with the record of the round. Name no person.",
        longest=20_000,
        rows=20,
        count=False,
    )


class SendBackForm(SiteForm):
    """Why a list is not signed as it stands."""

    words = TextAreaField(
        "What should the panel look at again?",
        missing="Enter what the panel should look at again",
        hint="It goes into the minutes. " + PUBLIC,
        shortest=10,
        longest=1_000,
        rows=4,
    )
