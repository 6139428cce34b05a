"""Is this e-mail from us: what is told of a code, a link and a reference, and what is not."""

import re

import pytest

from crowdfund_kent import our_mail
from crowdfund_kent.mail import codes
from crowdfund_kent.our_mail import Found
from tests.cases import make
from tests.client import SiteClient

KIM = "kim@example.org"
SITE = "https://kent.example"


def test_a_code_fits_the_address_it_was_made_for_and_no_other() -> None:
    code = codes.code_for(KIM)
    assert re.fullmatch(r"([2-9A-Z]{4}-){2}[2-9A-Z]{4}", code)
    assert codes.is_ours(code, KIM)
    assert codes.is_ours(code.lower().replace("-", " "), "Kim@Example.org ")
    assert not codes.is_ours(code, "lee@example.org")
    other = "2" if code[-1] != "2" else "3"
    assert not codes.is_ours(code[:-1] + other, KIM)
    assert not codes.is_ours("", KIM)
    assert codes.code_for(KIM) != code


@pytest.mark.parametrize(
    ("typed", "ours", "host"),
    [
        ("https://kent.example/pledges/P-1/abc", True, ""),
        ("kent.example/pledges/P-1", True, ""),
        ("HTTPS://KENT.EXAMPLE:443/x", True, ""),
        ("http://kent.example/x", False, ""),
        ("https://kent.example.evil.example/x", False, "kent.example.evil.example"),
        ("https://kent.example@evil.example/x", False, "evil.example"),
        ("https://evil.example\\@kent.example/", False, "evil.example"),
        ("https://kent.example:8443/", False, ""),
        ("//evil.example/kent.example", False, "evil.example"),
        ("https://kеnt.example/", False, "kеnt.example"),
        ("https://ke\tnt.example/", True, ""),  # browsers drop it too
        ("javascript:alert(1)", False, ""),
        ("https://[bad", False, ""),
    ],
)
def test_a_link_leads_to_us_or_it_does_not(typed: str, ours: bool, host: str) -> None:
    found = our_mail.link(typed, SITE)
    assert found == our_mail.Answer(Found.LINK_OURS if ours else Found.LINK_NOT_OURS, host)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("hello", Found.UNREADABLE),
        ("kim@example.org", Found.UNREADABLE),
        ("www.evil.example", Found.LINK_NOT_OURS),
        ("P-7F3K-9Q2M", Found.REFERENCE_UNKNOWN),
        ("z 7f3k 9q2m", Found.REFERENCE_UNKNOWN),
        ("7F3K-9Q2M-4XTB", Found.CODE_NEEDS_ADDRESS),
    ],
)
@pytest.mark.usefixtures("db")
async def test_what_was_typed_is_recognised(typed: str, found: Found) -> None:
    assert (await our_mail.examine(typed, "", SITE)).found is found


async def test_every_mail_ends_with_a_code_that_the_page_knows(client: SiteClient) -> None:
    case = await make.case()
    text = (await make.mails("received"))[0]["text"]
    code = text.rstrip().rpartition("The code of this e-mail: ")[2]
    page = await (await client.get("/check")).follow("Check an e-mail")
    asked = await page.submit({"shown": code}, status=422)
    assert asked.errors == ["Enter the address that the e-mail came to: a code is made for one address"]
    assert "Yes: this code is ours" in (await page.submit({"shown": code, "address": KIM})).main
    assert "No: we made no such code" in (await page.submit({"shown": code, "address": "lee@example.org"})).main
    # a reference says that we write about it, and nothing about whom it belongs to
    told = (await page.submit({"shown": case.reference})).main
    assert "That alone does not show that the e-mail is ours" in told
    assert KIM not in told
    told = (await page.submit({"shown": "C-2222-2222"})).main
    assert "We write about nothing with this reference" in told
    link = re.search(r"http://testserver/cases/\S+", text)
    assert link is not None
    assert "This link leads to our site" in (await page.submit({"shown": link[0]})).main
    assert "evil.example" in (await page.submit({"shown": "http://evil.example/check"})).main


async def test_checking_many_e_mails_is_refused_kindly(client: SiteClient, monkeypatch: pytest.MonkeyPatch) -> None:
    async def used_up(limit: str, name: str, whose: str) -> bool:
        return False

    monkeypatch.setattr("crowdfund_kent.pages.limits.allows", used_up)
    page = await client.get("/check/mail")
    page = await page.submit({"shown": "P-7F3K-9Q2M"}, status=429)
    assert "Please ring us and ask" in page.errors[0]
