"""Forms of fund officers: sources, caps, authorities. See also fund_rules_forms.py."""

import re
from typing import Any, Final

from wtforms.validators import ValidationError

from crowdfund_kent.forms import DayField, MoneyField, SelectField, SiteForm, TextField
from pledges.funds import NewSource

LARGEST_PENCE: Final = 10_000_000_000  # £100 million: a slip of the keyboard, not a pot
_YEAR: Final = re.compile(r"(20[0-9]{2})-([0-9]{2})", re.ASCII)


def _financial_year(_form: Any, field: Any) -> None:
    found = _YEAR.fullmatch(field.data)
    if not found or (int(found[1]) + 1) % 100 != int(found[2]):
        raise ValidationError("Enter a financial year, like 2026-27")


class CapForm(SiteForm):
    """What a source may hold from now on."""

    cap = MoneyField(
        "What may the source hold?",
        missing="Enter an amount, like 150,000",
        least_pence=0,
        most_pence=LARGEST_PENCE,
        classes="govuk-input--width-10",
    )
    why = TextField(
        "Where the money comes from",
        missing="Enter the decision or budget it comes from",
        longest=200,
        hint="Such as the number of a decision.",
    )


class SourceForm(CapForm):
    """A further source."""

    name = TextField("Name of the source", missing="Enter a name, like Base budget", longest=80)
    budget_code = TextField("Budget code, if there is one", longest=40)
    cost_centre = TextField("Cost centre, if there is one", longest=20, classes="govuk-input--width-10")
    subjective_code = TextField("Subjective code, if there is one", longest=20, classes="govuk-input--width-10")
    financial_year = TextField(
        "Financial year, if the money is of one only",
        classes="govuk-input--width-10",
        hint="From April to March, like 2026-27.",
        checks=(_financial_year,),
    )
    purpose = TextField(
        "Purpose, if the money is for one only",
        longest=160,
        hint="Such as “a named health outcome”. It is then drawn only by awards that fit it, with the reason.",
    )

    def source(self) -> NewSource:
        """What was sent, valid."""
        return NewSource(
            self.name.data,
            self.cap.data,
            self.purpose.data or "",
            self.budget_code.data or "",
            self.why.data,
            self.financial_year.data or "",
            self.cost_centre.data or "",
            self.subjective_code.data or "",
        )


class CodesForm(SiteForm):
    """Under which codes a source is paid from now on."""

    budget_code = TextField("Budget code", longest=40)
    cost_centre = TextField("Cost centre", longest=20, classes="govuk-input--width-10")
    subjective_code = TextField("Subjective code", longest=20, classes="govuk-input--width-10")


class AuthorityForm(SiteForm):
    """Under which decision somebody may sign."""

    person = SelectField("Who may sign?", missing="Choose who may sign")
    post = TextField(
        "Post",
        missing="Enter the post, like Cabinet Member for Community Services",
        longest=120,
        hint="Shown on the public record of each decision, instead of a name.",
    )
    decision_number = TextField("Decision number", missing="Enter the decision's number, like 21/00012", longest=40)
    limit = MoneyField(
        "Largest award they may sign",
        missing="Enter an amount, like 20,000",
        most_pence=LARGEST_PENCE,
        classes="govuk-input--width-10",
    )
    from_day = DayField("First day", missing="Enter the first day")
    to_day = DayField("Last day", missing="Enter the last day")
