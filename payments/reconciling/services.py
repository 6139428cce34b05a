"""Laying a campaign beside the provider's records: after a run, and on the fourteen nights after it.

Rows say which day is due; one reading answers for every day that is over. Nothing is written while the provider is asked.
"""

from datetime import datetime, timedelta
from typing import Final

import structlog

from crowdfund_kent import audit, events
from crowdfund_kent.accounts.access import require_role
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.accounts.two_people import refuse_same_person
from crowdfund_kent.audit import SYSTEM, Actor
from crowdfund_kent.clock import business_now, london_day, real_now
from crowdfund_kent.database import execute, fetch, transaction
from crowdfund_kent.errors import Forbidden, NotFound, Refused
from payments.gateway import GatewayError
from payments.reconciling import letters, reading, rules
from payments.reconciling.models import Difference, Reconciliation
from payments.reconciling.queries import who_decided
from payments.reconciling.rules import Found
from payments.reconciling.states import Difference as Status
from projects.access import gains_from
from projects.queries import group_id_of

LEASE: Final = timedelta(minutes=2)  # longer than a job lasts
_RUNS: Final = """
SELECT c.id, c.settled_at AS at FROM campaign c WHERE c.status IN ('settled', 'collapsed') AND c.settled_at IS NOT NULL
  AND c.import_batch_id IS NULL AND NOT EXISTS (SELECT 1 FROM reconciliation r WHERE r.campaign_id = c.id)
UNION ALL
SELECT o.campaign_id, o.paid_at FROM payout o WHERE o.paid_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM reconciliation r
  WHERE r.campaign_id = o.campaign_id AND r.day >= (o.paid_at AT TIME ZONE 'Europe/London')::date + 14)"""
_DUE: Final = """
SELECT DISTINCT campaign_id FROM reconciliation WHERE done_at IS NULL AND next_at <= $1
  AND (leased_until IS NULL OR leased_until < $2) ORDER BY campaign_id"""
log = structlog.get_logger()


async def plan() -> None:
    """Rows for campaigns whose run has ended since: the day itself and the nights after it. Asked again, nothing new.

    A run is a settlement, a collapse, or a payout that was paid, perhaps weeks later.
    """
    for run in await fetch(_RUNS):
        await plan_nights(run["id"], run["at"])


async def plan_nights(campaign_id: int, run_at: datetime) -> None:
    """The days on which a run that ended at `run_at` is looked at again; days that are planned already stay."""
    days = list(rules.due_days(london_day(run_at)))
    await execute(
        "INSERT INTO reconciliation (campaign_id, day, next_at, read, differences)"
        " SELECT $1, day, next_at, 0, 0 FROM unnest($2::date[], $3::timestamptz[]) AS t(day, next_at)"
        " ON CONFLICT (campaign_id, day) DO NOTHING",
        campaign_id,
        days,
        [rules.due_at(day, run_at) for day in days],
    )


async def due() -> list[int]:
    """Campaigns that are to be read now."""
    return [int(row["campaign_id"]) for row in await fetch(_DUE, business_now(), real_now())]


async def reconcile(campaign_id: int) -> None:
    """Read a campaign that is due, keep what differs, close what came to agree. Twice at once: one of them does it."""
    if not await _claim(campaign_id):
        return
    try:
        first = await reading.theirs(campaign_id)
        await reading.catch_up(first, await reading.ours(campaign_id))
        found = rules.compare(await reading.ours(campaign_id), first.side())
        if found:
            second = await reading.theirs(campaign_id)
            found = rules.in_both(found, rules.compare(await reading.ours(campaign_id), second.side()))
    except GatewayError as error:
        log.warning("the provider's records could not be read", campaign=campaign_id, error=error.message)
        await execute(
            "UPDATE reconciliation SET leased_until = NULL, next_at = $2 WHERE campaign_id = $1 AND done_at IS NULL"
            " AND next_at <= $3",
            campaign_id,
            business_now() + rules.TRY_AGAIN,
            business_now(),
        )
        return
    await _keep(campaign_id, found, first.count)


async def _claim(campaign_id: int) -> bool:
    """Lease every row of the campaign that is due; False when another worker holds them."""
    return bool(
        await execute(
            "UPDATE reconciliation SET leased_until = $3 WHERE campaign_id = $1 AND done_at IS NULL AND next_at <= $2"
            " AND (leased_until IS NULL OR leased_until < $4)",
            campaign_id,
            business_now(),
            real_now() + LEASE,
            real_now(),
        )
    )


