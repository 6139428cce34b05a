"""What is typed at a desk: a gift, what was counted, a paying-in slip, a return, a payment."""

from collections.abc import Mapping
from typing import Any, Final

from crowdfund_kent.forms import (
    CheckboxesField,
    CheckboxField,
    DayField,
    EmailField,
    HiddenField,
    MoneyField,
    RadiosField,
    SiteForm,
    TextAreaField,
    TextField,
)
from pledges.forms import KINDS, PledgeAmountField
from pledges.gifts.kinds import Return, Way, Wish
from pledges.gifts.rules import postcode
from pledges.gifts.services.taking import NewGift
from pledges.gifts.states import Cause
from pledges.kinds import BackerKind

WAYS_BACK: Final = {
    Return.CASH: "In cash, and they sign for it",
    Return.CHEQUE: "By a cheque of the council",
    Return.OWN_CHEQUE: "Their own cheque is handed back",
    Return.UNPAID: "Nothing to give: their bank did not pay",
}
CAUSES: Final = {
    Cause.MISSED: "The target was missed",
    Cause.COLLAPSED: "Too little could be collected from cards",
    Cause.CANCELLED: "The campaign was cancelled",
    Cause.NOT_COUNTED: "It was not counted in time",
    Cause.ASKED: "The giver wants it back",
    Cause.BOUNCED: "The bank did not pay the cheque",
    Cause.MISTAKE: "It was entered by mistake",
}
_LARGEST: Final = 100_000_000


class TakeForm(SiteForm):
    """A gift that is handed over now, or that came with a paper form."""

    form_key = HiddenField()
    amount = PledgeAmountField("How much?", missing="Enter the amount in pounds, like 20 or 12.50")
    way = RadiosField(
        "Cash or cheque?",
        missing="Choose cash or cheque",
        choices=[(Way.CASH, "Cash"), (Way.CHEQUE, "Cheque")],
        classes="govuk-radios--inline",
    )
    cheque_number = TextField("Number of the cheque", longest=20, classes="govuk-input--width-10", hint="For a cheque.")
    name = TextField(
        "Giver’s name", longest=120, hint="As on their letters. Leave it empty only for a gift without a name."
    )
    postcode = TextField("Giver’s postcode", longest=10, classes="govuk-input--width-10", hint="Like CT9 1AB.")
    email = EmailField("Giver’s e-mail address, if they have one", missing=None)
    address = TextAreaField(
        "Giver’s address, if they have no e-mail",
        rows=3,
        longest=300,
        count=False,
        hint="Letters go there: about the receipt, and about what becomes of the money.",
    )
    kind = RadiosField("Who gives?", missing="Choose who gives", choices=KINDS)
    wish = RadiosField(
        "If the project can’t go ahead",
        missing="Choose what happens if the project can’t go ahead",
        choices=[
            (Wish.BACK, "They want their money back"),
            (Wish.TO_GROUP, "The group may have it anyway"),
        ],
    )
    nameless = CheckboxField(
        "They want to give without a name", hint="Small gifts only. It can’t go back, and counts as no backer."
    )
    runs = CheckboxField(
        "They run the campaign, or live with somebody who does", hint="Their gift counts as money and as no backer."
    )
    received_on = DayField("When did they give it?", missing="Enter the day on which they gave it")
    from_paper = CheckboxField("There is a signed paper form", hint="Keep it with the copy of the receipt.")

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """A name with its postcode, or none of both; a cheque with its number."""
        right = super().validate(extra_validators)
        if self.nameless.data:
            if self.name.data or self.postcode.data or self.email.data or self.address.data:
                self.refuse("Take out the name, postcode and address, or the mark at “without a name”", "nameless")
                return False
        elif not self.name.data:
            self.refuse("Enter the giver’s name", "name")
            return False
        elif postcode(self.postcode.data or "") is None:
            self.refuse("Enter the giver’s postcode, like CT9 1AB", "postcode")
            return False
        if self.way.data == Way.CHEQUE and not self.cheque_number.data:
            self.refuse("Enter the number of the cheque", "cheque_number")
            return False
        return right

    def gift(self) -> NewGift:
        """What was sent, valid."""
        nameless = bool(self.nameless.data)
        return NewGift(
            self.amount.data,
            Way(self.way.data),
            Wish.TO_GROUP if nameless else Wish(self.wish.data),
            self.name.data or "",
            self.postcode.data or "",
            self.email.data or "",
            self.address.data or "",
            nameless,
            BackerKind(self.kind.data),
            self.cheque_number.data or "",
            self.received_on.data,
            bool(self.from_paper.data),
            bool(self.runs.data),
        )


class CountForm(SiteForm):
    """What the second person finds. The amount is theirs: the page does not show it."""

    amount = MoneyField("How much did you count?", missing="Enter the amount that you counted", most_pence=_LARGEST)
    seen = TextField(
        "What did you see?",
        missing="Enter what you saw",
        longest=200,
        hint="Such as “two £10 notes and the copy of the receipt”, or for a group’s own gift the photograph of it.",
    )


class BatchForm(SiteForm):
    """What is paid in together."""

    gifts = CheckboxesField("What do you pay in?", missing="Choose at least one gift")
    slip = TextField(
        "Number of the paying-in slip",
        missing="Enter the number of the slip",
        longest=40,
        classes="govuk-input--width-20",
    )
    total = MoneyField("Total on the slip", missing="Enter the total on the slip", most_pence=_LARGEST)


class ReturnForm(SiteForm):
    """How a gift goes back."""

    cause = RadiosField("Why?", missing="Choose why it goes back")
    how = RadiosField("How?", missing="Choose how it goes back")
    proof = TextField(
        "Where is the signature, or which number has the cheque?",
        missing="Enter where the signature is kept, or the number of the cheque",
        longest=120,
    )


class PaymentForm(SiteForm):
    """A bank transfer to the group."""

    reference = TextField(
        "Reference of the bank transfer",
        longest=40,
        hint="Leave it empty only if all of it lies in the group’s own account.",
        classes="govuk-input--width-20",
    )


class RecoveryForm(SiteForm):
    """Money that a group gives back for a cheque that was not paid."""

    amount = MoneyField("How much did they give back?", missing="Enter the amount", most_pence=_LARGEST)
    reference = TextField(
        "Reference on the bank statement",
        missing="Enter the reference on the bank statement",
        longest=40,
        classes="govuk-input--width-20",
    )


class DeskForm(SiteForm):
    """A desk of the council."""

    name = TextField("Name of the desk", missing="Enter the name, like Margate Library", longest=80)
    place = TextField(
        "Where, and when it is open",
        missing="Enter the address and the hours",
        longest=200,
        hint="It stands on paper forms.",
    )
