"""Forms of the figures."""

from collections.abc import Sequence
from typing import Any

from wtforms import ValidationError

from crowdfund_kent.clock import business_today
from crowdfund_kent.forms import (
    DayField,
    MoneyField,
    NumberField,
    RadiosField,
    SelectField,
    SiteForm,
    TextAreaField,
    TextField,
)
from crowdfund_kent.forms.choices import as_choices
from evaluation.kinds import OBJECTIVES, WorkKind
from evaluation.scope import FIRST_DAY, Records


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


def not_to_come(_form: Any, field: Any) -> None:
    """A day on which something was known is of the programme, and today or before."""
    if field.data is not None:
        known_day(_form, field)


class ReportDayForm(SiteForm):
    """Which day the report is for, and whether as it was known on another."""

    day = DayField(
        "Show the report as at the end of", missing="Enter a day", hint="For example, 31 12 2022", checks=[known_day]
    )
    known_on = DayField(
        "As it was known by the end of",
        hint="Leave it empty for everything that is known now. What was recorded after this day is left out",
        checks=[not_to_come],
    )


class PackForm(SiteForm):
    """Which pack to build."""

    as_at = DayField("As at the end of", missing="Enter a day", hint="For example, 31 12 2022", checks=[known_day])
    known_on = DayField(
        "As known by the end of",
        hint="Leave it empty for everything that is known now",
        checks=[not_to_come],
    )
    records = SelectField(
        "Which records",
        choices=[(Records.REAL, "Real records"), (Records.GENERATED, "Generated records")],
        empty="The only ones there are",
        hint="They are never mixed",
    )
    reason = TextField(
        "Why figures differ from what was published for this day", longest=300, hint="Only where they do"
    )


class HoursForm(SiteForm):
    """Hours of officers in a month."""

    month = DayField("A day of the month", missing="Enter a day of the month", checks=[known_day])
    kind = SelectField("Kind of work", choices=[(kind, kind.capitalize()) for kind in WorkKind], missing="Choose one")
    hours = NumberField("Hours", least=0, most=2_000, missing="Enter the hours, or 0", suffix="hours")
    minutes = NumberField("and minutes", least=0, most=59, suffix="minutes")
    hour_pence = MoneyField("What an hour costs", missing="Enter what an hour costs", most_pence=50_000)


class MeasureForm(SiteForm):
    """A measure of success."""

    name = TextField("The measure, as the Council words it", longest=200, missing="Enter the measure")
    objective = RadiosField(
        "Objective", choices=[(key, words) for key, words in OBJECTIVES.items()], missing="Choose an objective"
    )
    indicator = SelectField("Its evidence", choices=[], empty="No figure of this site")

    def offer(self, indicators: Sequence[tuple[str, str]]) -> None:
        """The figures that may be its evidence."""
        self.indicator.choices = as_choices(indicators)


class WordsForm(SiteForm):
    """Officers' words for a part of the report."""

    text = TextAreaField(
        "What it says",
        rows=12,
        longest=8_000,
        hint="Write a figure as its short name in braces, like {match_pledged}: the list of indicators has them. Numbers"
        " that are typed are refused, but for days and years",
    )


class OptionForm(WordsForm):
    """The same for an option, with what it would cost."""

    cost = MoneyField("What it would cost a year", least_pence=0)


class PlaceForm(SiteForm):
    """Where a project happens."""

    project = TextField("The project", longest=200, missing="Enter the project", hint="The end of its page’s address")
    postcode = TextField(
        "Postcode of the place", longest=10, missing="Enter a postcode", hint="Of a hall or a field, never of a person"
    )
