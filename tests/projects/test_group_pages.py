"""A group's pages, from the first to the last, and what they refuse."""

import re
from datetime import timedelta

import pytest

from crowdfund_kent import clock
from crowdfund_kent.accounts.models import Person
from crowdfund_kent.clock import business_today
from projects import queries, raised, services
from projects.kinds import MemberRole
from projects.models import Campaign, CostLine, Group, Project
from projects.states import Campaign as Status
from tests.accounts.make import sign_in
from tests.client import Page, SiteClient
from tests.pledges.pot_make import card_pledge
from tests.projects import make

COMMITTEE_WORDS = ("leverage", "accrual", "earmark", "award", "vcse", "social sector")


async def owner(group: Group | int) -> Person:
    return await Person.get(id=(await make.owner_of(group)).person_id)


async def at_project(client: SiteClient, project: Project) -> str:
    """Signs the group's owner in; the project's address."""
    await sign_in(client, await owner(project.group_id))
    return path_of(project, await Group.get(id=project.group_id))


def path_of(project: Project, group: Group) -> str:
    return f"/groups/{group.slug}/projects/{project.slug}"


def plain(page: Page) -> None:
    """No committee's word stands on a group's page."""
    found = [word for word in COMMITTEE_WORDS if word in page.main.lower()]
    assert not found


def day_parts(day: object) -> dict[str, str]:
    year, month, number = str(day).split("-")
    return {"last_day-day": number, "last_day-month": month, "last_day-year": year}


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


async def press(page: Page, then: str, values: dict[str, str], *, to: str, through: str | None = None) -> Page:
    """Sends the form by its second button, which names where to go next; `through`: a redirect on the way."""
    form = next(one for one in page.forms if one.method == "post")
    sent = {name: found[0] for name, found in form.values.items()} | values | {"then": then}
    if through is not None:
        response = await page.client.http.post(form.action, data=sent)
        assert page.client.target_of(response, through)
        return await page.client.get(through, to=to)
    return await page.client.post(form.action, sent, to=to)


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


async def test_a_line_sent_twice_from_one_page_is_one_line(client: SiteClient) -> None:
    project = await make.project()
    base = await at_project(client, project)
    form = (await client.get(f"{base}/lists/costs")).form()
    sent = {name: values[0] for name, values in form.values.items()} | {
        "words": "Paint", "amount": "20", "kind": "revenue"
    }  # fmt: skip
    for _ in range(2):
        page = await client.post(form.action, sent, to=f"{base}/lists/costs")
    assert page.rows("What it costs")[-1][1] == "£6,020.00"
    # another page has another key, so the same words may be a line of their own
    await page.submit({"words": "Paint", "amount": "20", "kind": "revenue"}, to=f"{base}/lists/costs")
    lines = await CostLine.filter(project_id=project.id, words="Paint")
    assert len(lines) == 2
    page = await client.get(f"{base}/lists/costs/{lines[0].id}/remove")
    token = page.form().values
    await page.submit({}, to=f"{base}/lists/costs")
    await client.post(f"{base}/lists/costs/{lines[0].id}/remove", token, to=f"{base}/lists/costs")
    assert await CostLine.filter(project_id=project.id, words="Paint").count() == 1


async def test_the_page_of_costs_says_what_cards_would_take_and_what_people_forget(client: SiteClient) -> None:
    project = await make.project(cost_pence=100_000)
    page = await client.get(f"{await at_project(client, project)}/lists/costs")
    assert "Cards would take about £22.80, and your group would get about £977.20" in page.text
    assert "insurance" in page.text
    plain(page)


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


async def test_every_page_of_a_draft_is_sound_and_free_of_committee_words(client: SiteClient) -> None:
    project = await make.project(in_kind_pence=5_000, other_pence=5_000)
    base = await at_project(client, project)
    line = await CostLine.get(project_id=project.id)
    for path in (
        "", "/preview", "/submit", "/title", "/summary", "/story", "/place", "/objective", "/picture", "/last-day",
        "/too-much", "/who", "/match", "/permission", "/children", "/lists/costs", "/lists/other-funding",
        "/lists/in-kind", f"/lists/costs/{line.id}", f"/lists/costs/{line.id}/remove", "/withdraw",
    ):  # fmt: skip
        plain(await client.get(base + path))
    group = base.split("/projects/")[0]
    for path in ("", "/name", "/details", "/invite", "/projects/new"):
        plain(await client.get(group + path))
    plain(await client.get("/account"))


