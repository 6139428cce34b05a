"""What is typed about the council's own money at the provider."""

from crowdfund_kent.forms import CheckboxesField, DayField, MoneyField, RadiosField, SiteForm, TextField
from payments.own_money.kinds import Way
from payments.own_money.services import Moved


class OwnMoneyForm(SiteForm):
    """One movement, as it stands in the provider's dashboard and on the bank statement."""

    way = RadiosField(
        "Which way did it go?",
        missing="Choose which way it went",
        choices=[
            (Way.DRAWN, "From the provider to the council’s bank"),
            (Way.ADDED, "From the council’s bank to the provider"),
        ],
    )
    repayments = CheckboxesField("What was drawn?", missing=None)
    amount = MoneyField("How much?", missing="Enter the amount", most_pence=100_000_000)
    reference = TextField(
        "The provider’s reference",
        hint="As it stands in the provider’s dashboard, like po_1A2b3C.",
        missing="Enter the provider’s reference",
        longest=60,
        autocomplete="off",
    )
    moved_on = DayField("When?", missing="Enter the day on which it was moved")

    def moved(self) -> Moved:
        """As the service takes it; after validate()."""
        way = Way(self.way.data)
        return Moved(
            way,
            self.amount.data,
            str(self.reference.data),
            self.moved_on.data,
            [int(one) for one in self.repayments.data or []],
        )
