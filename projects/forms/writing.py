"""What a group writes about a project: one question a page."""

from collections.abc import Mapping
from typing import Any

from crowdfund_kent.forms import (
    CheckboxField,
    DayField,
    FileField,
    HiddenField,
    MoneyField,
    NumberField,
    RadiosField,
    SelectField,
    SiteForm,
    TextAreaField,
    TextField,
)
from crowdfund_kent.geography import DISTRICTS
from projects.kinds import CostKind, Permission, YesNo
from projects.services.writing import MOST_LINE_PENCE


class TitleForm(SiteForm):
    """A project's title."""

    title = TextField(
        "What is your project called?",
        missing="Enter a title",
        longest=80,
        hint="Say what will be different, like “Tidal pool steps for every body”. Up to 80 characters.",
    )


class SummaryForm(SiteForm):
    """One line for lists."""

    summary = TextField(
        "Your project in one sentence",
        missing="Enter a summary",
        longest=200,
        hint="What you want to do, and for whom. Up to 200 characters.",
    )


class PlaceForm(SiteForm):
    """Where it happens."""

    place = TextField(
        "Place", missing="Enter a town, village or neighbourhood", longest=80, hint="Like “Walpole Bay, Margate”"
    )
    district_code = SelectField(
        "District", missing="Choose a district", choices=[(one.code, one.name) for one in DISTRICTS]
    )


class WhoForm(SiteForm):
    """Who runs it, for everybody."""

    who = TextAreaField(
        "Who runs the project, and why can you do it?",
        missing="Say who runs the project, and why you can do it",
        longest=600,
        rows=5,
        hint="Two or three sentences: who you are, what you have done before, who helps you. First names are enough."
        " Everybody can read it.",
    )


class MatchForm(SiteForm):
    """What KCC could add. The choices are set by the page: what is asked grows with them."""

    match = RadiosField(
        "Would you like to ask KCC to add money?",
        missing="Choose whether you would like to ask KCC for a match",
        hint="Neighbours pledge first; then KCC may add to it. Each fund has a limit, often half of your target. You can"
        " change your answer until you send the campaign.",
    )


class PermissionForm(SiteForm):
    """Land, building, road."""

    permission = RadiosField(
        "Do you need anybody’s permission?",
        missing="Choose whether you need anybody’s permission",
        hint="Of whoever owns the land or building, or of the council to close a road or plant a tree.",
        choices=[
            (str(Permission.YES), "Yes"),
            (str(Permission.NO), "No", "It is ours, or nothing is built, changed or closed"),
            (str(Permission.NOT_SURE), "I am not sure", "We find out together"),
        ],
    )
    permission_words = TextAreaField(
        "Whose permission, and have they said yes?",
        longest=600,
        rows=3,
        hint="Like “The parish council owns the green. It said yes in May”. Leave it empty if you need none.",
    )

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """Whoever needs a permission says whose."""
        right = super().validate(extra_validators)
        if self.permission.data == Permission.YES and not self.permission_words.given:
            self.refuse("Say whose permission you need, and whether you have it", "permission_words")
            return False
        return right


class ChildrenForm(SiteForm):
    """Whether somebody takes part who must be kept safe."""

    with_children = RadiosField(
        "Do children, or adults who may be at risk, take part?",
        missing="Choose yes or no",
        hint="At risk: adults who need care or support, so that they may not be able to protect themselves. Choose no"
        " where they are only visitors, like everybody else.",
        choices=[
            (
                str(YesNo.YES),
                "Yes",
                "We will ask how you keep them safe: a few sentences are enough for a small project",
            ),
            (str(YesNo.NO), "No"),
        ],
    )


class StoryPartForm(SiteForm):
    """One of the four short questions of the story: its words are set by the page."""

    answer = TextAreaField("Answer", missing="Enter a few sentences", longest=2_400, rows=7)


class StoryForm(SiteForm):
    """The story, in Markdown."""

    story = TextAreaField(
        "Tell the story of your project",
        missing="Enter the story of the project",
        longest=10_000,
        rows=14,
        hint="What happens now, what you will do, who it is for, and what stays afterwards."
        " An empty line begins a paragraph; **two stars** make text bold; a line that begins with - is a list.",
    )


class ObjectiveForm(SiteForm):
    """What the project is for: the list comes from the officers."""

    objective = RadiosField("What is your project mainly for?", missing="Choose what the project is for")


