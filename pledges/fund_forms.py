"""Forms of fund officers: rules, sources, caps, authorities."""

from datetime import date

from crowdfund_kent.forms import CheckboxField, DayField, MoneyField, NumberField, SelectField, SiteForm, TextField
from pledges.funds import NewSource, Rules
from pledges.models import FundRules

LARGEST_PENCE = 10_000_000_000  # £100 million: a slip of the keyboard, not a pot


class RulesForm(SiteForm):
    """Rules of a fund from a day on. Shares are whole percents."""

    applies_from = DayField("Rules apply from", missing="Enter the day from which the rules apply")
    max_share = NumberField(
        "Largest share of a target",
        missing="Enter a share, like 50",
        most=100,
        suffix="%",
    )
    max_amount = MoneyField(
        "Largest amount for one project",
        missing="Enter an amount, like 20,000",
        most_pence=LARGEST_PENCE,
        classes="govuk-input--width-10",
    )
    combined_share = NumberField(
        "Largest share for all public money together",
        missing="Enter a share, like 65",
        most=100,
        suffix="%",
    )
    least_backers = NumberField(
        "Different backers needed first",
        missing="Enter a number of backers, like 20",
        most=10_000,
        hint="Each person counts once, by e-mail and card. A fund is never the first to pledge.",
    )
    least_raised = NumberField(
        "Share of the target that the crowd pledges first",
        missing="Enter a share, like 10",
        most=100,
        suffix="%",
    )
    revenue_only = CheckboxField("This fund pays for running costs only, not for things that last")
    days_to_accept = NumberField(
        "Days to accept an offer",
        missing="Enter a number of days, like 20",
        least=1,
        most=365,
        suffix="days",
    )
    decision_working_days = NumberField(
        "Working days to decide",
        missing="Enter a number of working days, like 20",
        least=1,
        most=365,
        suffix="days",
    )
    why = TextField(
        "Where the rules come from",
        missing="Enter the decision or paper the rules come from",
        longest=300,
        hint="Shown on the fund's public page.",
    )

    @staticmethod
    def initial(rules: FundRules, today: date) -> dict[str, object]:
        """What the form begins with: the rules in force, from today."""
        return {
            "applies_from": today,
            "max_share": rules.max_share_bp // 100,
            "max_amount": rules.max_amount_pence,
            "combined_share": rules.combined_share_bp // 100,
            "least_backers": rules.least_backers,
            "least_raised": rules.least_raised_bp // 100,
            "revenue_only": rules.revenue_only,
            "days_to_accept": rules.days_to_accept,
            "decision_working_days": rules.decision_working_days,
        }

    def rules(self) -> Rules:
        """What was sent, valid."""
        return Rules(
            max_share_bp=self.max_share.data * 100,
            max_amount_pence=self.max_amount.data,
            combined_share_bp=self.combined_share.data * 100,
            least_backers=self.least_backers.data,
            least_raised_bp=self.least_raised.data * 100,
            revenue_only=self.revenue_only.data,
            days_to_accept=self.days_to_accept.data,
            decision_working_days=self.decision_working_days.data,
            why=self.why.data,
        )


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
    purpose = TextField(
        "Purpose, if the money is for one only",
        longest=160,
        hint="Such as “a named health outcome”. It is then drawn only by awards that fit it, with the reason.",
    )

    def source(self) -> NewSource:
        """What was sent, valid."""
        return NewSource(
            self.name.data, self.cap.data, self.purpose.data or "", self.budget_code.data or "", self.why.data
        )


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
