"""Who receives the money of a group. An informal group may name a host: its owner asks, an owner of the host agrees.

Backers are told who receives before they pledge, so it changes only while no campaign is open and nothing is due.
"""

from datetime import datetime
from typing import Final

from crowdfund_kent import audit, events
from crowdfund_kent.accounts.two_people import refuse_same_person
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now
from crowdfund_kent.database import execute, transaction
from crowdfund_kent.errors import NotFound, Refused
from projects import letters, queries, receiving
from projects.access import require_member
from projects.kinds import LegalForm, MemberRole
from projects.models import Campaign, Group, GroupHosting
from projects.states import OPEN_HOSTINGS
from projects.states import Campaign as CampaignStatus
from projects.states import Hosting as Status

# groups that may have no account in their own name
INFORMAL: Final = frozenset({LegalForm.NAMED_PEOPLE, LegalForm.UNINCORPORATED, LegalForm.OTHER})
# from here to the settlement backers rely on what they were told; after it what is due says so (receiving.py)
OPEN: Final = (
    CampaignStatus.LIVE,
    CampaignStatus.SUSPENDED,
    CampaignStatus.CLOSING,
    CampaignStatus.SUCCESSFUL,
    CampaignStatus.COLLECTING,
)


async def ask_host(group_id: int, host_name: str, by: Actor) -> GroupHosting:
    """An owner asks another group, by its name or address here, to receive the money. Asked twice it is one request."""
    wanted = host_name.strip().rstrip("/").rpartition("/")[2].strip()
    async with transaction():
        await require_member(by, group_id, MemberRole.OWNER)
        group = await _locked(group_id)
        there = await queries.hosting_of(group_id)
        host = await _named(wanted)
        if there is not None and there.host_id == host.id:
            return there
        await _refuse_ask(group, host, there)
        assert by.person_id is not None
        row = await GroupHosting.create(
            status=Status.ASKED, group_id=group.id, host_id=host.id, asked_by_id=by.person_id, asked_at=business_now()
        )
        await events.begin(row, by)
        await audit.record("host asked", f"group_hosting:{row.id}", by, group_id=group.id, host_id=host.id)
        await letters.tell_group("host_asked", host, f"host-asked-{row.id}", asking=group, hosting=row)
    return row


async def _named(wanted: str) -> Group:
    found = await Group.filter(slug=wanted.lower()).limit(1) or await Group.filter(name__iexact=wanted).limit(2)
    if not found:
        raise Refused(
            "We know no group of this name. The host sets up its group on this site first; then enter its name as it"
            " stands there.",
            rule="host",
        )
    if len(found) > 1:
        raise Refused("Several groups have this name. Enter the address of the host’s page here instead.", rule="host")
    return found[0]


async def _refuse_ask(group: Group, host: Group, there: GroupHosting | None) -> None:
    if there is not None:
        raise Refused("You have named a host already. Take that back first.", rule="one host")
    if host.id == group.id:
        raise Refused("That is your own group. It receives its money itself unless you name another.", rule="host")
    if group.legal_form not in INFORMAL:
        raise Refused("A registered body receives its money itself.", rule="informal groups")
    if host.legal_form == LegalForm.NAMED_PEOPLE:
        raise Refused("One or two named people can’t receive for another group. Ask one with an account.", rule="host")
    if await queries.receiver_of(host.id) != host.id or await queries.hosting_of(host.id) is not None:
        raise Refused("Another group receives for that one, so it can’t receive for yours.", rule="host")
    if any(one.status == Status.AGREED for one in await queries.hosted_by(group.id)):
        raise Refused("Your group receives for another, so it receives for itself too.", rule="host")
    await _refuse_while_due(group.id)


async def _refuse_while_due(group_id: int) -> None:
    """Who receives was told to backers, or money is on its way there."""
    if await Campaign.filter(project__group_id=group_id, status__in=list(OPEN)).exists():
        raise Refused(
            "A campaign of the group is open or being collected, and its backers were told who receives the money."
            " Wait until it is over.",
            rule="nothing due",
        )
    if await receiving.something_is_due(group_id):
        raise Refused("Money of a campaign is still due. Wait until it is paid out.", rule="nothing due")


