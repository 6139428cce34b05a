"""What people type about bank details and subsidy."""

from datetime import UTC, datetime, time
from typing import Any

from wtforms.validators import ValidationError

from crowdfund_kent.clock import LONDON
from crowdfund_kent.forms import (
    CheckboxField,
    DayField,
    MoneyField,
    RadiosField,
    SelectField,
    SiteForm,
    TextAreaField,
    TextField,
)
from payments.bank_details import rules
from payments.bank_details.kinds import CALL_HINTS, CallSource
from payments.bank_details.sealing import Account
from payments.bank_details.services import Check

LARGEST_PENCE = 10_000_000_000


def _sort_code(_form: Any, field: Any) -> None:
    try:
        rules.sort_code(field.data)
    except ValueError as error:
        raise ValidationError(str(error)) from error


def _number(_form: Any, field: Any) -> None:
    try:
        rules.account_number(field.data)
    except ValueError as error:
        raise ValidationError(str(error)) from error


class AccountForm(SiteForm):
    """An account. There is no field for a telephone number: we call one that we had before."""

    name = TextField(
        "Name on the account",
        missing="Enter the name on the account, as it stands on a bank statement",
        longest=rules.NAME_LONGEST,
        autocomplete="off",
    )
    sort_code = TextField(
        "Sort code",
        missing="Enter the sort code",
        hint="Six figures, like 30-96-34",
        longest=12,
        checks=(_sort_code,),
        classes="govuk-input--width-5",
        autocomplete="off",
    )
    number = TextField(
        "Account number",
        missing="Enter the account number",
        hint="Eight figures",
        longest=14,
        checks=(_number,),
        classes="govuk-input--width-10",
        autocomplete="off",
    )

    def account(self) -> Account:
        """What was sent, valid."""
        return Account(self.name.data, rules.sort_code(self.sort_code.data), rules.account_number(self.number.data))


class CheckForm(SiteForm):
    """How an officer proved an account."""

    name_reason = TextAreaField(
        "If the name is not the group’s: why is it right?",
        longest=500,
        rows=3,
        hint="Such as a bank that cuts names short, or the old name of the group.",
    )
    paper = SelectField("Which paper of the group’s did you see?", empty="None of these")
    paper_words = TextAreaField(
        "If it was another paper: which, where and when?",
        longest=500,
        rows=3,
        hint="Such as “Statement of 2 March, shown at the Margate desk on 4 March”.",
    )
    source = RadiosField(
        "Which number did you call?",
        missing="Choose where the number is from",
        choices=[(str(one), str(one).capitalize(), CALL_HINTS[one]) for one in CallSource],
    )
    owner = SelectField("Owner’s number", empty="None of these")
    call_number = TextField(
        "Number that you called, if it is not an owner’s", longest=40, classes="govuk-input--width-20"
    )
    where = TextField("Where is it from?", longest=300)
    since = DayField("Since when could we have found it there?")
    reason = TextAreaField(
        "If a register’s number is younger than that: why is it right?",
        longest=500,
        rows=3,
        hint="Such as a group that was registered only this month. Say what you saw there, and keep a copy.",
    )
    called = CheckboxField(
        "I called this number, and who answered confirmed the account and that the group sent it",
        missing="Call first, and tick that you did",
    )

    def check(self) -> Check:
        """What was sent, valid."""
        since = self.since.data
        return Check(
            name_reason=self.name_reason.data or "",
            evidence_id=int(self.paper.data) if self.paper.data else None,
            evidence_words="" if self.paper.data else self.paper_words.data or "",
            call_source=CallSource(self.source.data),
            call_person_id=int(self.owner.data) if self.owner.data else None,
            call_number=self.call_number.data or "",
            call_where=self.where.data or "",
            call_held_since=datetime.combine(since, time(), LONDON).astimezone(UTC) if since else None,
            call_reason=self.reason.data or "",
        )


class SubsidyForm(SiteForm):
    """What an owner answers, in plain words, and confirms."""

    project_trades = RadiosField(
        "Will this project sell things, charge people, or hire something out?",
        missing="Choose yes or no",
        choices=[("yes", "Yes"), ("no", "No")],
        hint="A raffle or a cake stall once a year is no.",
        classes="govuk-radios--inline",
    )
    group_trades = RadiosField(
        "Does your group sell goods or services regularly?",
        missing="Choose yes or no",
        choices=[("yes", "Yes"), ("no", "No")],
        hint="Such as a shop, a café, paid lessons, or rooms for hire.",
        classes="govuk-radios--inline",
    )
    declared = MoneyField(
        "How much other public money has your group had in these three years under the rules on subsidies?",
        missing="Enter an amount, or 0 if there was none",
        least_pence=0,
        most_pence=LARGEST_PENCE,
        hint="Whoever gave it told you so in writing. If nobody did, it is 0. Leave out what came through this site.",
        classes="govuk-input--width-10",
    )
    name = TextField("Your full name", missing="Enter your name, to confirm that this is right", longest=120)
    confirmed = CheckboxField(
        "I confirm for the group that these answers are right and complete",
        missing="Tick that you confirm the answers",
    )


class DecideForm(SiteForm):
    """What an officer finds."""

    enterprise = RadiosField(
        "Is the group an enterprise in this?",
        missing="Choose yes or no",
        choices=[
            ("no", "No: it offers nothing on a market with this money"),
            ("yes", "Yes: it offers goods or services"),
        ],
    )
    reason = TextAreaField("Why?", missing="Enter why you decide so", longest=500, rows=4)
