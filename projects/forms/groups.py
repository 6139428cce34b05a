"""A group, its people and details."""

from typing import Any

from wtforms.validators import ValidationError

from crowdfund_kent.forms import EmailField, RadiosField, SiteForm, TextAreaField, TextField
from projects import rules
from projects.kinds import LegalForm, MemberRole

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
            (
                str(MemberRole.HELPER),
                "Help us to fill in the pages",
                "A librarian or a volunteer centre that we know. They never sign or decide",
            ),
        ],
    )
