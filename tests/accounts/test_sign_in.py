"""Signing in: a link and a code, each once, for half an hour, and nothing that tells whether an address is known."""

from datetime import timedelta

import pytest

from crowdfund_kent.accounts import sessions, sign_in
from crowdfund_kent.accounts.models import Person, Session, SignIn
from crowdfund_kent.accounts.rules import MOST_REQUESTS, MOST_TRIES, MOST_TRIES_A_DAY
from crowdfund_kent.clock import advance, real_now
from crowdfund_kent.errors import Refused
from crowdfund_kent.references import hash_of
from tests.accounts import make
from tests.client import SiteClient

KIM = "kim@example.org"


def cookie(client: SiteClient) -> str | None:
    return client.http.cookies.get(sessions.COOKIE)


async def test_a_newcomer_signs_in_with_the_code_and_becomes_a_person(client: SiteClient) -> None:
    page = await make.ask(client, " Kim@Example.org ")
    assert page.h1 == "Check your e-mail"
    assert KIM in page.main
    _, code = await make.newest_link_and_code(KIM)
    page = await page.submit({"code": code}, to="/account")
    assert page.h1 == "Your account"
    assert await Person.filter(email=KIM).count() == 1


@pytest.mark.parametrize("typed", ["{0}{1}", "{0} {1}", " {0}-{1} ", "{0}\u00a0{1}"])
async def test_a_code_may_be_typed_with_spaces(client: SiteClient, typed: str) -> None:
    page = await make.ask(client, KIM)
    first, second = (await make.newest_link_and_code(KIM))[1].split()
    page = await page.submit({"code": typed.format(first, second)}, to="/account")
    assert KIM in page.main


async def test_the_link_shows_a_button_and_changes_nothing_until_it_is_pressed(client: SiteClient) -> None:
    await make.ask(client, KIM)
    link, _ = await make.newest_link_and_code(KIM)
    for _ in range(3):  # mail scanners follow links, some of them several times
        page = await client.get(link)
    assert page.h1 == f"Sign in as {KIM}"
    assert not await Person.exists(email=KIM)
    assert (await SignIn.get(email=KIM)).used_at is None
    page = await page.submit(to="/account")
    assert KIM in page.main


async def test_the_link_works_in_another_browser_and_the_code_does_not(client: SiteClient) -> None:
    await make.ask(client, KIM)
    link, _ = await make.newest_link_and_code(KIM)
    client.http.cookies.clear()
    await client.get("/sign-in/code", to="/sign-in")
    page = await (await client.get(link)).submit(to="/account")
    assert KIM in page.main


async def test_a_link_used_twice_says_so_and_offers_a_new_one(client: SiteClient) -> None:
    await make.ask(client, KIM)
    link, _ = await make.newest_link_and_code(KIM)
    await (await client.get(link)).submit(to="/account")
    client.http.cookies.clear()
    page = await client.get(link, status=410)
    assert page.h1 == "This link can’t be used"
    assert "has been used, and works once" in page.main
    page = await page.follow("Send me a new e-mail")
    assert page.path == "/sign-in"
    assert await Session.filter(person_id__isnull=False).count() == 1


async def test_a_page_kept_open_cannot_use_the_link_again(client: SiteClient) -> None:
    await make.ask(client, KIM)
    link, _ = await make.newest_link_and_code(KIM)
    kept = await client.get(link)
    await kept.submit(to="/account")
    again = await client.post(link, {"csrf_token": kept.form().values["csrf_token"][0]}, status=410)
    assert "has been used" in again.main


async def test_using_the_link_uses_up_the_code_too(client: SiteClient) -> None:
    page = await make.ask(client, KIM)
    link, code = await make.newest_link_and_code(KIM)
    other = SiteClient(client.http._transport.app)  # type: ignore[attr-defined]
    await (await other.get(link)).submit(to="/account")
    await other.close()
    page = await page.submit({"code": code}, status=422)
    assert page.errors == ["This code has been used, and works once. Ask for a new e-mail"]


async def test_link_and_code_end_after_half_an_hour_of_real_time(client: SiteClient) -> None:
    page = await make.ask(client, KIM)
    link, code = await make.newest_link_and_code(KIM)
    row = await SignIn.get(email=KIM)
    assert row.expires_at - row.created_at == timedelta(minutes=30)
    await SignIn.filter(id=row.id).update(expires_at=real_now() - timedelta(seconds=1))
    page = await page.submit({"code": code}, status=422)
    assert page.errors == ["This code has expired. Ask for a new e-mail"]
    page = await client.get(link, status=410)
    assert "has expired" in page.main


async def test_moving_the_business_clock_ends_no_link(client: SiteClient) -> None:
    page = await make.ask(client, KIM)
    await advance(timedelta(days=30))
    _, code = await make.newest_link_and_code(KIM)
    await page.submit({"code": code}, to="/account")


async def test_only_the_newest_e_mail_works(client: SiteClient) -> None:
    await make.ask(client, KIM)
    old_link, old_code = await make.newest_link_and_code(KIM)
    page = await make.ask(client, KIM)
    assert "only the newest works" in (await client.get(old_link, status=410)).main
    _, new_code = await make.newest_link_and_code(KIM)
    if old_code != new_code:
        page = await page.submit({"code": old_code}, status=422)
    await page.submit({"code": new_code}, to="/account")


