"""Helped launch in the demo: a librarian with two groups, one who confirms by a code and one who signs on paper."""

from typing import Final

from crowdfund_kent.accounts import contacts
from crowdfund_kent.accounts.roles import Role
from local.demo.people import acting
from local.demo.stage import Stage
from projects import queries, services
from projects.kinds import CostKind, LegalForm
from projects.models import Objective, Project
from projects.services import helping

NO_PAPER: Final = "The shop told us the price on the telephone. We bring a leaflet next week."


async def play(stage: Stage) -> None:
    """The officer says how to be reached; two drafts wait for their owners' word."""
    await contacts.save_contact(
        await acting(Role.FUND_OFFICER),
        name="Sam Okafor",
        phone="03069 990 123",
        hours="Monday to Thursday, 9am to 4pm",
        email="officer@example.org",
    )
    await _draft(
        stage,
        name="Ida Moss",
        email="ida@example.org",
        group="Mill Lane planters",
        title="Flowers on Mill Lane",
        place="Faversham",
        district="E07000113",
    )
    await _draft(
        stage,
        name="Elsie Thorn",
        phone="03069 990 456",
        postal="3 Quince Cottages\nWye\nTN25 0AA",
        group="Quince Cottages Knitters",
        title="A warm corner on Wednesdays",
        place="Wye",
        district="E07000105",
    )


async def _draft(
    stage: Stage,
    *,
    name: str,
    group: str,
    title: str,
    place: str,
    district: str,
    email: str = "",
    phone: str = "",
    postal: str = "",
) -> Project:
    """A draft that is complete, written by the librarian."""
    by = await acting(Role.HELPER)
    made = await helping.begin_help(
        name=name,
        email=email,
        phone=phone,
        postal=postal,
        group_name=group,
        legal_form=LegalForm.NAMED_PEOPLE,
        by=by,
    )
    project = await services.create_project(made.id, title, by)
    await services.save_project(
        project.id,
        by,
        summary=f"Neighbours in {place} do something together that they have talked about for years.",
        story="### What happens now\n\nPeople nod to each other and go in.\n\n### What we will do\n\nWe meet every week,"
        " with tea.\n\n### Who it is for\n\nWhoever lives near. Everybody is welcome.\n\n### What stays afterwards\n\n"
        "People who know each other's names.",
        place=place,
        district_code=district,
        objective_id=(await Objective.get(name="Community life")).id,
        who=f"{name}, who has lived here for forty years, and two neighbours.",
        permission="no",
        with_children="no",
    )
    await services.add_line(
        project.id, "costs", by, words="Tea, wool and pots", amount_pence=42_000, kind=CostKind.REVENUE
    )
    await services.save_plan(
        project.id, by, last_day=stage.day(65), if_too_much="More of the same, next year.", match_wanted_pence=0
    )
    await _papers(project.id)
    return project


async def _papers(project_id: int) -> None:
    """What is asked of a small campaign: a referee, a promise, a price."""
    by, project = await acting(Role.HELPER), await queries.project_with_group(project_id)
    wanted = queries.asked_papers(
        project, await queries.lines_of(project_id), await queries.unfinished_campaign(project_id)
    )
    for one in wanted:
        if one.key == "referee":
            await services.name_referee(
                project_id,
                by,
                name="Dr Hana Pell",
                relation="The doctor of the village",
                phone="03069 990 789",
                email="",
            )
        elif one.key == "end-note":
            await services.promise_end_note(project_id, by)
        else:
            await services.say_in_words(project_id, one.key, NO_PAPER, by, without=True)
