"""Forms of the books."""

from typing import Any, Final

from wtforms.validators import ValidationError

from crowdfund_kent.clock import business_today
from crowdfund_kent.forms import DayField, SiteForm, TextField

CODE_LONGEST: Final = 20


def _not_to_come(_form: Any, field: DayField) -> None:
    if field.data is not None and field.data > business_today():
        raise ValidationError("Enter a day that has come")


def _not_before(form: Any, field: DayField) -> None:
    if field.data is not None and form.first.data is not None and field.data < form.first.data:
        raise ValidationError("Enter a last day on or after the first")


class DaysForm(SiteForm):
    """The days of a statement, both included."""

    first = DayField("From", missing="Enter the first day", hint="For example, 1 4 2026")
    last = DayField("To", missing="Enter the last day", checks=[_not_to_come, _not_before])


class DayForm(SiteForm):
    """As at the end of which day."""

    day = DayField("As at the end of", missing="Enter a day", hint="For example, 31 3 2027", checks=[_not_to_come])


class CloseForm(SiteForm):
    """Which days shall be closed."""

    last = DayField("Last day to close", missing="Enter the last day", hint="Every day up to it is closed, for good")
    why = TextField(
        "What is this period?",
        missing="Enter what this period is, like November 2026",
        longest=200,
        hint="It stays on record.",
    )


class JournalForm(SiteForm):
    """Up to which day a journal goes."""

    last = DayField("Up to and with", missing="Enter the last day", hint="A day that is over")


class CodeForm(SiteForm):
    """Where finance books an account."""

    cost_centre = TextField("Cost centre", missing="Enter a cost centre", longest=CODE_LONGEST)
    subjective_code = TextField("Subjective code", missing="Enter a subjective code", longest=CODE_LONGEST)
