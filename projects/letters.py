"""E-mails to the people who run a group, through the outbox, in the caller's transaction."""

from typing import Any

from crowdfund_kent import mail, outbox
from crowdfund_kent.clock import real_now
from crowdfund_kent.mail.writing import FOOTER_BEGINS
from crowdfund_kent.settings import get_settings
from projects import queries
from projects.models import Campaign, Group, LetterToPost, Project


async def tell_owners(name: str, campaign: Campaign, *, about: str = "", **context: Any) -> None:
    """templates/emails/projects/<name>.txt to each owner, once for the move that the campaign just made.

    `about` names what the mail is about where that is no move of the campaign: "change-7".
    """
    project = await Project.get(id=campaign.project_id).select_related("group")
    once = about or str(await queries.newest_event_id(campaign.id))
    text = await written(name, campaign, **context)
    await to_owners(project.group_id, f"projects/{name}", text, f"campaign:{campaign.id}:{once}:{name}")


async def written(name: str, campaign: Campaign, **context: Any) -> mail.Mail:
    """The e-mail word for word, also for an officer to read before it is sent."""
    project = await Project.get(id=campaign.project_id).select_related("group")
    officer = await queries.officer_of(project.group_id)
    return mail.write(
        f"projects/{name}.txt", officer=officer, campaign=campaign, project=project, page=page_of(project), **context
    )


async def to_owners(group_id: int, name: str, written: mail.Mail, key: str) -> None:
    """To each owner once: an e-mail, or for those who have none a letter to post.

    `key` says what it is about: with the person's id behind it, it is never used twice.
    """
    for person_id, address in await queries.owners_of(group_id):
        await outbox.email(
            name, to=address, subject=written.subject, text=written.text, unique_key=f"{key}:{person_id}"
        )
    await to_post(group_id, name, written, key)


async def to_post(group_id: int, name: str, written: mail.Mail, key: str) -> None:
    """A letter to each owner without an e-mail address, once; an officer prints and posts it. It ends with whom to ring."""
    await _post(await queries.owners_on_paper(group_id), group_id, name, written, key)


async def _post(person_ids: list[int], group_id: int, name: str, written: mail.Mail, key: str) -> None:
    officer = await queries.officer_of(group_id)
    words = written.text.partition(FOOTER_BEGINS)[0]
    text = f"{words}\n\n{officer.name}, {get_settings().council_name}\n{officer.phone}, {officer.hours}"
    for person_id in person_ids:
        await LetterToPost.get_or_create(
            unique_key=f"{key}:{person_id}",
            defaults={
                "person_id": person_id,
                "group_id": group_id,
                "name": name,
                "subject": written.subject,
                "text": text,
                "created_at": real_now(),
            },
        )


async def to_post_too(group_id: int, name: str, written: mail.Mail, key: str) -> None:
    """A letter beside the e-mail to each owner whose postal address we hold, once: for what a stolen mailbox would hide."""
    await _post(await queries.owners_by_post_too(group_id), group_id, name, written, key)


async def tell_invited(address: str, *, member_id: int, group_name: str, role: str, path: str) -> None:
    """To somebody who was given a place in a group: signing in with this address is all that is left to do."""
    written = mail.write(
        "projects/invited.txt", group_name=group_name, role=role, page=f"{get_settings().site_url}{path}"
    )
    await outbox.email(
        "projects/invited",
        to=address,
        subject=written.subject,
        text=written.text,
        unique_key=f"group_member:{member_id}:invited",
    )


def page_of(project: Project) -> str:
    """The address of the group's own page of a project that came with its group."""
    return f"{get_settings().site_url}/groups/{project.group.slug}/projects/{project.slug}"


async def tell_group(name: str, group: Group, about: str, **context: Any) -> None:
    """templates/emails/projects/<name>.txt about the group itself to each owner, once."""
    officer = await queries.officer_of(group.id)
    page = f"{get_settings().site_url}/groups/{group.slug}"
    text = mail.write(f"projects/{name}.txt", officer=officer, group=group, page=page, **context)
    await to_owners(group.id, f"projects/{name}", text, f"group:{group.id}:{about}")


async def tell_person(name: str, address: str, group: Group, about: str, **context: Any) -> None:
    """The same to one person who need not belong to the group."""
    officer = await queries.officer_of(group.id)
    page = f"{get_settings().site_url}/groups/{group.slug}"
    text = mail.write(f"projects/{name}.txt", officer=officer, group=group, page=page, **context)
    await outbox.email(
        f"projects/{name}", to=address, subject=text.subject, text=text.text, unique_key=f"group:{group.id}:{about}"
    )
