"""What the group hears when shares go back; givers hear of theirs too, and backers by card once it is on its way."""

from crowdfund_kent import mail
from crowdfund_kent.settings import get_settings
from payments.letters import to_officers
from payments.shares_back.models import ShareBack, SharesBack
from pledges.gifts import letters as givers
from pledges.models import OfflineGift
from pledges.queries import campaign_view
from projects.letters import to_owners
from projects.models import Campaign, Project
from projects.queries import officer_of


async def to_group(giving: SharesBack, *, by_card: int, card_pence: int, by_hand: int, hand_pence: int) -> None:
    """An e-mail or letter to each owner: what is taken from the account, and what they are to hand to givers."""
    campaign = await Campaign.get(id=giving.campaign_id)
    project = await Project.get(id=campaign.project_id).select_related("group")
    written = mail.write(
        "payments/shares_back.txt",
        officer=await officer_of(project.group_id),
        campaign=await campaign_view(campaign.id),
        giving=giving,
        by_card=by_card,
        card_pence=card_pence,
        by_hand=by_hand,
        hand_pence=hand_pence,
        page=f"{get_settings().site_url}/groups/{project.group.slug}/projects/{project.slug}/given-back",
    )
    await to_owners(project.group_id, "payments/shares_back", written, f"shares_back:{giving.id}")


async def waits(giving: SharesBack, *, shares: int, pence: int) -> None:
    """Once a decision: the group's account holds too little for shares by card. To its owners, and to officers."""
    campaign = await Campaign.get(id=giving.campaign_id)
    project = await Project.get(id=campaign.project_id).select_related("group")
    site, key = get_settings().site_url, f"shares-wait:{giving.id}"
    facts = {
        "officer": await officer_of(project.group_id),
        "campaign": await campaign_view(campaign.id),
        "shares": shares,
        "pence": pence,
    }
    page = f"{site}/groups/{project.group.slug}/projects/{project.slug}/given-back"
    written = mail.write("payments/shares_wait.txt", page=page, **facts)
    await to_owners(project.group_id, "payments/shares_wait", written, key)
    await to_officers("shares_wait", key, page=f"{site}/staff/shares-back/{giving.id}", **facts)


async def to_giver(name: str, row: ShareBack, gift: OfflineGift) -> None:
    """templates/emails/gifts/<name>.txt to whoever gave by hand: an e-mail, or a letter; nothing to somebody unknown."""
    await givers.tell(name, gift, f"{name}-{row.id}-{row.status}", share=row)
