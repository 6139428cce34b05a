"""What may be held, in words: a payout, one transfer, one refund, the charging of one campaign; and what funds pay."""

from crowdfund_kent.money import pounds_exact
from payments.holds import subjects
from payments.holds.subjects import Subject
from payments.match_payments import holding as match_payments
from payments.models import Refund
from payments.payouts.looking import look_again
from payments.payouts.models import Payout, Transfer
from payments.payouts.states import Payout as PayoutStatus
from payments.payouts.states import Transfer as TransferStatus
from payments.states import Refund as RefundStatus
from payments.waking import wake
from pledges.queries import campaign_view
from projects.models import Campaign
from projects.queries import group_id_of
from projects.states import Campaign as CampaignStatus


async def _payout(row_id: int) -> Subject | None:
    found = await Payout.get_or_none(id=row_id)
    if found is None:
        return None
    view = await campaign_view(found.campaign_id)
    open_ = found.status in (PayoutStatus.WAITING, PayoutStatus.SENDING)
    return Subject(f"The payout of “{view.title}”", f"/staff/payouts/{row_id}", await group_id_of(view.id), open_)


async def _transfer(row_id: int) -> Subject | None:
    found = await Transfer.get_or_none(id=row_id).select_related("payout")
    if found is None:
        return None
    open_ = found.status in (TransferStatus.INTENDED, TransferStatus.UNKNOWN)
    group_id = await group_id_of(found.payout.campaign_id)
    words = f"The transfer {found.key} of {pounds_exact(found.amount_pence)}"
    return Subject(words, f"/staff/payouts/{found.payout_id}", group_id, open_)


async def _refund(row_id: int) -> Subject | None:
    found = await Refund.get_or_none(id=row_id).select_related("pledge")
    if found is None:
        return None
    open_ = found.status in (RefundStatus.INTENDED, RefundStatus.UNKNOWN)
    group_id = await group_id_of(found.pledge.campaign_id)
    words = f"A refund of {pounds_exact(found.amount_pence)} of pledge {found.pledge.reference}"
    return Subject(words, f"/staff/pledges/{found.pledge_id}", group_id, open_)


async def _collection(campaign_id: int) -> Subject | None:
    found = await Campaign.get_or_none(id=campaign_id)
    if found is None or found.deadline_at is None:
        return None
    view = await campaign_view(campaign_id)
    open_ = found.status in (CampaignStatus.CLOSING, CampaignStatus.SUCCESSFUL, CampaignStatus.COLLECTING)
    words = f"The charging of cards for “{view.title}”"
    return Subject(words, f"/staff/campaigns/{campaign_id}/settlement", await group_id_of(campaign_id), open_)


async def _released_payout(row_id: int) -> None:
    await look_again((await Payout.get(id=row_id)).campaign_id)
    await wake("transfer_pump")


async def _released_transfer(_row_id: int) -> None:
    await wake("transfer_pump")


async def _released_refund(_row_id: int) -> None:
    await wake("refund_pump")


async def _released_collection(campaign_id: int) -> None:
    await wake("pump")
    await wake("settle_campaign", campaign_id)


def compose() -> None:
    """Tell holds what there is."""
    match_payments.compose()
    subjects.register("payout", _payout, _released_payout)
    subjects.register("transfer", _transfer, _released_transfer)
    subjects.register("refund", _refund, _released_refund)
    subjects.register("collection", _collection, _released_collection)
