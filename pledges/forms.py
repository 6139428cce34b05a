"""What a resident types on the way to a pledge, and to change one."""

import re
from collections.abc import Mapping
from typing import Any, Final

from crowdfund_kent.forms import CheckboxField, EmailField, HiddenField, MoneyField, RadiosField, SiteForm, TextField
from crowdfund_kent.money import pounds
from crowdfund_kent.settings import get_settings
from pledges.kinds import BackerKind

USUAL_AMOUNTS: Final = (500, 2000, 5000)
LONGEST_DEDICATION: Final = 80
_ADDRESS: Final = re.compile(r"https?:|www\.|@|\b\w+\.(?:com|org|net|uk|co)\b|\d[\d ]{5,}", re.IGNORECASE)
KINDS: Final = (
    (BackerKind.PERSON, "A person"),
    (BackerKind.BUSINESS, "A business"),
    (BackerKind.GROUP, "A charity or community group"),
    (BackerKind.PUBLIC_BODY, "A public body", "A council, a parish or town council, or an NHS body"),
)


class PledgeAmountField(MoneyField):
    """An amount within the scheme's bounds (ruling 16), which are settings: read when a form is made."""

    def __init__(self, label: str, **rest: Any) -> None:
        least, most = get_settings().least_pledge_pence, get_settings().most_pledge_pence
        hint = f"From {pounds(least)} to {pounds(most)}"
        super().__init__(label, least_pence=least, most_pence=most, **({"hint": hint} | rest))


class AmountForm(SiteForm):
    """How much: one of the usual amounts, or another one. A typed amount wins over a mark left beside another."""

    usual = RadiosField(
        "Choose an amount",
        choices=[(pence, pounds(pence)) for pence in USUAL_AMOUNTS],
        classes="govuk-radios--inline",
    )
    other = PledgeAmountField("Another amount")

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """One of the two must be there."""
        right = super().validate(extra_validators)
        if right and self.amount_pence is None:
            self.refuse("Choose an amount or enter another one", "usual")
            return False
        return right

    @property
    def amount_pence(self) -> int | None:
        """What was chosen or typed."""
        if self.other.data is not None:
            return int(self.other.data)
        return int(self.usual.data) if self.usual.data else None


class NameField(TextField):
    """Who gives."""

    def __init__(self, label: str = "Your name", **rest: Any) -> None:
        defaults: dict[str, Any] = {"missing": "Enter your name", "longest": 120, "autocomplete": "name"}
        hint = "Or that of the business, group or body that gives."
        super().__init__(label, **({"hint": hint} | defaults | rest))


class DedicationField(TextField):
    """A few words such as "In memory of Jean Marsh": no addresses, no telephone numbers."""

    def __init__(self, label: str, **rest: Any) -> None:
        hint = (
            "For example: In memory of Jean Marsh. It stands on the project's page without an amount, and you can take"
            " it away at any time. An officer hides what does not belong there."
        )
        defaults: dict[str, Any] = {"longest": LONGEST_DEDICATION, "hint": hint}
        super().__init__(label, **(defaults | rest))

    def read(self, text: str) -> str:
        """One line of words."""
        line = super().read(text)
        if _ADDRESS.search(line):
            raise ValueError("Enter words only, without web addresses, e-mail addresses or telephone numbers")
        return line


class BackerForm(SiteForm):
    """Who pledges."""

    email = EmailField(
        hint="We send your receipt there, with a private link to change or cancel. No account is needed."
    )
    name = NameField()
    name_shown = CheckboxField(
        "Show this name on the project's page", hint="Leave this empty, and it stays hidden from the public."
    )
    kind = RadiosField("Who is giving?", choices=KINDS, missing="Choose who is giving")


class DedicationForm(SiteForm):
    """Words that the gift is for, or none."""

    dedication = DedicationField("What would you like your dedication to say?")


class CheckForm(SiteForm):
    """Agreeing to what the page says. `agreed` carries what it said: another tab may have changed the answers since."""

    cover = CheckboxField("Cover the card cost")
    agreed = HiddenField()

    def check(self, said: str) -> bool:
        """Right, and about the answers as they are now."""
        if not self.validate():
            return False
        if self.agreed.data != said:
            self.refuse("Your answers were changed on another page since. Check them, then send them again")
            return False
        return True


class ChangeForm(SiteForm):
    """Another amount, up or down, and whether the card cost comes on top."""

    amount = PledgeAmountField("Amount", missing="Enter an amount")
    cover = CheckboxField("Cover the card cost too, so that the group gets my whole pledge")


class ShownForm(SiteForm):
    """What the project's page shows of a pledge: never an amount."""

    name = NameField()
    name_shown = CheckboxField("Show this name on the project's page")
    dedication = DedicationField("Dedication (you can leave this empty)")


class FindForm(SiteForm):
    """Ask for the private link again."""

    email = EmailField("What is your e-mail address?", hint="The one that you gave with your pledge.")
