"""Forms of surveys: made from the questions, so that page, paper and record have the same words."""

from collections.abc import Iterable, Sequence
from typing import Any

from crowdfund_kent.forms import CheckboxesField, RadiosField, SiteForm, TextAreaField
from evaluation.surveys.questionnaires import LONGEST_WORDS, Question


class SurveyForm(SiteForm):
    """Made by form_of(): one field a question."""

    def given(self) -> dict[str, list[str] | str]:
        """What was filled in, by question."""
        return {_key(name): field.data for name, field in self._fields.items() if field.data}


def _name(key: str) -> str:
    return "q_" + key.replace(" ", "_")


def _key(name: str) -> str:
    return name.removeprefix("q_").replace("_", " ") if name in _SPACED else name.removeprefix("q_")


_SPACED = {"q_ethnic_group"}


def form_of(questions: Sequence[Question], *, optional: bool = False) -> type[SurveyForm]:
    """A form that asks `questions`. `optional`: nothing has to be chosen, as while it is saved for later."""
    fields = {_name(one.key): _field(one, optional) for one in questions}
    return type("FormOfQuestions", (SurveyForm,), fields)


def initial(given: dict[str, list[str] | str], questions: Iterable[Question]) -> dict[str, Any]:
    """The values to begin with, by field."""
    found: dict[str, Any] = {}
    for one in questions:
        value = given.get(one.key)
        if value:
            found[_name(one.key)] = (
                value if one.is_words or one.many else (value if isinstance(value, str) else value[0])
            )
    return found


def _field(question: Question, optional: bool) -> Any:
    hint = question.hint or None
    if question.is_words:
        return TextAreaField(question.words, hint=hint, longest=LONGEST_WORDS, rows=4)
    choices = [(one.key, one.words) for one in question.answers]
    if question.many:
        return CheckboxesField(question.words, choices=choices, hint=hint)
    missing = None if optional else f"Choose an answer: {question.words}"
    return RadiosField(question.words, choices=choices, hint=hint, missing=missing)
