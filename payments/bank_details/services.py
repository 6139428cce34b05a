"""Bank details: sent by an owner or entered by an officer, checked by one, approved by another, told to every owner.

Whatever is open stops payments to the group at once. Nothing is ever changed in place. Locks: the group's row, under
which payments are prepared, approved and exported too, so that a change and a payment never pass each other.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from crowdfund_kent import audit, events, outbox
from crowdfund_kent.accounts.access import require_role
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.accounts.two_people import refuse_same_person
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now
from crowdfund_kent.database import fetch, transaction
from crowdfund_kent.errors import Conflict, Forbidden, NotFound, Refused
from crowdfund_kent.settings import get_settings
from payments.bank_details import letters, queries, sealing
from payments.bank_details.kinds import CallSource, NameIs
from payments.bank_details.models import BankDetails
from payments.bank_details.rules import compare, why_no_call
from payments.bank_details.sealing import Account
from payments.bank_details.states import OPEN, Details
from projects.access import require_member, was_ever_member
from projects.kinds import MemberRole
from projects.models import Evidence

CHANGED_JOB: Final = "bank_details_changed"
"""The job, with the group's id, that takes payments back which have not gone out: the money would go to the old account."""


@dataclass(frozen=True, slots=True)
class Check:
    """What an officer has done to prove an account.

    `name_reason`: why a name that differs is right. One of `evidence_id` (a file of the group's) and `evidence_words`.
    The number that was called: an owner's (`call_person_id`), or `call_number` found at `call_where`, held since
    `call_held_since`; `call_reason`: why a number of a public register is right that is younger than the others must be.
    """

    name_reason: str = ""
    evidence_id: int | None = None
    evidence_words: str = ""
    call_source: CallSource = CallSource.OWNER
    call_person_id: int | None = None
    call_number: str = ""
    call_where: str = ""
    call_held_since: datetime | None = None
    call_reason: str = ""


async def send(group_id: int, account: Account, by: Actor) -> BankDetails:
    """An owner sends the group's bank details. From now on nothing is paid to the ones before. Raises Refused."""
    async with transaction():
        await lock(group_id)
        await require_member(by, group_id, MemberRole.OWNER)
        return await _ask(group_id, account, by, by_group=True)


async def enter(group_id: int, account: Account, by: Actor) -> BankDetails:
    """A fund officer enters them from a paper of the group's. Raises Refused."""
    await require_role(by, Role.FUND_OFFICER)
    async with transaction():
        await lock(group_id)
        await _refuse_member(by, group_id)
        return await _ask(group_id, account, by, by_group=False)


async def _ask(group_id: int, account: Account, by: Actor, *, by_group: bool) -> BankDetails:
    now = await queries.standing(group_id)
    mark = sealing.fingerprint(account)
    if now.open is not None:
        if now.open.fingerprint == mark and now.open.asked_by_id == by.person_id:
            return now.open  # a second click
        raise Refused(
            "Bank details of this group are being checked. Take those back first, if they are wrong.", rule="one open"
        )
    assert by.person_id is not None
    sealed, key_id = sealing.seal(account, group_id)
    details = await BankDetails.create(
        status=Details.TO_CHECK,
        group_id=group_id,
        sealed=sealed,
        key_id=key_id,
        ending=account.ending,
        fingerprint=mark,
        asked_by_id=by.person_id,
        by_group=by_group,
        asked_at=business_now(),
    )
    await events.begin(details, by, cause="sent" if by_group else "entered")
    await _record("bank details asked", details, by)
    await outbox.job(CHANGED_JOB, group_id, unique_key=f"{CHANGED_JOB}:{details.id}")
    await letters.to_all_owners("asked", details, is_change=now.approved is not None)
    return details


async def withdraw(details_id: int, by: Actor) -> BankDetails:
    """An owner, or the officer who entered them, takes them back. The ones before count again as they did."""
    async with transaction():
        details = await _locked(details_id)
        if by.person_id != details.asked_by_id:
            await require_member(by, details.group_id, MemberRole.OWNER)
        await _end(details, "withdrawn", by)
    return details


