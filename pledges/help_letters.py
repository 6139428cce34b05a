"""E-mails about an offer of help: rows in the outbox, in the caller's transaction, each once."""

from typing import Any

from crowdfund_kent import mail, outbox
from crowdfund_kent.accounts.models import Person
from crowdfund_kent.audit import Actor
from crowdfund_kent.references import keyed_hash
from crowdfund_kent.settings import get_settings
from pledges.models import HelpOffer
from projects.kinds import MemberRole
from projects.models import HelpWanted
from projects.queries import members_of


async def to_helper(name: str, offer: HelpOffer, private_path: str, **more: Any) -> None:
    """templates/emails/pledges/<name>.txt to whoever offers; nothing where the address was erased."""
    if offer.email is None:
        return
    link = get_settings().site_url.rstrip("/") + private_path
    # another address of the same offer gets its own mail
    key = f"{name}-{offer.id}-{keyed_hash(offer.email)[:12]}"
    await _send(name, offer.email, offer, key, private_link=link, **more)


async def to_group(name: str, offer: HelpOffer) -> None:
    """To each member of the group, without how to reach whoever offers."""
    wanted = await HelpWanted.get(id=offer.wanted_id).select_related("project")
    for member in await members_of(wanted.project.group_id):
        if member.role != MemberRole.HELPER and member.person.email is not None:
            await _send(name, member.person.email, offer, f"{name}-{offer.id}-{member.person_id}")


async def to_member(name: str, offer: HelpOffer, by: Actor) -> None:
    """To the member who accepted: how to reach whoever offered."""
    person = await Person.get_or_none(id=by.person_id)
    if person is not None and person.email is not None:
        await _send(name, str(person.email), offer, f"{name}-{offer.id}-{person.id}")


async def _send(name: str, to: str, offer: HelpOffer, unique_key: str, **more: Any) -> None:
    wanted = await HelpWanted.get(id=offer.wanted_id).select_related("project__group")
    site = get_settings().site_url.rstrip("/")
    group = wanted.project.group
    written = mail.write(
        f"pledges/{name}.txt",
        offer=offer,
        wanted=wanted,
        project=wanted.project,
        group=group,
        page=f"{site}/projects/{wanted.project.slug}",
        group_page=f"{site}/groups/{group.slug}/projects/{wanted.project.slug}/help-wanted",
        **more,
    )
    await outbox.email(f"pledges/{name}", to=to, subject=written.subject, text=written.text, unique_key=unique_key)
