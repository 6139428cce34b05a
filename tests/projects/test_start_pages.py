"""Before anything: the five questions by their pages, and asking for a call."""

from crowdfund_kent.accounts.models import Person
from crowdfund_kent.cases.kinds import Kind
from crowdfund_kent.cases.models import Case
from projects.models import Group
from tests.accounts.make import sign_in
from tests.client import SiteClient
from tests.projects import make

GOOD = (("thing", "none"), ("place", "E07000114"), ("who", "people"), ("cost", "small"), ("when", "year"))


async def test_five_questions_without_a_cookie_lead_to_yes_and_on_to_a_group_half_filled_in(client: SiteClient) -> None:
    page = await client.get("/start")
    page = await page.follow("Can my project be here?")
    for number, (key, value) in enumerate(GOOD, 1):
        assert f"Question {number} of 5" in page.text
        page = await page.submit({key: value}, form="/start/questions")
    assert page.h1 == "Yes, your project can be here"
    assert "set-cookie" not in page.headers
    assert not client.http.cookies
    assert "Somebody who knows you" in page.text
    assert "Insurance" not in page.text
    assert page.link("Change who you are")
    begin = page.link("Sign in and start")
    await sign_in(client, await make.person())
    page = await client.get(begin)
    assert page.form().values["legal_form"] == ["one or two named people"]
    page = await page.submit({"name": "Mill Lane planters"}, to="/groups/mill-lane-planters/details")
    page = await page.submit({"named_people": "Kim Hope"}, to="/groups/mill-lane-planters/projects/new")
    base = "/groups/mill-lane-planters/projects/flowers"
    page = await page.submit({"title": "Flowers"}, to=f"{base}/summary")
    page = await page.submit({"summary": "Twelve planters."}, to=f"{base}/place")
    assert page.form().values["district_code"] == ["E07000114"]  # chosen before signing in


async def test_a_no_comes_at_once_with_its_reason_and_a_way_to_change_it(client: SiteClient) -> None:
    page = await client.get("/start/questions")
    page = await page.submit({"thing": "profit"}, form="/start/questions")
    assert page.h1 == "No, this can’t be here"
    assert "never for private gain" in page.text
    page = await page.follow("Change any of the things that can’t be here")
    assert page.form("/start/questions").values["thing"] == ["profit"]
    page = await page.submit({"thing": "none"}, form="/start/questions")
    assert page.h1 == "Where will it happen?"


async def test_nothing_chosen_is_an_error_and_the_answers_before_are_kept(client: SiteClient) -> None:
    page = await client.get("/start/questions?thing=none&place=E07000114")
    page = await page.submit({}, form="/start/questions", status=422)
    assert page.errors == ["Choose who you are"]
    page = await page.submit({"who": "group"}, form="/start/questions")
    assert "Question 4 of 5" in page.text
    # forged or old values are asked again
    page = await client.get("/start/questions?thing=none&place=E06000035&who=x")
    assert page.h1 == "Where will it happen?"


async def test_where_a_person_has_to_look_the_officer_is_named_with_hours(client: SiteClient) -> None:
    page = await client.get("/start/questions?thing=none&place=E07000114&who=not-sure&cost=middle&when=soon")
    assert page.h1 == "Ask us first"
    assert "03000 000 000" in page.main
    assert "weekdays 9am to 5pm" in page.main
    assert "Three months are too short" in page.main


async def test_a_visitor_asks_for_a_call_once_however_often_the_button_is_pressed(client: SiteClient) -> None:
    page = await client.get("/start/call")
    form = page.form()
    sent = {key: values[0] for key, values in form.values.items()} | {"name": "Ida Moss", "phone": "01622 000 000"}
    assert (await client.post("/start/call", sent | {"phone": ""}, status=422)).errors == [
        "Enter a telephone number, like 01622 000 000"
    ]
    page = await client.post("/start/call", sent | {"when": "Tuesdays"}, to="/start/call/asked")
    assert "At the latest on" in page.text
    assert page.summary["When it suits you"] == "Tuesdays"
    await client.post("/start/call", sent, to="/start/call/asked")
    case = await Case.get()
    assert (case.kind, case.phone) == (Kind.CALL, "01622 000 000")


async def test_a_group_asks_for_a_call_about_its_project(client: SiteClient) -> None:
    project = await make.project()
    group = await Group.get(id=project.group_id)
    await sign_in(client, await Person.get(id=(await make.owner_of(group)).person_id))
    page = await client.get(f"/groups/{group.slug}/projects/{project.slug}/summary")
    page = await page.follow("Ask for a call")
    page = await page.submit({"phone": "01622 000 000"}, to=f"/groups/{group.slug}/call/asked")
    case = await Case.get()
    assert case.subject.startswith("campaign:")
    assert case.page == f"/groups/{group.slug}/projects/{project.slug}"
