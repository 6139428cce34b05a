"""E-mails about what became of a campaign and of a payment: rows in the outbox, each once (unique_key)."""

from typing import Any, Final

from crowdfund_kent import mail, outbox
from crowdfund_kent.accounts.queries import people_with
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.database import transaction
from crowdfund_kent.settings import get_settings
from pledges import links
from pledges.models import Pledge
from pledges.queries import CampaignView, campaign_view
from projects.letters import to_post
from projects.models import Campaign
from projects.queries import group_id_of, officer_of, people_who_run

OFFICERS: Final = (Role.FUND_OFFICER, Role.FINANCE_APPROVER)


async def to_backer(name: str, pledge: Pledge, campaign: CampaignView, unique_key: str, **more: Any) -> None:
    """templates/emails/payments/<name>.txt to one backer; nothing where the address was erased."""
    if pledge.email is None:
        return
    written = mail.write(
        f"payments/{name}.txt",
        pledge=pledge,
        campaign=campaign,
        private_link=await links.private_link(pledge),
        short_url=links.short_url(pledge),
        statement_name=get_settings().statement_name,
        **more,
    )
    await outbox.email(
        f"payments/{name}", to=pledge.email, subject=written.subject, text=written.text, unique_key=unique_key
    )


async def to_group(name: str, campaign: Campaign, **more: Any) -> None:
    """templates/emails/payments/<name>.txt to each person who runs the campaign, once a campaign and name."""
    view = await campaign_view(campaign.id)
    page = f"{get_settings().site_url.rstrip('/')}{view.path}"
    group_id = await group_id_of(campaign.id)
    written = mail.write(f"payments/{name}.txt", officer=await officer_of(group_id), campaign=view, page=page, **more)
    await to_post(group_id, f"payments/{name}", written, f"{name}-campaign-{campaign.id}")
    for person_id, address in await people_who_run(campaign.id):
        await outbox.email(
            f"payments/{name}",
            to=address,
            subject=written.subject,
            text=written.text,
            unique_key=f"{name}-campaign-{campaign.id}-{person_id}",
        )


async def to_officers(name: str, unique_key: str, **more: Any) -> None:
    """templates/emails/payments/<name>.txt to every fund officer and finance approver of the site, once a key and person."""
    written = mail.write(f"payments/{name}.txt", **more)
    people = {person.id: person for role in OFFICERS for person in await people_with(role)}
    for person in people.values():
        if person.email:
            await outbox.email(
                f"payments/{name}",
                to=person.email,
                subject=written.subject,
                text=written.text,
                unique_key=f"{unique_key}-{person.id}",
            )


async def payment_stuck(campaign_id: int) -> None:
    """Collecting is over, and the provider has not said what became of a payment: the settlement waits for it."""
    async with transaction():
        await to_officers(
            "officers_payment_stuck",
            f"payment-stuck-{campaign_id}",
            campaign=await campaign_view(campaign_id),
            page=f"{get_settings().site_url.rstrip('/')}/staff/campaigns/{campaign_id}/settlement",
        )
