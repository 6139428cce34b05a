"""What pledges add to /account."""

from collections.abc import Sequence
from typing import Final

from crowdfund_kent.accounts.landing import LandingLink, Link, Section
from crowdfund_kent.accounts.models import Person
from crowdfund_kent.accounts.queries import roles_of
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from crowdfund_kent.templating import plural
from pledges.help_queries import waiting_count
from pledges.models import Pledge, PotMovement
from pledges.queries import pledges_of
from pledges.states import Movement
from projects.models import Campaign
from projects.raised import NextStep


async def pledges_section(person_id: int) -> Sequence[Section]:
    """For whoever pledged with the address they signed in with."""
    person = await Person.get_or_none(id=person_id)
    made = await pledges_of(person.email) if person is not None and person.email else []
    if not made:
        return []
    about = "See, change or cancel them, print a receipt or a statement of a year."
    return [Section("Your pledges", links=[Link("My pledges", "/pledges", plural(len(made), "pledge"))], text=about)]


async def help_to_answer(campaign_id: int, _person_id: int) -> Sequence[NextStep]:
    """Offers of help that the group has not answered."""
    project = (await Campaign.get(id=campaign_id).select_related("project__group")).project
    waiting = await waiting_count(project.id)
    if not waiting:
        return []
    words = f"Answer {plural(waiting, 'offer')} of help"
    href = f"/groups/{project.group.slug}/projects/{project.slug}/help-wanted"
    return [NextStep(words, href, "Somebody would like to give hours or things.")]


async def movements_to_confirm(by: Actor) -> int:
    """Movements of pots that wait for this person: not those they entered."""
    waiting = PotMovement.filter(status=Movement.ENTERED).exclude(entered_by_id=by.person_id)
    grants = [grant for grant in await roles_of(by.person_id or 0) if grant.role == Role.FINANCE_APPROVER]
    if not any(grant.fund_id is None for grant in grants):
        waiting = waiting.filter(fund_id__in=[grant.fund_id for grant in grants])
    return await waiting.count()


async def reference_exists(reference: str) -> bool:
    """Whether we write to somebody about a pledge with this reference; whose it is, is told to nobody."""
    return await Pledge.filter(reference=reference).exists()


SECTIONS: Final = (pledges_section,)
REFERENCES: Final = {"P": reference_exists}
NEXT_STEPS: Final = (help_to_answer,)
LINKS: Final = (
    LandingLink(
        Role.FINANCE_APPROVER,
        "Movements to confirm",
        "staff_funds",
        movements_to_confirm,
        "Money between sources, and funds that close.",
    ),
    LandingLink(Role.FUND_OFFICER, "Dedications", "dedications", about="Words that backers show on projects' pages."),
)