class PictureForm(SiteForm):
    """A picture with its words."""

    picture = FileField(
        "Choose a picture",
        missing="Choose a picture",
        accept="image/jpeg,image/png,image/webp",
        hint="Ask everybody who can be recognised, and parents for children. Where and when it was taken is removed.",
    )
    alt = TextField(
        "What does the picture show?",
        missing="Describe the picture for people who can’t see it",
        longest=250,
        hint="For people who can’t see it, like “Worn concrete steps, green with weed, that lead into the pool”.",
    )


class DescribeForm(SiteForm):
    """Other words for the same picture."""

    alt = TextField(
        "What does the picture show?", missing="Describe the picture for people who can’t see it", longest=250
    )


class LineForm(SiteForm):
    """A line of a list. `key` is of the page: what is sent twice from one page is one line."""

    key = HiddenField()
    words = TextField("What is it?", missing="Enter what it is", longest=120)
    amount = MoneyField("Amount", missing="Enter an amount in pounds, like 20 or 12.50", most_pence=MOST_LINE_PENCE)

    @property
    def is_empty(self) -> bool:
        """Nothing was typed: the person is done."""
        sent = self.as_sent
        return not any(sent[name].strip() for name in ("words", "amount"))

    @property
    def amount_pence(self) -> int:
        """What the line is worth."""
        return int(self.amount.data)


class FoundForm(LineForm):
    """Money that is there already."""

    words = TextField(
        "Where does it come from?",
        missing="Enter where the money comes from",
        longest=120,
        hint="Like “Cake sale in May” or “Grant of the parish council”",
    )


class InKindForm(LineForm):
    """Hours, rooms or goods: hours are worth a stated rate, or the group says what it would have cost."""

    words = TextField(
        "What is it, and who gives it?",
        missing="Enter what is given",
        longest=120,
        hint="Like “Eight of us, five Saturdays” or “The hall, from the parish council”",
    )
    hours = NumberField(
        "Hours of volunteers, all together",
        least=1,
        most=100_000,
        suffix="hours",
        hint="Leave it empty for goods and rooms.",
    )
    amount = MoneyField(
        "Or: what would it have cost?",
        most_pence=MOST_LINE_PENCE,
        hint="For goods and rooms. Leave it empty if you entered hours.",
    )
    rate_pence = 0

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """Hours or an amount: one of them."""
        right = super().validate(extra_validators)
        if right and not (self.hours.given or self.amount.given):
            self.refuse("Enter the hours, or what it would have cost", "hours")
            return False
        return right

    @property
    def is_empty(self) -> bool:
        """Hours count too."""
        return super().is_empty and not self.hours.shown().strip()

    @property
    def amount_pence(self) -> int:
        """The amount, or the hours at the rate."""
        return int(self.amount.data if self.amount.given else self.hours.data * self.rate_pence)


class CostForm(LineForm):
    """A cost line: capital or revenue."""

    words = TextField("What do you need to pay for?", missing="Enter what you need to pay for", longest=120)
    amount = MoneyField(
        "What does it cost?",
        missing="Enter an amount in pounds, like 20 or 12.50",
        most_pence=MOST_LINE_PENCE,
        hint="With VAT, if you can’t claim it back",
    )
    kind = RadiosField(
        "Will you still have it in some years?",
        missing="Choose yes or no",
        choices=[
            (str(CostKind.CAPITAL), "Yes", "Things that last, like a bench, a tool or building work"),
            (str(CostKind.REVENUE), "No", "What is used up, like paint, hire, fees or somebody’s time"),
        ],
    )


class LastDayForm(SiteForm):
    """The last day of the campaign."""

    last_day = DayField("What is the last day of your campaign?", missing="Enter the last day of the campaign")
    no_match = CheckboxField("We do not want KCC to add money, so the campaign may end before it decides")


class TooMuchForm(SiteForm):
    """What a surplus pays for."""

    if_too_much = TextAreaField(
        "If you raise more than you need, what will the extra pay for?",
        missing="Enter what extra money would pay for",
        longest=300,
        rows=3,
        hint="Backers read this before they pledge, like “A bench beside the pool, and then its upkeep”.",
    )


class SubmitForm(SiteForm):
    """What an owner confirms."""

    agree = CheckboxField(
        "The page is true, everybody named or shown on it agrees, and my group will use the money for this project only",
        missing="Confirm that the page is true and that your group will use the money for this project only",
    )
