"""Asking something without an account, answering it at the desk, and following it by its private page."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from crowdfund_kent.accounts.models import Person
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.cases import queries, services, tasks
from crowdfund_kent.cases.kinds import Kind, Outcome
from crowdfund_kent.cases.models import Case
from crowdfund_kent.cases.routes.staff import clock_words
from crowdfund_kent.cases.rules import clocks
from crowdfund_kent.clock import business_now
from crowdfund_kent.health import examine
from tests.accounts.make import sign_in
from tests.cases import make
from tests.client import Page, SiteClient, Value
from tests.projects import make as projects

MINE = re.compile(r"/cases/C-[0-9A-Z]{4}-[0-9A-Z]{4}/[0-9a-f]{40}")
KIM = "kim@example.org"


async def as_officer(client: SiteClient, name: str) -> Page:
    """This officer's queue."""
    by = await make.officer(name)
    assert by.person_id is not None
    await sign_in(client, await Person.get(id=by.person_id))
    return await client.get("/staff/cases")


async def test_a_complaint_goes_from_the_form_to_its_end(client: SiteClient) -> None:
    page = await client.get("/complaints/new")
    page = await page.submit({"kind": "complaint"}, status=422)
    assert page.errors == ["Write what happened", "Choose how we shall answer"]
    page = await page.submit({"text": "Nobody rang me back.", "way": "email"}, status=422)
    assert page.errors == ["Enter your e-mail address, like name@example.com"]
    mine = await page.submit({"name": "Kim Reed", "email": KIM}, to=MINE)
    assert "We answer by e-mail by" in mine.main
    assert mine.headers["x-robots-tag"] == "noindex"
    assert mine.headers["referrer-policy"] == "no-referrer"
    case = await Case.get()
    assert (case.kind, case.name, case.email) == ("complaint", "Kim Reed", KIM)

    queue = await as_officer(client, "Robin Vale")
    assert [row[2] for row in queue.rows("Open")] == ["Complaint"]
    desk = await queue.follow(case.reference)
    assert desk.summary["Answer"] == f"By e-mail: {KIM}"
    desk = await desk.submit({}, form="answer", status=422)
    assert desk.errors == ["Write your answer", "Choose whether this settles it"]
    values = {"text": "We are sorry. We rang today.", "outcome": Outcome.PUT_RIGHT}
    queue = await desk.submit(values, form="answer", to="/staff/cases")
    assert f"{case.reference}: Your answer is on its way" in queue.text
    assert queue.rows("Open") == [["Nothing here"]]

    letter = (await make.mails("answered"))[0]["text"]
    assert "We rang today." in letter
    assert "Robin Vale" in letter
    link = re.search(r"http://testserver(/cases/\S+)", letter)
    assert link is not None
    client.http.cookies.clear()
    mine = await client.get(link[1])
    assert "This is closed. The outcome: put right." in mine.main
    page = await mine.follow("I am not content")
    mine = await page.submit({"text": "It rang once."}, to=link[1])
    assert "Somebody who has not answered you before looks at it." in mine.main
    assert "I am not content" not in mine.main

    queue = await as_officer(client, "Alex Hill")
    desk = await queue.follow(case.reference)
    assert "Somebody who has not answered before must answer now." in desk.main
    assert "You answered this before" not in desk.main
    await desk.submit(
        {"text": "Here is what we changed.", "outcome": Outcome.PUT_RIGHT}, form="answer", to="/staff/cases"
    )
    client.http.cookies.clear()
    mine = await client.get(link[1])
    for body in ("complaints team", "Ombudsman", "Fundraising Regulator", "Information Commissioner"):
        assert body in mine.main
    assert "I am not content" not in mine.main