async def test_a_request_from_elsewhere_ends_the_code_of_this_browser(client: SiteClient) -> None:
    page = await make.ask(client, KIM)
    _, code = await make.newest_link_and_code(KIM)
    await sign_in.ask(KIM, "/account", "203.0.113.9")
    page = await page.submit({"code": code}, status=422)
    assert "only the newest works" in page.errors[0]


async def test_five_wrong_codes_end_the_code_but_not_the_link(client: SiteClient) -> None:
    page = await make.ask(client, KIM)
    link, code = await make.newest_link_and_code(KIM)
    for left in range(MOST_TRIES - 1, 0, -1):
        page = await page.submit({"code": make.wrong(code)}, status=422)
        assert f"You can try {left} more time" in page.errors[0]
    page = await page.submit({"code": make.wrong(code)}, status=422)
    assert "can't be used any more" in page.errors[0]
    page = await page.submit({"code": code}, status=422)
    assert "can't be used any more" in page.errors[0]
    assert not await Person.exists(email=KIM)
    await (await client.get(link)).submit(to="/account")


async def test_wrong_codes_of_a_whole_day_are_counted_for_an_address(client: SiteClient) -> None:
    for _ in range(MOST_TRIES_A_DAY // MOST_TRIES):
        asked = await sign_in.ask(KIM, "/account", "203.0.113.9")
        _, code = await make.newest_link_and_code(KIM)
        for _ in range(MOST_TRIES):
            with pytest.raises(Refused):
                await sign_in.use_code(asked, make.wrong(code), "203.0.113.9")
    page = await make.ask(client, KIM)
    _, code = await make.newest_link_and_code(KIM)
    page = await page.submit({"code": code}, status=422)
    assert "Use the link in the e-mail instead" in page.errors[0]


@pytest.mark.parametrize("typed", ["12345", "1234567", "12345a", "", "١٢٣٤٥٦"])
async def test_what_is_no_code_counts_as_no_try(client: SiteClient, typed: str) -> None:
    page = await make.ask(client, KIM)
    page = await page.submit({"code": typed}, status=422)
    assert page.errors[0].startswith("Enter the")
    assert (await SignIn.get(email=KIM)).tries == 0


async def test_known_and_unknown_addresses_get_the_same_answer(client: SiteClient) -> None:
    await make.person(KIM)
    known = await make.ask(client, KIM)
    client.http.cookies.clear()
    unknown = await make.ask(client, "new@example.org")
    assert known.main.replace(KIM, "x") == unknown.main.replace("new@example.org", "x")
    letters = [(await make.e_mails(to, "sign_in"))[0] for to in (KIM, "new@example.org")]
    assert letters[0]["subject"] == letters[1]["subject"]
    assert len({letter["text"].count("\n") for letter in letters}) == 1
    assert not await Person.exists(email="new@example.org")


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("", "Enter your e-mail address, like name@example.com"),
        ("kim", "Enter an e-mail address in the right form, like name@example.com"),
        ("kim@example.org\r\nBcc: all@example.org", "Enter an e-mail address in the right form, like name@example.com"),
    ],
)
async def test_what_is_no_address_is_not_written_to(client: SiteClient, typed: str, told: str) -> None:
    page = await client.get("/sign-in")
    page = await page.submit({"email": typed}, status=422)
    assert page.errors == [told]
    assert await SignIn.all().count() == 0


async def test_an_address_is_not_flooded_with_e_mails(client: SiteClient) -> None:
    _, most = MOST_REQUESTS[0]
    for _ in range(most):
        await sign_in.ask(KIM, "/account", "203.0.113.9")
    page = await client.get("/sign-in")
    page = await page.submit({"email": KIM}, status=429)
    assert "many e-mails to this address already" in page.errors[0]
    assert len(await make.e_mails(KIM)) == most
    await SignIn.filter(email=KIM).update(created_at=real_now() - timedelta(minutes=61))
    await page.submit({"email": KIM}, to="/sign-in/code")


async def test_a_forged_form_token_sends_nothing(client: SiteClient) -> None:
    await client.get("/sign-in")
    page = await client.post("/sign-in", {"email": KIM, "csrf_token": "forged"}, status=422)
    assert "expired, and nothing was saved" in page.errors[0]
    assert await SignIn.all().count() == 0


async def test_a_forged_form_token_does_not_use_the_link(client: SiteClient) -> None:
    await make.ask(client, KIM)
    link, _ = await make.newest_link_and_code(KIM)
    client.http.cookies.clear()
    await client.get(link)
    await client.post(link, {"csrf_token": "forged"}, status=422)
    assert (await SignIn.get(email=KIM)).used_at is None