async def check(details_id: int, done: Check, by: Actor) -> BankDetails:
    """A fund officer outside the group has compared the name, seen a paper and called back. Raises Refused by what is missing."""
    await require_role(by, Role.FUND_OFFICER)
    async with transaction():
        details = await _locked(details_id)
        await _refuse_member(by, details.group_id)
        if details.status != Details.TO_CHECK:
            raise Conflict("These bank details were checked or taken back meanwhile. Look at them again.")
        name_is = compare(account_of(details).name, details.group.name)
        if name_is == NameIs.DIFFERENT and not done.name_reason.strip():
            raise Refused("The name on the account is not the group’s. Enter why it is right.", rule="name")
        await _refuse_no_evidence(details, done)
        called = await _called(details, done)
        await events.move(
            details,
            "checked",
            by,
            name_is=name_is,
            name_reason=done.name_reason.strip() if name_is == NameIs.DIFFERENT else "",
            evidence_id=done.evidence_id,
            evidence_words=done.evidence_words.strip(),
            **called,
            checked_by_id=by.person_id,
            checked_at=business_now(),
        )
        await _record("bank details checked", details, by)
    return details


async def _refuse_no_evidence(details: BankDetails, done: Check) -> None:
    if done.evidence_id is not None:
        mine = Evidence.filter(id=done.evidence_id, project__group_id=details.group_id, removed_at=None)
        if not await mine.exists():
            raise NotFound
    elif not done.evidence_words.strip():
        raise Refused("Choose the paper that you saw, or enter which one you saw, where and when.", rule="evidence")


async def _called(details: BankDetails, done: Check) -> dict[str, Any]:
    """The call as columns: to a number that we held long before the details came (Refused, rule "call-back")."""
    days = get_settings().call_back_held_days
    found = {"call_source": done.call_source, "called_at": business_now(), "call_held_days": days}
    if done.call_source == CallSource.OWNER:
        held = {one.person_id: one for one in await queries.numbers_held(details)}
        number = held.get(done.call_person_id or 0)
        if number is None:
            raise Refused(
                f"Choose one of the numbers that we held for {days} days before the details came, or call one from a public"
                " register.",
                rule="call-back",
            )
        return {
            **found,
            "call_person_id": number.person_id,
            "call_number": number.phone,
            "call_held_since": number.since,
        }
    if not done.call_number.strip() or not done.call_where.strip():
        raise Refused("Enter the number that you called, and where it is from.", rule="call-back")
    since = done.call_held_since or details.asked_at
    wrong = why_no_call(done.call_source, since, details.asked_at, days, done.call_reason)
    if wrong is not None:
        raise Refused(wrong, rule="call-back")
    return {
        **found,
        "call_number": done.call_number.strip(),
        "call_where": done.call_where.strip(),
        "call_reason": done.call_reason.strip(),
        "call_held_since": since,
    }


async def approve(details_id: int, by: Actor) -> BankDetails:
    """A finance approver who neither sent, entered nor checked them, and never was in the group. Raises Refused."""
    async with transaction():
        details = await _locked(details_id)
        await refuse_approver(details, by)
        now = business_now()
        before = await BankDetails.get_or_none(group_id=details.group_id, status=Details.APPROVED)
        if details.status == Details.CHECKED and before is not None:
            await _move(before, "replaced", by, ended_at=now)
        await _move(details, "approved", by, approved_by_id=by.person_id, approved_at=now)
        await letters.to_all_owners("approved", details, is_change=before is not None)
    return details


async def refuse_approver(details: BankDetails, by: Actor) -> None:
    """Raises unless they are a finance approver outside the group who neither sent, entered nor checked them."""
    await require_role(by, Role.FINANCE_APPROVER)
    await _refuse_member(by, details.group_id)
    refuse_same_person(by, details.asked_by_id, details.checked_by_id, what="enter, check and approve bank details")


async def refuse_outsider(details: BankDetails, by: Actor, *roles: Role) -> None:
    """Raises unless they hold one of these roles and never were in the group."""
    await require_role(by, *roles)
    await _refuse_member(by, details.group_id)


