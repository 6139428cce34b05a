"""What groups and officers send about reports. One question a page."""

from crowdfund_kent.forms import (
    CheckboxField,
    DayField,
    FileField,
    MoneyField,
    NumberField,
    RadiosField,
    SiteForm,
    TextAreaField,
    TextField,
)
from projects.kinds import HideReason
from projects.reports.kinds import Shown
from projects.reports.services.writing import LONGEST, REASON_LONGEST
from projects.services.writing import MOST_LINE_PENCE
from projects.uploads import ACCEPT

MOST_PEOPLE = 1_000_000


class WordsForm(SiteForm):
    """A few sentences."""

    words = TextAreaField("What came of it?", missing="Enter what came of it", longest=LONGEST, rows=8)


class CostForm(SiteForm):
    """What one cost came to, and why it differs."""

    spent = MoneyField(
        "How much did it cost?", missing="Enter what it cost, or 0", least_pence=0, most_pence=MOST_LINE_PENCE
    )
    reason = TextAreaField("If it differs from the plan: why?", longest=REASON_LONGEST, rows=3)


class AmountForm(SiteForm):
    """One sum."""

    amount = MoneyField("How much?", missing="Enter an amount, or 0", least_pence=0, most_pence=MOST_LINE_PENCE)


class NumberForm(SiteForm):
    """One whole number."""

    number = NumberField("How many?", missing="Enter a number, or 0", most=MOST_PEOPLE)


class ReceiptForm(SiteForm):
    """A file, or why there is none."""

    file = FileField("Choose a receipt or take a photograph", accept=ACCEPT)
    words = TextAreaField("Or say why you have none", longest=REASON_LONGEST, rows=3)

    def validate(self, extra_validators: object = None) -> bool:
        """One of the two is needed."""
        right = super().validate()
        if right and not self.file.data and not self.words.data:
            self.refuse("Choose a receipt, or say why you have none", "file")
            return False
        return right


class ReportPictureForm(SiteForm):
    """A picture with its words, and with the word of the group that whoever is in it agreed."""

    picture = FileField(
        "Choose a picture",
        missing="Choose a picture",
        accept="image/jpeg,image/png,image/webp",
        hint="Where and when it was taken is removed.",
    )
    alt = TextField(
        "What does the picture show?",
        missing="Describe the picture for people who can’t see it",
        longest=250,
        hint="For people who can’t see it, like “New steps with a yellow edge lead into the pool”.",
    )
    shows = RadiosField(
        "Can anybody be recognised in it?",
        missing="Choose whether anybody can be recognised",
        choices=[
            (str(Shown.NOBODY), "No, nobody"),
            (str(Shown.ADULTS), "Yes, adults"),
            (str(Shown.CHILDREN), "Yes, children", "Also where adults are with them"),
        ],
    )
    who = TextField(
        "Who is in it?",
        longest=300,
        hint="Like “four members of our group”. Only officers read it. Leave it empty for nobody.",
    )
    agreed = CheckboxField("Everybody in it agreed that it is shown to everybody")
    parents_agreed = CheckboxField("A parent or guardian of each child agreed too")


class SendForm(SiteForm):
    """The page before a report is sent."""

    message = TextAreaField("Anything an officer should know", longest=2_000, rows=3, hint="You can leave this empty.")


class DoneForm(SiteForm):
    """The day on which the work was done."""

    done_on = DayField(
        "On which day was it done?", missing="Enter the day on which it was done", hint="Today, or before."
    )


class MoreTimeForm(SiteForm):
    """A later day for a report, with the reason."""

    new_due_by = DayField("Until which day do you need?", missing="Enter the day until which you need time")
    reason = TextAreaField("Why?", missing="Enter why you need more time", longest=1_000, rows=4)


class AskBackForm(SiteForm):
    """What an officer asks of a group."""

    words = TextAreaField(
        "What should the group add or put right?",
        missing="Enter what the group should add or put right",
        longest=2_000,
        rows=6,
        hint="The owners get your words by e-mail or letter.",
    )


class HideReportForm(SiteForm):
    """Why words and pictures of a report go from the pages."""

    reason = RadiosField(
        "Why is it hidden?",
        missing="Choose why it is hidden",
        choices=[(str(one), one.capitalize()) for one in HideReason],
    )
