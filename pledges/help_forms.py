"""What a group writes to ask for help, and what somebody writes to offer it."""

import re
from typing import Any, Final

from crowdfund_kent.forms import EmailField, HiddenField, NumberField, RadiosField, SiteForm, TextAreaField, TextField
from projects.kinds import HelpKind

MOST: Final = 5_000
KINDS: Final = (
    (HelpKind.HOURS, "Hours", "Somebody's time: painting, baking, looking after the till"),
    (HelpKind.THINGS, "Things", "To give or to lend: tools, plants, a van for a day"),
)
_PHONE: Final = re.compile(r"\+?[0-9 ()\-]{9,24}")


class PhoneField(TextField):
    """A telephone number, as people write it."""

    def __init__(self, label: str = "Telephone number (you can leave this empty)", **rest: Any) -> None:
        defaults: dict[str, Any] = {"longest": 40, "autocomplete": "tel", "classes": "govuk-input--width-20"}
        super().__init__(label, **(defaults | rest))

    def read(self, text: str) -> str:
        """Figures, spaces, brackets, a plus in front."""
        line = super().read(text)
        if line and not _PHONE.fullmatch(line):
            raise ValueError("Enter a telephone number, like 01622 123 456 or 07700 900 982")
        return line

    def extra(self) -> dict[str, Any]:
        """A phone's keyboard for numbers."""
        return super().extra() | {"type": "tel"}


class WantedForm(SiteForm):
    """One kind of help."""

    kind = RadiosField("What do you need?", choices=KINDS, missing="Choose whether you need hours or things")
    words = TextField(
        "What for, in a few words",
        hint="For example: Painting the hall on two Saturdays in May. Everybody can read it.",
        missing="Enter what you need",
        longest=120,
    )
    how_many = NumberField("How many hours, or how many things?", least=1, most=MOST, missing="Enter a number, like 40")


class WantedChangeForm(SiteForm):
    """Other words or another number."""

    words = TextField("What for, in a few words", missing="Enter what you need", longest=120)
    how_many = NumberField("How many?", least=1, most=MOST, missing="Enter a number, like 40")


class OfferForm(SiteForm):
    """An offer. `key` makes one offer of a form sent twice."""

    key = HiddenField()
    how_many = NumberField("How many?", least=1, most=MOST, missing="Enter a number, like 3")
    words = TextAreaField(
        "What would you like to tell the group? (you can leave this empty)", longest=300, rows=3, count=True
    )
    name = TextField("Your name", missing="Enter your name", longest=120, autocomplete="name")
    email = EmailField(hint="We send a link there to confirm your offer. No account is needed.")
    phone = PhoneField()


class AcceptForm(SiteForm):
    """What the group shares when it says yes."""

    contact = TextAreaField(
        "How can they reach you?",
        hint="A name with an e-mail address or a telephone number, and when to come. Only they get it.",
        missing="Enter how they can reach you, such as a name and a telephone number",
        longest=300,
        rows=3,
    )