async def send_back(details_id: int, by: Actor, why: str) -> BankDetails:
    """The second person is not satisfied with the check: it is done again."""
    await require_role(by, Role.FINANCE_APPROVER)
    async with transaction():
        details = await _locked(details_id)
        await _refuse_member(by, details.group_id)
        await _move(details, "sent back", by, answer=_words(why))
    return details


async def refuse(details_id: int, by: Actor, why: str) -> BankDetails:
    """They are not accepted; every owner is told. The account is forgotten at once."""
    await require_role(by, Role.FUND_OFFICER, Role.FINANCE_APPROVER)
    async with transaction():
        details = await _locked(details_id)
        await _refuse_member(by, details.group_id)
        await _end(details, "refused", by, answer=_words(why))
        await letters.to_all_owners("refused", details)
    return details


async def stop(details_id: int, by: Actor, why: str) -> BankDetails:
    """Nothing more is paid to an approved account: by an officer or an approver at once, or because a payment came back."""
    if by.person_id is not None:
        await require_role(by, Role.FUND_OFFICER, Role.FINANCE_APPROVER)
    async with transaction():
        details = await _locked(details_id)
        await _move(details, "stopped", by, answer=_words(why), ended_at=business_now())
        await outbox.job(CHANGED_JOB, details.group_id, unique_key=f"{CHANGED_JOB}:{details.id}:stopped")
        await letters.to_all_owners("stopped", details)
    return details


async def read_whole(details_id: int, by: Actor) -> Account:
    """The account in full for the officer who checks it and the approver who approves it, outside the group. On record."""
    await require_role(by, Role.FUND_OFFICER, Role.FINANCE_APPROVER)
    details = await one(details_id)
    await _refuse_member(by, details.group_id)
    async with transaction():
        await _record("bank details read", details, by)
    return account_of(details)


def account_of(details: BankDetails) -> Account:
    """The account, for code that pays it or compares it. NotFound once it is forgotten."""
    if details.sealed is None:
        raise NotFound("These bank details are not kept any more.")
    return sealing.unseal(details.sealed, details.key_id, details.group_id)


async def reseal() -> int:
    """Seal every row anew that is under an older key; returns how many. Run after a key was put in front."""
    current, done = sealing.current_key_id(), 0
    for row in await BankDetails.exclude(key_id=current).filter(sealed__isnull=False).order_by("id"):
        async with transaction():
            await lock(row.group_id)
            details = await one(row.id)
            if details.sealed is None or details.key_id == current:
                continue
            sealed, key_id = sealing.seal(account_of(details), details.group_id)
            await BankDetails.filter(id=details.id).update(sealed=sealed, key_id=key_id)
            done += 1
    return done


async def lock(group_id: int) -> None:
    """The group's row, until the transaction ends: a change of its account and a payment to it wait for each other."""
    if not await fetch("SELECT id FROM community_group WHERE id = $1 FOR NO KEY UPDATE", group_id):
        raise NotFound


async def one(details_id: int) -> BankDetails:
    """One row with its group; NotFound."""
    found = await BankDetails.get_or_none(id=details_id).select_related("group", "evidence__project")
    if found is None:
        raise NotFound
    return found


async def _locked(details_id: int) -> BankDetails:
    await lock((await one(details_id)).group_id)
    return await one(details_id)


async def _end(details: BankDetails, cause: str, by: Actor, **changes: Any) -> None:
    """Refused or withdrawn: nobody needs the account any more."""
    if details.status not in OPEN:
        raise Conflict("These bank details were decided or taken back meanwhile. Look at them again.")
    await _move(details, cause, by, ended_at=business_now(), sealed=None, **changes)


async def _move(details: BankDetails, cause: str, by: Actor, **changes: Any) -> None:
    await events.move(details, cause, by, **changes)
    await _record(f"bank details {cause}", details, by)


async def _record(act: str, details: BankDetails, by: Actor) -> None:
    await audit.record(act, f"bank_details:{details.id}", by, group_id=details.group_id)


async def _refuse_member(by: Actor, group_id: int) -> None:
    if await was_ever_member(by.person_id, group_id):
        raise Forbidden("You are or were a member of this group. Somebody else must do this.")


def _words(why: str) -> str:
    if not why.strip():
        raise Refused("Enter why.", rule="reason")
    return why.strip()
