"""Schedules of payments: a fund officer prepares, a finance approver who is another person approves and exports.

Everything that a payment rests on is looked at again under locks each time: the approved account, the waiting time, terms,
subsidy, what is owed. Locks: groups by id (under which their bank details change), then match pledges by id.
"""

import hashlib
from collections.abc import Collection, Sequence
from typing import Any

from crowdfund_kent import audit, events
from crowdfund_kent.accounts.access import require_role
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.accounts.two_people import refuse_same_person
from crowdfund_kent.audit import SYSTEM, Actor
from crowdfund_kent.clock import business_now
from crowdfund_kent.database import fetch, transaction
from crowdfund_kent.errors import Conflict, Forbidden, NotFound, Refused
from crowdfund_kent.references import new_reference
from payments.bank_details import services as bank_details
from payments.match_payments import export, holding, owing
from payments.match_payments.due import Due, due
from payments.match_payments.models import MatchPayment, MatchPaymentPart, PaymentSchedule
from payments.match_payments.rules import Part
from payments.match_payments.states import NOT_OUT, Payment
from payments.match_payments.states import Schedule as Status
from pledges.models import FundingSource, MatchPledge
from pledges.recipients import group_id_for
from projects.access import was_ever_member


async def prepare(match_ids: Collection[int], by: Actor) -> PaymentSchedule:
    """A schedule of what is owed of these matches. Refused when one of them can't be paid now, with its reason."""
    if not match_ids:
        raise Refused("Choose what to pay.", rule="nothing")
    async with transaction():
        await _lock_matches(match_ids)
        owed = {one.match.id: one for one in await due(match_ids)}
        if set(owed) != set(match_ids):
            raise Conflict("Some of this is being paid already, or is not owed any more. Look at the list again.")
        for one in owed.values():
            await require_role(by, Role.FUND_OFFICER, fund_id=one.match.fund_id)
            await _refuse_member(by, one.group_id, one.receiver.group_id)
            _refuse_missing(one)
        assert by.person_id is not None
        schedule = await PaymentSchedule.create(
            status=Status.PREPARED,
            reference=new_reference("S"),
            prepared_by_id=by.person_id,
            prepared_at=business_now(),
        )
        total = sum(one.amount_pence for one in owed.values())
        await events.begin(schedule, by, cause="prepared", amount_pence=total)
        for one in owed.values():
            await _add(schedule, one, by)
        await audit.record("schedule prepared", f"payment_schedule:{schedule.id}", by, amount_pence=total)
    return schedule


async def _add(schedule: PaymentSchedule, one: Due, by: Actor) -> None:
    assert one.standing.approved is not None
    payment = await MatchPayment.create(
        status=Payment.PREPARED,
        schedule_id=schedule.id,
        match_pledge_id=one.match.id,
        group_id=one.receiver.group_id,
        bank_details_id=one.standing.approved.id,
        reference=new_reference("M"),
        part=one.part,
        amount_pence=one.amount_pence,
        due_on=one.due_on,
    )
    if one.own_pence:
        await owing.add_own(payment, one.own_pence)
    sources = {row.id: row for row in await FundingSource.filter(id__in=list(one.by_source))}
    await MatchPaymentPart.bulk_create(
        MatchPaymentPart(
            payment_id=payment.id,
            source_id=source_id,
            amount_pence=pence,
            budget_code=sources[source_id].budget_code,
            cost_centre=sources[source_id].cost_centre,
            subjective_code=sources[source_id].subjective_code,
        )
        for source_id, pence in one.by_source.items()
    )
    await events.begin(payment, by, cause="prepared", amount_pence=payment.amount_pence)
    await _record("payment prepared", payment, by)


async def approve(schedule_id: int, by: Actor) -> PaymentSchedule:
    """A finance approver of every fund in it, who did not prepare it and never was in one of the groups. All or nothing."""
    async with transaction():
        schedule, payments = await _locked(schedule_id)
        await refuse_approver(schedule, payments, by)
        if schedule.status != Status.PREPARED:
            raise Conflict("This schedule was decided meanwhile. Look at it again.")
        await _refuse_unsound(payments)
        total = sum(one.amount_pence for one in payments)
        await events.move(
            schedule, "approved", by, amount_pence=total, approved_by_id=by.person_id, approved_at=business_now()
        )
        for payment in payments:
            await _move(payment, "approved", by)
        await audit.record("schedule approved", f"payment_schedule:{schedule.id}", by, amount_pence=total)
    return schedule