async def test_people_return_to_where_they_were_going(client: SiteClient) -> None:
    page = await client.get("/account/name", to="/sign-in?next=%2Faccount%2Fname")
    page = await page.submit({"email": KIM}, to="/sign-in/code")
    _, code = await make.newest_link_and_code(KIM)
    page = await page.submit({"code": code}, to="/account/name")
    assert page.h1 == "What is your name?"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example",
        "//evil.example/account",
        "/\\evil.example",
        "/\t/evil.example",
        "/%2fevil.example",
        "%2f%2fevil.example",
        "/%5cevil.example",
        "javascript:alert(1)",
        "account",
        "/account\nSet-Cookie: x=y",
        "/" + "a" * 500,
    ],
)
async def test_nobody_is_sent_to_another_site(client: SiteClient, elsewhere: str) -> None:
    page = await client.get("/sign-in", params={"next": elsewhere})
    page = await page.submit({"email": KIM, "next": elsewhere}, to="/sign-in/code")
    link, _ = await make.newest_link_and_code(KIM)
    await (await client.get(link)).submit(to="/account")


async def test_a_session_planted_before_sign_in_is_worth_nothing_after(client: SiteClient) -> None:
    page = await make.ask(client, KIM)
    planted = cookie(client)
    assert planted
    _, code = await make.newest_link_and_code(KIM)
    await page.submit({"code": code}, to="/account")
    assert cookie(client) != planted
    assert not await Session.exists(token_hash=hash_of(planted))
    client.http.cookies.clear()
    client.http.cookies.set(sessions.COOKIE, planted, domain="testserver.local")
    await client.get("/account", to="/sign-in?next=%2Faccount")


async def test_the_form_token_changes_with_the_sign_in(client: SiteClient) -> None:
    page = await make.ask(client, KIM)
    before = page.form().values["csrf_token"]
    _, code = await make.newest_link_and_code(KIM)
    page = await page.submit({"code": code}, to="/account")
    assert page.form("sign-out").values["csrf_token"] != before


async def test_what_another_person_kept_does_not_move_along(client: SiteClient) -> None:
    session = await make.sign_in(client, await make.person())
    session.data = {"answers": "of the first"}
    await session.save()
    await sign_in.ask(KIM, "/account", "203.0.113.9")
    link, _ = await make.newest_link_and_code(KIM)
    await (await client.get(link)).submit(to="/account")
    person = await Person.get(email=KIM)
    assert (await Session.get(person_id=person.id)).data == {}


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(client: SiteClient) -> None:
    response = await client.http.get("/sign-in")
    words = {part.strip().split("=")[0] for part in response.headers["set-cookie"].split(";")}
    assert words == {sessions.COOKIE, "Path", "HttpOnly", "SameSite", "Max-Age"}
    assert "SameSite=Lax" in response.headers["set-cookie"]
    assert response.headers["cache-control"] == "private, no-store"


async def test_signing_out_takes_a_post_and_ends_the_row(client: SiteClient) -> None:
    session = await make.sign_in(client, await make.person())
    page = await client.get("/sign-out")
    assert await Session.exists(id=session.id)
    kept = cookie(client)
    page = await page.submit(to="/signed-out")
    assert page.h1 == "You have signed out"
    assert not await Session.exists(id=session.id)
    assert kept
    client.http.cookies.set(sessions.COOKIE, kept, domain="testserver.local")
    await client.get("/account", to="/sign-in?next=%2Faccount")


async def test_another_site_cannot_sign_somebody_out(client: SiteClient) -> None:
    session = await make.sign_in(client, await make.person())
    await client.post("/sign-out", {"csrf_token": "forged"}, status=422)
    assert await Session.exists(id=session.id)


async def test_a_session_that_is_over_is_nobody(client: SiteClient) -> None:
    session = await make.sign_in(client, await make.person())
    await Session.filter(id=session.id).update(expires_at=real_now() - timedelta(seconds=1))
    await client.get("/account", to="/sign-in?next=%2Faccount")


async def test_an_erased_person_is_signed_out_everywhere(client: SiteClient) -> None:
    person = await make.person()
    await make.sign_in(client, person)
    await Person.filter(id=person.id).update(erased_at=real_now(), email=None)
    await client.get("/account", to="/sign-in?next=%2Faccount")


async def test_the_database_holds_neither_link_nor_code_nor_cookie(client: SiteClient) -> None:
    await make.ask(client, KIM)
    link, code = await make.newest_link_and_code(KIM)
    row = await SignIn.get(email=KIM)
    secrets = (link.rsplit("/", 1)[1], code.replace(" ", ""), cookie(client))
    kept = [row.link_hash, row.code_hash, *await Session.all().values_list("token_hash", flat=True)]
    assert not any(secret in str(value) for secret in secrets if secret for value in kept)


async def test_old_requests_and_sessions_are_swept(client: SiteClient) -> None:
    await make.ask(client, KIM)
    assert await sign_in.sweep() == 0
    await SignIn.filter(email=KIM).update(created_at=real_now() - timedelta(days=3))
    await Session.all().update(expires_at=real_now() - timedelta(hours=1))
    assert await sign_in.sweep() == 1
    assert await sessions.sweep() >= 1


async def test_who_is_signed_in_is_not_asked_again(client: SiteClient) -> None:
    await make.sign_in(client, await make.person())
    await client.get("/sign-in", to="/account")
