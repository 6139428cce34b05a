"""Forms of the request desk."""

from typing import Final

from crowdfund_kent.forms import (
    CheckboxesField,
    CheckboxField,
    DayField,
    RadiosField,
    SelectField,
    SiteForm,
    TextAreaField,
    TextField,
)
from panel.kinds import Exemption, Refusal

PUBLIC: Final = "It may be released to the public."


class RecordForm(SiteForm):
    """What came, from whom, when."""

    title = TextField(
        "What is it about, in a few words?",
        missing="Enter what it is about",
        hint="Public, once the answer is. Name nobody: “Awards of the spring round”.",
        longest=120,
    )
    words = TextAreaField("What was asked, in their words?", missing="Enter what was asked", longest=5_000, rows=8)
    asker = TextField("Who asks?", missing="Enter who asks", hint="Never public.", longest=120)
    contact = TextField(
        "Where does the answer go?",
        missing="Enter an e-mail or postal address",
        hint="An e-mail or postal address. Never public.",
        longest=254,
    )
    received = DayField(
        "On which day did it come?",
        missing="Enter the day it came",
        hint="The clock of 20 working days begins on the working day after.",
    )


class ScopeForm(SiteForm):
    """What is collected. What is chosen besides narrows it."""

    rounds = CheckboxesField("Which rounds?", hint="Leave empty for all of them.")
    group = SelectField("Which group?", empty="Every group")
    first = DayField("From which day?", hint="The day on which a group asked, or an award was proposed. May be empty.")
    last = DayField("To which day?", hint="May be empty.")


class ClarifiedForm(SiteForm):
    """What they said they mean."""

    words = TextAreaField("What did they say they mean?", missing="Enter what they said", longest=3_000, rows=6)
    on = DayField("On which day did they say so?", missing="Enter the day they answered", hint="The clock begins anew.")


class AnswerForm(SiteForm):
    """The covering words."""

    answer = TextAreaField(
        "What do we answer?",
        missing="Enter the covering words",
        hint="What is in the answer, what is left out and why, and that they may ask for a review. " + PUBLIC,
        longest=5_000,
        rows=10,
    )


class LeaveOutForm(SiteForm):
    """Words of an item, or all of it."""

    words = TextAreaField(
        "Which words are left out?",
        hint="Copy them from the item. Leave this empty to leave out all of it.",
        longest=2_000,
        rows=3,
    )
    everywhere = CheckboxField("Leave these words out everywhere in the answer")
    exemption = RadiosField(
        "Which exemption allows it?",
        missing="Choose an exemption",
        choices=[(one.value, one.value.capitalize()) for one in Exemption],
    )
    reason = TextAreaField(
        "Why?",
        missing="Enter why it is left out",
        hint="The asker reads this. Do not repeat the words.",
        longest=300,
        rows=3,
    )


class RefuseForm(SiteForm):
    """All of it."""

    because = RadiosField(
        "Why is all of it refused?",
        missing="Choose why it is refused",
        choices=[(one.value, one.value.capitalize()) for one in Refusal],
    )
    answer = TextAreaField(
        "What is the asker told?",
        missing="Enter what the asker is told",
        hint="The reason, what they could ask instead, and that they may ask for a review.",
        longest=5_000,
        rows=8,
    )
