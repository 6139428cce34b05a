"""A group's pages for tests: its owner signed in, forms sent, words that never stand there."""

from crowdfund_kent.accounts.models import Person
from projects.models import Group, Project
from tests.accounts.make import sign_in
from tests.client import Page, SiteClient
from tests.projects import make

COMMITTEE_WORDS = ("leverage", "accrual", "earmark", "award", "vcse", "social sector")


async def owner(group: Group | int) -> Person:
    """Whoever runs the group."""
    return await Person.get(id=(await make.owner_of(group)).person_id)


async def at_project(client: SiteClient, project: Project) -> str:
    """Signs the group's owner in; the project's address."""
    await sign_in(client, await owner(project.group_id))
    return path_of(project, await Group.get(id=project.group_id))


def path_of(project: Project, group: Group) -> str:
    """Where the group works on this project."""
    return f"/groups/{group.slug}/projects/{project.slug}"


def plain(page: Page) -> None:
    """No committee's word stands on a group's page."""
    found = [word for word in COMMITTEE_WORDS if word in page.main.lower()]
    assert not found


def day_parts(day: object) -> dict[str, str]:
    """The three fields of a date."""
    year, month, number = str(day).split("-")
    return {"last_day-day": number, "last_day-month": month, "last_day-year": year}


async def press(page: Page, then: str, values: dict[str, str], *, to: str, through: str | None = None) -> Page:
    """Sends the form by its second button, which names where to go next; `through`: a redirect on the way."""
    form = next(one for one in page.forms if one.method == "post")
    sent = {name: found[0] for name, found in form.values.items()} | values | {"then": then}
    if through is not None:
        response = await page.client.http.post(form.action, data=sent)
        assert page.client.target_of(response, through)
        return await page.client.get(through, to=to)
    return await page.client.post(form.action, sent, to=to)
