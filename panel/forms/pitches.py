"""Forms of a group's request, of the officer who prepares it, and of a review of process."""

from typing import Any

from wtforms.validators import ValidationError

from crowdfund_kent.forms import (
    CheckboxesField,
    CheckboxField,
    MoneyField,
    RadiosField,
    SiteForm,
    TextAreaField,
)
from panel import asking
from panel.kinds import ReviewOutcome
from pledges.kinds import PlaceKind
from pledges.models import FundQuestion

_RELEASED = "It may be released under freedom of information. Name no person."


class AmountForm(SiteForm):
    """How much the group asks for."""

    amount = MoneyField(
        "How much do you ask for?",
        missing="Enter an amount, like 4,000",
        least_pence=asking.LEAST_PENCE,
        classes="govuk-input--width-10",
    )


def _few_words(most: int) -> Any:
    def check(_form: SiteForm, field: Any) -> None:
        if wrong := asking.too_long(field.data, most):
            raise ValidationError(wrong)

    return check


class WhyForm(SiteForm):
    """Why public money."""

    why = TextAreaField(
        "Why should public money help?",
        missing="Enter why public money should help",
        hint="What changes for people here, and what happens without it. The panel has read your project’s page already."
        " Name nobody who has not agreed to it.",
        longest=asking.WHY_LONGEST,
        rows=8,
        checks=[_few_words(asking.WHY_WORDS)],
    )


def answer_form(question: FundQuestion) -> type[SiteForm]:
    """The form of one of a fund's own questions."""
    field = TextAreaField(
        question.words,
        missing="Enter an answer to this question" if question.needed else None,
        hint=question.hint or (None if question.needed else "You may leave this empty."),
        longest=asking.ANSWER_LONGEST,
        rows=8,
        checks=[_few_words(question.most_words)],
    )
    return type("AnswerForm", (SiteForm,), {"answer": field})


class SendForm(SiteForm):
    """An owner's word before a request is sent."""

    agree = CheckboxField(
        "This is true, and we would use the money for this project only",
        missing="Tick the box to say that this is true",
    )


class AgainForm(SiteForm):
    """In which round it comes again."""

    round = RadiosField("In which round?", missing="Choose a round")


PLACES = {
    PlaceKind.DEPRIVED: "A deprived area",
    PlaceKind.RURAL: "A rural area",
    PlaceKind.COASTAL: "On the coast",
}


class PlaceForm(SiteForm):
    """What an officer records, for the fund's published variants."""

    places = CheckboxesField(
        "What kind of place is it?",
        choices=[(kind.value, words) for kind, words in PLACES.items()],
        hint="Leave empty if none of them fits.",
    )
    income = MoneyField(
        "The group’s income last year",
        hint="In pounds. Leave empty if you do not know it: then no variant by size fits.",
        least_pence=0,
        classes="govuk-input--width-10",
    )
    reason = TextAreaField(
        "Where did you find this?",
        hint="Such as the index of deprivation 2025, or the accounts at the Charity Commission. " + _RELEASED,
        longest=300,
        rows=3,
    )


class ReviewForm(SiteForm):
    """A group asks for a look at how its request was handled."""

    words = TextAreaField(
        "What went wrong in how your request was handled?",
        missing="Enter what went wrong",
        hint="Such as a fact that was not read, a rule that was not kept, or somebody who should not have decided.",
        shortest=20,
        longest=3_000,
        rows=8,
    )


class ReviewAnswerForm(SiteForm):
    """What somebody found who took no part."""

    outcome = RadiosField(
        "What did you find?",
        missing="Choose what you found",
        choices=[
            (ReviewOutcome.STANDS.value, "The decision stands", "It was handled as the rules say."),
            (
                ReviewOutcome.AGAIN.value,
                "It must be looked at again",
                "The group can send its request again in the next round. Nothing else changes, and no money moves.",
            ),
        ],
    )
    answer = TextAreaField(
        "Your answer to the group",
        missing="Enter your answer to the group",
        hint="What you looked at, what you found, and what follows. " + _RELEASED,
        shortest=20,
        longest=4_000,
        rows=8,
    )
