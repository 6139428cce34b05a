"""The request desk: the clock, what is collected and left out, two people, one tap; and that nothing leaks."""

import csv
import io
import re
import zipfile
from datetime import date, timedelta

import pytest

from crowdfund_kent import clock, invariants
from crowdfund_kent.accounts.models import Person
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import SYSTEM, Actor
from crowdfund_kent.cases import services as cases
from crowdfund_kent.cases.kinds import Kind
from crowdfund_kent.cases.models import Case
from crowdfund_kent.clock import business_today
from crowdfund_kent.errors import Forbidden, Refused, SiteError
from crowdfund_kent.models import AuditRow
from crowdfund_kent.personal.register import Whose
from crowdfund_kent.working_days import add_working_days
from evaluation.evidence import segregation
from panel import personal, retention
from panel.checks import requests as requests_checks
from panel.kinds import Bar, Exemption, Found, Nature, Outcome, Refusal
from panel.models import InformationRequest, PitchInterest, Redaction
from panel.queries import requests as queries
from panel.queries.disclosing import Scope
from panel.redacting import EVERYWHERE
from panel.services import requests as services
from panel.states import Request as Status
from pledges.models import Pledge
from projects.models import CheckDraft, Group, Project
from tests.client import SiteClient
from tests.panel import round_make as make
from tests.panel.rounds_make import pass_days
from tests.panel.test_award_pages import as_actor
from tests.pledges import pot_make

ASKER, CONTACT = "Percy Quill", "percy.quill@example.org"
SECRET = "Tarpaulin Trading"
NOTE = (
    f"=HYPERLINK(1) {SECRET} asked for £999; Gwendolyn Farr of 01303 245678 vouches for Jago Penrose,"
    " write to gwen@example.com."
)
HIDDEN = (
    SECRET,
    "Tarpaulin",
    "£999",
    "vouches",
    "Gwendolyn",
    "gwen@",
    "245678",
    "Petronella",
    "Penrose",
    ASKER,
    CONTACT,
)


def asked(received_on: date | None = None) -> services.Asked:
    words = f"How was the spring round decided? Yours, {ASKER}"
    return services.Asked(ASKER, CONTACT, words, "Awards of the spring round", received_on or business_today())


async def officer(name: str = "Ova") -> Actor:
    return await pot_make.person(name, Role.FUND_OFFICER)


async def sound() -> None:
    assert [one for one in await invariants.run(list(requests_checks.RULES)) if one.count] == []


async def decided() -> tuple[make.Panel, InformationRequest, Actor]:
    """A signed round in which a backer, an officer and a member wrote what must not go; and a request about it."""
    panel = await make.panel()
    given, declined = await panel.pitch(), await panel.pitch()
    for pitch in (given, declined):
        await panel.scored(pitch, 4, 3, 5)
    await Pledge.filter(campaign_id=given.campaign_id).update(name="Gwendolyn Farr")
    project = await Project.get(id=given.project_id)
    await Group.filter(id=project.group_id).update(named_people="Wilhelmina Oake and Jago Penrose")
    await PitchInterest.create(
        pitch_id=given.id,
        person_id=panel.members[1].person_id,
        nature=Nature.OTHER,
        bar=Bar.DECLARED,
        words="My aunt Petronella bakes there.",
        found=Found.DECLARED,
        recorded_at=clock.business_now(),
    )
    await CheckDraft.create(
        campaign_id=given.campaign_id,
        officer_id=panel.officer.person_id,
        item="costs",
        answer="checked",
        note=NOTE,
        at=clock.business_now(),
    )
    await panel.meet()
    await panel.carry(given)
    await panel.carry(declined, Outcome.DECLINE)
    await panel.sign()
    by = await officer()
    found = await services.receive(asked(), by)
    await services.choose(found.id, Scope(rounds=(panel.round.id,)), by)
    return panel, found, by


async def read_all(found: InformationRequest, by: Actor) -> None:
    fresh = await InformationRequest.get(id=found.id)
    for section in await queries.sections_of(fresh):
        await services.have_read(found.id, {one.key: one.digest for one in section.all}, by)


