"""Forms of evidence."""

from crowdfund_kent.forms import DayField, NumberField, SelectField, SiteForm, TextField
from evaluation.evidence.sample import MOST, POPULATIONS


class FindForm(SiteForm):
    """Which payment's file."""

    reference = TextField(
        "Reference of the match pledge, or number of the payout",
        hint="Like M-7F3K-9Q2M for what a fund pays, or 12 for what residents paid by card.",
        missing="Enter a reference, like M-7F3K-9Q2M, or the number of a payout",
        longest=12,
    )


class SampleForm(SiteForm):
    """What to draw from, and how."""

    population = SelectField(
        "What to draw from",
        missing="Choose what to draw from",
        choices=[(name, name.capitalize()) for name in POPULATIONS],
    )
    first = DayField("From", missing="Enter the first day")
    last = DayField("To", missing="Enter the last day")
    size = NumberField("How many", missing="Enter how many", least=1, most=MOST)
    seed = TextField(
        "Seed", missing="Enter a seed", longest=40, hint="Any words or figures. Whoever has them draws the same sample."
    )


class DaysForm(SiteForm):
    """Acts from which day to which."""

    first = DayField("From", missing="Enter the first day")
    last = DayField("To", missing="Enter the last day")
