"""What officers send: answers of the checklist, questions, and what they decide."""

from typing import Any, Final

from crowdfund_kent.forms import (
    CheckboxField,
    HiddenField,
    RadiosField,
    SelectField,
    SiteForm,
    TextAreaField,
    TextField,
)
from crowdfund_kent.geography import DISTRICTS
from projects import eligibility
from projects.kinds import MUST_BE_CHECKED, CheckAnswer, CheckItem
from projects.queries.queue import Waits, Who


class MessageForm(SiteForm):
    """Words that go with a decision. The label is set by the page."""

    message = TextAreaField("Message", missing="Enter a message that says why", longest=2_000, rows=6)


ANSWERS: Final = (
    (CheckAnswer.CHECKED, "Checked"),
    (CheckAnswer.NOT_CHECKED, "Not checked"),
    (CheckAnswer.NOT_NEEDED, "Not needed"),
)


class DeskForm(SiteForm):
    """The checklist: for each item an answer and a note, named as the item is (bank, bank_note). All may be empty."""

    def items(self) -> list[tuple[CheckItem, Any, Any]]:
        """Each item with its answer and its note."""
        return [(item, self[item.name.lower()], self[f"{item.name.lower()}_note"]) for item in CheckItem]

    def answers(self) -> dict[CheckItem, tuple[CheckAnswer, str]]:
        """What was answered."""
        return {item: (CheckAnswer(answer.data), note.data or "") for item, answer, note in self.items() if answer.data}


for _item in CheckItem:
    _name = _item.name.lower()
    setattr(
        DeskForm,
        _name,
        RadiosField(
            _item,
            # without these nothing is approved: that they are not needed is no answer
            choices=ANSWERS[:2] if _item in MUST_BE_CHECKED else ANSWERS,
            classes="govuk-radios--inline govuk-radios--small",
        ),
    )
    setattr(DeskForm, f"{_name}_note", TextAreaField("Note for officers", longest=2_000, rows=1, count=False))


class AskForm(SiteForm):
    """A question to the group about an item."""

    text = TextAreaField("What do you ask the group?", missing="Enter your question", longest=2_000, rows=5)


class RecommendForm(SiteForm):
    """To the second officer."""

    words = TextAreaField(
        "What should the second officer know?",
        longest=2_000,
        rows=4,
        hint="You can leave this empty. The group does not see it.",
    )


class SendBackForm(SiteForm):
    """From the second officer to the first."""

    words = TextAreaField(
        "What should they look at again?", missing="Say what they should look at again", longest=2_000
    )


class FundingForm(SiteForm):
    """An officer's word on a hint."""

    distinct = RadiosField(
        "Is it the same project?",
        missing="Choose whether it is the same project",
        choices=(
            ("yes", "No, it is another one"),
            ("no", "Yes, the same"),
        ),
    )
    words = TextAreaField("What makes you think so?", missing="Say what makes you think so", longest=2_000, rows=4)


_OUTSIDE: Final = "Crowdfund Kent is for projects in Kent’s twelve districts."
_COSTS: Final = "We could not see that the money asked is what the project costs."
_SAFE: Final = "We could not see that everybody who takes part would be safe."
# rule -> the sentence that the group reads first; the exclusions are told in the words of the questions before anything
REASONS: Final = {
    **{option.key: (option.words, option.no) for option in eligibility.EXCLUDED.options if option.no},
    "outside": ("It is not in Kent", _OUTSIDE),
    "costs": ("The costs do not fit what is planned", _COSTS),
    "safe": ("Somebody might come to harm", _SAFE),
    "other": ("Something else", ""),
}


class RefuseForm(SiteForm):
    """Which rule, in the words that everybody was told before, and why in the officer's own."""

    reason = RadiosField(
        "Which rule is it?",
        missing="Choose which rule it is",
        choices=[(key, words, sentence) for key, (words, sentence) in REASONS.items()],
    )
    message = TextAreaField(
        "Why, in your own words?",
        missing="Say why in your own words",
        longest=2_000,
        rows=6,
        hint="Write as you would say it to them on the telephone: what you saw, which rule it meets, what they could do instead.",
    )
    sure = HiddenField()

    @property
    def letter(self) -> str:
        """What the group reads: the rule's sentence, then the officer's words."""
        sentence = REASONS[self.reason.data][1]
        return f"{sentence}\n\n{self.message.data}" if sentence else str(self.message.data)


class ApproveForm(SiteForm):
    """The decision, after everything was answered."""

    sure = CheckboxField(
        "What I said of each item is true, and I have no part in this project",
        missing="Confirm that it is true and that you have no part in this project",
    )


class QueueForm(SiteForm):
    """Filters of the queue, by GET."""

    district = SelectField("District", choices=[(one.code, one.name) for one in DISTRICTS], empty="All districts")
    who = SelectField(
        "Taken by",
        choices=[(Who.ME, "Me"), (Who.NOBODY, "Nobody"), (Who.OTHERS, "Another officer")],
        empty="Anybody",
    )
    waits = SelectField("Waits for", choices=[(one.name.lower(), one) for one in Waits], empty="Anything")

    def chosen(self, name: str) -> str:
        """What was chosen; an address that somebody typed may hold anything, and then it filters nothing."""
        field: Any = self[name]
        return str(field.data) if field.data and field.chosen() <= field.values() else ""


class ObjectiveNameForm(SiteForm):
    """An entry of the list of objectives."""

    name = TextField("Objective", missing="Enter an objective, like “health and wellbeing”", longest=80)