async def _keep(campaign_id: int, found: list[Found], read: int) -> None:
    """One transaction: new differences, those seen again, those that are none any more, and the days that are done."""
    now = business_now()
    async with transaction():
        # one reading of a campaign is kept after the other
        await fetch("SELECT id FROM campaign WHERE id = $1 FOR UPDATE", campaign_id)
        known = await Difference.filter(campaign_id=campaign_id).order_by("id")
        newest = {(one.thing, one.subject): one for one in known}
        new = []
        for one in found:
            row = newest.get(one.key)
            if row is not None and row.status == Status.OPEN:
                await _seen_again(row, one, now)
            elif row is None or row.status == Status.AGREED or not _says(row, one):
                new.append(await _begin(campaign_id, one, now))
        there = {one.key for one in found}
        for row in known:
            if row.status == Status.OPEN and (row.thing, row.subject) not in there:
                await events.move(row, "agreed", SYSTEM, closed_at=now)
                await audit.record("difference agreed", f"difference:{row.id}", SYSTEM, campaign=campaign_id)
        open_now = await Difference.filter(campaign_id=campaign_id, status=Status.OPEN).count()
        await execute(
            "UPDATE reconciliation SET done_at = $2, leased_until = NULL, read = $3, differences = $4"
            " WHERE campaign_id = $1 AND done_at IS NULL AND next_at <= $2",
            campaign_id,
            now,
            read,
            open_now,
        )
        if new:
            await letters.tell_finance(campaign_id, new, open_now)


async def _begin(campaign_id: int, one: Found, now: datetime) -> Difference:
    row = await Difference.create(
        status=Status.OPEN,
        campaign_id=campaign_id,
        thing=one.thing,
        what=one.what,
        subject=one.subject,
        pledge=one.pledge,
        ours=one.ours.as_stored() if one.ours is not None else None,
        theirs=one.theirs.as_stored() if one.theirs is not None else None,
        found_at=now,
        seen_at=now,
    )
    await events.begin(row, SYSTEM)
    await audit.record("difference found", f"difference:{row.id}", SYSTEM, campaign=campaign_id)
    return row


async def _seen_again(row: Difference, one: Found, now: datetime) -> None:
    await Difference.filter(id=row.id).update(
        what=one.what,
        ours=one.ours.as_stored() if one.ours is not None else None,
        theirs=one.theirs.as_stored() if one.theirs is not None else None,
        seen_at=now,
        seen=row.seen + 1,
    )


def _says(row: Difference, one: Found) -> bool:
    """Whether a difference that a person explained is still the one that they explained."""
    ours = one.ours.as_stored() if one.ours is not None else None
    theirs = one.theirs.as_stored() if one.theirs is not None else None
    return (row.what, row.ours, row.theirs) == (one.what, ours, theirs)


async def explain(difference_id: int, by: Actor, why: str) -> Difference:
    """A finance approver closes a difference with a reason, and lets the payout go on. Twice is no error. Raises Refused.

    Not whoever decided a refund or a hold of this campaign, and nobody of its group.
    """
    await require_role(by, Role.FINANCE_APPROVER)
    if not why.strip():
        raise Refused("Enter why the two sides differ and what was done about it.")
    async with transaction():
        row = await _locked(difference_id)
        if row.status == Status.EXPLAINED:
            return row
        if await gains_from(by.person_id, await group_id_of(row.campaign_id)):
            raise Forbidden(
                "You are, or were, in the group that runs this campaign or the one that receives for it. Somebody else decides."
            )
        refuse_same_person(
            by, *await who_decided(row.campaign_id), what="decide about this campaign's money and close its differences"
        )
        await events.move(row, "explained", by, closed_by_id=by.person_id, closed_at=business_now(), why=why.strip())
        await audit.record("difference explained", f"difference:{row.id}", by, campaign=row.campaign_id)
    return row


async def _locked(difference_id: int) -> Difference:
    row = await Difference.filter(id=difference_id).select_for_update().first()
    if row is None:
        raise NotFound
    return row


async def look_now(campaign_id: int, by: Actor) -> None:
    """An officer asks for a reading today, whatever night it is. The job does it."""
    await require_role(by, Role.FUND_OFFICER, Role.FINANCE_APPROVER)
    now = business_now()
    async with transaction():
        known = await Reconciliation.filter(campaign_id=campaign_id).exists()
        if not known:
            raise Refused("The cards of this campaign are not all charged yet. It is compared when they are.")
        await execute(
            "INSERT INTO reconciliation (campaign_id, day, next_at, read, differences) VALUES ($1, $2, $3, 0, 0)"
            " ON CONFLICT (campaign_id, day) DO UPDATE SET done_at = NULL, next_at = least($3, reconciliation.next_at)",
            campaign_id,
            london_day(now),
            now,
        )
        await audit.record("reading of differences asked for", f"campaign:{campaign_id}", by)
