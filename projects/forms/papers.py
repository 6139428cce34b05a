"""What a group gives so that its campaign can be checked, and what it answers to an officer."""

from crowdfund_kent.forms import (
    ActionForm,
    CheckboxField,
    EmailField,
    FileField,
    HiddenField,
    SiteForm,
    TextAreaField,
    TextField,
)
from projects.uploads import ACCEPT

MISSING_FILE = "Choose a file or take a photograph"


class PaperFileForm(SiteForm):
    """One file, with words where they help."""

    file = FileField("Choose a file or take a photograph", missing=MISSING_FILE, accept=ACCEPT)
    words = TextAreaField(
        "Anything an officer should know about it",
        longest=2_000,
        rows=3,
        hint="You can leave this empty.",
    )


class PaperEitherForm(SiteForm):
    """A file, or words in its place."""

    file = FileField("Choose a file or take a photograph, if you have one", accept=ACCEPT)
    words = TextAreaField("Or say it in words", longest=2_000, rows=6)

    def validate(self, extra_validators: object = None) -> bool:
        """One of the two is needed."""
        right = super().validate()
        if right and not self.file.data and not self.words.data:
            self.refuse("Choose a file, or say it in words", "file")
            return False
        return right


class RefereeForm(SiteForm):
    """Somebody whom an officer may ask."""

    name = TextField("Their name", missing="Enter their name", longest=120)
    relation = TextField(
        "How do they know you?",
        missing="Say how they know you",
        longest=120,
        hint="Like “head teacher of the school beside the pool”",
    )
    phone = TextField(
        "Their telephone number", longest=40, classes="govuk-input--width-20", hint="One of the two is enough"
    )
    email = EmailField("Their e-mail address", missing=None, autocomplete=None)
    agrees = CheckboxField(
        "They know that an officer may ring or write to them", missing="Ask them first, then confirm that they know"
    )

    def validate(self, extra_validators: object = None) -> bool:
        """A number or an address is needed."""
        right = super().validate()
        if right and not self.phone.data and not self.email.data:
            self.refuse("Enter their telephone number or their e-mail address", "phone")
            return False
        return right


class PromiseForm(SiteForm):
    """Three sentences when it is done."""

    promise = CheckboxField(
        "We will write three sentences when it is done", missing="Tick the box to promise it, or say why you can’t"
    )


class WithoutForm(SiteForm):
    """Why a paper can't be given."""

    words = TextAreaField(
        "Why can’t you give it?",
        missing="Say why you can’t give it",
        longest=2_000,
        rows=5,
        hint="An officer reads it and may ask you something. It is better than a paper that does not fit.",
    )


class UseAgainForm(ActionForm):
    """A paper that the group gave for another project."""

    evidence = HiddenField()


class AnswerForm(SiteForm):
    """What the group says to an officer's question."""

    text = TextAreaField("Your answer", missing="Enter your answer", longest=2_000, rows=6)