async def refuse_approver(schedule: PaymentSchedule, payments: Sequence[MatchPayment], by: Actor) -> None:
    """Raises unless they are a finance approver of all its funds, who did not prepare it and never was in its groups."""
    await _approver(schedule, payments, by)
    refuse_same_person(by, schedule.prepared_by_id, what="prepare and approve a payment")


async def refuse_exporter(schedule: PaymentSchedule, by: Actor) -> None:
    """Raises unless they are a finance approver of all its funds who never was in one of its groups."""
    await _approver(schedule, [], by)


async def refuse(schedule_id: int, by: Actor, why: str) -> PaymentSchedule:
    """A finance approver does not approve it: nothing of it is paid, and all of it can be prepared again."""
    return await _end(schedule_id, "refused", by, why, Role.FINANCE_APPROVER)


async def withdraw(schedule_id: int, by: Actor, why: str) -> PaymentSchedule:
    """A fund officer or finance approver takes it back before it goes to the finance system."""
    return await _end(schedule_id, "withdrawn", by, why, Role.FUND_OFFICER, Role.FINANCE_APPROVER)


async def _end(schedule_id: int, cause: str, by: Actor, why: str, *roles: Role) -> PaymentSchedule:
    if not why.strip():
        raise Refused("Enter why.", rule="reason")
    async with transaction():
        schedule, payments = await _locked(schedule_id)
        for fund_id in await _fund_ids(payments):
            await require_role(by, *roles, fund_id=fund_id)
        if not payments:
            await require_role(by, *roles)
        await events.move(schedule, cause, by, why=why.strip())
        for payment in payments:
            await _move(payment, f"schedule {cause}", by)
        await audit.record(f"schedule {cause}", f"payment_schedule:{schedule.id}", by)
    return schedule


async def export_file(schedule_id: int, by: Actor) -> tuple[str, str]:
    """(name, text) of the file for the finance system. The first time, the schedule and its payments are exported.

    Again it is the same file, byte for byte, and on record; Refused once a payment of it was cancelled, came back or was paid,
    or may not go out any more: its account was stopped or is being changed, say.
    """
    async with transaction():
        schedule, payments = await _locked(schedule_id)
        await _approver(schedule, payments, by)
        if schedule.status == Status.EXPORTED:
            return await _again(schedule, by)
        if schedule.status != Status.APPROVED:
            raise Conflict("Only an approved schedule goes to the finance system. Look at it again.")
        await _refuse_unsound(payments)
        text = await export.file_of(schedule, payments)
        total = sum(one.amount_pence for one in payments)
        await events.move(
            schedule,
            "exported",
            by,
            amount_pence=total,
            exported_by_id=by.person_id,
            exported_at=business_now(),
            file_sha256=_digest(text),
        )
        for payment in payments:
            await _move(payment, "exported", by)
        await audit.record("schedule exported", f"payment_schedule:{schedule.id}", by, amount_pence=total)
    return export.name_of(schedule), text


async def _again(schedule: PaymentSchedule, by: Actor) -> tuple[str, str]:
    rows = await MatchPayment.filter(schedule_id=schedule.id, status=Payment.EXPORTED).order_by("id")
    await _refuse_held(rows)
    text = await export.file_of(schedule, rows) if rows else ""
    if _digest(text) != schedule.file_sha256:
        raise Refused(
            "Something of this file was paid, came back or was cancelled since, so it must not go out again. Prepare a new"
            " schedule for what is still to pay.",
            rule="exported",
        )
    await _refuse_unsound(rows, "This file must not go out again. Ask the finance system to stop it.")
    await audit.record("schedule exported again", f"payment_schedule:{schedule.id}", by)
    return export.name_of(schedule), text


async def _refuse_held(rows: Sequence[MatchPayment]) -> None:
    """A file that went out before holds a payment that was held since."""
    matches = await MatchPledge.filter(id__in=[row.match_pledge_id for row in rows])
    if await holding.held_words(matches):
        raise Refused(
            "A payment of this file is held now, so the file does not go out again. Stop it in the finance system, too.",
            rule="held",
        )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


