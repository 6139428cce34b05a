"""E-mails to the people who run a group, through the outbox, in the caller's transaction."""

from typing import Any

from crowdfund_kent import mail, outbox
from crowdfund_kent.settings import get_settings
from projects import queries
from projects.models import Campaign, Project


async def tell_owners(name: str, campaign: Campaign, *, about: str = "", **context: Any) -> None:
    """templates/emails/projects/<name>.txt to each owner, once for the move that the campaign just made.

    `about` names what the mail is about where that is no move of the campaign: "change-7".
    """
    project = await Project.get(id=campaign.project_id).select_related("group")
    once = about or str(await queries.newest_event_id(campaign.id))
    for person_id, address in await queries.owners_of(project.group_id):
        written = mail.write(
            f"projects/{name}.txt", campaign=campaign, project=project, page=page_of(project), **context
        )
        await outbox.email(
            f"projects/{name}",
            to=address,
            subject=written.subject,
            text=written.text,
            unique_key=f"campaign:{campaign.id}:{once}:{name}:{person_id}",
        )


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
