"""What groups and officers find on /account."""

from collections.abc import Sequence
from typing import Final

from crowdfund_kent.accounts.landing import LandingLink, Link, Section
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now
from projects import queries, words
from projects.models import Campaign, DeliveryTurn, GroupHandOver, Project
from projects.queries.changes import changes_waiting_count
from projects.queries.helping import letters_waiting as count_letters
from projects.queries.queue import Waits, queue
from projects.raised import NextStep
from projects.states import OPEN_HAND_OVERS, OPEN_TURNS
from projects.states import Campaign as Status


async def groups_section(person_id: int) -> Sequence[Section]:
    """A section a group, with its projects and what comes next; and the way to begin for everybody."""
    made = []
    for member in await queries.groups_of(person_id):
        group = member.group
        path = f"/groups/{group.slug}"
        rows = []
        for project, campaign in await queries.projects_of(group.id):
            meaning = words.meaning(campaign.status) if campaign else None
            rows.append(
                [
                    {
                        "text": project.title,
                        "href": f"{path}/projects/{project.slug}",
                        "small": meaning.next_step if meaning else "",
                    },
                    {"text": "", "tag": meaning.name, "tone": meaning.tone} if meaning else "",
                ]
            )
        links = [Link("The group and its people", path)]
        if not rows:
            links.append(Link("Add a project", f"{path}/projects/new"))
        made.append(Section(group.name, links=links, columns=["Project", "Campaign"] if rows else [], rows=rows))
    start = Link("Set up another group" if made else "Set up your group", "/groups/new")
    about = "" if made else "Give your group a name first. One or two named people are enough."
    return [*made, Section("Another group" if made else "Your projects", links=[start], text=about)]


async def waiting(_by: Actor) -> int:
    """Campaigns that wait for an officer, or a second one."""
    return sum(one.waits in {Waits.OFFICER, Waits.SECOND} for one in await queue())


async def changes_waiting(_by: Actor) -> int:
    """Changes of running campaigns that wait for an officer."""
    return await changes_waiting_count()


async def turns_waiting(_by: Actor) -> int:
    """What groups ask about funded projects."""
    return await DeliveryTurn.filter(status__in=OPEN_TURNS).count()


async def hand_overs_waiting(_by: Actor) -> int:
    """Groups that somebody asks for, once their owners' days are over."""
    return await GroupHandOver.filter(status__in=OPEN_HAND_OVERS, not_before__lte=business_now()).count()


async def subject_of_page(path: str) -> str:
    """ "campaign:12" for a project's page: its newest campaign, so that a case about the page leads to it."""
    parts = path.strip("/").split("/")
    if parts[0] != "projects" or len(parts) < 2:
        return ""
    project = await Project.get_or_none(slug=parts[1])
    campaign = await queries.newest_campaign(project.id) if project is not None else None
    return f"campaign:{campaign.id}" if campaign is not None else ""


async def extras_step(campaign_id: int, _person_id: int) -> Sequence[NextStep]:
    """While a campaign is written, once it says what too much would pay for: amounts may be named."""
    found = await Campaign.get(id=campaign_id).select_related("project__group")
    if not queries.is_editable(found) or not found.if_too_much:
        return []
    path = f"/groups/{found.project.group.slug}/projects/{found.project.slug}/extras"
    about = "If you like: what £500 more would pay for, and £1,000 more. It must be said before you open."
    return [NextStep("Name what more than your target would pay for", path, about)]


async def questions_step(campaign_id: int, _person_id: int) -> Sequence[NextStep]:
    """While it is checked: what the officer asked and nobody has answered."""
    left = await queries.open_questions(campaign_id)
    found = await Campaign.get(id=campaign_id).select_related("project__group")
    if not left or found.status not in {Status.SUBMITTED, Status.CHANGES_REQUESTED}:
        return []
    path = f"/groups/{found.project.group.slug}/projects/{found.project.slug}/checking"
    words = "Answer the officer’s question" if len(left) == 1 else f"Answer the officer’s {len(left)} questions"
    return [NextStep(words, path, "You need not send the campaign again.")]


async def receiver_step(campaign_id: int, _person_id: int) -> Sequence[NextStep]:
    """While a campaign is written: who receives the money takes other people's time, so it is said early."""
    found = await Campaign.get(id=campaign_id).select_related("project__group")
    if not queries.is_editable(found) or found.project.group.payouts_ready_at is not None:
        return []
    about = (
        "A bank account in the group’s name, or another group that receives for you. It must be ready before you open."
    )
    if (receiver := await queries.receiving_group(found.project.group_id)).id != found.project.group_id:
        if receiver.payouts_ready_at is not None:
            return []
        about = f"{receiver.name} receives for you, and is not ready yet."
    return [NextStep("Say who receives the money", f"/groups/{found.project.group.slug}/receiver", about)]


SECTIONS: Final = (groups_section,)
NEXT_STEPS: Final = (questions_step, receiver_step, extras_step)
STAFF_PAGES: Final = {"campaign": "/staff/campaigns/{id}"}
SUBJECTS_OF_PAGES: Final = (subject_of_page,)


async def letters_waiting(_by: Actor) -> int:
    """Letters for owners without e-mail."""
    return await count_letters()


HELP: Final = "Fill in the pages with somebody; they confirm by code or on paper."
LINKS: Final = (
    LandingLink(Role.HELPER, "Help a group", "staff_helping", about=HELP),
    *(
        link
        for role in (Role.FUND_OFFICER, Role.AUDITOR)
        for link in (
            LandingLink(role, "Campaigns to check", "staff_campaigns", waiting, "Approve, or say what to change."),
            LandingLink(role, "Changes that groups ask for", "staff_changes", changes_waiting, "Of running campaigns."),
            LandingLink(role, "Funded projects", "staff_deliveries", turns_waiting, "Late ones, and what groups ask."),
            LandingLink(
                role, "Groups to hand over", "staff_hand_overs", hand_overs_waiting, "Nobody answers for them."
            ),
            LandingLink(role, "Groups and their officers", "staff_groups", about="Who looks after whom."),
            LandingLink(role, "Help a group", "staff_helping", about=HELP),
            LandingLink(role, "Letters to post", "staff_letters", letters_waiting, "For owners without e-mail."),
            LandingLink(role, "Objectives", "staff_objectives", about="What a project can be for."),
            LandingLink(
                role, "Pages taken down", "staff_taken_down", about="Take a project’s page down, or put it back."
            ),
        )
    ),
)
