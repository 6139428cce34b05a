"""What officers type about bank statements and their lines."""

from typing import Any, Final

from wtforms.validators import ValidationError

from crowdfund_kent.forms import FileField, SiteForm, TextAreaField, TextField
from payments.bank_statements.csv_statement import ColumnMap, Typed
from payments.bank_statements.read import pence_of

_WIDE: Final = "govuk-input--width-10"


def _balance(_form: Any, field: Any) -> None:
    try:
        balance_of(field.data)
    except ValueError as error:
        raise ValidationError(
            "Enter the balance as it stands on the bank’s page, like 1,234.56 or -1,234.56"
        ) from error


def balance_of(text: str) -> int:
    """Pence, below nothing with a minus sign. ValueError for anything else."""
    compact = text.replace("−", "-").replace(" ", "")
    pence = pence_of(compact.removeprefix("-"))
    return -pence if compact.startswith("-") else pence


class ImportForm(SiteForm):
    """A statement. The fields below the file are for CSV only, which does not say them."""

    file = FileField("The statement", missing="Choose the file", accept=".xml,.csv,.txt")
    account = TextField("For CSV: the council’s account, by its last four figures", longest=40, classes=_WIDE)
    opening = TextField("For CSV: balance before the first line", longest=20, classes=_WIDE, checks=(_balance,))
    closing = TextField("For CSV: balance after the last line", longest=20, classes=_WIDE, checks=(_balance,))
    day = TextField("Heading of the date", longest=40, classes=_WIDE)
    reference = TextField("Heading of the reference", longest=40, classes=_WIDE)
    words = TextField("Heading of the description", longest=40, classes=_WIDE)
    amount = TextField("Heading of the amount, where there is one for both ways", longest=40, classes=_WIDE)
    paid_in = TextField("Heading of what came in", longest=40, classes=_WIDE)
    paid_out = TextField("Heading of what went out", longest=40, classes=_WIDE)

    @staticmethod
    def initial() -> dict[str, str]:
        """The headings that most banks use."""
        usual = ColumnMap()
        return {name: getattr(usual, name) for name in ("day", "reference", "words", "amount", "paid_in", "paid_out")}

    def typed(self) -> Typed | None:
        """What the file does not say; None (and a message at its field) where something is missing."""
        for field in (self.account, self.opening, self.closing):
            if not field.data:
                self.refuse(f"Enter this for a CSV file: {field.title.removeprefix('For CSV: ')}", field.name)
        if self.problems:
            return None
        columns = ColumnMap(
            self.day.data or "",
            self.reference.data or "",
            self.words.data or "",
            self.amount.data or "",
            self.paid_in.data or "",
            self.paid_out.data or "",
        )
        return Typed(self.account.data, balance_of(self.opening.data), balance_of(self.closing.data), columns)


class MatchForm(SiteForm):
    """What a line is."""

    reference = TextField(
        "Reference of the payment, recovery or schedule",
        missing="Enter a reference",
        hint="Like M-7F3K-9Q2M, R-7F3K-9Q2M or S-7F3K-9Q2M. Where a line pays several: all of them.",
        longest=600,
    )
    why = TextAreaField("How do you know?", missing="Enter how you know what this line is", longest=500, rows=3)
