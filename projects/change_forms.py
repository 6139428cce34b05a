"""What a group and an officer send about a change of a running campaign, and about what more money would pay for."""

from crowdfund_kent.forms import DayField, HiddenField, MoneyField, RadiosField, SiteForm, TextAreaField, TextField
from projects.kinds import ChangeKind, CostKind
from projects.services.writing import MOST_LINE_PENCE


class BeginForm(SiteForm):
    """Which change it is."""

    kind = RadiosField(
        "What has to change?",
        missing="Choose what has to change",
        choices=[
            (
                str(ChangeKind.LAST_DAY),
                "The last day",
                "Once, to a later day. Everybody who has pledged is asked, and charged only if they say yes.",
            ),
            (
                str(ChangeKind.PLAN),
                "What the money is for",
                "The summary, the story or the costs; the target follows. Everybody who has pledged is told and can cancel.",
            ),
        ],
    )


class LaterDayForm(SiteForm):
    """The day that is asked for."""

    last_day = DayField("What should the new last day be?", missing="Enter the new last day")


class WhyForm(SiteForm):
    """The group's reason."""

    reason = TextAreaField(
        "Why does this change?",
        missing="Enter why this changes",
        longest=600,
        rows=5,
        hint="Everybody who has pledged gets these words by e-mail, and they stand on your page.",
    )


class PlanWordsForm(SiteForm):
    """Summary and story of the plan as it would be."""

    summary = TextField("Your project in one sentence", missing="Enter a summary", longest=200)
    story = TextAreaField(
        "The story",
        missing="Enter the story of the project",
        longest=10_000,
        rows=14,
        hint="An empty line begins a paragraph; **two stars** make text bold; a line that begins with - is a list.",
    )


class PlanLineForm(SiteForm):
    """A line of money that was found before. `was`: the words of the line that this page showed."""

    was = HiddenField()
    words = TextField("What is it?", missing="Enter what it is", longest=120)
    amount = MoneyField("Amount", missing="Enter an amount in pounds, like 20 or 12.50", most_pence=MOST_LINE_PENCE)


class PlanCostForm(PlanLineForm):
    """A cost, with whether it lasts."""

    kind = RadiosField(
        "Will you still have it in some years?",
        missing="Choose yes or no",
        choices=[
            (str(CostKind.CAPITAL), "Yes", "Things that last, like a bench, a tool or building work"),
            (str(CostKind.REVENUE), "No", "What is used up, like paint, hire, fees or somebody’s time"),
        ],
    )


class DropForm(SiteForm):
    """Takes a line out."""

    was = HiddenField()


class ExtraForm(SiteForm):
    """One thing that so much more would pay for."""

    amount = MoneyField(
        "If you raise how much more than your target?",
        missing="Enter an amount in pounds, like 500",
        most_pence=MOST_LINE_PENCE,
        hint="Above the target, not the whole sum",
    )
    words = TextField(
        "What will it pay for?", missing="Enter what it will pay for", longest=160, hint="Like “A second ramp”"
    )