async def test_something_is_wrong_reaches_a_person_with_the_page_and_the_row(client: SiteClient) -> None:
    campaign = await projects.campaign()
    await campaign.fetch_related("project")
    page = await client.get("/no-such-page", status=404)
    assert page.link("Something is wrong on this page") == "/wrong?page=/no-such-page"
    page = await client.get(f"/wrong?page=/projects/{campaign.project.slug}")
    assert f"About this page: /projects/{campaign.project.slug}" in page.main
    mine = await page.submit({"text": "The picture shows a child.", "way": "none"}, to=MINE)
    assert "We look at it by the end of" in mine.main
    case = await Case.get()
    assert case.subject == f"campaign:{campaign.id}"
    desk = await (await as_officer(client, "Robin Vale")).follow(case.reference)
    assert desk.link(f"campaign:{campaign.id}") == f"/staff/campaigns/{campaign.id}"
    # nobody waits for an answer, so it may be closed without one
    page = await desk.follow("Close it without writing")
    desk = await page.submit({"outcome": Outcome.PUT_RIGHT}, to=f"/staff/cases/{case.reference}")
    assert "Put right" in desk.main


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("/projects/pool?x=1", "/projects/pool"),
        ("/pledges/P-7F3K-9Q2M/secretsecret/cancel", "/pledges/P-7F3K-9Q2M/.../cancel"),
        ("/cases/C-7F3K-9Q2M/secretsecret", "/cases/C-7F3K-9Q2M/..."),
        ("//evil.example/x", ""),
        ("https://evil.example/", ""),
        ("", ""),
    ],
)
async def test_the_page_that_is_kept_is_ours_and_holds_no_secret(client: SiteClient, given: str, kept: str) -> None:
    page = await client.get("/wrong", params={"page": given})
    assert page.form("Send").values["page"] == [kept]


async def test_a_private_pages_footer_does_not_tell_its_secret(client: SiteClient) -> None:
    case = await make.case()
    text = (await make.mails("received"))[0]["text"]
    link = re.search(r"http://testserver(/cases/\S+)", text)
    assert link is not None
    page = await client.get(link[1])
    assert page.link("Something is wrong on this page") == f"/wrong?page=/cases/{case.reference}/..."
    page = await page.submit({"text": "And one more thing."}, form="more", to=link[1])
    assert "And one more thing." in page.main
    await client.get(f"/cases/{case.reference}/wrong", status=404)


async def test_another_format_is_asked_for_by_post(client: SiteClient) -> None:
    page = await client.get("/formats/new")
    assert "within 5 working days" in page.main
    values: dict[str, Value] = {
        "formats": ["language"],
        "text": "How it works",
        "way": "post",
        "postal": "1 High Street",
    }
    page = await page.submit(values, status=422)
    assert page.errors == ["Enter which language, or what else you need"]
    mine = await page.submit({"language": "Nepali"}, to=MINE)
    assert "Write this down: your reference is C-" in mine.main
    assert "Another language (Nepali)" in mine.main
    assert (await Case.get()).answer_way == "post"


async def test_an_officer_rings_whoever_asks_for_a_call(client: SiteClient) -> None:
    page = await client.get("/call")
    page = await page.submit({"name": "Kim", "phone": "soon", "text": "My pledge"}, status=422)
    assert page.errors == ["Enter a telephone number, like 01622 000 000"]
    await page.submit({"phone": "01622 555 123", "when": "mornings"}, to=MINE)
    case = await Case.get()
    desk = await (await as_officer(client, "Robin Vale")).follow(case.reference)
    assert desk.summary["When to ring"] == "mornings"
    assert "I send this by e-mail" not in desk.main
    await desk.submit({"text": "Rang; all is clear.", "outcome": Outcome.DONE}, form="answer", to="/staff/cases")
    assert (await Case.get()).status == "closed"


async def test_the_same_form_sent_twice_is_one_case(client: SiteClient) -> None:
    page = await client.get("/contact/write")
    values = {"text": "Hello", "way": "email", "email": KIM}
    await page.submit(values, to=MINE)
    await page.submit(values, to=MINE)
    assert await Case.all().count() == 1


async def test_many_messages_are_refused_kindly(client: SiteClient, monkeypatch: pytest.MonkeyPatch) -> None:
    async def used_up(limit: str, name: str, whose: str) -> bool:
        return False

    monkeypatch.setattr("crowdfund_kent.cases.routes.asking.limits.allows", used_up)
    page = await client.get("/contact/write")
    page = await page.submit({"text": "Hello", "way": "email", "email": KIM}, status=429)
    assert "Please ring us instead: 03000 000 000" in page.errors[0]
    assert await Case.all().count() == 0


