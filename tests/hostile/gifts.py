"""Cash and cheques at a desk and with a group, and what an address that leads to each names."""

from crowdfund_kent import events
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now
from crowdfund_kent.references import new_token
from payments.gift_aid.models import GiftAidClaim
from pledges import links
from pledges.gift_aid import services as declaring
from pledges.gift_aid.kinds import RecipientKind
from pledges.gifts.kinds import Paid, Return
from pledges.gifts.services import banking, returning, taking
from pledges.gifts.states import Cause
from pledges.models import GiftPayment, GiftRecovery, Pledge
from projects.models import Campaign, Project
from tests.pledges import gift_make
from tests.pledges.gift_make import PLAIN

Places = dict[str, str]


async def build(live: Campaign, by: Actor) -> dict[str, Places]:
    """Route name -> what stands in the places of its path. `by` owns the group."""
    project = await Project.get(id=live.project_id).select_related("group")
    desk = await gift_make.desk("Hostile Library")
    waiting = await desk.take(live)
    banked = await desk.counted(live, name="Ben Cole")
    batch = await banking.enter_batch(desk.desk.id, [banked.id], "1", banked.amount_pence, desk.taker)
    going = await desk.counted(live, name="Cleo Hill")
    row = await returning.enter_return(going.id, Cause.ASKED, Return.CASH, "signed", desk.taker)
    lying = await desk.counted(live, name="Dora Lane")
    own = await taking.desk_of_group(project.group_id)
    taken = await taking.take(live.id, own.id, new_token(), PLAIN, by)
    payment = await GiftPayment.create(
        campaign_id=live.id,
        why=Paid.SUCCESS,
        amount_pence=100,
        reference="BACS 1",
        entered_by_id=desk.officer.person_id,
        entered_at=business_now(),
    )
    back = await GiftRecovery.create(
        gift_id=waiting.id, amount_pence=1, reference="BACS 2", entered_by_id=0, entered_at=business_now()
    )
    group_id, pledge = project.group_id, await Pledge.filter(campaign_id=live.id).order_by("id").first()
    assert pledge is not None
    ready = await declaring.enter_reference(
        group_id, by, kind=RecipientKind.CHARITY, hmrc_name="Trust", hmrc_reference="AB12"
    )
    await declaring.verify(ready.id, desk.officer, "Letter")
    claim = await GiftAidClaim.create(
        status="drawn",
        recipient_id=ready.id,
        reference="T-AAAA-AAAA",
        amount_pence=1,
        drawn_by_id=by.person_id,
        drawn_at=business_now(),
    )
    await events.begin(claim, by)
    private = {"reference": pledge.reference, "token": links.PAGES.token_of(pledge.reference)}
    of_claim, of_row = {"group": project.group.slug, "id": str(claim.id)}, {"id": str(ready.id)}
    at_desk, one = {"id": str(desk.desk.id), "campaign": str(live.id)}, {"id": str(waiting.id)}
    of_batch, of_return, of_payment = {"id": str(batch.id)}, {"id": str(row.id)}, {"id": str(payment.id)}
    of_recovery = {"id": str(back.id)}
    of_group = {"group": project.group.slug, "project": project.slug, "id": str(taken.id)}
    return {
        **dict.fromkeys(("staff_gift_take", "staff_gift_bank", "staff_gift_desk_close"), at_desk),
        **dict.fromkeys(("staff_gift", "staff_gift_receipt", "staff_gift_count"), one),
        **dict.fromkeys(("staff_gift_aid_declare", "staff_gift_aid_cancel"), one),
        **dict.fromkeys(("gift_aid_declare", "gift_aid_cancel"), private),
        **dict.fromkeys(("staff_gift_aid_verify", "staff_gift_aid_end"), of_row),
        **dict.fromkeys(
            (
                "group_gift_aid",
                "group_gift_aid_withdraw",
                "group_gift_aid_draw",
                "group_gift_aid_schedule",
                "group_gift_aid_sent",
                "group_gift_aid_claim_withdraw",
            ),
            of_claim,
        ),
        "staff_gift_return": {"id": str(lying.id)},
        **dict.fromkeys(("staff_gift_batch", "staff_gift_batch_withdraw"), of_batch),
        **dict.fromkeys(("staff_gift_return_confirm", "staff_gift_return_withdraw"), of_return),
        "staff_gift_pay": {"id": str(live.id)},
        "staff_gift_recovery": {"id": str(lying.id)},
        **dict.fromkeys(("staff_gift_recovery_confirm", "staff_gift_recovery_withdraw"), of_recovery),
        **dict.fromkeys(("staff_gift_payment", "staff_gift_payment_withdraw"), of_payment),
        **dict.fromkeys(
            ("project_gifts", "project_gift_take", "project_gift_bank", "project_gift_receipt", "project_gift_return"),
            of_group,
        ),
        "paper_form": {"slug": project.slug},
    }
