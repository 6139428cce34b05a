"""A reader chooses which e-mails come, without an account; a mail program says "no more" in one request."""

import httpx2
import pytest
from starlette.applications import Starlette

from crowdfund_kent import outbox
from crowdfund_kent.mail import Channel, Topic, bounces, choices, smtp
from crowdfund_kent.mail.keys import key_of
from crowdfund_kent.mail.models import EmailChoice
from crowdfund_kent.models import Outbox
from tests.accounts import make as people
from tests.client import SiteClient

KIM = "kim@example.org"


def path(address: str) -> str:
    return address.removeprefix("http://testserver")


async def test_a_reader_gets_updates_and_thanks_and_no_news_until_asked(client: SiteClient) -> None:
    assert {topic: await choices.wants(KIM, topic) for topic in Topic} == {
        Topic.UPDATES: True,
        Topic.THANKS: True,
        Topic.NEWS: False,
        Topic.QUESTIONS: True,
    }
    page = await client.get(choices.choices_path(KIM))
    assert page.form().values["topics"] == ["updates", "thanks", "questions"]
    assert page.headers["referrer-policy"] == "no-referrer"
    page = await page.submit({"topics": ["news"]}, to=page.path)
    assert "Your choices are saved." in page.text
    assert KIM not in page.html
    assert {topic: await choices.wants("Kim+crowd@Example.org", topic) for topic in Topic} == {
        Topic.UPDATES: False,
        Topic.THANKS: False,
        Topic.NEWS: True,
        Topic.QUESTIONS: False,
    }
    page = await page.submit({"topics": []}, to=page.path)
    assert not await choices.wants(KIM, Topic.NEWS)
    assert all("kim" not in row.key for row in await EmailChoice.all())


async def test_an_address_that_we_did_not_make_opens_nothing(client: SiteClient) -> None:
    token = choices.token_of(KIM)
    for wrong in (token[:-1] + ("0" if token[-1] != "0" else "1"), token[:32], "0" * 56, "x"):
        await client.get(f"/e-mails/{wrong}", status=404)
    await client.get(f"/e-mails/{token}/stop/money", status=404)


async def test_mail_with_a_topic_says_where_to_choose_and_can_be_stopped_in_one_click(
    app: Starlette, client: SiteClient
) -> None:
    assert await outbox.email("update", to=KIM, subject="S", text="Hello\n\n--\nFooter\n", topic=Topic.UPDATES)
    body = (await Outbox.get(name="update")).body
    assert f"{choices.choices_url(KIM)}\n\n--\nFooter\n" in body["text"]
    sent = smtp.compose(body["to"], body["subject"], body["text"], body["unsubscribe"])
    assert sent["List-Unsubscribe"] == f"<{choices.stop_url(KIM, Topic.UPDATES)}>"
    assert sent["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"

    one_click = path(body["unsubscribe"])
    page = await client.get(one_click)  # a program that follows links changes nothing
    assert await choices.wants(KIM, Topic.UPDATES)
    program = httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://testserver")
    answer = await program.post(one_click, data={"List-Unsubscribe": "One-Click"})
    assert (answer.status_code, answer.headers.get("set-cookie")) == (200, None)
    assert (await program.post(one_click, data={"something": "else"})).status_code == 422
    await program.aclose()
    assert not await choices.wants(KIM, Topic.UPDATES)
    assert await choices.wants(KIM, Topic.THANKS)
    assert not await outbox.email("update", to=KIM, subject="S", text="T", topic=Topic.UPDATES)
    assert await Outbox.filter(name="update").count() == 1

    thanks = path(choices.stop_url(KIM, Topic.THANKS))
    page = await (await client.get(thanks)).submit(to=choices.choices_path(KIM))
    assert "you get no more of these" in page.text
    assert not await choices.wants(KIM, Topic.THANKS)


async def test_mail_about_money_has_no_topic_and_always_goes(db: None) -> None:
    for topic in Topic:
        await choices.choose(key_of(KIM), topic, False, "page")
    await bounces.record(KIM, channel=Channel.SMTP, source="report:1:0", status="5.1.1", hard=True)
    assert await outbox.email("receipt", to=KIM, subject="S", text="T")
    assert set((await Outbox.get(name="receipt")).body) == {"to", "subject", "text"}


async def test_many_readers_are_asked_about_at_once(db: None) -> None:
    readers = [f"reader{number}@example.org" for number in range(30)]
    await choices.choose(key_of(readers[3]), Topic.UPDATES, False, "page")
    await bounces.record(readers[7], channel=Channel.NOTIFY, source="notify:7", status="", hard=True)
    await bounces.record(readers[8], channel=Channel.NOTIFY, source="notify:8", status="", hard=False)
    assert await choices.who_wants(readers, Topic.UPDATES) == set(readers) - {readers[3], readers[7]}
    assert await choices.who_wants(readers, Topic.NEWS) == set()


async def test_a_person_finds_the_choices_on_their_account(client: SiteClient) -> None:
    person = await people.person("ada@example.org")
    await people.sign_in(client, person)
    page = await (await client.get("/account")).follow("Choose which e-mails you get")
    assert page.h1 == "Which e-mails do you want?"
    assert page.path == choices.choices_path("ada@example.org")


@pytest.mark.parametrize("known", ["Kim@Example.org ", "kim+a@example.org"])
def test_one_person_has_one_address_for_their_choices(known: str) -> None:
    assert choices.choices_path(known) == choices.choices_path(KIM)
