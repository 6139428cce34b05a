"""A group gives papers, takes them back, and says why it can't; nobody else sees them."""

import pytest

from crowdfund_kent import storage
from crowdfund_kent.accounts.models import Person
from crowdfund_kent.audit import Actor
from crowdfund_kent.errors import NotFound, Refused
from crowdfund_kent.models import AuditRow, Outbox
from projects import given_files, queries, services
from projects.kinds import MemberRole
from projects.models import Evidence, Group, Member, Project
from projects.states import Campaign as Status
from tests.accounts.make import sign_in
from tests.client import SiteClient
from tests.projects import make, papers

pytestmark = pytest.mark.usefixtures("db")

BIG = 2_000_000


async def draft(wanted_pence: int = BIG, **options: int) -> tuple[Project, Actor]:
    """A complete draft that gave no paper, and its owner."""
    project = await make.project(**options)  # type: ignore[arg-type]
    by = await make.owner_of(project.group_id)
    await Evidence.filter(project_id=project.id).delete()
    await services.save_plan(project.id, by, match_wanted_pence=wanted_pence)
    return project, by


async def given(project: Project) -> list[queries.Given]:
    found = await queries.project_with_group(project.id)
    return await queries.papers_of(
        found, await queries.lines_of(project.id), await queries.unfinished_campaign(project.id)
    )


async def work() -> None:
    """What the worker does with papers."""
    for row in await Outbox.filter(name__in=["prepare_paper", "forget_paper"], done_at=None).order_by("id"):
        await {"prepare_paper": services.prepare_paper, "forget_paper": services.forget_paper}[row.name](*row.body)


async def test_a_volunteer_gives_what_is_asked_one_page_each_and_can_send_the_campaign(client: SiteClient) -> None:
    project, by = await draft(cost_pence=150_000, wanted_pence=100_000)
    await sign_in(client, await Person.get(id=by.person_id))
    group = await Group.get(id=project.group_id)
    base = f"/groups/{group.slug}/projects/{project.slug}"
    page = await client.get(base)
    assert "Papers for the officer" in page.text
    assert "Give the 3 papers that are asked" in (await client.get(f"{base}/submit")).text
    page = await page.follow("Papers for the officer")
    assert "up to £1,000 of public money" in page.text
    page = await page.follow("Begin with: Somebody who knows you")
    page = await page.submit({"name": "Ada Finch", "relation": "Head teacher"}, status=422)
    assert page.errors == ["Ask them first, then confirm that they know"]
    page = await page.submit({"agrees": True}, status=422)
    assert page.errors == ["Enter their telephone number or their e-mail address"]
    page = await page.submit({"phone": "01843 000000"}, to=f"{base}/papers/end-note")
    page = await page.submit({}, status=422)
    line = (await queries.lines_of(project.id)).costs[0]
    page = await page.submit({"promise": True}, to=f"{base}/papers/quotes-{line.id}")
    page = await page.submit({}, status=422)
    assert page.errors == ["Choose a file or take a photograph"]
    page = await page.submit({"file": ("quote.pdf", b"MZ not a paper", "application/pdf")}, status=422)
    assert "We can’t read this kind of file" in page.errors[0]
    photograph = ("IMG_1.JPG", papers.picture(), "image/jpeg")
    page = await page.submit({"file": photograph, "words": "From Jo’s shop"}, to=f"{base}/papers")
    assert "Saved. Nothing more is asked." in page.text
    assert "IMG_1.webp" in page.text
    assert "Ada Finch" in page.text

    page = await page.follow("Take it back: IMG_1.webp")
    page = await page.submit({}, to=f"{base}/papers")
    assert "IMG_1" not in page.text
    page = await page.follow("A price for “Work”")
    page = await (await page.follow("We can’t give this")).submit({"words": "A friend does it."}, to=f"{base}/papers")
    assert "You can’t give it: A friend does it." in page.text
    campaign = await queries.unfinished_campaign(project.id)
    assert campaign is not None
    await services.submit(campaign.id, by)
    page = await client.get(f"{base}/papers")
    assert "Take it back" not in page.text
    await client.get(f"{base}/papers/quotes-999", status=404)


async def test_nobody_but_the_group_finds_its_papers(client: SiteClient) -> None:
    project, by = await draft()
    found = await services.add_file(project.id, "bank", papers.pdf("Statement"), by, name="statement.pdf")
    group = await Group.get(id=project.group_id)
    await sign_in(client, await make.person())
    for path in ("papers", "papers/bank", f"papers/take-back/{found.id}"):
        await client.get(f"/groups/{group.slug}/projects/{project.slug}/{path}", status=404)
    with pytest.raises(NotFound):
        await services.remove_paper(project.id, found.id, Actor((await make.person()).id, "group owner"))
    other, other_by = await draft()
    with pytest.raises(NotFound):
        await services.remove_paper(other.id, found.id, other_by)
    with pytest.raises(NotFound):
        await services.use_again(other.id, "bank", found.id, other_by)


async def test_a_file_sent_twice_is_one_paper_and_one_file() -> None:
    project, by = await draft()
    first = await services.add_file(project.id, "bank", papers.pdf("Statement"), by, name="statement.pdf")
    again = await services.add_file(project.id, "bank", papers.pdf("Statement"), by, name="statement.pdf")
    assert first.id == again.id
    assert await Evidence.filter(project_id=project.id).count() == 1
    assert await storage.read(str(first.key)) == papers.pdf("Statement")
    assert first.sha256 not in str(await AuditRow.filter(act="give paper").values_list("details"))


