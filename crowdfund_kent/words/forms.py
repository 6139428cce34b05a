"""What officers type about words."""

from typing import Any

from wtforms.validators import ValidationError

from crowdfund_kent.clock import business_today
from crowdfund_kent.forms import CheckboxField, DayField, HiddenField, SiteForm, TextAreaField, TextField
from crowdfund_kent.words.source import LONGEST


class WordsForm(SiteForm):
    """A text with the reason for it. `base`: the version it was made from. The page adds what is wrong with the text."""

    text = TextAreaField("The text", missing="Write the text", rows=26, longest=LONGEST, count=False)
    why = TextField(
        "Why does it change?",
        missing="Say in a few words why the text changes",
        longest=300,
        hint="Colleagues see this in the history. The public does not.",
    )
    base = HiddenField()

    @property
    def base_number(self) -> int:
        """The version that was edited; 0 for the shipped text, and for what nobody could have sent."""
        sent = str(self.base.data or "")
        return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 9 else 0


def _not_ahead(_form: Any, field: Any) -> None:
    if field.data > business_today():
        raise ValidationError("Enter a day that is today or earlier: write what was done, not what is planned")


class SaidForm(SiteForm):
    """An entry of "You said, we did"."""

    said = TextAreaField(
        "You said", missing="Write what people said", longest=600, rows=3, hint="Don’t name who said it."
    )
    did = TextAreaField("We did", missing="Write what was done", longest=600, rows=3)
    done_on = DayField("When was it done?", missing="Enter the day it was done", checks=[_not_ahead])
    shown = CheckboxField("Show this to everybody")
