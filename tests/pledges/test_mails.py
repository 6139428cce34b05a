"""Every mail to a backer can be told from a false one: read them all."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from crowdfund_kent import mail
from crowdfund_kent.clock import business_now
from crowdfund_kent.settings import get_settings
from pledges import links
from pledges.models import Pledge
from pledges.queries import campaign_view
from tests.pledges import make

pytestmark = pytest.mark.usefixtures("db")
FOLDER = Path(__file__).parent.parent.parent / "templates" / "emails"
HELP = "help_"  # about hours and things: no money, and their own private page
OFFICERS = ("pot_", "officers_")  # to officers and finance approvers, about a pot or a collection
TITLE = "Tidal pool steps"
PARTS = {"parts.txt", "help_parts.txt"}
# payments write to groups, officers and companies too: a mail is a backer's where it is sent to one
TO_BACKERS = {
    name
    for path in (FOLDER.parent.parent / "payments").rglob("*.py")
    for name in re.findall(r'to_backer\(\s*"(\w+)"', path.read_text())
}
BACKERS = sorted(
    f"{path.parent.name}/{path.name}"
    for folder in ("pledges", "payments")
    for path in (FOLDER / folder).glob("*.txt")
    if path.name not in PARTS and not path.name.startswith((HELP, *OFFICERS, "group_"))
    if folder == "pledges" or path.stem in TO_BACKERS
)


def given() -> dict[str, Any]:
    """What mails are written with besides what all have."""
    soon = business_now() + timedelta(days=3)
    return {
        "cause": "gave up",
        "message": "The field was sold.",
        "had_cover": True,
        "amount_pence": 1_036,
        "reason": "late success",
        "why": "It advertises.",
        "collecting_from": soon,
        "authenticate": True,
        "may_try_again": False,
        "last_mail": False,
        "ends_at": soon,
        "change": SimpleNamespace(old_last_day=soon, answered_at=soon, reason="The paint must dry."),
        "delivery": SimpleNamespace(end_note="The steps stand."),
        "turn": SimpleNamespace(
            id=1, kind="money that is left", reason="Cheaper.", purpose="A rail.", unspent_pence=10
        ),
        "due_pence": 5,
        "charged_on": soon.date(),
        "contact": "http://testserver/contact",
        "how": "bank transfer",
        "paid_on": soon.date(),
        "bank_reference": "BACS 12",
        "before_payout": False,
        "until": soon,
        "differences": SimpleNamespace(in_words="the costs", old_target_pence=1, new_target_pence=2, lists=()),
    }


async def written(name: str) -> tuple[str, Pledge]:
    campaign = await make.campaign(title=TITLE)
    pledge = await make.pledge(campaign, 1_000, cover=True)
    pledge.dedication = "For Jean"
    found = mail.write(
        name,
        pledge=pledge,
        campaign=await campaign_view(campaign.id),
        private_link=await links.private_link(pledge),
        short_url=links.short_url(pledge),
        statement_name=get_settings().statement_name,
        **given(),
    )
    return f"{found.subject}\n{found.text}", pledge


@pytest.mark.parametrize("name", BACKERS)
async def test_each_names_project_amount_card_reference_and_an_address_to_type(name: str) -> None:
    text, pledge = await written(name)
    assert TITLE in text
    assert re.search(r"£10(\.36)?\b", text), "the amount"
    assert "ending 4242" in text
    assert pledge.reference in text
    assert f"http://testserver/pledges/{pledge.reference}\n" in text, "a short address to type"


@pytest.mark.parametrize("name", BACKERS)
async def test_none_asks_for_card_details_or_leads_straight_to_a_card_page(name: str) -> None:
    text, _ = await written(name)
    addresses = re.findall(r"https?://\S+", text)
    assert all(address.startswith("http://testserver/") for address in addresses)
    assert not [address for address in addresses if re.search(r"/(card|pay|bank|new-card)\b|checkout", address)]
    asks = r"(enter|send|give|tell|confirm)( us)? your (card|account|sort code|PIN|password|security)"
    assert not re.search(asks, text, re.IGNORECASE)
    assert "We never ask for card details" in text
    assert "/check" in text, "how to tell whether it is ours"


def test_there_are_mails_to_read() -> None:
    assert len(BACKERS) >= 17


# what a resident lives through, and the mail that tells it
MOMENTS = {
    "pledged": "pledges/receipt.txt",
    "target met, and when the card is charged": "payments/target_met.txt",
    "charged": "payments/collected.txt",
    "failed, and what to do": "payments/payment_failed.txt",
    "let off": "payments/dropped.txt",
    "released": "pledges/released.txt",
    "it goes ahead": "payments/settled.txt",
    "too few could be charged": "payments/collapsed.txt",
    "refunded": "payments/refunded.txt",
}
MOST_WORDS = 260  # two screens of a phone, the footer with it


@pytest.mark.parametrize("moment", MOMENTS)
async def test_every_moment_of_a_pledge_has_a_mail_that_is_soon_read(moment: str) -> None:
    assert MOMENTS[moment] in BACKERS
    text, _ = await written(MOMENTS[moment])
    assert len(text.split()) <= MOST_WORDS
    subject, body = text.split("\n", 1)
    assert len(subject) <= 78, "a phone shows about so much"
    first = body.strip().split("\n\n")[0]
    assert len(first.split()) <= 45, "the news comes first, in a sentence or two"
    longest = max((len(word) for word in body.split() if not word.startswith("http")), default=0)
    assert longest <= 40, "nothing but addresses is wider than a phone"


async def test_a_failed_payment_says_what_to_do_and_that_nothing_was_taken() -> None:
    text, _ = await written("payments/payment_failed.txt")
    for words in ("Nothing has been taken", "use another card", "be let off", "A pledge is a promise, not a debt"):
        assert words in text


GROUPS = [f"payments/group_{what}.txt" for what in ("target_met", "target_missed", "settled", "collapsed")]


@pytest.mark.parametrize("name", GROUPS)
async def test_a_groups_mails_name_its_project_and_the_money_and_no_backer(name: str) -> None:
    campaign = await make.campaign(title=TITLE)
    pledge = await make.pledge(campaign, 1_000)
    secured = SimpleNamespace(collected_pence=90_000, match_pence=8_000, gifts_pence=2_000, total_pence=100_000)
    found = mail.write(
        name,
        officer=None,
        campaign=replace(await campaign_view(campaign.id), collecting_from=business_now()),
        page="http://testserver/projects/tidal",
        raised_pence=100_000,
        secured=secured,
        before_payout=False,
    )
    assert TITLE in found.subject
    assert "£1,000" in found.text
    assert "http://testserver/projects/tidal" in found.text
    assert pledge.reference not in found.text
    assert str(pledge.email) not in found.text
    assert len(found.text.split()) <= 200
