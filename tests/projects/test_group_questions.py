"""A group's questions about its project, from the first to the campaign that is sent, and what they refuse."""

import re
from datetime import timedelta

import pytest

from crowdfund_kent.clock import business_today
from projects import queries, services
from projects.models import Campaign, Group, Project
from projects.states import Campaign as Status
from tests.accounts.make import sign_in
from tests.client import SiteClient
from tests.projects import make
from tests.projects.group_pages import at_project, day_parts, path_of, plain, press


async def test_a_newcomer_is_led_from_one_question_to_the_next_until_the_campaign_is_sent(client: SiteClient) -> None:
    await make.objective()
    await sign_in(client, await make.person("kim@example.org", name=""))
    group, base = "/groups/mill-lane-planters", "/groups/mill-lane-planters/projects/flowers-on-mill-lane"
    page = await client.get("/groups/new")
    page = await page.submit(
        {"name": "Mill Lane planters", "legal_form": "one or two named people"}, to=f"{group}/details"
    )
    page = await page.submit({"named_people": "Kim Hope", "about": "We plant."}, to=f"{group}/projects/new")
    assert "Question 1 of 15" in page.text
    page = await page.submit({"title": "Flowers on Mill Lane"}, to=f"{base}/summary")
    assert "Question 2 of 15" in page.text
    page = await page.submit({"summary": "Twelve planters along a grey street."}, to=f"{base}/place")
    page = await page.submit({"place": "Faversham", "district_code": "E07000113"}, to=f"{base}/lists/costs")
    page = await page.submit({"words": "Planters", "amount": "£1,000.00", "kind": "capital"}, to=f"{base}/lists/costs")
    page = await press(page, "on", {"words": "Compost", "amount": "250.50", "kind": "revenue"}, to=f"{base}/who")
    page = await page.submit({"who": "Kim, who has a garden."}, to=f"{base}/lists/other-funding")
    page = await press(page, "on", {"words": "Cake sale", "amount": "50.50"}, to=f"{base}/lists/in-kind")
    page = await press(page, "on", {"words": "Our Saturdays", "hours": "25"}, to=f"{base}/match")
    plain(page)
    page = await page.submit({"match": "100000"}, to=f"{base}/permission")
    assert (await page.submit({"permission": "yes"}, status=422)).errors == [
        "Say whose permission you need, and whether you have it"
    ]
    page = await page.submit({"permission": "not sure"}, to=f"{base}/children")
    page = await page.submit({"with_children": "no"}, to=f"{base}/picture")
    page = await press(page, "none", {}, to=f"{base}/story/now", through=f"{base}/story")
    for part, following in (("It is grey.", "do"), ("We plant.", "for"), ("For all.", "stays")):
        page = await page.submit({"answer": part}, to=f"{base}/story/{following}")
    assert "part 4 of 4" in page.text
    page = await page.submit({"answer": "The planters stay."}, to=f"{base}/objective")
    page = await page.submit({"objective": page.form().options("objective")[0]}, to=f"{base}/last-day")
    page = await page.submit(day_parts(business_today() + timedelta(days=60)), to=f"{base}/too-much")
    page = await page.submit({"if_too_much": "More planters."}, to=re.compile(f"{base}(/papers)?"))
    project = await Project.get(slug="flowers-on-mill-lane")
    assert project.story.startswith("### What happens now\n\nIt is grey.\n\n### What we will do")
    page = await client.get(base)
    plain(page)
    assert page.summary["Target"].startswith("£1,200")
    assert page.summary["Project value"].startswith("£1,550.50")  # 25 hours at the stated rate are £300
    assert "15 of 15 questions are answered" in page.text


async def test_an_owner_gives_a_name_and_their_word_and_the_campaign_is_sent_once(client: SiteClient) -> None:
    somebody = await make.person("kim@example.org", name="")
    project = await make.project(await make.group(somebody))
    base = await at_project(client, project)
    page = await (await client.get(base)).follow("Check everything and send it", to=re.compile("/account/name.*"))
    page = await page.submit({"name": "Kim Hope"}, to=f"{base}/submit")
    page = await page.submit({"agree": None}, status=422)
    assert "Confirm that the page is true" in page.errors[0]
    sent = {name: values[0] for name, values in page.form().values.items()} | {"agree": "yes"}
    page = await client.post(f"{base}/submit", sent, to=base)
    assert "Sent. An officer will check it" in page.text
    page = await client.post(f"{base}/submit", sent, to=base)  # a second click
    assert "Being checked" in page.text
    assert (await Campaign.get(project_id=project.id)).status == Status.SUBMITTED