async def agree_host(hosting_id: int, by: Actor) -> GroupHosting:
    """An owner of the host agrees: from now on its account receives. Twice is no error."""
    async with transaction():
        row = await _row(hosting_id)
        await require_member(by, row.host_id, MemberRole.OWNER)
        if row.status == Status.AGREED:
            return row
        refuse_same_person(by, row.asked_by_id, what="ask a host and agree for it")
        await _refuse_while_due(row.group_id)
        if await queries.hosting_of(row.host_id) is not None:
            raise Refused("Your group has named a host itself, so it can’t be one.", rule="host")
        await _answer(row, "agreed", by)
        await _tell_group(row, "host_agreed")
    return row


async def refuse_host(hosting_id: int, by: Actor) -> GroupHosting:
    """An owner of the host says no."""
    async with transaction():
        row = await _row(hosting_id)
        await require_member(by, row.host_id, MemberRole.OWNER)
        if row.status != Status.REFUSED:
            await _answer(row, "refused", by)
            await _tell_group(row, "host_refused")
    return row


async def end_host(hosting_id: int, by: Actor) -> GroupHosting:
    """An owner of either group ends it, or the group takes back what it asked. Refused while something is due."""
    async with transaction():
        row = await _row(hosting_id)
        mine = row.group_id if row.status == Status.ASKED or await _owns(by, row.group_id) else row.host_id
        await require_member(by, mine, MemberRole.OWNER)
        if row.status not in OPEN_HOSTINGS:
            return row
        if row.status == Status.ASKED:
            await _answer(row, "withdrawn", by)
            return row
        await _refuse_while_due(row.group_id)
        await events.move(row, "ended", by, ended_by_id=by.person_id, ended_at=business_now())
        await audit.record("host ended", f"group_hosting:{row.id}", by, group_id=row.group_id, host_id=row.host_id)
        await _tell_group(row, "host_ended")
        host = await Group.get(id=row.host_id)
        await letters.tell_group("host_ended", host, f"host-ended-{row.id}", hosting=row, host=host)
    return row


async def set_payouts_ready(group_id: int, ready_at: datetime | None, by: Actor) -> None:
    """Payments say whether the group's account at the provider can take a payout now. In the caller's transaction."""
    await execute("UPDATE community_group SET payouts_ready_at = $2 WHERE id = $1", group_id, ready_at)
    await audit.record("payouts ready" if ready_at else "payouts not ready", f"group:{group_id}", by)


async def _owns(by: Actor, group_id: int) -> bool:
    return any(
        one.person_id == by.person_id and one.role == MemberRole.OWNER for one in await queries.members_of(group_id)
    )


async def _answer(row: GroupHosting, cause: str, by: Actor) -> None:
    await events.move(row, cause, by, answered_by_id=by.person_id, answered_at=business_now())
    await audit.record(f"host {cause}", f"group_hosting:{row.id}", by, group_id=row.group_id, host_id=row.host_id)


async def _tell_group(row: GroupHosting, name: str) -> None:
    group, host = await Group.get(id=row.group_id), await Group.get(id=row.host_id)
    await letters.tell_group(name, group, f"{name}-{row.id}", hosting=row, host=host)


async def _row(hosting_id: int) -> GroupHosting:
    """The row and both groups, locked: the groups first, by id."""
    found = await GroupHosting.get_or_none(id=hosting_id)
    if found is None:
        raise NotFound
    for group_id in sorted((found.group_id, found.host_id)):
        await _locked(group_id)
    return await GroupHosting.filter(id=hosting_id).select_for_update().get()


async def _locked(group_id: int) -> Group:
    found = await Group.select_for_update().get_or_none(id=group_id)
    if found is None:
        raise NotFound
    return found
