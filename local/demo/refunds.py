"""After a payout: one refund arrives, one the bank does not take, one dispute is lost; and a pledge is taken back."""

from typing import Final

from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import BACKER, PROVIDER
from local.demo import projects as ideas
from local.demo.people import acting
from local.demo.stage import Stage
from payments import refund_proposals, refunds
from payments.disputes.services import apply_dispute
from payments.models import ChargeAttempt, Refund
from payments.provider import gateway
from pledges import pledging
from pledges.models import Pledge

NOT_TAKEN: Final = 35  # pounds: the pledge whose card has ended since
TAKES_NO_REFUND: Final = "4000000000005126"
MOVED_AWAY: Final = 45
DISPUTED: Final = 60
ASKS: Final = 80  # whose refund waits for the second person (giving.py)


async def _payment(pounds: int) -> ChargeAttempt:
    return await ChargeAttempt.get(
        pledge__campaign__project__title=ideas.HALL.title, status="succeeded", amount_pence=pounds * 100
    ).select_related("pledge")


async def asked_for(stage: Stage) -> None:
    """Two backers of the hall ask for their money back, and two people agree; a third asked their bank, which gave in."""
    officer, finance = await acting(Role.FUND_OFFICER), await acting(Role.FINANCE_APPROVER)
    for pounds, why in ((MOVED_AWAY, "They gave twice by mistake."), (NOT_TAKEN, "They asked for it on the phone.")):
        proposal = await refund_proposals.ask_refund((await _payment(pounds)).pledge_id, officer, why)
        await refund_proposals.agree(proposal.id, finance)
    disputed = await _payment(DISPUTED)
    assert disputed.payment_intent is not None
    dispute = await stage.sandbox.dispute(disputed.payment_intent, reason="fraudulent")
    await apply_dispute(await gateway().read_dispute(dispute), PROVIDER)
    await stage.sandbox.decide_dispute(dispute, won=False)
    await apply_dispute(await gateway().read_dispute(dispute), PROVIDER)
    await stage.work()


async def answered(stage: Stage) -> None:
    """Days later the bank of one of them sends the refund back; and a neighbour takes back a pledge to the tidal pool."""
    payment = await _payment(NOT_TAKEN)
    refund = await Refund.get(attempt_id=payment.id)
    assert payment.payment_intent is not None
    answer = await gateway().look_for_refund(payment.payment_intent, payment.pledge.reference, refund.key)
    assert answer is not None
    await refunds.apply_refund(answer, PROVIDER)
    leaves = (
        await Pledge.filter(campaign__project__title=ideas.POOL.title, status="active").order_by("amount_pence").first()
    )
    assert leaves is not None
    await pledging.cancel(leaves.id, BACKER)
    await stage.work()