async def test_what_is_missing_is_listed_with_links_and_the_rule_that_asks(client: SiteClient) -> None:
    group = await make.group()
    project = await services.create_project(group.id, "Steps", await make.owner_of(group))
    base = await at_project(client, project)
    page = await client.get(base)
    assert "KCC’s rule: the project is in one of Kent’s twelve districts." in page.text
    assert "1 of 15 questions are answered" in page.text
    assert page.link("Begin with: Summary") == f"{base}/summary"
    page = await client.get(f"{base}/submit")
    assert page.link("Add at least one cost") == f"{base}/lists/costs"
    assert "tasks left" in page.text
    token = (await client.get(f"{base}/title")).form().values["csrf_token"][0]
    page = await client.post(f"{base}/submit", {"csrf_token": token, "agree": "yes"}, status=422)
    assert "Complete these tasks first" in page.errors[0]


async def test_each_question_can_be_left_for_the_list_and_the_officer_is_named_on_every_page(
    client: SiteClient,
) -> None:
    project = await make.project()
    base = await at_project(client, project)
    page = await client.get(f"{base}/summary")
    assert "03000 000 000" in page.main
    page = await press(page, "list", {"summary": "Shorter"}, to=base)
    assert "Completed" in page.text
    # the next open question is one that may be empty, until the group says so
    page = await (await client.get(f"{base}/summary")).submit({}, to=f"{base}/lists/other-funding")
    page = await press(page, "on", {}, to=f"{base}/lists/in-kind")
    page = await press(page, "on", {}, to=f"{base}/picture")
    assert (await Project.get(id=project.id)).passed == "in-kind other-funding"


async def test_the_story_goes_from_four_answers_to_one_text_and_advice_never_blocks(client: SiteClient) -> None:
    project = await make.project()
    await services.save_project(project.id, await make.owner_of(project.group_id), story="")
    base = await at_project(client, project)
    await client.get(f"{base}/story", to=f"{base}/story/now")
    page = await client.get(f"{base}/story?text=yes")
    page = await page.submit({"story": "We utilise rails. " * 5}, to=re.compile(f"{base}/.*"))
    page = await client.get(f"{base}/story")
    assert "Instead of “utilise”, say “use”." in page.text
    await client.get(f"{base}/story/now", to=f"{base}/story")  # the group's own text is left whole
    await client.get(f"{base}/story/everything", status=404)


async def test_each_answer_about_a_match_names_the_papers_it_asks_for(client: SiteClient) -> None:
    project = await make.project(cost_pence=2_000_000)
    page = await client.get(f"{await at_project(client, project)}/match")
    assert page.form().options("match") == ["0", "100000", "500000", "2000000"]
    small = await make.project(await Group.get(id=project.group_id), title="Paint", cost_pence=60_000)
    page_of_small = await client.get(f"{path_of(small, await Group.get(id=project.group_id))}/match")
    assert page_of_small.form().options("match") == ["0", "100000"]  # more than the target is never asked for
    assert "The same papers" in page_of_small.text
    assert "insurance" in page.text
    plain(page)
    base = page.path.removesuffix("/match")
    await page.submit({"match": "2000000"}, to=re.compile(".*"))
    campaign = await queries.unfinished_campaign(project.id)
    assert campaign is not None
    assert campaign.match_wanted_pence == 2_000_000
    assert "Yes, as much as a fund can add" in (await client.get(f"{base}/submit")).text


@pytest.mark.parametrize(
    ("days", "words"),
    [(-3, "in the future"), (0, "in the future"), (20, "6 to 12 weeks"), (400, "within a year")],
)
async def test_a_last_day_out_of_reach_is_refused_with_the_days_that_are_not(
    client: SiteClient, days: int, words: str
) -> None:
    project = await make.project()
    before = await queries.unfinished_campaign(project.id)
    base = await at_project(client, project)
    page = await client.get(f"{base}/last-day")
    page = await page.submit(day_parts(business_today() + timedelta(days=days)), status=422)
    assert words in page.errors[0]
    after = await queries.unfinished_campaign(project.id)
    assert before is not None
    assert after is not None
    assert after.last_day == before.last_day


async def test_script_in_markdown_is_only_text_in_preview_and_page(client: SiteClient) -> None:
    project = await make.project()
    base = await at_project(client, project)
    bad = "Hi <script>alert(1)</script> [x](javascript:alert(2)) ![p](http://evil.example/p.png) <img src=x onerror=y>"
    page = await client.get(f"{base}/story")
    token = page.form().values["csrf_token"][0]
    page = await client.post(f"{base}/story", {"csrf_token": token, "story": bad, "preview": "yes"})
    assert "How it will look (not saved yet)" in page.text
    assert (await Project.get(id=project.id)).story != bad
    await press(page, "list", {"story": bad}, to=base)
    page = await client.get(f"{base}/preview")
    story = next(node for node in page.root.whole if node.has_class("ck-story"))
    assert not story.all("script", "img")
    assert not [a for a in story.all("a") if "javascript" in a.attrs.get("href", "")]
    assert "<script>alert(1)</script>" in story.text
