"""Finance hears of differences by one mail for each reading that found new ones."""

from collections.abc import Sequence

from crowdfund_kent import mail, outbox
from crowdfund_kent.accounts.queries import people_with
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.settings import get_settings
from payments.reconciling.kinds import WORDS, Thing, What
from payments.reconciling.models import Difference
from pledges.queries import campaign_view


async def tell_finance(campaign_id: int, new: Sequence[Difference], open_now: int) -> None:
    """templates/emails/reconciling/differences.txt to every finance approver, in the transaction that found them."""
    written = mail.write(
        "reconciling/differences.txt",
        campaign=await campaign_view(campaign_id),
        differences=[(WORDS[Thing(one.thing), What(one.what)], one) for one in new[:10]],
        more=max(len(new) - 10, 0),
        open_now=open_now,
        page=f"{get_settings().site_url.rstrip('/')}/staff/differences",
    )
    for person in await people_with(Role.FINANCE_APPROVER):
        if person.email:
            await outbox.email(
                "reconciling/differences",
                to=person.email,
                subject=written.subject,
                text=written.text,
                unique_key=f"differences-{campaign_id}-{new[0].id}-{person.id}",
            )