def unzipped(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        assert (file.comment, {one.date_time for one in file.infolist()}) == (b"", {(1980, 1, 1, 0, 0, 0)})
        return {one.filename: file.read(one).decode("utf-8-sig") for one in file.infolist()}


@pytest.mark.parametrize(
    ("received", "due"),
    [
        (date(2026, 3, 2), date(2026, 3, 30)),
        (date(2026, 3, 6), date(2026, 4, 7)),  # Good Friday and Easter Monday do not count
        (date(2026, 3, 7), date(2026, 4, 7)),  # a Saturday
        (date(2026, 12, 1), date(2026, 12, 31)),  # Christmas Day, and Boxing Day's Monday
    ],
)
def test_an_answer_is_due_on_the_twentieth_working_day(received: date, due: date) -> None:
    assert services.due_on(received) == due


@pytest.mark.usefixtures("db")
async def test_the_clock_stands_while_we_ask_and_begins_anew_when_they_answer() -> None:
    by = await officer()
    today = business_today()
    with pytest.raises(Refused) as refused:
        await services.receive(asked(today + timedelta(days=1)), by)
    assert refused.value.rule == "day"
    found = await services.receive(asked(today), by)
    await services.ask_what_is_meant(found.id, by)
    (listed,) = await queries.requests()
    assert listed.words == "the clock stands"
    await pass_days(add_working_days(today, 30))
    with pytest.raises(Refused):
        await services.clarify(found.id, "The spring one.", today - timedelta(days=9), by)
    await services.clarify(found.id, "The spring one.", business_today(), by)
    (listed,) = await queries.requests()
    assert listed.request.due_on == add_working_days(business_today(), 20)
    assert (listed.words, listed.request.waiting_since) == ("20 working days left", None)
    assert "The spring one." in listed.request.words
    await pass_days(add_working_days(listed.request.due_on, 3))
    (listed,) = await queries.requests()
    assert (listed.words, listed.clock.late) == ("3 working days late", True)
    await services.refuse(found.id, Refusal.COST, "It would take 40 hours. Ask for one round.", by)
    with pytest.raises(Refused) as refused:
        await services.write_answer(found.id, "More.", by)
    assert refused.value.rule == "status"
    await sound()


async def test_an_answer_goes_by_two_people_and_nothing_leaks(client: SiteClient) -> None:
    panel, found, by = await decided()
    await InformationRequest.filter(id=found.id).update(title="=SUM(A1) of awards")
    await services.write_answer(found.id, f"Dear {ASKER}, here it is. {SECRET} is left out.", by)
    with pytest.raises(Refused) as refused:
        await services.prepare(found.id, by)
    assert refused.value.rule == "read"
    await services.leave_out(found.id, EVERYWHERE, SECRET, Exemption.COMMERCIAL, f"A price of {SECRET}.", by)
    note = next(
        item.key
        for one in await queries.sections_of(await InformationRequest.get(id=found.id))
        for item in one.items
        if item.key.startswith("check:")
    )
    await services.leave_out(found.id, note, "£999", Exemption.COMMERCIAL, "The price.", by)
    with pytest.raises(Refused):
        await services.leave_out(found.id, note, "not in it", Exemption.COMMERCIAL, "No.", by)
    await read_all(found, by)
    await services.prepare(found.id, by)
    # a change takes back what was prepared; the same person does not let it go
    await services.leave_out(found.id, note, "vouches", Exemption.CONFIDENCE, "Said in confidence.", by)
    with pytest.raises(Refused):
        await services.release(found.id, by)
    await read_all(found, by)
    made = await services.prepare(found.id, by)
    with pytest.raises(Refused) as refused:
        await services.release(found.id, by)
    assert refused.value.rule == "two people"
    second = await pot_make.person("Fin", Role.FINANCE_APPROVER)
    await as_actor(client, second)
    page = await client.get(f"/staff/requests/{found.reference}")
    page = await (await page.follow("Let the answer go")).submit(to=f"/staff/requests/{found.reference}")
    assert "Send the file to the asker" in page.main
    await as_actor(client, by)
    page = await client.get(f"/staff/requests/{found.reference}")
    page = await page.submit(form=f"/staff/requests/{found.reference}/publish", to=f"/staff/requests/{found.reference}")
    assert "Published" in page.main
    content = await queries.content_of(made)
    files = unzipped(content)
    assert sorted(files) == ["answer.txt", "figures.csv", "index.html", "left-out.csv"]
    public = await client.get(f"/requests/{found.reference}")
    listed = await client.get("/requests")
    # what must be in it
    for words in (make.WHY, "Member 1", "Half of the target", "Largest", "50%", "26/00012", "Under the decision"):
        assert re.search(words, files["answer.txt"], re.IGNORECASE), words
        assert re.search(words.replace("'", "&#39;"), files["index.html"], re.IGNORECASE), words
    assert "[left out: section 43: commercial interests]" in files["answer.txt"]
    rows = list(csv.reader(io.StringIO(files["figures.csv"])))
    assert ["Decision: amount", "4000.00", "pounds"] in [row[1:] for row in rows]
    # what must be nowhere: in no file, name or figure, on no public page, in no row of what was frozen
    people = [one.name for one in await Person.all() if len(one.name) > 3]
    everywhere = [
        *files.values(),
        *files,
        public.text,
        listed.text,
        str((await InformationRequest.get(id=found.id)).bundle),
    ]
    for words in HIDDEN:
        assert all(words.casefold() not in text.casefold() for text in everywhere), words
    for name in [*people, "Member0", "Member1"]:
        assert all(not re.search(rf"\b{re.escape(name)}\b", text) for text in files.values()), name
    rows += csv.reader(io.StringIO(files["left-out.csv"]))
    assert "'=SUM(A1) of awards" in {row[0] for row in rows}
    assert all(not cell.lstrip().startswith(("=", "+", "@")) for row in rows for cell in row)
    assert SECRET not in str([row.details for row in await AuditRow.all()])
    assert len(panel.members) == 3
    await sound()


async def test_what_went_never_changes_and_a_swapped_file_is_not_sent(client: SiteClient) -> None:
    _, found, by = await decided()
    await services.write_answer(found.id, "Here it is.", by)
    await read_all(found, by)
    made = await services.prepare(found.id, by)
    await services.release(found.id, await officer("Oth"))
    with pytest.raises(Refused):
        await services.leave_out(found.id, EVERYWHERE, "roof", Exemption.CONFIDENCE, "Late.", by)
    first = await queries.content_of(made)
    # names that are erased afterwards stay out, and the words stay as they went
    await Person.all().update(name="")
    await Pledge.all().update(name="")
    assert await queries.content_of(await InformationRequest.get(id=found.id)) == first
    made.bundle_sha256 = "0" * 64
    with pytest.raises(SiteError):
        await queries.content_of(made)
    assert (await client.get(f"/requests/{found.reference}", status=404)).h1
    await services.publish(found.id, by)
    assert "Awards of the spring round" in (await client.get("/requests")).main
    sent = await client.http.get(f"/requests/{found.reference}/bundle.zip")
    assert (sent.content, sent.headers["content-type"]) == (first, "application/zip")
    assert "set-cookie" not in sent.headers
    await services.publish(found.id, by, public=False)
    assert "No answer has been published yet" in (await client.get("/requests")).main
    with pytest.raises(Forbidden):
        await services.publish(found.id, await pot_make.person("Sig", Role.SIGNATORY))


@pytest.mark.usefixtures("db")
async def test_who_prepared_it_once_does_not_let_it_go_though_another_prepared_it_again() -> None:
    _, found, by = await decided()
    other, third = await officer("Oth"), await officer("Thi")
    await services.write_answer(found.id, "Here it is.", by)
    made = await services.leave_out(found.id, EVERYWHERE, "roof", Exemption.CONFIDENCE, "Said in confidence.", third)
    await read_all(found, by)
    await services.prepare(found.id, by)
    await services.put_back(found.id, made.id, other)  # takes back what was prepared
    await read_all(found, other)
    await services.prepare(found.id, other)
    for one in (by, third):
        with pytest.raises(Refused) as refused:
            await services.release(found.id, one)
        assert refused.value.rule == "two people"
    await services.release(found.id, await officer("Fou"))
    assert await segregation.findings() == []
    await sound()


async def test_an_officer_records_reads_and_leaves_out_on_pages(client: SiteClient) -> None:
    panel, other, by = await decided()
    subject = f"campaign:{panel.pitches[0].campaign_id}"
    await cases.open_case(
        Kind.WRONG, text="The fence is down, says Ida Penn.", by=SYSTEM, subject=subject, name="Ida Penn"
    )
    await as_actor(client, by)
    page = await (await client.get("/staff/requests")).follow("Record a request")
    assert (await page.submit({}, status=422)).errors == [
        "Enter what it is about",
        "Enter what was asked",
        "Enter who asks",
        "Enter an e-mail or postal address",
        "Enter the day it came",
    ]
    today = business_today()
    given = {"received-day": str(today.day), "received-month": str(today.month), "received-year": str(today.year)}
    page = await page.submit(
        {"title": "One group", "words": "All about one group.", "asker": ASKER, "contact": CONTACT, **given},
        to=re.compile(r"/staff/requests/Q-[\w-]+"),
    )
    path = page.path
    assert page.summary["Who asks"] == ASKER
    page = await client.get(f"{path}/scope")
    assert "Choose rounds, a group or days" in (await page.submit({}, status=422)).errors[0]
    page = await page.submit({"rounds": [str(panel.round.id)]}, to=path)
    names = [row[0] for row in page.rows("Sections of the answer")]
    assert len(names) == 5  # the request, the round, two pitches, what was written about a campaign
    page = await client.get(f"{path}/read/campaign:{panel.pitches[0].campaign_id}")
    assert "Goes as:" in page.main
    assert "The fence is down, says" in page.main
    key = next(href for words, href in page.links if words.startswith("Leave something out of Officer"))
    page = await client.get(key)
    assert (await page.submit({}, status=422)).errors == ["Choose an exemption", "Enter why it is left out"]
    page = await page.submit(
        {"words": "nowhere in it", "exemption": Exemption.CONFIDENCE.value, "reason": "Private."}, status=422
    )
    assert page.errors == ["These words are not in this item. Copy them from it."]
    page = await page.submit({"words": "", "everywhere": False}, to=re.compile(r".*/read/campaign:\d+"))
    page = await page.submit(to=path)
    assert "read" in page.rows("Sections of the answer")[4][2]
    page = await page.follow("Officers left out words in 1 place")
    page = await page.submit(form=f"back-{(await Redaction.get()).id}", to=f"{path}/left-out")
    assert await Redaction.all().count() == 0
    page = await client.get(f"{path}/prepare")
    assert (await page.submit(status=422)).errors == ["Write the covering words first."]
    page = await (await client.get(f"{path}/meant")).submit(to=path)
    assert "the clock stands" in page.main
    page = await (await client.get(f"{path}/refuse")).submit(
        {"because": Refusal.EXEMPT.value, "answer": "All of it is exempt."}, to=path
    )
    assert page.summary["Because"] == "All of it is exempt"
    assert (await InformationRequest.get(id=other.id)).status == Status.RECEIVED


@pytest.mark.usefixtures("db")
async def test_only_officers_of_the_site_without_an_interest_answer() -> None:
    panel = await make.panel()
    await panel.pitch()
    by = await officer()
    found = await services.receive(asked(), by)
    await services.choose(found.id, Scope(rounds=(panel.round.id,)), by)
    for nobody in (panel.officer, panel.signatory, await pot_make.person("Aud", Role.AUDITOR)):
        with pytest.raises(Forbidden):
            await services.write_answer(found.id, "Here it is.", nobody)
    mine = await officer("Kin")
    await PitchInterest.create(
        pitch_id=panel.pitches[0].id,
        person_id=mine.person_id,
        nature=Nature.FAMILY,
        bar=Bar.BARRED,
        words="",
        found=Found.DECLARED,
        recorded_at=clock.business_now(),
    )
    with pytest.raises(Forbidden):
        await services.write_answer(found.id, "Here it is.", mine)
    with pytest.raises(Refused):
        await services.choose(found.id, Scope(), by)


@pytest.mark.usefixtures("db")
async def test_who_asked_is_forgotten_two_years_after_the_answer_and_at_once_when_erased() -> None:
    by = await officer()
    found = await services.receive(asked(), by)
    erased = await services.receive(asked(), by)
    words = await personal.erase(Whose(0, CONTACT))
    assert ASKER in words
    for one in (found, erased):
        await one.refresh_from_db()
        assert (one.asker, one.contact) == ("", "")
        assert ASKER not in one.words
    again = await services.receive(asked(), by)
    await services.refuse(again.id, Refusal.NOT_HELD, "We hold nothing of it.", by)
    now = clock.business_now()
    assert await retention.asked_due(now + timedelta(days=700)) == 0
    assert await retention.asked_due(now + timedelta(days=731)) == 1
    await pass_days(business_today() + timedelta(days=731))
    assert await retention.forget_asked(clock.business_now()) == 1
    await again.refresh_from_db()
    assert (again.asker, again.contact, again.words, again.status) == ("", "", "", Status.REFUSED)
    assert not await Case.filter(name=ASKER).exists()
    await sound()
