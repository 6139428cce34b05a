"""What people type when they ask something of us, and what officers type when they answer."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from wtforms.validators import ValidationError

from crowdfund_kent.cases.kinds import Kind, Outcome, Way
from crowdfund_kent.forms import (
    CheckboxesField,
    EmailField,
    HiddenField,
    RadiosField,
    SelectField,
    SiteForm,
    TextAreaField,
    TextField,
)

LONGEST: Final = 4_000
TELEPHONE: Final = "Enter a telephone number, like 01622 000 000"
_PHONE_LETTERS: Final = set("0123456789+() -.extEXT")
_FEWEST_FIGURES: Final = 6


def is_phone(text: str) -> bool:
    """Like a telephone number, also with an extension."""
    return set(text) <= _PHONE_LETTERS and sum(letter.isdigit() for letter in text) >= _FEWEST_FIGURES


def _phone(_form: Any, field: Any) -> None:
    if not is_phone(field.data):
        raise ValidationError(TELEPHONE)


ADDRESSES: Final = ("name", "way", "email", "phone", "postal", "page", "form_key")


class AnswerableForm(SiteForm):
    """How the person can be answered. Only the field of the way that was chosen is asked for."""

    name = TextField("Your name", longest=120, autocomplete="name", hint="You can leave this empty.")
    way = RadiosField(
        "How shall we answer?",
        missing="Choose how we shall answer",
        choices=[(Way.EMAIL, "By e-mail"), (Way.PHONE, "By telephone"), (Way.POST, "By post")],
    )
    email = EmailField("Your e-mail address", missing=None)
    phone = TextField("Your telephone number", longest=40, autocomplete="tel", checks=[_phone])
    postal = TextAreaField("Your postal address", rows=4, longest=400, count=False, autocomplete="street-address")
    page = HiddenField()
    form_key = HiddenField()

    def __iter__(self) -> Iterator[Any]:
        """In the order of the page: first what it is about, then how to answer."""
        return iter(sorted(super().__iter__(), key=lambda field: field.name in ADDRESSES))

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """And the address that belongs to the way is there."""
        right = super().validate(extra_validators)
        missing = {
            Way.EMAIL: ("email", "Enter your e-mail address, like name@example.com"),
            Way.PHONE: ("phone", TELEPHONE),
            Way.POST: ("postal", "Enter your name and postal address"),
        }.get(self.way.data)
        field: Any = self[missing[0]] if missing else None
        if missing is None or field.given or field.errors:
            return right
        self.refuse(missing[1], missing[0])
        return False

    def reached_by(self) -> dict[str, Any]:
        """How to reach them, for open_case(): only what belongs to the way they chose."""
        way = Way(self.way.data)
        given = {Way.EMAIL: "email", Way.PHONE: "phone", Way.POST: "postal"}
        found = {given[way]: self[given[way]].data} if way in given else {}
        return {"name": self.name.data or "", "way": way, **found}


class ComplaintForm(AnswerableForm):
    """A complaint, or asking for money back."""

    kind = RadiosField(
        "What do you want to tell us?",
        missing="Choose whether it is a complaint or about a refund",
        choices=[
            (Kind.COMPLAINT, "I have a complaint", "About us, a project, or how money was asked for"),
            (Kind.REFUND, "I want money back", "For example, your card was charged by mistake"),
        ],
    )
    text = TextAreaField(
        "What happened, and what would put it right?",
        missing="Write what happened",
        longest=LONGEST,
        rows=8,
        hint="Say which project or pledge it is about, if you know. Don’t send the number of your card.",
    )


class WrongForm(AnswerableForm):
    """Something is wrong on a page. One need not leave an address."""

    text = TextAreaField(
        "What is wrong?",
        missing="Write what is wrong",
        longest=LONGEST,
        rows=6,
        hint="For example: a date that can’t be right, a picture that should not be there, a project that worries you.",
    )
    way = RadiosField(
        "How can we tell you what we found?",
        missing="Choose how we can tell you, or that we need not",
        choices=[
            (Way.EMAIL, "By e-mail"),
            (Way.PHONE, "By telephone"),
            (Way.POST, "By post"),
            (Way.NONE, "You need not tell me"),
        ],
    )


FORMATS: Final = (
    ("large print", "Large print"),
    ("braille", "Braille"),
    ("audio", "Audio"),
    ("easy read", "Easy Read"),
    ("bsl", "British Sign Language (a film)"),
    ("language", "Another language"),
    ("other", "Something else"),
)


class FormatForm(AnswerableForm):
    """Another format or language."""

    formats = CheckboxesField("What do you need?", missing="Choose what you need", choices=FORMATS)
    language = TextField("Which language, or what else", longest=120, hint="Only if you chose one of the last two.")
    text = TextAreaField(
        "What would you like to read?",
        missing="Write what you would like to read, such as the name of the project",
        longest=LONGEST,
        rows=3,
    )

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """And another language has a name."""
        right = super().validate(extra_validators)
        if {"language", "other"} & set(self.formats.data or ()) and not self.language.given:
            self.refuse("Enter which language, or what else you need", "language")
            return False
        return right

    def as_text(self) -> str:
        """What was asked, as one text."""
        names = dict(FORMATS)
        wanted = ", ".join(names[one] for one in self.formats.data)
        more = f" ({self.language.data})" if self.language.data else ""
        return f"{wanted}{more}\n\n{self.text.data}"


class CallForm(SiteForm):
    """Please ring me."""

    name = TextField("Your name", missing="Enter your name", longest=120, autocomplete="name")
    phone = TextField("Your telephone number", missing=TELEPHONE, longest=40, autocomplete="tel", checks=[_phone])
    when = TextField("When is a good time?", longest=200, hint="For example: mornings, or not on Tuesdays.")
    text = TextAreaField("What is it about?", missing="Write what it is about", longest=LONGEST, rows=3)
    page = HiddenField()
    form_key = HiddenField()

    def reached_by(self) -> dict[str, Any]:
        """How to reach them, for open_case()."""
        return {"name": self.name.data, "phone": self.phone.data, "when": self.when.data or "", "way": Way.PHONE}


class ContactForm(AnswerableForm):
    """Anything else."""

    text = TextAreaField("Your message", missing="Write your message", longest=LONGEST, rows=6)


class MoreForm(SiteForm):
    """Something to add."""

    text = TextAreaField("Add something", missing="Write what you want to add", longest=LONGEST, rows=4)


class NotContentForm(SiteForm):
    """Why the answer is not enough."""

    text = TextAreaField(
        "What is missing, or what did we get wrong?", missing="Write what is missing", longest=LONGEST, rows=6
    )


# officers ----------------------------------------------------------------------------------------------------

OUTCOMES: Final = [(one.value, one.value.capitalize()) for one in Outcome]
STAYS_OPEN: Final = "open"
NOBODY: Final = "nobody"
HOW: Final = {
    Way.EMAIL: "I send this by e-mail",
    Way.PHONE: "I said this on the telephone",
    Way.POST: "I sent this by post",
    Way.NONE: "I only put it on their private page",
}


class AnswerForm(SiteForm):
    """An officer's answer. `way` is set by the page; `outcome` also closes the case."""

    text = TextAreaField("Your answer", missing="Write your answer", longest=LONGEST, rows=8)
    way = RadiosField("How it goes", missing="Choose how the answer goes")
    outcome = SelectField(
        "Does this settle it?",
        missing="Choose whether this settles it",
        choices=[(STAYS_OPEN, "No, it stays open"), *((one.value, f"Yes: {one}") for one in Outcome)],
    )

    @property
    def closes_with(self) -> Outcome | None:
        """The outcome; None where it stays open."""
        return None if self.outcome.data == STAYS_OPEN else Outcome(self.outcome.data)


class NoteForm(SiteForm):
    """Between officers."""

    text = TextAreaField("Your note", missing="Write your note", longest=LONGEST, rows=5)


class CloseForm(SiteForm):
    """How it ended."""

    outcome = RadiosField("How did it end?", missing="Choose how it ended", choices=OUTCOMES)


class PersonForm(SiteForm):
    """An officer, or nobody. The choices are set by the page."""

    person = RadiosField("Who", missing="Choose a person, or nobody")

    @property
    def person_id(self) -> int | None:
        """The person chosen; None for nobody."""
        return None if self.person.data == NOBODY else int(self.person.data)