@pytest.mark.parametrize("status", list(Status))
async def test_each_state_has_its_page_with_what_comes_next(client: SiteClient, status: Status) -> None:
    project = await make.project()
    campaign = await make.campaign(Status.LIVE, project)
    await Campaign.filter(id=campaign.id).update(status=status)
    page = await client.get(await at_project(client, project))
    plain(page)
    if status == Status.SETTLED:
        assert "Payout to follow" in page.text
    if status in {Status.CANCELLED, Status.UNSUCCESSFUL, Status.WITHDRAWN, Status.REFUSED}:
        assert "Begin a new campaign" in page.form("again").buttons


async def test_another_groups_draft_is_not_there(client: SiteClient) -> None:
    project = await make.project()
    group = await Group.get(id=project.group_id)
    other = await make.group(name="Others")
    await sign_in(client, await owner(other))
    line = await CostLine.get(project_id=project.id)
    for path in ("", "/title", "/submit", "/preview", "/picture", "/lists/costs", f"/lists/costs/{line.id}"):
        await client.get(path_of(project, group) + path, status=404)
    # nor under one's own group, by its address or a line's number
    await client.get(f"/groups/{other.slug}/projects/{project.slug}", status=404)
    mine = await make.project(other)
    await client.get(f"{path_of(mine, other)}/lists/costs/{line.id}", status=404)
    await client.get(f"/groups/{group.slug}", status=404)


async def test_somebody_who_did_not_sign_in_is_sent_to_do_so(client: SiteClient) -> None:
    project = await make.project()
    path = path_of(project, await Group.get(id=project.group_id))
    response = await client.http.get(path)
    assert response.status_code == 303
    assert response.headers["location"].startswith("/sign-in?next=")


async def test_an_editor_writes_but_finds_no_way_to_send_or_open(client: SiteClient) -> None:
    project = await make.project()
    by = await make.owner_of(project.group_id)
    member = await services.invite(project.group_id, "ed@example.org", MemberRole.EDITOR, by)
    await sign_in(client, await Person.get(id=member.person_id))
    base = path_of(project, await Group.get(id=project.group_id))
    page = await client.get(base)
    assert "An owner of the group sends it" in page.text
    await press(await client.get(f"{base}/summary"), "list", {"summary": "Shorter"}, to=base)
    for path in ("submit", "withdraw", "open"):
        await client.get(f"{base}/{path}", status=403)
    await client.get(f"/groups/{base.split('/')[2]}/invite", status=403)


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


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "£0.01 or more"),
        ("1.999", "two figures after the point"),
        ("-5", "without a minus sign"),
        ("1e9", "figures 0 to 9"),
        ("", "Enter an amount"),
        ("９０", "figures 0 to 9"),
        ("1000001", "£1,000,000 or less"),
    ],
)
async def test_an_amount_that_is_none_is_refused_and_nothing_is_written(
    client: SiteClient, amount: str, words: str
) -> None:
    project = await make.project()
    base = await at_project(client, project)
    page = await client.get(f"{base}/lists/costs")
    page = await page.submit({"words": "Paint", "amount": amount, "kind": "revenue"}, status=422)
    assert words in page.errors[0]
    assert await CostLine.filter(project_id=project.id).count() == 1


async def test_a_line_is_changed_and_removed_and_the_target_follows(client: SiteClient) -> None:
    project = await make.project(cost_pence=100_000)
    base = await at_project(client, project)
    page = await client.get(f"{base}/lists/costs")
    page = await (await page.follow("Change Work")).submit({"amount": "1,200"}, to=f"{base}/lists/costs")
    assert page.summary["Target"].startswith("£1,200")
    page = await (await page.follow("Remove Work")).submit({}, to=f"{base}/lists/costs")
    assert page.summary["Target"].startswith("£0")
    assert "Your first cost" in page.text


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


