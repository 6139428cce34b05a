"""What officers send: what they checked, and what they answer."""

from typing import Any

from crowdfund_kent.forms import RadiosField, SiteForm, TextAreaField, TextField
from projects.kinds import CheckItem


class MessageForm(SiteForm):
    """Words that go with a decision. The label is set by the page."""

    message = TextAreaField("Message", missing="Enter a message that says why", longest=2_000, rows=6)


class ChecksForm(SiteForm):
    """What an officer checked; each item is answered."""

    people = RadiosField(CheckItem.PEOPLE)
    scheme = RadiosField(CheckItem.SCHEME)
    double = RadiosField(CheckItem.DOUBLE)
    costs = RadiosField(CheckItem.COSTS)
    words = RadiosField(CheckItem.WORDS)
    referee = RadiosField(CheckItem.REFEREE)
    bank = RadiosField(CheckItem.BANK)
    quotes = RadiosField(CheckItem.QUOTES)
    permission = RadiosField(CheckItem.PERMISSION)
    safeguarding = RadiosField(CheckItem.SAFEGUARDING)
    rules = RadiosField(CheckItem.RULES)
    insurance = RadiosField(CheckItem.INSURANCE)

    def __init__(self, *given: Any, **initial: Any) -> None:
        super().__init__(*given, **initial)
        for item, field in self.items():
            field.choices = [("yes", "Checked"), ("no", "Not checked")]
            field.classes = "govuk-radios--inline"
            field.missing = f"Say whether this was checked: {item[:1].lower()}{item[1:]}"

    def items(self) -> list[tuple[CheckItem, Any]]:
        """Each item with its field."""
        return [(item, getattr(self, item.name.lower())) for item in CheckItem]

    def answers(self) -> dict[CheckItem, bool]:
        """What was checked."""
        return {item: field.data == "yes" for item, field in self.items()}


class ObjectiveNameForm(SiteForm):
    """An entry of the list of objectives."""

    name = TextField("Objective", missing="Enter an objective, like “health and wellbeing”", longest=80)
