"""Officers edit pages of words: look, publish, history, an older text again; everybody reads the newest."""

import re
from datetime import timedelta

import pytest

from crowdfund_kent.accounts.contacts import save_contact
from crowdfund_kent.accounts.models import Person
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.clock import business_today
from crowdfund_kent.errors import Conflict, Forbidden, Refused
from crowdfund_kent.invariants import run
from crowdfund_kent.models import AuditRow
from crowdfund_kent.words import services
from crowdfund_kent.words.catalogue import page_of
from crowdfund_kent.words.checks import RULES
from crowdfund_kent.words.models import WordsVersion
from tests.accounts.make import sign_in
from tests.cases import make
from tests.client import SiteClient

FEES = page_of("fees")
NEW = "# Fees\n\nWe take {{ least_pledge }} and no fee.\n"


async def officer_signs_in(client: SiteClient, role: Role = Role.FUND_OFFICER) -> None:
    by = await make.officer("Robin Vale", role)
    await sign_in(client, await Person.get(id=by.person_id))


async def test_an_officer_edits_looks_and_publishes_and_takes_it_back(client: SiteClient) -> None:
    before = await client.get("/fees")
    await officer_signs_in(client)
    page = await (await client.get("/account")).follow("Pages of words")
    page = await client.get("/staff/words/fees")
    page = await page.follow("Edit the page")
    page = await page.submit({"text": "# Fees\n\nFrom {{ lest_pledge }}.\n", "why": ""}, form="words", status=422)
    assert page.errors == ["Say in a few words why the text changes"]
    page = await page.submit({"why": "Shorter"}, form="words", status=422)
    assert page.errors == ["There is no fact {{ lest_pledge }}. Did you mean {{ least_pledge }}?"]
    page = await page.submit({"text": NEW}, form="words")
    assert page.h1 == "Fees: before you publish"
    assert "We take £2 and no fee." in page.main
    assert "removed:" in page.main
    assert await WordsVersion.all().count() == 0
    page = await page.submit(form="back")
    assert page.form("words").values["text"] == [NEW]
    page = await page.submit(form="words")
    page = await page.submit(form="publish", to="/staff/words/fees")
    assert "Fees: version 1 is published" in page.text
    assert page.rows("Versions")[0][2:] == ["Robin Vale", "Shorter"]
    row = await AuditRow.get(act="words published")
    assert row.details == {"page": "fees", "number": 1}

    client.http.cookies.clear()
    after = await client.get("/fees")
    assert "We take £2 and no fee." in after.main
    assert after.headers["etag"] != before.headers["etag"]
    kept = await client.http.get("/fees", headers={"If-None-Match": after.headers["etag"]})
    assert kept.status_code == 304

    await officer_signs_in(client)
    page = await client.get("/staff/words/fees/versions/1")
    assert "What changed with it" in page.main
    page = await client.get("/staff/words/fees/versions/0")
    page = await page.follow("Use this text again")
    assert page.form("words").values["why"] == ["Back to the text that came with the site"]
    page = await page.submit(form="words")
    await page.submit(form="publish", to="/staff/words/fees")
    assert "of £10, that is 35p" in (await client.get("/fees")).main
    assert [one.number for one in await WordsVersion.all().order_by("number")] == [1, 2]
    assert not [finding for finding in await run(RULES) if finding.count]


@pytest.mark.usefixtures("db")
async def test_two_officers_do_not_overwrite_each_other_and_nothing_is_published_for_nothing() -> None:
    by = await make.officer()
    await services.publish(FEES, NEW, "Shorter", 0, by)
    with pytest.raises(Conflict, match="Somebody else has published"):
        await services.publish(FEES, NEW + "\nMore.\n", "Longer", 0, by)
    with pytest.raises(Refused, match="says already"):
        await services.publish(FEES, NEW, "Again", 1, by)
    with pytest.raises(Refused, match="heading"):
        await services.publish(FEES, "Fees", "Broken", 1, by)
    with pytest.raises(Forbidden):
        await services.publish(FEES, NEW + "\nMore.\n", "Longer", 1, await make.officer(role=Role.ADMINISTRATOR))


async def test_what_could_not_be_published_comes_back_with_its_text(client: SiteClient) -> None:
    await officer_signs_in(client)
    page = await client.get("/staff/words/fees/edit")
    preview = await page.submit({"text": NEW, "why": "Shorter"}, form="words")
    await services.publish(FEES, "# Fees\n\nMeanwhile.\n", "First", 0, await make.officer())
    page = await preview.submit(form="publish", status=409)
    assert "Somebody else has published" in page.errors[0]
    assert page.form("words").values["text"] == [NEW]


async def test_words_are_explained_in_place_by_the_newest_glossary(client: SiteClient) -> None:
    by = await make.officer()
    glossary = page_of("glossary")
    text = glossary.shipped.replace("A promise to pay if the target is met.", "A promise, no more.")
    await services.publish(glossary, text, "Plainer", 0, by)
    page = await client.get("/how-it-works")
    buttons = {button.text: button.attrs["popovertarget"] for button in page.root.all("button")}
    assert buttons["pledge"] == "term-pledge"
    (opened,) = [node for node in page.root.whole if node.attrs.get("id") == "term-pledge"]
    assert "popover" in opened.attrs
    assert "A promise, no more." in opened.text


async def test_the_contact_page_names_an_officer(client: SiteClient) -> None:
    assert "Kent County Council's community team" in (await client.get("/contact")).main
    by = await make.officer()
    await save_contact(by, name="Robin Vale", phone="03000 111 222", hours="mornings", email="robin@example.org")
    page = await client.get("/contact")
    assert page.summary["Telephone"] == "03000 111 222"
    assert "power to make and implement change" in page.main


async def test_you_said_we_did_is_kept_by_officers(client: SiteClient) -> None:
    await officer_signs_in(client)
    page = await (await client.get("/staff/you-said")).follow("Write an entry")
    later = business_today() + timedelta(days=1)
    day = {"done_on-day": later.day, "done_on-month": later.month, "done_on-year": later.year}
    page = await page.submit({"said": "Too many forms.", "did": "One page less.", **day}, status=422)
    assert page.errors == ["Enter a day that is today or earlier: write what was done, not what is planned"]
    page = await page.submit(day | {"done_on-year": later.year - 1}, to="/staff/you-said")
    assert "Too many forms." in (await client.get("/you-said")).main
    page = await page.follow("Too many forms.")
    await page.submit({"shown": False}, to="/staff/you-said")
    assert "Too many forms." not in (await client.get("/you-said")).main


async def test_complaints_tell_how_fast_they_were_answered_but_not_of_few(client: SiteClient) -> None:
    from crowdfund_kent.cases import services as cases

    assert "fewer than 5 complaints" in (await client.get("/complaints")).main
    by = await make.officer()
    for number in range(5):
        case = await make.case(text=f"Complaint {number}")
        await cases.answer(case.id, by, "Sorry.")
    page = await client.get("/complaints")
    assert "there were 5 complaints. Half of those that were answered had their first answer on the same" in page.main


async def test_an_auditor_reads_words_and_publishes_none(client: SiteClient) -> None:
    await officer_signs_in(client, Role.AUDITOR)
    page = await client.get("/staff/words/fees")
    assert "Edit the page" not in page.main
    assert re.search("As shipped", page.main)