async def test_a_forged_token_changes_nothing(client: SiteClient) -> None:
    project = await make.project()
    base = await at_project(client, project)
    page = await client.post(f"{base}/title", {"csrf_token": "forged", "title": "Mine now"}, status=422)
    assert "This page has expired" in page.errors[0]
    assert (await Project.get(id=project.id)).title == project.title
    page = await client.post(f"{base}/picture/remove", {"csrf_token": "forged"}, status=422)
    assert "This page has expired" in page.errors[0]


async def test_a_forged_district_or_objective_is_refused(client: SiteClient) -> None:
    project = await make.project()
    base = await at_project(client, project)
    page = await client.get(f"{base}/place")
    page = await page.submit({"place": "Gillingham", "district_code": "E06000035"}, status=422)
    assert page.errors == ["Choose a district"]
    page = await client.get(f"{base}/objective")
    page = await page.submit({"objective": "999999"}, status=422)
    assert page.errors == ["Choose what the project is for"]


async def test_an_owner_opens_an_approved_campaign_and_is_told_when_the_day_came_too_near(client: SiteClient) -> None:
    project = await make.project()
    await make.campaign(Status.APPROVED, project)
    base = await at_project(client, project)
    await clock.advance(timedelta(days=30))
    page = await client.get(base)
    assert "change the last day" in page.text
    page = await (await client.get(f"{base}/open")).submit({}, status=422)
    assert "6 to 12 weeks" in page.errors[0]
    page = await (await client.get(f"{base}/last-day")).submit(
        day_parts(business_today() + timedelta(days=50)), to=base
    )
    page = await (await page.follow("Open the campaign")).submit({}, to=base)
    assert "Your campaign is open" in page.text
    assert page.link("See the public page") == f"/projects/{project.slug}"
    plain(page)


async def test_an_owner_cancels_with_a_message_and_begins_again(client: SiteClient) -> None:
    project = await make.project()
    await make.campaign(Status.LIVE, project)
    base = await at_project(client, project)
    page = await (await client.get(base)).follow("Cancel the campaign")
    page = await page.submit({"message": ""}, status=422)
    assert page.errors == ["Enter a message that says why"]
    page = await page.submit({"message": "The wall fell down."}, to=base)
    assert "The wall fell down." in page.text
    page = await page.submit({}, form="again", to=base)
    assert "Draft" in page.text
    await client.get(f"{base}/cancel", status=404)


async def test_ending_early_is_offered_only_once_the_target_is_met(client: SiteClient) -> None:
    project = await make.project(cost_pence=600_000)
    campaign = await make.campaign(Status.LIVE, project)
    base = await at_project(client, project)
    await card_pledge(campaign, 599_999)
    page = await client.get(base)
    assert "£5,999.99 pledged of £6,000" in page.text
    assert "End it early" not in page.text
    page = await (await client.get(f"{base}/end-early")).submit({}, status=422)
    assert "once its target is met" in page.errors[0]
    await card_pledge(campaign, 1)
    page = await (await client.get(base)).follow("End it early, now that the target is met")
    page = await page.submit({}, to=base)
    assert "Closing" in page.text


async def test_the_account_page_shows_groups_projects_and_what_comes_next(client: SiteClient) -> None:
    project = await make.project()
    await make.campaign(Status.APPROVED, project)
    await at_project(client, project)
    page = await client.get("/account")
    assert page.rows("Friends of the Tidal Pool") == [[f"{project.title} Open your campaign.", "Approved"]]
    stranger = await make.person()
    await sign_in(client, stranger)
    page = await client.get("/account")
    assert page.link("Set up your group") == "/groups/new"


async def test_generated_records_say_so_first(client: SiteClient) -> None:
    project = await make.project()
    await Group.filter(id=project.group_id).update(generated=True)
    page = await client.get(await at_project(client, project))
    assert "Generated records" in page.text


async def test_a_step_that_another_package_offers_stands_on_the_campaigns_page(client: SiteClient) -> None:
    project = await make.project()
    campaign = await make.campaign(Status.LIVE, project)

    async def steps(campaign_id: int, _person_id: int) -> list[raised.NextStep]:
        there = campaign_id == campaign.id
        return [raised.NextStep("Answer the offer of £2,500", "/groups/x/offers/M-1")] if there else []

    raised.offer(steps)
    page = await client.get(await at_project(client, project))
    assert page.link("Answer the offer of £2,500") == "/groups/x/offers/M-1"
    plain(page)
