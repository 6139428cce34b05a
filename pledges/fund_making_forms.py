"""Forms with which officers make funders and funds."""

import re
from typing import Any, Final

from wtforms.validators import ValidationError

from crowdfund_kent.forms import CheckboxField, DayField, NumberField, RadiosField, SelectField, SiteForm, TextField
from pledges.fund_making import Draft
from pledges.kinds import Accrual
from pledges.models import MatchFund

_ORGANISATION: Final = re.compile(r"[A-Z]{2}-[A-Z0-9]{2,8}-[A-Za-z0-9-]{1,28}")
ACCRUALS: Final = (
    (Accrual.FLAT.value, "From the day the group accepts", "The usual way."),
    (Accrual.TOP_UP.value, "Last, once it closes the gap", "The crowd comes first, this fund brings what is missing."),
    (Accrual.IN_FIRST.value, "First, before any backers", "It may be offered before the crowd has pledged anything."),
    (Accrual.BRIDGING.value, "In the middle, once the crowd has begun", "From a share of the target, entered below."),
)


def _organisation(_form: Any, field: Any) -> None:
    if not _ORGANISATION.fullmatch(field.data):
        raise ValidationError("Enter an organisation id in the form of 360Giving, like GB-LAE-KEN")


class FunderForm(SiteForm):
    """A public body that owns funds."""

    name = TextField("Name of the funder", missing="Enter a name, like Kent County Council", longest=120)
    short_name = TextField(
        "Short name", missing="Enter a short name, like KCC", longest=40, hint="Used in sentences: “what KCC adds”."
    )
    organisation_id = TextField(
        "Organisation id, if it is known",
        longest=40,
        hint="As 360Giving writes it, such as GB-LAE-KEN. It goes into the open data on grants.",
        checks=(_organisation,),
    )


class DraftForm(SiteForm):
    """What a fund says of itself, while it is a draft."""

    name = TextField("Name of the fund", missing="Enter a name, like Crowdfund Kent 2026-28", longest=120)
    summary = TextField("What it is for, in a sentence or two", longest=300)
    objective_list = SelectField("List of objectives", missing="Choose a list of objectives")
    starts_on = DayField("First day", missing="Enter the first day")
    ends_on = DayField("Last day", missing="Enter the last day")
    without_crowd = CheckboxField(
        "It gives small grants without a crowd",
        hint="Tick this where the money goes to projects that ask nobody else. It is in no figure of the crowd.",
    )
    accrual = RadiosField("When does its money count?", missing="Choose when its money counts", choices=ACCRUALS)
    start = NumberField(
        "For a fund in the middle: the share that the crowd brings first",
        most=100,
        suffix="%",
        hint="Left empty: 25% of the target.",
    )

    @staticmethod
    def initial(fund: MatchFund) -> dict[str, object]:
        """What the form begins with for a draft that is there."""
        names = ("name", "summary", "objective_list", "starts_on", "ends_on", "without_crowd", "accrual")
        return {**{name: getattr(fund, name) for name in names}, "start": fund.start_bp // 100}

    def draft(self) -> Draft:
        """What was sent, valid."""
        return Draft(
            name=self.name.data,
            summary=self.summary.data or "",
            objective_list=self.objective_list.data,
            starts_on=self.starts_on.data,
            ends_on=self.ends_on.data,
            accrual=Accrual(self.accrual.data),
            start_bp=25_00 if self.start.data is None else self.start.data * 100,
            without_crowd=bool(self.without_crowd.data),
        )


class NewFundForm(DraftForm):
    """The same, for a new fund of a funder."""

    funder = SelectField("Funder", missing="Choose the funder")
