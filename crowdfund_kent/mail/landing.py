"""What people find on /account about e-mails."""

from collections.abc import Sequence
from typing import Final

from crowdfund_kent.accounts.landing import Link, Section
from crowdfund_kent.accounts.models import Person
from crowdfund_kent.mail.choices import choices_path


async def emails_section(person_id: int) -> Sequence[Section]:
    """The way to the page where this person chooses."""
    person = await Person.get_or_none(id=person_id)
    if person is None or person.email is None:
        return []
    return [Section("E-mails", links=[Link("Choose which e-mails you get", choices_path(person.email))])]


SECTIONS: Final = (emails_section,)
