"""E-mails about groups' accounts, payouts, and money that comes back after a payout: to groups and to finance."""

from datetime import timedelta
from typing import Any, Final

from crowdfund_kent import mail
from crowdfund_kent.clock import business_now
from crowdfund_kent.settings import get_settings
from payments.letters import to_officers
from payments.models import Refund
from payments.payouts.models import BankFailure, Payout, Recipient, Reversal, Transfer
from pledges.models import Pledge
from pledges.queries import campaign_view
from projects.letters import to_owners
from projects.models import Group
from projects.queries import group_id_of, officer_of, receiver_of

TOLD: Final = timedelta(hours=6)  # by a letter that says more: the bank sent money back


def _address(path: str) -> str:
    return f"{get_settings().site_url.rstrip('/')}{path}"


async def _to_group(name: str, group_id: int, key: str, **more: Any) -> None:
    group = await Group.get(id=group_id)
    written = mail.write(f"payments/{name}.txt", group=group, officer=await officer_of(group_id), **more)
    await to_owners(group_id, f"payments/{name}", written, key)


async def account(row: Recipient, group_ids: list[int], *, ready: bool) -> None:
    """The account became ready, or is not ready any more: to its group, and to those for whom it receives."""
    receiver = await Group.get(id=row.group_id)
    event = await row.Event.filter(subject_id=row.id).order_by("-id").first()
    told = not ready and await BankFailure.filter(recipient_id=row.id, heard_at__gt=business_now() - TOLD).exists()
    for group_id in {row.group_id, *group_ids} - ({row.group_id} if told else set()):
        await _to_group(
            "group_account_ready" if ready else "group_account_not_ready",
            group_id,
            f"recipient-{row.id}-{event.id}-{group_id}",
            receiver=receiver,
            page=_address(f"/groups/{receiver.slug}/account"),
            for_itself=group_id == row.group_id,
        )


async def bank_failed(failure: BankFailure, row: Recipient, why: str) -> None:
    """The group's bank sent money back: to the owners what to do, to finance that it is so."""
    receiver = await Group.get(id=row.group_id)
    facts = {"receiver": receiver, "pence": failure.amount_pence, "why": why}
    page = _address(f"/groups/{receiver.slug}/account")
    await _to_group("group_bank_failed", row.group_id, f"bank-failed-{failure.id}", page=page, **facts)
    await to_officers("bank_failed", f"bank-failed-{failure.id}", page=_address("/staff/payouts"), **facts)


async def paid_out(payout: Payout, pence: int) -> None:
    """The payout is made: to the group and to who receives for it, once; and to finance."""
    view = await campaign_view(payout.campaign_id)
    group_id = await group_id_of(payout.campaign_id)
    event = await payout.Event.filter(subject_id=payout.id).order_by("-id").first()
    group = await Group.get(id=group_id)
    page = _address(f"/groups/{group.slug}/campaigns/{payout.campaign_id}/payout")
    for each in {group_id, await receiver_of(group_id)}:
        key = f"payout-{payout.id}-{event.id}-{each}"
        await _to_group("group_paid_out", each, key, campaign=view, pence=pence, page=page)
    await to_officers(
        "payout_made",
        f"payout-made-{payout.id}-{event.id}",
        campaign=view,
        pence=pence,
        page=_address(f"/staff/payouts/{payout.id}"),
    )


async def taken_back(row: Reversal, pledge: Pledge) -> None:
    """Money of a payment came back from the group's account: the group hears what for, and never whose it was."""
    group_id = await group_id_of(pledge.campaign_id)
    slug = (await Group.get(id=group_id)).slug
    received = (await Transfer.get(id=row.transfer_id)).group_id  # who was paid, whoever receives for the group today
    for each in {group_id, received}:
        await _to_group(
            "group_taken_back",
            each,
            f"taken-back-{row.id}-{each}",
            campaign=await campaign_view(pledge.campaign_id),
            receiver=await Group.get(id=received),
            page=_address(f"/groups/{slug}/campaigns/{pledge.campaign_id}/payout"),
            pence=row.amount_pence,
            reason=row.reason,
        )


async def refund_waits(refund: Refund, missing_pence: int, *, at_limit: bool = False) -> None:
    """A refund after the payout waits for a person: the group's account could not give it back, or the programme would
    lose more than its limit."""
    await to_officers(
        "refund_waits",
        f"refund-waits-{refund.id}-{missing_pence}",
        refund=refund,
        missing_pence=missing_pence,
        at_limit=at_limit,
        page=_address(f"/staff/pledges/{refund.pledge_id}"),
    )


async def by_hand(what: str, row_id: int, pence: int, pledge: Pledge) -> None:
    """Somebody moved money in the provider's dashboard: it is in our books now, and finance should know why."""
    await to_officers(
        "by_hand",
        f"by-hand-{what}-{row_id}",
        what=what,
        pence=pence,
        pledge=pledge,
        page=_address(f"/staff/taken-back/{row_id}" if what == "reversal" else f"/staff/pledges/{pledge.id}"),
    )


async def dispute(name: str, dispute_id: int, pledge: Pledge, **more: Any) -> None:
    """A dispute was opened or decided: to officers."""
    await to_officers(
        name,
        f"{name}-{dispute_id}",
        pledge=pledge,
        campaign=await campaign_view(pledge.campaign_id),
        page=_address(f"/staff/disputes/{dispute_id}"),
        **more,
    )
