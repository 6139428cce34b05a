"""What people type on the pages of accounts."""

from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.forms import (
    CodeField,
    DayField,
    EmailField,
    HiddenField,
    RadiosField,
    SelectField,
    SiteForm,
    TextField,
)

EVERY_FUND = "every"


class SignInForm(SiteForm):
    """One question: the e-mail address. `next` is where the person was going."""

    email = EmailField(
        "What is your e-mail address?",
        hint="We send you a link and a code to sign in with. There is no password.",
    )
    next = HiddenField()


class CodeForm(SiteForm):
    """The code from the e-mail."""

    code = CodeField("Six-figure code", hint="For example, 123 456")


class NameForm(SiteForm):
    """Asked once, where a name is needed."""

    name = TextField(
        "What is your name?",
        missing="Enter your name",
        longest=120,
        autocomplete="name",
        hint="Your first and last name, as people who work with you know you.",
    )
    next = HiddenField()


class GrantForm(SiteForm):
    """Who is to hold which role, for what. The choices of `fund` are set by the page."""

    email = EmailField(
        missing="Enter their e-mail address, like name@example.com",
        autocomplete="off",
        hint="The address they sign in with. They need not have signed in before.",
    )
    role = RadiosField("Role", missing="Choose a role", choices=[(role, role.capitalize()) for role in Role])
    fund = SelectField(
        "For which fund",
        empty=None,
        hint="A signatory is of one fund. Auditors and administrators are for every fund.",
    )

    @property
    def fund_id(self) -> int | None:
        """The fund chosen; None for every fund."""
        return None if self.fund.data in (None, "", EVERY_FUND) else int(self.fund.data)


class ContactForm(SiteForm):
    """How groups reach an officer."""

    name = TextField("Name", missing="Enter your name", longest=120, autocomplete="name")
    phone = TextField(
        "Telephone",
        missing="Enter a telephone number, like 03000 000 000",
        longest=40,
        shortest=5,
        autocomplete="tel",
        classes="govuk-input--width-20",
    )
    hours = TextField(
        "When you answer it",
        missing="Enter when you answer the telephone",
        longest=80,
        hint="Like “weekdays 9am to 5pm”",
    )
    email = EmailField("E-mail address")


class AuditForm(SiteForm):
    """What to show of the record."""

    subject = TextField("About", longest=80, hint="Such as campaign:12, or campaign for all of them.")
    person = EmailField("Done by", missing=None, autocomplete="off", hint="An e-mail address")
    begins = DayField("From")
    ends = DayField("To")
