"""What is typed about a repayment."""

from crowdfund_kent.forms import DayField, RadiosField, SiteForm, TextField
from payments.repayments.kinds import How
from payments.repayments.services import Paid


class RepaymentForm(SiteForm):
    """How the backer was paid. Their account number is written nowhere here."""

    how = RadiosField(
        "How was it paid back?",
        missing="Choose how it was paid back",
        choices=[(How.TRANSFER, "Bank transfer"), (How.CHEQUE, "Cheque")],
    )
    bank_reference = TextField(
        "Reference of the transfer, or number of the cheque",
        hint="As it stands on the bank statement. Do not write the backer’s account number.",
        missing="Enter the reference of the transfer, or the number of the cheque",
        longest=60,
        autocomplete="off",
    )
    paid_on = DayField("When was it paid?", missing="Enter the day on which it was paid")

    def paid(self) -> Paid:
        """As the service takes it; after validate()."""
        return Paid(How(self.how.data), str(self.bank_reference.data), self.paid_on.data)
