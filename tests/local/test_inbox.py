"""The demonstration's inbox and clock: for a machine of one's own, and nowhere else."""

import importlib
from datetime import timedelta

import pytest

from crowdfund_kent import clock, outbox
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.clock import business_now, london_day, real_now
from crowdfund_kent.models import AuditRow, ClockOffset, Outbox
from crowdfund_kent.settings import Mode, get_settings
from local import clock_pages, inbox, only
from tests.accounts import make
from tests.client import SiteClient

CLOCK = "/local/clock"
KIM = "kim@example.org"


@pytest.fixture(autouse=True)
def told(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """What a follower was told, in place of the sandbox."""
    heard: list[int] = []

    async def follower(offset_seconds: int) -> None:
        heard.append(offset_seconds)

    monkeypatch.setattr(clock_pages, "followers", [follower])
    return heard


async def officer(client: SiteClient, role: Role = Role.FUND_OFFICER) -> None:
    person, _ = await make.staff(role)
    await make.sign_in(client, person)


@pytest.mark.parametrize("module", ["local.inbox", "local.mails", "local.clock_pages"])
def test_the_modules_refuse_to_load_in_production(monkeypatch: pytest.MonkeyPatch, module: str) -> None:
    loaded = importlib.import_module(module)
    production = get_settings().model_copy(update={"mode": Mode.PRODUCTION})
    monkeypatch.setattr(only, "get_settings", lambda: production)
    with pytest.raises(RuntimeError, match="does not load in production"):
        importlib.reload(loaded)


async def test_should_they_be_mounted_all_the_same_their_pages_are_not_found(
    client: SiteClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    from crowdfund_kent.accounts import access

    production = get_settings().model_copy(update={"mode": Mode.PRODUCTION})
    await officer(client)
    monkeypatch.setattr(access, "get_settings", lambda: production)
    await client.get("/local/inbox", status=404)
    await client.get("/local/", status=404)
    await client.post(CLOCK, {"step": "day"}, status=404)


def test_the_site_in_production_has_none_of_their_routes(monkeypatch: pytest.MonkeyPatch) -> None:
    from crowdfund_kent import wiring

    production = get_settings().model_copy(update={"mode": Mode.PRODUCTION})
    assert [route.path for route in wiring.site_routes() if route.path.startswith("/local")]
    monkeypatch.setattr(wiring, "get_settings", lambda: production)
    assert not [route.path for route in wiring.site_routes() if route.path.startswith("/local")]


async def test_the_inbox_shows_e_mails_newest_first_with_links_and_the_code(client: SiteClient) -> None:
    await outbox.email("other", to="lee@example.org", subject="Welcome", text="See http://testserver/projects.\nBye")
    await make.ask(client, KIM)
    _, code = await make.newest_link_and_code(KIM)
    page = await client.get("/local/inbox")
    assert page.main.index("Sign in to Crowdfund Kent") < page.main.index("Welcome")
    assert f"Code: {code}" in page.main
    assert page.link("http://testserver/projects") == "http://testserver/projects"
    page = await page.follow("/sign-in/link/")
    assert page.h1 == f"Sign in as {KIM}"


async def test_the_inbox_is_searched_by_recipient(client: SiteClient) -> None:
    await outbox.email("one", to=KIM, subject="For Kim", text="Text")
    await outbox.email("two", to="lee@example.org", subject="For Lee", text="Text")
    page = await client.get("/local/inbox")
    page = await page.submit({"to": "KIM@"}, form="/local/inbox")
    assert "For Kim" in page.main
    assert "For Lee" not in page.main
    page = await client.get("/local/inbox?to=nobody%25")
    assert "No e-mail to “nobody%” yet." in page.main


async def test_an_e_mail_whose_text_was_purged_is_left_out(client: SiteClient) -> None:
    await outbox.email("one", to=KIM, subject="For Kim", text="Text")
    await Outbox.filter(name="one").update(body=None, done_at=real_now())
    assert "No e-mail yet." in (await client.get("/local/inbox")).main


async def test_what_people_wrote_does_not_become_markup(client: SiteClient) -> None:
    text = 'Hello <b>Kim</b> https://example.org/?a="><script>x</script>'
    await outbox.email("one", to=KIM, subject="<i>Hi</i>", text=text)
    page = await client.get("/local/inbox")
    assert "Hello <b>Kim</b>" in page.main
    assert "<i>Hi</i>" in page.main
    assert page.link("https://example.org/?a=") == "https://example.org/?a="


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        ("http://a.example/x.", ["http://a.example/x"]),
        ("(see https://a.example/x?y=1&z=2), then", ["https://a.example/x?y=1&z=2"]),
        ("javascript:alert(1) ftp://a.example", []),
        ("http://a.example/1\nhttp://a.example/2", ["http://a.example/1", "http://a.example/2"]),
    ],
)
def test_addresses_become_links(text: str, addresses: list[str]) -> None:
    html = str(inbox.linked(text))
    assert [part.split('"')[0].replace("&amp;", "&") for part in html.split('href="')[1:]] == addresses


