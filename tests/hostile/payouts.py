"""Who receives money, and what is paid out: rows that these pages are about."""

from crowdfund_kent import events
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now, business_today
from payments import holding
from payments.disputes.models import Dispute
from payments.holds import services as holds
from payments.models import ChargeAttempt, Refund
from payments.own_money.models import OwnMove
from payments.payouts.models import CollapseProposal, Payout, Reversal, Transfer
from payments.payouts.reversals import BY_HAND
from payments.repayments.models import Repayment
from payments.taken_back.models import TakenBackDecision
from pledges.models import Pledge
from projects import services
from projects.models import Campaign, Group
from tests.projects import make


async def build(group: Group, live: Campaign, pledge: Pledge, officer: Actor) -> dict[str, dict[str, str]]:
    """Ids and addresses by the names of routes: the group is asked to receive for another; a payout that waits, a hold,
    a dispute and a proposal to give everything back."""
    asking = await make.group(name="Mill Lane planters")
    asked = await services.ask_host(asking.id, group.slug, await make.owner_of(asking))
    now = business_now()
    payout = await Payout.create(status="waiting", campaign_id=live.id, created_at=now)
    await events.begin(payout, officer)
    holding.compose()
    hold = await holds.place(f"payout:{payout.id}", "Somebody asks.", officer)
    collapse = await CollapseProposal.create(
        status="proposed", campaign_id=live.id, why="It fell down.", proposed_by_id=officer.person_id, proposed_at=now
    )
    await events.begin(collapse, officer)
    attempt = await ChargeAttempt.create(
        status="declined",
        pledge_id=pledge.id,
        number=1,
        key="charge-hostile-1",
        amount_pence=pledge.charge_pence,
        cover_pence=pledge.cover_pence,
        parameters={},
        intended_at=now,
    )
    dispute = await Dispute.create(
        status="open",
        attempt_id=attempt.id,
        provider_dispute="dp_hostile",
        provider_status="needs_response",
        reason="general",
        amount_pence=pledge.charge_pence,
        opened_at=now,
    )
    refund = await Refund.create(
        status="failed",
        pledge_id=pledge.id,
        attempt_id=attempt.id,
        number=1,
        key="refund-hostile-1",
        amount_pence=pledge.charge_pence,
        cover_pence=pledge.cover_pence,
        reason="asked for",
        created_at=now,
        decided_at=now,
    )
    paid_back = await Repayment.create(
        status="recorded",
        refund_id=refund.id,
        amount_pence=refund.amount_pence,
        how="cheque",
        bank_reference="000123",
        paid_on=business_today(),
        recorded_by_id=officer.person_id,
        recorded_at=now,
    )
    await events.begin(paid_back, officer)
    own = await OwnMove.create(
        status="recorded",
        way="added",
        amount_pence=100,
        reference="tu_hostile",
        moved_on=business_today(),
        recorded_by_id=officer.person_id,
        recorded_at=now,
    )
    await events.begin(own, officer)
    transfer = await Transfer.create(
        status="succeeded",
        payout_id=payout.id,
        attempt_id=attempt.id,
        number=1,
        key="transfer-hostile-1",
        version=1,
        parameters={},
        amount_pence=pledge.charge_pence,
        cover_pence=0,
        fee_cover_pence=0,
        fee_held_pence=0,
        group_id=group.id,
        account="acct_hostile",
        intended_at=now,
    )
    reversal = await Reversal.create(
        status="succeeded",
        transfer_id=transfer.id,
        number=1,
        key="by-hand-hostile-1",
        amount_pence=100,
        reason=BY_HAND,
        created_at=now,
        decided_at=now,
    )
    decision = await TakenBackDecision.create(
        status="proposed",
        reversal_id=reversal.id,
        sends=False,
        why="It is the backer's.",
        proposed_by_id=officer.person_id,
        proposed_at=now,
    )
    await events.begin(decision, officer)
    return {
        **{key: {"id": str(own.id), "act": "withdraw"} for key in ("office_own_money_one", "office_own_money_act")},
        "office_taken_back": {"id": str(reversal.id)},
        "office_taken_back_act": {"id": str(reversal.id), "act": "withdraw"},
        "office_failed_refund": {"id": str(refund.id)},
        "office_failed_refund_act": {"id": str(refund.id), "act": "withdraw"},
        "group_receiver_answer": {"group": group.slug, "id": str(asked.id), "act": "agree"},
        **{key: {"group": group.slug, "id": str(live.id)} for key in ("group_payout", "group_payout_csv")},
        **{key: {"id": str(payout.id)} for key in ("office_payout", "office_collapse_propose", "evidence_payout")},
        "office_hold_new": {"kind": "payout", "id": str(payout.id)},
        **{key: {"id": str(hold.id), "act": "keep"} for key in ("office_hold", "office_hold_act")},
        **{key: {"id": str(collapse.id), "act": "withdraw"} for key in ("office_collapse", "office_collapse_act")},
        "office_dispute": {"id": str(dispute.id)},
    }
