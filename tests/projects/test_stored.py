"""Which files rows still name: what a page, an officer or a frozen version shows never goes."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from crowdfund_kent import storage
from crowdfund_kent.clock import real_now
from crowdfund_kent.unheld_files import remove_unheld
from projects import given_files, services
from projects.models import Campaign, Evidence, Picture, Project
from projects.states import Campaign as Status
from projects.stored import HOLDERS
from tests.projects import make, papers

pytestmark = pytest.mark.usefixtures("db")


async def keys() -> set[str]:
    return {one.key for one in await storage.saved_before(real_now() + timedelta(days=1))}


def a_week_later(folder: Path) -> None:
    old = (real_now() - timedelta(days=8)).timestamp()
    for path in folder.rglob("*.*"):
        os.utime(path, (old, old))


async def shown(project: Project) -> str:
    return (await Picture.get(id=(await Project.get(id=project.id)).picture_id)).key


async def test_a_replaced_picture_goes_unless_a_frozen_version_shows_it(storage_folder: Path) -> None:
    frozen, draft = await make.project(title="Steps"), await make.project(title="Rails")
    for project in (frozen, draft):
        by = await make.owner_of(project.group_id)
        await services.add_picture(project.id, papers.picture(), "Old steps", by)
    old = {await shown(frozen), await shown(draft)}
    approved = await make.campaign(Status.APPROVED, frozen)
    by = await make.owner_of(draft.group_id)
    await services.add_picture(draft.id, papers.picture(size=(80, 40)), "New rails", by)
    await Project.filter(id=frozen.id).update(picture_id=None)
    a_week_later(storage_folder)
    before = await keys()
    assert await remove_unheld(HOLDERS) == 1
    (gone,) = before - await keys()
    assert gone.startswith(f"pictures/{(old - {await frozen_picture(approved.id)}).pop()}-")
    assert await remove_unheld(HOLDERS) == 0


async def frozen_picture(campaign_id: int) -> str:

    found = await Campaign.get(id=campaign_id).select_related("version")
    assert found.version is not None
    return str(found.version.content["picture"]["key"])


async def test_papers_with_their_pages_stay_and_what_broke_off_goes(storage_folder: Path) -> None:
    project = await make.project(cost_pence=600_000)
    by = await make.owner_of(project.group_id)
    await services.save_plan(project.id, by, match_wanted_pence=2_000_000)
    await Evidence.filter(project_id=project.id).delete()
    paper = await services.add_file(project.id, "bank", papers.pdf("One", "Two"), by, name="statement.pdf")
    await services.prepare_paper(paper.id)
    await storage.save("evidence/0123/original.pdf", b"%PDF- of a request that broke off")
    await storage.save("signed/0123.pdf", b"%PDF- the same")
    a_week_later(storage_folder)
    before = await keys()
    assert await remove_unheld(HOLDERS) == 2
    assert before - await keys() == {"evidence/0123/original.pdf", "signed/0123.pdf"}
    assert {given_files.page_key(paper, 1), given_files.page_key(paper, 2), paper.key} <= await keys()
