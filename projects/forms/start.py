"""Before anything: the five questions, and asking for a call."""

from typing import Final

from crowdfund_kent.forms import (
    Choice,
    GovField,
    HiddenField,
    RadiosField,
    SelectField,
    SiteForm,
    TextAreaField,
    TextField,
)
from projects.eligibility import NONE, QUESTIONS, Option, Question

CALL_LONGEST: Final = 40


def _field(question: Question) -> GovField:
    kind = SelectField if question.drop_down else RadiosField
    return kind(question.words, missing=question.missing, hint=question.hint or None)


# a form for each question, whose one field has the question's key, so that the address reads ?place=E07000114
_FORMS: Final = {one.key: type(f"{one.key.title()}Form", (SiteForm,), {one.key: _field(one)}) for one in QUESTIONS}


def form_of(question: Question, options: list[Option], chosen: str | None, sent: bool) -> SiteForm:
    """The form of a question with what may be chosen; a GET form: `sent` without an answer is an error."""
    form: SiteForm = _FORMS[question.key](None, guarded=False, **{question.key: chosen})
    field = form[question.key]
    field.choices = [  # type: ignore[attr-defined]
        choice
        for one in options
        for choice in ([Choice("", "or", divider=True)] if one.key == NONE else [])
        + [Choice(one.key, one.words, one.hint)]
    ]
    if sent:
        form.validate()
    return form


class CallForm(SiteForm):
    """Somebody would rather talk."""

    key = HiddenField()
    name = TextField("Your name", missing="Enter your name", longest=120, autocomplete="name")
    phone = TextField(
        "Telephone number",
        missing="Enter a telephone number, like 01622 000 000",
        longest=CALL_LONGEST,
        shortest=5,
        autocomplete="tel",
        classes="govuk-input--width-20",
    )
    when = TextField(
        "When does it suit you?",
        longest=200,
        hint="Like “Tuesday or Thursday after 4pm”. Leave it empty if any time of a working day is fine.",
    )
    about = TextAreaField("What is it about?", longest=1_000, rows=3, hint="You can leave it empty.")
