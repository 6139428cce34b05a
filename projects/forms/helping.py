"""Helped launch: who is helped, the code they read out, the paper they signed; and which officer a group has."""

from collections.abc import Mapping
from typing import Any

from crowdfund_kent.forms import (
    CheckboxField,
    CodeField,
    DayField,
    EmailField,
    FileField,
    RadiosField,
    SiteForm,
    TextAreaField,
    TextField,
)
from projects import uploads
from projects.forms.groups import LEGAL_FORM_HINTS, sentence
from projects.kinds import LegalForm


class HelpForm(SiteForm):
    """A person and their group, as a helper enters them."""

    name = TextField("Their first and last name", missing="Enter their name", longest=120, autocomplete="off")
    email = EmailField(
        "E-mail address, if they have one",
        missing=None,
        autocomplete="off",
        hint="Their own, not yours. They confirm by a code that we send there.",
    )
    phone = TextField(
        "Telephone number",
        longest=40,
        autocomplete="off",
        classes="govuk-input--width-20",
        hint="Without an e-mail address we need this or a postal address.",
    )
    postal = TextAreaField(
        "Postal address",
        longest=300,
        rows=4,
        count=False,
        hint="Then we write to them by post. Without it we ring them.",
    )
    group_name = TextField("What is their group called?", missing="Enter the name of their group", longest=120)
    legal_form = RadiosField(
        "What kind of group is it?",
        missing="Choose what kind of group it is",
        choices=[(str(one), sentence(one), LEGAL_FORM_HINTS.get(one, "")) for one in LegalForm],
    )

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """Somebody without an e-mail address must be reached by post."""
        right = super().validate(extra_validators)
        if not self.email.errors and not self.email.given and not (self.phone.given or self.postal.given):
            self.refuse("Enter an e-mail address, a telephone number or a postal address", "email")
            return False
        return right


class AgreeForm(SiteForm):
    """What an owner confirms, with a helper's pages before them."""

    agree = CheckboxField(
        "I have looked at everything. It is true, everybody named or shown on it agrees, and my group will use the money for"
        " this project only",
        missing="Confirm that you have looked at everything and that it is true",
    )


class ConfirmForm(AgreeForm):
    """The same, with the code that was sent to the owner."""

    code = CodeField("The code from the e-mail", missing="Enter the six-figure code from the e-mail")


class PaperForm(SiteForm):
    """A signed paper. The choices of `person` are set by the page."""

    reference = TextField(
        "Reference on the paper",
        missing="Enter the reference from the paper, like S-7F3K-9Q2M",
        longest=16,
        classes="govuk-input--width-10",
        hint="Like S-7F3K-9Q2M, under the signature",
        autocomplete="off",
    )
    person = RadiosField("Who signed it?", missing="Choose who signed it")
    signed_on = DayField("When was it signed?", missing="Enter the day on the paper")
    paper = FileField(
        "Picture or scan of the signed page",
        missing="Choose a picture or scan of the signed page",
        accept=uploads.ACCEPT,
        hint="Only officers can open it.",
    )
    message = TextAreaField("What do they tell everybody who has pledged?", longest=2_000, rows=5)


class OfficerForm(SiteForm):
    """Which officer a group has. The choices are set by the page."""

    officer = RadiosField("Who looks after this group?", missing="Choose an officer")
