"""What the services of gifts share. Lock order: campaign, then gifts by id."""

from typing import Final

from crowdfund_kent.accounts.access import require_role
from crowdfund_kent.accounts.models import Person
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from crowdfund_kent.errors import Forbidden, NotFound, Refused
from crowdfund_kent.references import plain_email
from pledges.models import GiftDesk, OfflineGift
from pledges.pledging import lock_campaign
from projects.access import require_member, was_ever_member
from projects.kinds import MemberRole
from projects.models import Campaign
from projects.queries import group_id_of

TAKERS: Final = (Role.HELPER, Role.FUND_OFFICER)
COUNTERS: Final = (Role.HELPER, Role.FUND_OFFICER, Role.FINANCE_APPROVER)


async def locked(gift_id: int) -> tuple[OfflineGift, Campaign]:
    """The gift under its lock, after its campaign's. Raises NotFound."""
    found = await OfflineGift.get_or_none(id=gift_id)
    if found is None:
        raise NotFound
    campaign = await lock_campaign(found.campaign_id)
    return await OfflineGift.select_for_update().get(id=gift_id), campaign


async def require_at_desk(by: Actor, desk: GiftDesk) -> None:
    """Staff at a desk of the council; an owner or editor of the group where the group took it itself."""
    if desk.group_id is None:
        await require_role(by, *COUNTERS)
    else:
        await require_member(by, desk.group_id, MemberRole.OWNER, MemberRole.EDITOR)


async def require_outside(by: Actor, campaign_id: int, *roles: Role) -> None:
    """Staff in one of `roles` who never was in the group that runs the campaign."""
    await require_role(by, *roles)
    if await was_ever_member(by.person_id, await group_id_of(campaign_id)):
        raise Forbidden("You are or were a member of this group. Somebody else must do this.")


async def refuse_own_gift(by: Actor, email: str | None) -> None:
    """Nobody takes or counts what they gave."""
    if not email:
        return
    person = await Person.get_or_none(id=by.person_id)
    if person is not None and person.email and plain_email(person.email) == plain_email(email):
        raise Refused("This is your own gift. Somebody else must take it and count it.", rule="two people")