async def test_an_officer_moves_the_clock_a_day_and_the_sandbox_follows(client: SiteClient, told: list[int]) -> None:
    await officer(client)
    before = business_now()
    page = await client.get("/local/")
    page = await page.submit({"step": "day"}, form="clock", to="/local/")
    assert timedelta(days=1) <= business_now() - before < timedelta(days=1, minutes=1)
    assert "It is now" in page.main
    offset = (await ClockOffset.get(id=1)).offset_seconds
    assert told == [offset]
    assert offset >= 86400
    row = await AuditRow.get(subject="clock:1")
    assert row.details == {"seconds": 86400}


async def test_the_clock_moves_an_hour_and_to_a_day_and_time_in_london(client: SiteClient, told: list[int]) -> None:
    await officer(client, Role.ADMINISTRATOR)
    before = (await ClockOffset.get(id=1)).offset_seconds
    page = await client.get("/local/")
    page = await page.submit({"step": "hour"}, form="clock", to="/local/")
    assert told == [before + 3600]
    day = london_day(business_now()) + timedelta(days=40)
    values: dict[str, str | int] = {
        "step": "to",
        "day-day": day.day,
        "day-month": day.month,
        "day-year": day.year,
        "time": "0:05",
    }
    page = await page.submit(values, form="clock", to="/local/")
    here = business_now().astimezone(clock.LONDON)
    assert (here.date(), here.hour, here.minute) == (day, 0, 5)
    assert len(told) == 2


@pytest.mark.parametrize(
    ("values", "told_words"),
    [
        ({"step": None}, "Choose how far to move the clock"),
        ({"step": "to"}, "Enter the day to move the clock to"),
        ({"step": "to", "day-day": "1", "day-month": "1", "day-year": "2020"}, "choose a later day and time"),
        ({"step": "to", "day-day": "1", "day-month": "1", "day-year": "2040"}, "within the next two years"),
        ({"step": "day", "time": "25:00"}, "Enter a time like"),
        ({"step": "day", "day-day": "31", "day-month": "2", "day-year": "2027"}, "must be a real date"),
    ],
)
async def test_the_clock_goes_forward_only_and_not_too_far(
    client: SiteClient, told: list[int], values: dict[str, str | None], told_words: str
) -> None:
    await officer(client)
    before = await ClockOffset.all().values()
    page = await client.get("/local/")
    page = await page.submit(values, form="clock", status=422)
    assert told_words in page.errors[0]
    assert told == []
    assert await ClockOffset.all().values() == before


@pytest.mark.parametrize("role", [None, Role.AUDITOR, Role.PANEL_MEMBER, Role.FINANCE_APPROVER])
async def test_others_do_not_move_the_clock(client: SiteClient, told: list[int], role: Role | None) -> None:
    if role is None:
        await make.sign_in(client, await make.person())
    else:
        await officer(client, role)
    page = await client.get("/local/")
    assert "Sign in as a fund officer or an administrator" in page.main
    await client.post(CLOCK, {"step": "day"}, status=403)
    assert told == []


async def test_a_visitor_and_a_forged_token_do_not_move_the_clock(client: SiteClient, told: list[int]) -> None:
    await client.post(CLOCK, {"step": "day"}, to="/sign-in")
    await officer(client)
    page = await client.post(CLOCK, {"step": "day", "csrf_token": "forged"}, status=422)
    assert "nothing was saved" in page.errors[0]
    assert told == []


async def test_a_clock_that_does_not_follow_is_named(client: SiteClient, monkeypatch: pytest.MonkeyPatch) -> None:
    async def deaf(offset_seconds: int) -> None:
        raise ConnectionError("no sandbox there")

    monkeypatch.setattr(clock_pages, "followers", [deaf])
    await officer(client)
    page = await client.get("/local/")
    page = await page.submit({"step": "hour"}, form="clock", to="/local/")
    assert "Not every clock followed: no sandbox there." in page.main


async def test_the_front_room_signs_in_as_the_demos_people(client: SiteClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock_pages, "demo_people", lambda: [("fund officer", "officer@example.org")])
    page = await client.get("/local/")
    page = await page.submit(form="officer@example.org", to="/sign-in/code")
    assert "officer@example.org" in page.main
    assert len(await make.e_mails("officer@example.org", "sign_in")) == 1


def test_the_demos_people_have_a_role_and_an_address() -> None:
    assert all(role and "@" in email for role, email in clock_pages.demo_people())
