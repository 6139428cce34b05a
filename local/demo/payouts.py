"""What the demo's money does after it was collected: one payout is made and a bank disputes a payment of it, one run is held."""

from crowdfund_kent.accounts.roles import Role
from local.demo import projects as ideas
from local.demo import refunds
from local.demo.people import acting
from local.demo.stage import Stage
from payments import holding
from payments.disputes.services import apply_dispute
from payments.holds import services as holds
from payments.models import ChargeAttempt
from payments.provider import gateway
from projects.models import Campaign


async def play(stage: Stage) -> None:
    """Today: the hall is paid, its smallest payment is disputed; the lunches' charging waits for a second look."""
    holding.compose()
    disputed = (
        await ChargeAttempt.filter(
            pledge__campaign__project__title=ideas.HALL.title,
            pledge__status="collected",
            pledge__refunded_pence=0,
            amount_pence__gt=refunds.ASKS * 100,
        )
        .order_by("amount_pence", "id")
        .first()
    )
    assert disputed is not None
    assert disputed.payment_intent is not None
    dispute = await stage.sandbox.dispute(disputed.payment_intent, reason="unrecognized")
    await apply_dispute(await gateway().read_dispute(dispute), await acting(Role.FUND_OFFICER))
    lunch = await Campaign.get(project__title=ideas.LUNCH.title)
    hold = await holds.place(
        f"collection:{lunch.id}",
        "A backer rang: the lunches may have moved to another hall. Nobody is charged before the group has answered.",
        await acting(Role.FUND_OFFICER),
    )
    await holds.confirm(hold.id, await acting(Role.FINANCE_APPROVER))
    await stage.work()
