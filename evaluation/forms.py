"""Forms of the figures."""

from typing import Any

from wtforms import ValidationError

from crowdfund_kent.clock import business_today
from crowdfund_kent.forms import DayField, SiteForm
from evaluation.scope import FIRST_DAY


def known_day(_form: Any, field: Any) -> None:
    """Figures begin with the programme and end today."""
    if field.data < FIRST_DAY:
        raise ValidationError("Enter a day on or after 1 March 2021, when the programme began")
    if field.data > business_today():
        raise ValidationError("Enter today or a day before: figures are about what has happened")


class AsAtForm(SiteForm):
    """Which day the figures are for."""

    day = DayField(
        "Show the figures as at the end of", missing="Enter a day", hint="For example, 24 6 2021", checks=[known_day]
    )


class ReportDayForm(SiteForm):
    """Which day the report is for."""

    day = DayField(
        "Show the report as at the end of", missing="Enter a day", hint="For example, 31 12 2022", checks=[known_day]
    )
