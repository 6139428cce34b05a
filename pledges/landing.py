"""What pledges add to /account."""

from collections.abc import Sequence
from typing import Final

from crowdfund_kent.accounts.landing import Link, Section
from crowdfund_kent.accounts.models import Person
from crowdfund_kent.templating import plural
from pledges.queries import pledges_of


async def pledges_section(person_id: int) -> Sequence[Section]:
    """For whoever pledged with the address they signed in with."""
    person = await Person.get_or_none(id=person_id)
    made = await pledges_of(person.email) if person is not None and person.email else []
    if not made:
        return []
    about = "See, change or cancel them, print a receipt or a statement of a year."
    return [Section("Your pledges", links=[Link("My pledges", "/pledges", plural(len(made), "pledge"))], text=about)]


SECTIONS: Final = (pledges_section,)
