"""What is typed for Gift Aid: a declaration, a group's reference at HMRC, what an officer saw."""

from collections.abc import Mapping
from typing import Any

from crowdfund_kent.forms import CheckboxField, DayField, RadiosField, SiteForm, TextField
from pledges.gift_aid.kinds import RecipientKind
from pledges.gift_aid.rules import reference
from pledges.gift_aid.services import Answers
from pledges.gifts.rules import postcode


class DeclarationForm(SiteForm):
    """Who declares, with their home address, and the statement, which is never ticked for them."""

    title = TextField("Title, if you use one", longest=4, classes="govuk-input--width-5", hint="Such as Ms or Dr.")
    first_name = TextField("First name", missing="Enter your first name", longest=35, autocomplete="given-name")
    last_name = TextField("Last name", missing="Enter your last name", longest=35, autocomplete="family-name")
    house = TextField(
        "Name or number of your house",
        missing="Enter the name or number of your house",
        longest=40,
        classes="govuk-input--width-20",
    )
    address = TextField("The rest of your home address", longest=200, hint="Street and town. Not a work address.")
    postcode = TextField("Postcode", longest=10, classes="govuk-input--width-10", hint="Like CT9 1AB.")
    abroad = CheckboxField("I live outside the UK and have no postcode there")
    agreed = CheckboxField(
        "Yes: this is true, and I want Gift Aid to be claimed on it",
        missing="Tick the box if the declaration is true for you. Without it nothing is claimed",
    )

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """A postcode, or a home abroad."""
        right = super().validate(extra_validators)
        if not self.abroad.data and postcode(self.postcode.data or "") is None:
            self.refuse("Enter your postcode, like CT9 1AB", "postcode")
            return False
        return right

    def answers(self) -> Answers:
        """What was sent, valid."""
        return Answers(
            self.first_name.data,
            self.last_name.data,
            self.house.data,
            self.postcode.data or "",
            self.address.data or "",
            self.title.data or "",
            bool(self.abroad.data),
        )


class PaperForm(DeclarationForm):
    """The same, typed at a desk from a signed paper."""

    abroad = CheckboxField("They live outside the UK and have no postcode there")
    agreed = CheckboxField(
        "They ticked and signed this", missing="Tick the box if they signed it. Without it nothing is claimed"
    )
    declared_on = DayField("Day on the paper", missing="Enter the day on which they signed")

    def answers(self) -> Answers:
        """With the day on the paper."""
        new = super().answers()
        return Answers(
            new.first_name,
            new.last_name,
            new.house,
            new.postcode,
            new.address,
            new.title,
            new.abroad,
            self.declared_on.data,
        )


class ReferenceForm(SiteForm):
    """A group's reference at HMRC."""

    kind = RadiosField(
        "What is your group?",
        missing="Choose what your group is",
        choices=[
            (RecipientKind.CHARITY, "A charity that HMRC recognises"),
            (RecipientKind.CASC, "A community amateur sports club"),
        ],
        hint="Nobody else may claim Gift Aid.",
    )
    hmrc_name = TextField("Name as HMRC knows it", missing="Enter the name as HMRC knows it", longest=160)
    hmrc_reference = TextField(
        "Reference at HMRC",
        missing="Enter the reference, like AB12345",
        longest=12,
        classes="govuk-input--width-10",
        hint="One or two letters and up to five figures, on HMRC’s letter of recognition. Not the charity number.",
    )

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """Of the right form."""
        right = super().validate(extra_validators)
        if right and reference(self.hmrc_reference.data) is None:
            self.refuse("Enter the reference as HMRC writes it, like AB12345", "hmrc_reference")
            return False
        return right


class EvidenceForm(SiteForm):
    """What an officer saw, and what follows."""

    answer = RadiosField(
        "Is it right?",
        missing="Choose whether it is right",
        choices=[
            ("verify", "Yes: I have seen HMRC’s letter, or the name and reference in HMRC’s records"),
            ("refuse", "No"),
        ],
    )
    evidence = TextField(
        "What did you see?",
        missing="Enter what you saw",
        longest=200,
        hint="Such as “letter of 3 May 2026”, or why it is not right.",
    )


class SentForm(SiteForm):
    """The day on which a schedule went to HMRC."""

    claimed_on = DayField("When did you send it to HMRC?", missing="Enter the day on which you sent it")
