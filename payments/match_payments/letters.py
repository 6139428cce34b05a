"""What a group is told about a payment: remittance advice, and that it came back. An e-mail each, a letter to those without."""

from crowdfund_kent import mail
from crowdfund_kent.settings import get_settings
from payments.match_payments import owing
from payments.match_payments.models import MatchPayment
from pledges.models import MatchPledge
from pledges.recipients import WITH, project_of, title_for
from projects.letters import to_owners
from projects.queries import officer_of


async def remittance(payment: MatchPayment) -> None:
    """What was paid, what for, and what follows. The account by its last figures only."""
    await _tell("remittance", payment, (await owing.own_of([payment.id])).get(payment.id, 0))


async def came_back(payment: MatchPayment) -> None:
    """The bank sent it back: what to do."""
    own, kept = await owing.own_of([payment.id]), await owing.kept_of([payment.id])
    await _tell("payment_returned", payment, own.get(payment.id, 0) + kept.get(payment.id, 0))


async def _tell(name: str, payment: MatchPayment, own_pence: int) -> None:
    """templates/emails/payments/<name>.txt to each owner, once for the payment; to the host's owners too, where it receives."""
    full = await MatchPayment.get(id=payment.id).select_related("bank_details", "group")
    match = await MatchPledge.get(id=payment.match_pledge_id).select_related("fund__funder", *WITH)
    group = project_of(match).group
    written = mail.write(
        f"payments/{name}.txt",
        officer=await officer_of(group.id),
        group=group,
        receiver=full.group,
        payment=full,
        match=match,
        title=title_for(match),
        own_pence=own_pence,
        to_come_pence=await owing.to_pay(match),
        page=f"{get_settings().site_url}/groups/{group.slug}/council-money",
    )
    for group_id in {group.id, payment.group_id}:
        await to_owners(group_id, f"payments/{name}", written, f"match_payment:{payment.id}:{name}")
