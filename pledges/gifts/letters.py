"""What givers of off-line gifts hear: by e-mail where they have one, else by a letter that an officer prints and posts."""

from typing import Any

from crowdfund_kent import mail, outbox
from crowdfund_kent.clock import real_now
from crowdfund_kent.mail.writing import FOOTER_BEGINS
from crowdfund_kent.settings import get_settings
from pledges.models import GiftDesk, OfflineGift
from pledges.queries import campaign_view
from projects.letters import to_owners
from projects.models import LetterToPost
from projects.queries import group_id_of, officer_of


async def tell(name: str, gift: OfflineGift, unique_key: str, **more: Any) -> None:
    """templates/emails/gifts/<name>.txt about one gift, once. Nothing for a giver who can't be reached."""
    if gift.email is None and gift.person_id is None:
        return
    view = await campaign_view(gift.campaign_id)
    written = mail.write(f"gifts/{name}.txt", gift=gift, campaign=view, **more)
    if gift.email is not None:
        await outbox.email(
            f"gifts/{name}",
            to=gift.email,
            subject=written.subject,
            text=written.text,
            unique_key=unique_key,
        )
        return
    group_id = await group_id_of(gift.campaign_id)
    officer = await officer_of(group_id)
    words = written.text.partition(FOOTER_BEGINS)[0]
    await LetterToPost.get_or_create(
        unique_key=unique_key,
        defaults={
            "person_id": gift.person_id,
            "group_id": group_id,
            "name": f"gifts/{name}",
            "subject": written.subject,
            "text": f"{words}\n\n{officer.name}, {get_settings().council_name}\n{officer.phone}, {officer.hours}"
            "\n\nNot sure that this letter is from us? Ring the council’s own number, and ask for"
            f" {get_settings().programme_name}.",
            "created_at": real_now(),
        },
    )


async def tell_group(name: str, gift: OfflineGift, key: str) -> None:
    """templates/emails/gifts/<name>.txt to each owner of the group, once. Without the giver's name."""
    group_id = await group_id_of(gift.campaign_id)
    desk = await GiftDesk.get(id=gift.desk_id)
    written = mail.write(
        f"gifts/{name}.txt",
        gift=gift,
        campaign=await campaign_view(gift.campaign_id),
        officer=await officer_of(group_id),
        own=desk.group_id is not None,
    )
    await to_owners(group_id, f"gifts/{name}", written, key)
