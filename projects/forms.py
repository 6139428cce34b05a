"""What groups and officers send. One question a page wherever a person writes for the first time."""

from typing import Any

from wtforms.validators import ValidationError

from crowdfund_kent.forms import (
    CheckboxField,
    DayField,
    EmailField,
    FileField,
    MoneyField,
    RadiosField,
    SelectField,
    SiteForm,
    TextAreaField,
    TextField,
)
from crowdfund_kent.geography import DISTRICTS
from projects import rules
from projects.kinds import CheckItem, CostKind, LegalForm, MemberRole
from projects.services.writing import MOST_LINE_PENCE

LEGAL_FORM_HINTS = {
    LegalForm.NAMED_PEOPLE: "Neighbours without a constitution or a committee. We only ask for your names.",
    LegalForm.UNINCORPORATED: "A club, association or committee with or without written rules",
}


def sentence(text: str) -> str:
    """One or two named people"""
    return text[:1].upper() + text[1:]


def charity_form(_form: Any, field: Any) -> None:
    """A right format; whether the number exists is for an officer to see."""
    _number(rules.charity_number, field)


def company_form(_form: Any, field: Any) -> None:
    """A right format."""
    _number(rules.company_number, field)


def _number(read: Any, field: Any) -> None:
    try:
        field.data = read(field.data)
    except rules.NumberError as error:
        raise ValidationError(error.message) from error


class GroupForm(SiteForm):
    """A group's name and what it is."""

    name = TextField(
        "What is your group called?",
        missing="Enter the name of your group",
        longest=120,
        hint="If it is only you, or two of you, give it a name that neighbours will know, like “Mill Lane planters”.",
    )
    legal_form = RadiosField(
        "What kind of group is it?",
        missing="Choose what kind of group it is",
        choices=[(str(one), sentence(one), LEGAL_FORM_HINTS.get(one, "")) for one in LegalForm],
    )


class NamesForm(SiteForm):
    """Who runs a project of one or two named people, and what they do."""

    named_people = TextField(
        "Who runs the project?",
        missing="Enter the names of the people who run the project",
        longest=200,
        hint="One or two full names. Only officers see them.",
        autocomplete="name",
    )
    about = TextAreaField(
        "What do you do, in a sentence or two?",
        longest=600,
        rows=4,
        hint="Shown on your project’s page. You can leave it empty.",
    )


class DetailsForm(SiteForm):
    """What a group does, and its numbers where it has them."""

    about = TextAreaField(
        "What does your group do, in a sentence or two?", longest=600, rows=4, hint="Shown on your project’s page."
    )
    charity_number = TextField(
        "Charity number, if you have one",
        longest=20,
        classes="govuk-input--width-10",
        hint="Like 1234567, SC012345 or NIC101234",
        checks=[charity_form],
    )
    company_number = TextField(
        "Company number, if you have one",
        longest=20,
        classes="govuk-input--width-10",
        hint="8 characters, like 01234567",
        checks=[company_form],
    )


class InviteForm(SiteForm):
    """Somebody else who helps to run the group."""

    email = EmailField("Their e-mail address", missing="Enter their e-mail address, like name@example.com")
    role = RadiosField(
        "What may they do?",
        missing="Choose what they may do",
        choices=[
            (str(MemberRole.EDITOR), "Write about projects", "An editor"),
            (
                str(MemberRole.OWNER),
                "Everything that you may do",
                "An owner: also invites, submits, opens and ends campaigns",
            ),
        ],
    )


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


class PlaceForm(SiteForm):
    """Where it happens."""

    place = TextField(
        "Place", missing="Enter a town, village or neighbourhood", longest=80, hint="Like “Walpole Bay, Margate”"
    )
    district_code = SelectField(
        "District", missing="Choose a district", choices=[(one.code, one.name) for one in DISTRICTS]
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
    """A line of other funding or in-kind support."""

    words = TextField("What is it?", missing="Enter what it is", longest=120)
    amount = MoneyField("Amount", missing="Enter an amount in pounds, like 20 or 12.50", most_pence=MOST_LINE_PENCE)


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


class TooMuchForm(SiteForm):
    """What a surplus pays for."""

    if_too_much = TextAreaField(
        "If you raise more than you need, what will the extra pay for?",
        missing="Enter what extra money would pay for",
        longest=300,
        rows=3,
        hint="Backers read this before they pledge, like “A bench beside the pool, and then its upkeep”.",
    )


class MessageForm(SiteForm):
    """Words that go with a decision. The label is set by the page."""

    message = TextAreaField("Message", missing="Enter a message that says why", longest=2_000, rows=6)


class SubmitForm(SiteForm):
    """What an owner confirms."""

    agree = CheckboxField(
        "The page is true, everybody named or shown on it agrees, and my group will use the money for this project only",
        missing="Confirm that the page is true and that your group will use the money for this project only",
    )


class ChecksForm(SiteForm):
    """What an officer checked; each item is answered."""

    people = RadiosField(CheckItem.PEOPLE)
    scheme = RadiosField(CheckItem.SCHEME)
    costs = RadiosField(CheckItem.COSTS)
    words = RadiosField(CheckItem.WORDS)
    permission = RadiosField(CheckItem.PERMISSION)
    bank = RadiosField(CheckItem.BANK)
    quotes = RadiosField(CheckItem.QUOTES)
    papers = RadiosField(CheckItem.PAPERS)

    def __init__(self, *given: Any, **initial: Any) -> None:
        super().__init__(*given, **initial)
        for item, field in self.items():
            field.choices = [("yes", "Checked"), ("no", "Not checked")]
            field.classes = "govuk-radios--inline"
            field.missing = f"Say whether this was checked: {item[:1].lower()}{item[1:]}"

    def items(self) -> list[tuple[CheckItem, Any]]:
        """Each item with its field."""
        return [(item, getattr(self, item.name.lower())) for item in CheckItem]

    def answers(self) -> dict[CheckItem, bool]:
        """What was checked."""
        return {item: field.data == "yes" for item, field in self.items()}


class ObjectiveNameForm(SiteForm):
    """An entry of the list of objectives."""

    name = TextField("Objective", missing="Enter an objective, like “health and wellbeing”", longest=80)
