"""What so much more than the target would pay for: declared while the campaign is written, frozen with its version."""

from typing import Final

from crowdfund_kent import audit
from crowdfund_kent.audit import Actor
from crowdfund_kent.database import transaction
from crowdfund_kent.errors import NotFound, Refused
from crowdfund_kent.money import pounds
from projects.models import Extra
from projects.services.writing import editable

MOST_EXTRAS: Final = 8


async def add_extra(project_id: int, by: Actor, *, words: str, amount_pence: int) -> Extra:
    """One more, by its amount above the target. Refused once the campaign is with an officer, and for a second of one amount."""
    async with transaction():
        await editable(project_id, by)
        if amount_pence <= 0:
            raise Refused("Enter an amount above nothing.", rule="amount")
        if await Extra.filter(project_id=project_id, amount_pence=amount_pence).exists():
            raise Refused(
                f"You have one for {pounds(amount_pence)} more already. Remove it first, or enter another amount.",
                rule="one an amount",
            )
        if await Extra.filter(project_id=project_id).count() >= MOST_EXTRAS:
            raise Refused(f"Up to {MOST_EXTRAS} can be declared: more than that nobody reads.", rule="extras")
        extra = await Extra.create(project_id=project_id, words=words, amount_pence=amount_pence)
        await audit.record("add extra", f"project:{project_id}", by, amount_pence=amount_pence)
    return extra


async def remove_extra(project_id: int, extra_id: int, by: Actor) -> None:
    """Take one out, while the campaign is written. NotFound for another project's."""
    async with transaction():
        await editable(project_id, by)
        if not await Extra.filter(id=extra_id, project_id=project_id).delete():
            raise NotFound
        await audit.record("remove extra", f"project:{project_id}", by)