async def test_three_quotes_are_three_files_or_a_reason() -> None:
    project, by = await draft(cost_pence=600_000)
    line = (await queries.lines_of(project.id)).costs[0]
    key = f"quotes-{line.id}"
    for words in ("One", "Two"):
        await services.add_file(project.id, key, papers.pdf(words), by, name=f"{words}.pdf")
    (quotes,) = [one for one in await given(project) if one.asked.key == key]
    assert (quotes.asked.how_many, quotes.left, quotes.is_done) == (3, 1, False)
    await services.say_in_words(project.id, key, "Only two firms do this work.", by, without=True)
    (quotes,) = [one for one in await given(project) if one.asked.key == key]
    assert quotes.is_done
    await services.add_file(project.id, key, papers.pdf("Three"), by, name="three.pdf")
    (quotes,) = [one for one in await given(project) if one.asked.key == key]
    assert [one.without for one in quotes.evidence] == [False] * 3


async def test_the_worker_draws_pages_and_reads_words_and_says_what_it_cant_open() -> None:
    project, by = await draft()
    statement = await services.add_file(project.id, "bank", papers.pdf("One", "Two"), by, name="a.pdf")
    rules = await services.add_file(project.id, "rules", papers.docx("We meet monthly."), by, name="b.docx")
    broken = await services.add_file(project.id, "insurance", b"%PDF-1.4 nothing %%EOF", by, name="c.pdf")
    await work()
    await work()
    statement, rules, broken = [await Evidence.get(id=one.id) for one in (statement, rules, broken)]
    assert (statement.page_count, len(statement.page_sizes)) == (2, 2)
    assert (await storage.read(given_files.page_key(statement, 2))).startswith(b"RIFF")
    assert (rules.has_text, rules.page_sizes) == (True, [])
    assert (await storage.read(given_files.text_key(rules))).decode() == "We meet monthly."
    assert broken.prepared_at is not None
    assert (broken.page_sizes, broken.has_text) == ([], False)


async def test_a_paper_that_is_taken_back_is_gone_with_all_its_files() -> None:
    project, by = await draft()
    found = await services.add_file(project.id, "bank", papers.pdf("One"), by, name="a.pdf")
    await work()
    keys = given_files.keys_of(await Evidence.get(id=found.id))
    assert len(keys) == 2
    await services.remove_paper(project.id, found.id, by)
    await work()
    for key in keys:
        with pytest.raises(NotFound):
            await storage.read(key)
    assert (await Evidence.get(id=found.id)).file_gone_at is not None


async def test_while_an_officer_checks_the_group_may_add_and_not_take_back() -> None:
    campaign = await make.campaign(Status.SUBMITTED)
    project = await Project.get(id=campaign.project_id)
    by = await make.owner_of(project.group_id)
    found = await services.add_file(project.id, "other", papers.pdf("More"), by, name="more.pdf")
    with pytest.raises(Refused, match="so it stays"):
        await services.remove_paper(project.id, found.id, by)
    await services.refuse(campaign.id, await make.officer(), "It is outside Kent.")
    with pytest.raises(Refused, match="can’t be given now"):
        await services.add_file(project.id, "other", papers.pdf("Too late"), by, name="late.pdf")


async def test_a_helper_fills_in_papers_with_the_group() -> None:
    project, _ = await draft()
    helper = await make.person()
    await Member.create(
        group_id=project.group_id, person_id=helper.id, role=MemberRole.HELPER, created_at=project.created_at
    )
    await services.add_file(project.id, "bank", papers.picture(), Actor(helper.id, "group helper"), name="a.jpg")
    assert (await Evidence.get(project_id=project.id)).uploaded_by_id == helper.id


async def test_what_was_given_for_one_project_is_used_again_for_the_next_as_a_file_of_its_own() -> None:
    project, by = await draft()
    first = await services.add_file(project.id, "bank", papers.pdf("One"), by, name="a.pdf")
    second = await make.project(await Group.get(id=project.group_id), title="A rail beside the steps")
    await Evidence.filter(project_id=second.id).delete()
    await services.save_plan(second.id, by, match_wanted_pence=BIG)
    found = await queries.project_with_group(second.id)
    (paper,) = [one.asked for one in await given(second) if one.asked.key == "bank"]
    assert [one.id for one in await queries.papers_to_use_again(found, paper)] == [first.id]
    again = await services.use_again(second.id, "bank", first.id, by)
    assert again.key != first.key
    assert await storage.read(str(again.key)) == papers.pdf("One")


async def test_files_are_counted_and_a_refused_one_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    project, by = await draft()
    limits = queries.upload_limits()
    monkeypatch.setattr(queries, "upload_limits", lambda: type(limits)(limits.most_bytes, 1, limits.most_total_bytes))
    await services.add_file(project.id, "bank", papers.pdf("One"), by, name="a.pdf")
    with pytest.raises(Refused, match="There are 1 files already"):
        await services.add_file(project.id, "rules", papers.pdf("Two"), by, name="b.pdf")
    assert await Evidence.filter(project_id=project.id).count() == 1
