"""Who receives the money of a group: itself, or the group that it named and that agreed."""

from crowdfund_kent.database import fetch
from projects.models import Group, GroupHosting
from projects.states import OPEN_HOSTINGS, Hosting


async def receiver_of(group_id: int) -> int:
    """The group whose account takes the money of this group: its host, where one agreed, else itself."""
    rows = await fetch(
        "SELECT host_id FROM group_hosting WHERE group_id = $1 AND status = $2", group_id, str(Hosting.AGREED)
    )
    return int(rows[0]["host_id"]) if rows else group_id


async def receiving_group(group_id: int) -> Group:
    """The same as a row."""
    return await Group.get(id=await receiver_of(group_id))


async def hosting_of(group_id: int) -> GroupHosting | None:
    """What a group has asked, or what was agreed, with the host; None where it receives for itself."""
    return await GroupHosting.filter(group_id=group_id, status__in=OPEN_HOSTINGS).select_related("host").first()


async def hosted_by(host_id: int) -> list[GroupHosting]:
    """The groups for which this one receives, or is asked to, each with the group."""
    return await GroupHosting.filter(host_id=host_id, status__in=OPEN_HOSTINGS).select_related("group").order_by("id")


async def groups_received_for(receiver_id: int) -> list[int]:
    """Every group whose money comes to this one: those that it hosts, and itself unless another receives for it."""
    agreed = [one.group_id for one in await hosted_by(receiver_id) if one.status == Hosting.AGREED]
    return agreed if await receiver_of(receiver_id) != receiver_id else [receiver_id, *agreed]


async def receiving_problem(group_id: int) -> str:
    """What has to be done before a campaign of the group may open, or "" once money can be received for it."""
    receiver = await receiving_group(group_id)
    if receiver.payouts_ready_at is not None:
        return ""
    if receiver.id == group_id:
        return "Set up the account to which the money is paid first: on your group’s page, “Who receives the money”"
    return (
        f"{receiver.name} receives the money for you, and its account is not ready. Ask its owners to finish it first"
    )