async def take_out(payment_id: int, by: Actor) -> MatchPayment:
    """A fund officer or finance approver takes one payment out of a schedule that has not gone out."""
    async with transaction():
        payment = await locked(payment_id)
        match = await MatchPledge.get(id=payment.match_pledge_id)
        await require_role(by, Role.FUND_OFFICER, Role.FINANCE_APPROVER, fund_id=match.fund_id)
        await _move(payment, "taken out", by)
    return payment


async def ask_never_paid(payment_id: int, by: Actor, why: str) -> MatchPayment:
    """Somebody says that an exported payment was never made: the finance system refused it. Another person must agree."""
    if not why.strip():
        raise Refused("Enter how you know.", rule="reason")
    async with transaction():
        payment = await locked(payment_id)
        match = await MatchPledge.get(id=payment.match_pledge_id)
        await require_role(by, Role.FUND_OFFICER, Role.FINANCE_APPROVER, fund_id=match.fund_id)
        if payment.status != Payment.EXPORTED or payment.cancel_asked_by_id is not None:
            raise Conflict("This payment was decided meanwhile. Look at it again.")
        await MatchPayment.filter(id=payment.id).update(cancel_why=why.strip(), cancel_asked_by_id=by.person_id)
        await events.note(payment, "said never paid", by, amount_pence=payment.amount_pence)
        await _record("payment said never paid", payment, by)
    return await one(payment_id)


async def agree_never_paid(payment_id: int, by: Actor) -> MatchPayment:
    """A finance approver who did not say so agrees, after looking at the bank: it can be prepared again."""
    async with transaction():
        payment = await locked(payment_id)
        match = await MatchPledge.get(id=payment.match_pledge_id)
        if payment.cancel_asked_by_id is None:
            raise Conflict("Nobody has said that this payment was never made.")
        await refuse_never_paid(payment, match, by)
        await _move(payment, "never paid", by, cancelled_by_id=by.person_id)
    return payment


async def refuse_never_paid(payment: MatchPayment, match: MatchPledge, by: Actor) -> None:
    """Raises unless they are a finance approver outside the group who did not say that it was never made."""
    await require_role(by, Role.FINANCE_APPROVER, fund_id=match.fund_id)
    refuse_same_person(by, payment.cancel_asked_by_id, what="say and agree that a payment was never made")
    await _refuse_member(by, payment.group_id, await group_id_for(match))


async def cancel_unsound(group_id: int | None = None) -> int:
    """Take back what has not gone out and may not go out any more. By the job of changed bank details, and the timetable."""
    waiting = MatchPayment.filter(status__in=list(NOT_OUT)).order_by("id")
    ids = [row.id for row in await (waiting if group_id is None else waiting.filter(group_id=group_id))]
    gone = 0
    for payment_id in ids:
        async with transaction():
            payment = await locked(payment_id)
            if payment.status not in NOT_OUT:
                continue
            cause = await _why_unsound(payment)
            if cause:
                await _move(payment, cause, SYSTEM)
                gone += 1
    return gone


async def _why_unsound(payment: MatchPayment) -> str:
    """The cause with which a payment that has not gone out ends; empty while it is right."""
    found = await due([payment.match_pledge_id], but=payment.id)
    if not found:
        return "match let go"
    (one,) = found
    if one.standing.open is not None or one.standing.approved is None:
        return "bank details changed"
    if one.standing.approved.id != payment.bank_details_id:
        return "bank details changed"
    waits_now = one.part is Part.OWN and payment.part != Part.OWN  # for what only the match in it waits for
    return "held" if one.missing or waits_now else ""


async def _refuse_unsound(payments: Sequence[MatchPayment], do: str = "Take out what can’t be paid now.") -> None:
    """Refused, naming each payment that may not go out as it stands. `do`: what to do about it."""
    if not payments:
        raise Refused("Nothing is left in this schedule. Withdraw it.", rule="nothing")
    wrong = []
    for payment in payments:
        found = await due([payment.match_pledge_id], but=payment.id)
        words = await _problem(payment, found[0]) if found else "Not owed any more"
        if words:
            wrong.append(f"{payment.reference}: {words}.")
    if wrong:
        raise Refused(" ".join([do, *wrong]), rule="unsound")


