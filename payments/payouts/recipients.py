"""A group's account at the provider: our row first, then theirs, filled in by the group on the provider's page.

Return from that page, webhook and sweeper all read the account and end in apply_recipient(). Only a ready one lets a
campaign open; one that stops being ready stops payouts and no campaign that is open already.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import structlog

from crowdfund_kent import audit, events
from crowdfund_kent.accounts.models import Person
from crowdfund_kent.audit import SYSTEM, Actor
from crowdfund_kent.clock import business_now
from crowdfund_kent.database import fetch, retrying, transaction
from crowdfund_kent.errors import Refused
from payments.gateway import GatewayError, GatewayNotFound, OnboardingLink
from payments.gateway import Recipient as Answer
from payments.payouts import letters, looking
from payments.payouts.models import Recipient
from payments.payouts.states import Recipient as Status
from payments.provider import gateway
from projects import services
from projects.access import require_member
from projects.kinds import MemberRole
from projects.models import Group
from projects.queries import groups_received_for, receiver_of

JOB: Final = "read_recipient"
SOON: Final = timedelta(hours=6)  # while something is missing
READY_AGAIN: Final = timedelta(days=1)
NOT_OURS: Final = "the account is not connected to us any more"
log = structlog.get_logger()
# the beginnings of the provider's names (docs.stripe.com/connect/required-verification-information) -> what they mean
WORDS: Final[Mapping[str, str]] = {
    "external_account": "The bank account to which the money is paid",
    "individual.verification": "A picture of an identity document",
    "individual": "Details of the person who acts for the group: name, date of birth, address, e-mail, phone",
    "person": "Details of the people who act for the group",
    "representative": "Details of the person who acts for the group: name, date of birth, address, e-mail, phone",
    "owners": "Who owns or controls the group",
    "directors": "Who its directors or trustees are",
    "company": "Details of the group: its name, address and number",
    "business_type": "What kind of body the group is",
    "business_profile": "What the group does",
    "tos_acceptance": "Agreeing to the provider’s terms",
}
OTHER: Final = "Something else that the provider’s page names"


def wanted_in_words(due: list[str]) -> list[str]:
    """What the provider still asks for, in plain words, each once."""
    found = []
    for name in due:
        key = next((key for key in WORDS if name.startswith(key)), "person" if name.startswith("person_") else "")
        words = WORDS.get(key, OTHER)
        if words not in found:
            found.append(words)
    return found


async def begin(group_id: int, by: Actor) -> Recipient:
    """The account of a group that receives for itself: made at the provider if it is not there. Owners only.

    Raises Refused for a group for which another receives; GatewayError when the provider can't be asked now.
    """
    async with transaction():
        await require_member(by, group_id, MemberRole.OWNER)
        if await receiver_of(group_id) != group_id:
            raise Refused(
                "Another group receives the money for yours, so only that group needs an account.", rule="host"
            )
        await Group.select_for_update().get(id=group_id)
        row = await Recipient.get_or_none(group_id=group_id)
        if row is None:
            row = await Recipient.create(
                status=Status.INTENDED,
                group_id=group_id,
                key=f"recipient-{group_id}",
                currently_due=[],
                asked_by_id=by.person_id,
                created_at=business_now(),
            )
            await events.begin(row, by)
            await audit.record("account intended", f"recipient:{row.id}", by, group_id=group_id)
    if row.account is None:
        row = await _create(row)
    return row


async def _create(row: Recipient) -> Recipient:
    """Made under its own key. A key that was forgotten could make a second account: an empty one, which nothing is paid to."""
    asked_by = await Person.get(id=row.asked_by_id)
    answer = await gateway().create_recipient(
        group_reference=f"group-{row.group_id}", email=str(asked_by.email or ""), key=row.key
    )
    await apply_recipient(answer, SYSTEM, business_now())
    return await Recipient.get(id=row.id)


async def onboarding_link(group_id: int, by: Actor, *, return_url: str, refresh_url: str) -> OnboardingLink:
    """A way to the provider's page, for one visit. Owners only; the account is begun where there is none."""
    row = await begin(group_id, by)
    assert row.account is not None
    return await gateway().onboarding_link(row.account, return_url=return_url, refresh_url=refresh_url)


async def read(recipient_id: int) -> None:
    """Ask the provider how the account stands now. Raises GatewayError when it can't be asked."""
    row = await Recipient.get(id=recipient_id)
    if row.account is None:
        await _create(row)
        return
    asked_at = business_now()
    try:
        answer = await gateway().read_recipient(row.account)
    except GatewayNotFound:
        answer = Answer(
            row.account, False, False, False, disabled_reason=NOT_OURS, group_reference=f"group-{row.group_id}"
        )
    await apply_recipient(answer, SYSTEM, asked_at)


async def heard_of(account: str) -> None:
    """A webhook told of the account: what it carried may be old, so the provider is asked."""
    row = await Recipient.get_or_none(account=account)
    if row is not None:
        await read(row.id)


async def sweep() -> None:
    """Accounts that are due to be read, should no webhook have come."""
    rows = await fetch("SELECT id FROM recipient WHERE next_at <= $1 ORDER BY next_at LIMIT 50", business_now())
    for row in rows:
        try:
            await read(int(row["id"]))
        except GatewayError as error:
            log.warning("an account could not be read", recipient=row["id"], error=error.message)
            await Recipient.filter(id=row["id"]).update(next_at=business_now() + timedelta(hours=1))


async def apply_recipient(answer: Answer, by: Actor, asked_at: datetime) -> None:
    """What the provider said when it was asked at `asked_at`. An answer older than what we know changes nothing."""
    await retrying(lambda: _apply(answer, by, asked_at))


async def _apply(answer: Answer, by: Actor, asked_at: datetime) -> None:
    async with transaction():
        group_id = (answer.group_reference or "").removeprefix("group-")
        row = await Recipient.filter(account=answer.account).select_for_update().first()
        if row is None and group_id.isascii() and group_id.isdigit():
            row = await Recipient.filter(group_id=int(group_id), account=None).select_for_update().first()
        if row is None or (row.read_at is not None and asked_at < row.read_at):
            return
        ready = answer.transfers_active and answer.payouts_enabled
        facts: dict[str, Any] = {
            "account": answer.account,
            "details_submitted": answer.details_submitted,
            "transfers_active": answer.transfers_active,
            "payouts_enabled": answer.payouts_enabled,
            "currently_due": list(answer.currently_due),
            "disabled_reason": (answer.disabled_reason or "")[:80] or None,
            "read_at": asked_at,
            "next_at": business_now() + (READY_AGAIN if ready else SOON),
        }
        if row.status == Status.INTENDED:
            await events.move(row, "made", by, account=answer.account)
            await audit.record("account made", f"recipient:{row.id}", by, group_id=row.group_id)
        cause = (
            "ready"
            if ready and row.status != Status.READY
            else "not ready"
            if not ready and row.status == Status.READY
            else ""
        )
        if cause:
            await events.move(row, cause, by, **facts)
            await audit.record(f"account {cause}", f"recipient:{row.id}", by, group_id=row.group_id)
            await _tell(row, by, ready=ready)
        else:
            await Recipient.filter(id=row.id).update(**facts)


async def _tell(row: Recipient, by: Actor, *, ready: bool) -> None:
    """The group's row says it to projects; the group and those for whom it receives hear of it; payouts look again."""
    await services.set_payouts_ready(row.group_id, business_now() if ready else None, by)
    groups = await groups_received_for(row.group_id)
    await letters.account(row, groups, ready=ready)
    await looking.look_again_at_groups(groups)