async def test_the_desk_gives_cases_to_people_and_keeps_notes(client: SiteClient) -> None:
    case = await make.case()
    about = await make.officer("Jo Marsh")
    queue = await as_officer(client, "Robin Vale")
    me = await Person.get(name="Robin Vale")
    path = f"/staff/cases/{case.reference}"
    page = await client.get(f"{path}/assign")
    await page.submit({"person": str(me.id)}, to=path)
    queue = await client.get("/staff/cases?part=mine")
    assert queue.rows("Mine")[0][4] == "Robin Vale"
    page = await client.get(f"{path}/note")
    desk = await page.submit({"text": "Kim rang twice."}, to=path)
    assert "Note between officers" in desk.main
    page = await client.get(f"{path}/about")
    desk = await page.submit({"person": str(about.person_id)}, to=path)
    assert desk.summary["About an officer"] == "Jo Marsh"
    await sign_in(client, await Person.get(id=about.person_id))
    refused = await client.get(path, status=403)
    assert "about you" in refused.main
    assert (await client.get("/staff/cases")).rows("Open") == [["Nothing here"]]


async def test_an_auditor_reads_cases_and_answers_none(client: SiteClient) -> None:
    case = await make.case()
    auditor = await make.officer("Sam Audit", Role.AUDITOR)
    await sign_in(client, await Person.get(id=auditor.person_id))
    page = await client.get(f"/staff/cases/{case.reference}")
    assert "Answer it" not in page.main


async def test_late_cases_are_told_to_every_officer_once_a_day(
    monkeypatch: pytest.MonkeyPatch, client: SiteClient
) -> None:
    case = await make.case()
    first, second = await make.officer("Robin Vale"), await make.officer("Alex Hill")
    await services.say_about(case.id, first, second.person_id)
    await Case.filter(id=case.id).update(due_at=business_now() - timedelta(days=9))
    monkeypatch.setattr(tasks, "is_working_day", lambda day: False)
    await tasks.tell_late()
    addresses = {by: str((await Person.get(id=by.person_id)).email) for by in (first, second)}
    assert await make.mails("late", addresses[first]) == []
    monkeypatch.setattr(tasks, "is_working_day", lambda day: True)
    await tasks.tell_late()
    await tasks.tell_late()
    (mail,) = await make.mails("late", addresses[first])
    assert case.reference in mail["text"]
    assert "Nobody rang me back." not in mail["text"]
    assert await make.mails("late", addresses[second]) == []
    assert (await examine()).cases_late == 1
    await sign_in(client, await Person.get(id=first.person_id))
    queue = await client.get("/staff/cases?part=late")
    assert re.search(r"[5-7] days late to answer, in working days", queue.rows("Late")[0][1])


@pytest.mark.usefixtures("db")
async def test_figures_of_complaints_begin_at_five() -> None:
    officer = await make.officer()
    for number in range(5):
        assert (await queries.complaint_figures()).number is None
        case = await make.case(text=f"Complaint {number}")
        await services.answer(case.id, officer, "Sorry.")
    await make.case(Kind.WRONG)
    found = await queries.complaint_figures()
    assert (found.number, found.median_days) == (5, 0)


@pytest.mark.parametrize(
    ("now", "words"),
    [
        ("2026-11-20T17:00", "By 24 Nov 2026 to answer"),
        ("2026-11-24T09:00", "Today by 4:00pm to answer"),
        ("2026-11-24T16:00", "Late to answer, by 24 Nov 2026"),
        ("2026-11-26T09:00", "2 days late to answer, in working days"),
    ],
)
def test_the_clock_of_a_case_is_told_in_words(now: str, words: str) -> None:
    asked = datetime.fromisoformat("2026-11-20T16:00").replace(tzinfo=UTC)
    due = clocks(Kind.COMPLAINT, asked)
    case = Case(status="new", due_at=due.due_at, settle_by=due.settle_by, outcome="")
    cell = clock_words(case, datetime.fromisoformat(now).replace(tzinfo=UTC))
    assert f"{cell['text'] or cell['tag']} {cell['small']}" == words