async def _problem(payment: MatchPayment, one: Due) -> str:
    if one.missing:
        return one.missing[0]
    if one.standing.approved is None or one.standing.approved.id != payment.bank_details_id:
        return "The bank details are others now"
    own = (await owing.own_of([payment.id])).get(payment.id, 0)
    if payment.part == Part.OWN and one.own_pence == own:
        return ""  # it went alone while the match waited, and goes alone although the match could go with it by now
    if (one.part, one.amount_pence, one.own_pence) != (payment.part, payment.amount_pence, own):
        return "Another amount is owed now"
    return ""


def _refuse_missing(one: Due) -> None:
    if one.missing:
        raise Refused(f"“{one.title}” can’t be paid now. {one.missing[0]}.", rule="missing")


async def one(payment_id: int) -> MatchPayment:
    """One payment; NotFound."""
    found = await MatchPayment.get_or_none(id=payment_id)
    if found is None:
        raise NotFound
    return found


async def locked(payment_id: int) -> MatchPayment:
    """One payment, its group and its match pledge locked."""
    await _lock_matches([(await one(payment_id)).match_pledge_id], await _groups_of([payment_id]))
    return await one(payment_id)


async def lock_all(payment_ids: Collection[int]) -> None:
    """These payments, their groups and match pledges, at once: two that lock several never wait for each other."""
    rows = await MatchPayment.filter(id__in=list(payment_ids))
    await _lock_matches([row.match_pledge_id for row in rows], await _groups_of(payment_ids))


async def _groups_of(payment_ids: Collection[int]) -> list[int]:
    return [row.group_id for row in await MatchPayment.filter(id__in=list(payment_ids))]


async def _locked(schedule_id: int) -> tuple[PaymentSchedule, list[MatchPayment]]:
    """The schedule and its payments that have not ended, with groups and match pledges locked."""
    if not await PaymentSchedule.exists(id=schedule_id):
        raise NotFound
    rows = await MatchPayment.filter(schedule_id=schedule_id)
    await _lock_matches([row.match_pledge_id for row in rows], [row.group_id for row in rows])
    schedule = await PaymentSchedule.select_for_update().get(id=schedule_id)
    return schedule, await MatchPayment.filter(schedule_id=schedule_id, status__in=list(NOT_OUT)).order_by("id")


async def _lock_matches(match_ids: Collection[int], group_ids: Collection[int] = ()) -> None:
    """Groups by id, then holds, then match pledges by id."""
    matches = await MatchPledge.filter(id__in=list(match_ids))
    groups = {*group_ids, *[await group_id_for(match) for match in matches]}
    for group_id in sorted(groups):
        await bank_details.lock(group_id)
    await holding.lock(match_ids)
    await fetch(
        "SELECT id FROM match_pledge WHERE id = ANY($1::bigint[]) ORDER BY id FOR NO KEY UPDATE", sorted(match_ids)
    )


async def _fund_ids(payments: Sequence[MatchPayment]) -> set[int]:
    return {row.fund_id for row in await MatchPledge.filter(id__in=[one.match_pledge_id for one in payments])}


async def _approver(schedule: PaymentSchedule, payments: Sequence[MatchPayment], by: Actor) -> None:
    """A finance approver of all its funds who never was in one of its groups."""
    rows = payments or await MatchPayment.filter(schedule_id=schedule.id)
    for fund_id in await _fund_ids(rows):
        await require_role(by, Role.FINANCE_APPROVER, fund_id=fund_id)
    for match in await MatchPledge.filter(id__in=[row.match_pledge_id for row in rows]):
        await _refuse_member(by, await group_id_for(match))
    await _refuse_member(by, *(row.group_id for row in rows))


async def _refuse_member(by: Actor, *group_ids: int) -> None:
    for group_id in set(group_ids):
        if await was_ever_member(by.person_id, group_id):
            raise Forbidden("You are or were a member of a group that is paid here. Somebody else must do this.")


async def _move(payment: MatchPayment, cause: str, by: Actor, **changes: Any) -> None:
    await events.move(payment, cause, by, amount_pence=payment.amount_pence, **changes)
    await _record(f"payment {payment.status}", payment, by)


async def _record(act: str, payment: MatchPayment, by: Actor) -> None:
    await audit.record(
        act,
        f"match_payment:{payment.id}",
        by,
        amount_pence=payment.amount_pence,
        match_pledge_id=payment.match_pledge_id,
        bank_details_id=payment.bank_details_id,
    )
