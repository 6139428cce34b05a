"""What a group says of its funded project, and what officers answer."""

from crowdfund_kent.forms import DayField, MoneyField, RadiosField, SiteForm, TextAreaField
from projects.kinds import TurnKind
from projects.services.writing import MOST_LINE_PENCE


class LaterForm(SiteForm):
    """Until when it takes."""

    finish_by = DayField(
        "By which day will it be done?",
        missing="Enter the day by which it will be done",
        hint="You can say so again later.",
    )


class TurnForm(SiteForm):
    """Something that has to be decided about a funded project."""

    reason = TextAreaField(
        "What has happened?",
        missing="Enter what has happened",
        longest=2_000,
        rows=6,
        hint="Your backers read this if we agree.",
    )
    unspent = MoneyField(
        "How much of the money is left?",
        missing="Enter how much is left, in pounds, or 0",
        least_pence=0,
        most_pence=MOST_LINE_PENCE,
    )


class PurposeForm(TurnForm):
    """The same, with what the money would be for."""

    purpose = TextAreaField(
        "What would the money be for instead?",
        missing="Enter what the money would be for instead",
        longest=1_000,
        rows=4,
        hint="It should help the same people in the same place.",
    )


class RuleForm(SiteForm):
    """A first officer's proposal."""

    rule = TextAreaField(
        "Which rule decides it?",
        missing="Enter the rule that decides it",
        longest=300,
        rows=3,
        hint="Like “Another purpose helps the same people, and the fund’s rules allow it”. The group reads this.",
    )
    unspent = MoneyField(
        "How much is left, by the papers that you saw?",
        missing="Enter how much is left, in pounds, or 0",
        least_pence=0,
        most_pence=MOST_LINE_PENCE,
    )


class HandOverForm(SiteForm):
    """Why somebody asks to run a group."""

    reason = TextAreaField(
        "What has happened, and how do you know?",
        missing="Enter what has happened, and how you know",
        longest=2_000,
        rows=6,
        hint="Say what you have to do with the group, and how you tried to reach its owners. Only officers read this.",
    )


class WhatForm(SiteForm):
    """Which of the things that can be asked."""

    kind = RadiosField(
        "What has to change?",
        missing="Choose what has to change",
        choices=[
            (str(TurnKind.PURPOSE), "The money should go to something else", "For the same people, in the same place"),
            (str(TurnKind.ENDING), "It can’t be finished", "What is left goes back to whom it came from"),
        ],
    )
