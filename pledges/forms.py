"""What a resident types on the way to a pledge, and to change one."""

from collections.abc import Mapping
from typing import Any, Final

from crowdfund_kent.forms import CheckboxField, EmailField, MoneyField, RadiosField, SiteForm, TextField
from crowdfund_kent.money import pounds
from crowdfund_kent.settings import get_settings
from pledges.kinds import BackerKind

USUAL_AMOUNTS: Final = (500, 2000, 5000)
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


class BackerForm(SiteForm):
    """Who pledges."""

    email = EmailField(
        hint="We send your receipt there, with a private link to change or cancel. No account is needed."
    )
    name = TextField("Your name", missing="Enter your name", longest=120, autocomplete="name")
    name_shown = CheckboxField(
        "Show my name on the project's page", hint="Leave this empty, and your name stays hidden from the public."
    )
    kind = RadiosField("Who is giving?", choices=KINDS, missing="Choose who is giving")


class ChangeForm(SiteForm):
    """Another amount, up or down, and the name that is shown."""

    amount = PledgeAmountField("Amount", missing="Enter an amount")
    name = TextField("Your name", missing="Enter your name", longest=120, autocomplete="name")
    name_shown = CheckboxField("Show my name on the project's page")


class FindForm(SiteForm):
    """Ask for the private link again."""

    email = EmailField("What is your e-mail address?", hint="The one that you gave with your pledge.")
