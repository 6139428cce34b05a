"""Who gains nothing by it decides: about one pledge, nobody who made it or is of a group that has its money."""

from crowdfund_kent.accounts.models import Person
from crowdfund_kent.audit import Actor
from crowdfund_kent.errors import Refused
from crowdfund_kent.references import email_key
from pledges.models import Pledge
from projects.access import gains_from
from projects.queries import group_id_of


async def refuse_own(pledge: Pledge, by: Actor) -> None:
    """Refused for whoever made the pledge or ever was in the group, or in the one that receives for it."""
    person = await Person.get_or_none(id=by.person_id)
    if person is not None and person.email is not None and email_key(str(person.email)) == pledge.email_key:
        raise Refused("This pledge was made with your own address, so somebody else decides.", rule="two people")
    await refuse_of_group(pledge.campaign_id, by)


async def refuse_of_group(campaign_id: int, by: Actor) -> None:
    """Refused for whoever is, or ever was, in the campaign's group or in the one that receives for it."""
    if await gains_from(by.person_id, await group_id_of(campaign_id)):
        raise Refused(
            "You are, or were, in the group or the one that receives for it, so somebody else decides.",
            rule="two people",
        )
