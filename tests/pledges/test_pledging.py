"""A pledge from its first row to its end, without a browser: statuses, ledger, mails, rules of time."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from crowdfund_kent import audit, invariants, ledger
from crowdfund_kent.clock import business_now
from crowdfund_kent.database import execute
from crowdfund_kent.errors import Conflict, NotFound, Refused
from crowdfund_kent.models import AuditRow, LedgerMovement
from crowdfund_kent.references import new_token
from pledges import accounts, letters, links, pledging, rules
from pledges.checks import RULES
from pledges.models import Pledge, PledgeEvent
from pledges.services import expire_pending, release_pledges
from projects.models import Campaign
from projects.states import Campaign as CampaignStatus
from tests.pledges import make

pytestmark = pytest.mark.usefixtures("db")
NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)


async def broken() -> dict[str, list[str]]:
    """Rules of this package that do not hold, with their offenders."""
    return {found.rule: found.offenders for found in await invariants.run(RULES) if found.count}


async def promised(campaign: Campaign) -> int:
    return await ledger.balance(accounts.pledged(campaign.id))


async def history(pledge: Pledge) -> list[tuple[str, str, str, int | None]]:
    rows = await PledgeEvent.filter(subject_id=pledge.id).order_by("id")
    return [(row.old, row.new, row.cause, row.amount_pence) for row in rows]


async def test_a_pledge_is_pending_until_its_card_is_saved() -> None:
    campaign = await make.campaign()
    pledge = await make.pledge(campaign, 2000, active=False)
    assert (pledge.status, await promised(campaign)) == ("pending", 0)
    card = pledging.Card("visa", "4242", "print")
    saved_at = business_now() - timedelta(seconds=5)
    pledge = await pledging.card_saved(pledge.id, card, saved_at, audit.PROVIDER)
    assert (pledge.status, pledge.activated_at, await promised(campaign)) == ("active", saved_at, 2000)
    assert await ledger.balance(accounts.backers()) == -2000
    assert await history(pledge) == [("", "pending", "created", 2000), ("pending", "active", "card saved", 2000)]


async def test_a_saved_card_told_twice_is_one_promise_and_one_receipt() -> None:
    campaign = await make.campaign()
    pledge = await make.pledge(campaign, email="kim@example.org", fingerprint="print")
    card = pledging.Card("visa", "4242", "print")
    for _ in range(3):
        assert (await pledging.card_saved(pledge.id, card, business_now(), audit.PROVIDER)).status == "active"
    assert await promised(campaign) == 2000
    assert len(await make.mails("kim@example.org")) == 1


async def test_more_and_less_leave_an_event_with_the_new_amount_and_the_difference_in_the_ledger() -> None:
    campaign = await make.campaign()
    pledge = await make.pledge(campaign, 2000)
    for amount in (5000, 300):
        await pledging.change(pledge.id, audit.BACKER, amount_pence=amount)
    assert (await Pledge.get(id=pledge.id)).amount_pence == 300
    assert await promised(campaign) == 300
    assert (await history(pledge))[2:] == [
        ("active", "active", "amount changed", 5000),
        ("active", "active", "amount changed", 300),
    ]
    await pledging.cancel(pledge.id, audit.BACKER)
    assert await promised(campaign) == 0
    assert await broken() == {}


async def test_the_name_changes_without_event_and_mail_and_the_same_amount_is_no_change() -> None:
    pledge = await make.pledge(await make.campaign(), email="kim@example.org")
    await pledging.show_as(pledge.id, audit.BACKER, name="Kim R", name_shown=True, dedication="For Jean")
    await pledging.change(pledge.id, audit.BACKER, amount_pence=2000)
    assert len(await history(pledge)) == 2
    assert len(await make.mails("kim@example.org")) == 1


@pytest.mark.parametrize("amount", [0, 199, 1_000_001])
async def test_amounts_out_of_bounds_are_refused_also_without_a_form(amount: int) -> None:
    campaign = await make.campaign()
    pledge = await make.pledge(campaign)
    with pytest.raises(Refused, match="from £2 to £10,000"):
        await pledging.change(pledge.id, audit.BACKER, amount_pence=amount)
    with pytest.raises(Refused):
        await pledging.begin(campaign.id, new_token(), make.answers(amount), audit.BACKER)
    assert await promised(campaign) == 2000


async def test_cancelling_twice_is_no_error_and_one_cancellation() -> None:
    campaign = await make.campaign()
    pledge = await make.pledge(campaign, email="kim@example.org")
    for _ in range(2):
        assert (await pledging.cancel(pledge.id, audit.BACKER)).status == "cancelled"
    assert await promised(campaign) == 0
    assert len(await make.mails("kim@example.org")) == 2


@pytest.mark.parametrize("status", [CampaignStatus.CLOSING, CampaignStatus.SUCCESSFUL, CampaignStatus.COLLECTING])
async def test_nothing_changes_once_the_campaign_closes(status: CampaignStatus) -> None:
    campaign = await make.campaign()
    pledge = await make.pledge(campaign)
    await Campaign.filter(id=campaign.id).update(status=status)
    with pytest.raises(Refused, match="can't be changed or cancelled any more"):
        await pledging.cancel(pledge.id, audit.BACKER)
    with pytest.raises(Refused):
        await pledging.change(pledge.id, audit.BACKER, amount_pence=500)
    assert await promised(campaign) == 2000


async def test_a_paused_campaign_still_lets_its_backers_go() -> None:
    campaign = await make.campaign()
    pledge = await make.pledge(campaign)
    await Campaign.filter(id=campaign.id).update(status=CampaignStatus.SUSPENDED, deadline_at=business_now())
    assert (await pledging.cancel(pledge.id, audit.BACKER)).status == "cancelled"


async def test_a_pending_pledge_has_nothing_to_change() -> None:
    pledge = await make.pledge(await make.campaign(), active=False)
    with pytest.raises(Refused, match="not active"):
        await pledging.cancel(pledge.id, audit.BACKER)


@pytest.mark.parametrize(
    ("status", "seconds", "counts"),
    [
        (CampaignStatus.LIVE, -1, True),
        (CampaignStatus.LIVE, 0, False),
        (CampaignStatus.CLOSING, -1, True),
        (CampaignStatus.CLOSING, 0, False),
        (CampaignStatus.SUSPENDED, 0, True),
        (CampaignStatus.CANCELLED, -1, False),
        (CampaignStatus.SUCCESSFUL, -1, False),
        (CampaignStatus.UNSUCCESSFUL, -1, False),
    ],
)
async def test_a_card_counts_when_it_was_saved_before_the_deadline_and_the_verdict(
    status: CampaignStatus, seconds: int, counts: bool
) -> None:
    campaign = await make.campaign()
    pledge = await pledging.begin(campaign.id, new_token(), make.answers(email="kim@example.org"), audit.BACKER)
    deadline = business_now() - timedelta(minutes=3)
    await Campaign.filter(id=campaign.id).update(status=status, deadline_at=deadline)
    card = pledging.Card("visa", "4242", "print")
    saved_at = deadline + timedelta(seconds=seconds)
    pledge = await pledging.card_saved(pledge.id, card, saved_at, audit.PROVIDER)
    assert pledge.status == ("active" if counts else "expired")
    assert await promised(campaign) == (2000 if counts else 0)
    (mail,) = await make.mails("kim@example.org")
    assert ("came too late" in mail["subject"]) is not counts


async def test_the_same_form_key_is_the_same_pledge_with_the_newest_answers() -> None:
    campaign = await make.campaign()
    first = await pledging.begin(campaign.id, "key", make.answers(2000, email="a@example.org"), audit.BACKER)
    again = await pledging.begin(campaign.id, "key", make.answers(4000, email="b@example.org"), audit.BACKER)
    assert (again.id, again.amount_pence, again.email) == (first.id, 4000, "b@example.org")
    assert again.email_key != first.email_key
    assert await Pledge.filter(campaign_id=campaign.id).count() == 1
    assert (await history(again))[-1] == ("pending", "pending", "amount changed", 4000)


async def test_a_form_key_of_another_campaign_is_refused() -> None:
    await pledging.begin((await make.campaign()).id, "key", make.answers(), audit.BACKER)
    with pytest.raises(Conflict):
        await pledging.begin((await make.campaign()).id, "key", make.answers(), audit.BACKER)


async def test_a_pledge_that_is_active_ignores_its_form() -> None:
    campaign = await make.campaign()
    pledge = await make.pledge(campaign, 2000)
    again = await pledging.begin(campaign.id, pledge.form_key, make.answers(9000), audit.BACKER)
    assert (again.id, again.status, again.amount_pence) == (pledge.id, "active", 2000)


async def test_no_pledge_to_a_campaign_that_is_not_there_or_not_live() -> None:
    with pytest.raises(NotFound):
        await pledging.begin(0, new_token(), make.answers(), audit.BACKER)
    campaign = await make.campaign(CampaignStatus.SUSPENDED)
    with pytest.raises(Refused, match="paused"):
        await pledging.begin(campaign.id, new_token(), make.answers(), audit.BACKER)


@pytest.mark.parametrize(
    ("cause", "words"),
    [
        ("campaign unsuccessful", "did not meet its target: you are not charged"),
        ("campaign cancelled", "was cancelled"),
    ],
)
async def test_all_pledges_are_let_go_and_everybody_is_told_once(
    cause: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pledges.services.BATCH", 2)
    campaign = await make.campaign()
    made = [await make.pledge(campaign, 1000, email=f"r{number}-{campaign.id}@example.org") for number in range(5)]
    waiting = await make.pledge(campaign, active=False)
    cancelled = await make.pledge(campaign)
    await pledging.cancel(cancelled.id, audit.BACKER)
    assert not await release_pledges(campaign, cause, audit.SYSTEM, in_time=lambda: False)
    assert await Pledge.filter(campaign_id=campaign.id, status="released").count() == 2
    assert [await release_pledges(campaign, cause, audit.SYSTEM) for _ in range(2)] == [True, True]
    statuses = {pledge.id: pledge.status for pledge in await Pledge.filter(campaign_id=campaign.id)}
    assert [statuses[pledge.id] for pledge in made] == ["released"] * 5
    assert (statuses[waiting.id], statuses[cancelled.id]) == ("expired", "cancelled")
    assert await promised(campaign) == 0
    for pledge in made:
        _, told = await make.mails(str(pledge.email))
        assert words in told["subject"]
        assert "Nothing was taken and nothing will be" in told["text"]
    await Campaign.filter(id=campaign.id).update(status=cause.removeprefix("campaign "))
    assert await broken() == {}


async def test_pending_pledges_expire_together() -> None:
    campaign = await make.campaign()
    for _ in range(3):
        await make.pledge(campaign, active=False)
    assert [await expire_pending(campaign, audit.SYSTEM) for _ in range(2)] == [True, True]
    assert await Pledge.filter(campaign_id=campaign.id, status="expired").count() == 3


async def test_the_private_link_is_found_by_its_token_only_and_no_token_is_stored() -> None:
    pledge = await make.pledge(await make.campaign())
    token = links.PAGES.token_of(pledge.reference)
    assert (await links.by_private_link(pledge.reference, token)).id == pledge.id
    assert pledge.token_hash != token
    for reference, wrong in ((pledge.reference, token[:-1]), (pledge.reference, ""), ("P-2222-2222", token)):
        with pytest.raises(NotFound):
            await links.by_private_link(reference, wrong)


async def test_after_another_secret_key_the_next_mail_has_a_link_that_works() -> None:
    pledge = await make.pledge(await make.campaign(), email="kim@example.org")
    await Pledge.filter(id=pledge.id).update(token_hash="of the key before")
    pledge = await Pledge.get(id=pledge.id)
    await letters.send("link", pledge, None)
    path = make.address_in((await make.mails("kim@example.org"))[-1]["text"])
    _, _, reference, token = path.split("/")
    assert (await links.by_private_link(reference, token)).id == pledge.id


async def test_no_mail_goes_to_an_address_that_was_erased() -> None:
    campaign = await make.campaign()
    pledge = await make.pledge(campaign, email="kim@example.org")
    await Pledge.filter(id=pledge.id).update(email=None, name="")
    await release_pledges(campaign, "campaign cancelled", audit.SYSTEM)
    assert len(await make.mails("kim@example.org")) == 1


async def test_audit_and_ledger_hold_no_personal_text() -> None:
    pledge = await make.pledge(await make.campaign(), email="kim@example.org")
    await pledging.change(pledge.id, audit.BACKER, amount_pence=500)
    written: list[Any] = [(row.act, row.subject, row.details) for row in await AuditRow.all()]
    written += [(row.kind, row.source) for row in await LedgerMovement.all()]
    assert str(pledge.id) in str(written)
    assert "kim" not in str(written).lower()


@pytest.mark.parametrize(
    ("deadline", "hours", "minutes"),
    [
        (NOON + timedelta(days=5), 23, 59),  # a day at most, less a minute for the way
        (NOON + timedelta(hours=5), 5, 0),  # else the deadline
        (NOON + timedelta(minutes=31), 0, 31),
        (NOON + timedelta(minutes=10), 0, 31),  # but the provider's half hour at least
        (NOON, 0, 31),
    ],
)
def test_a_card_page_lives_a_day_or_to_the_deadline_but_half_an_hour_at_least(
    deadline: datetime, hours: int, minutes: int
) -> None:
    assert rules.card_page_ends(deadline, NOON) == NOON + timedelta(hours=hours, minutes=minutes)


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (timedelta(minutes=31), None),
        (timedelta(minutes=30), 30),
        (timedelta(minutes=1, seconds=59), 1),
        (timedelta(seconds=5), 1),
        (timedelta(), None),
    ],
)
def test_minutes_are_told_in_the_last_half_hour_only(left: timedelta, said: int | None) -> None:
    assert rules.minutes_left(NOON + left, NOON) == said


@pytest.mark.parametrize(
    ("pence", "cost"), [(1000, 35), (200, 23), (2000, 50), (1_000_000, 15_020), (233, 23), (234, 24)]
)
def test_the_card_cost_is_a_share_rounded_half_up_and_a_fixed_part(pence: int, cost: int) -> None:
    assert rules.card_cost(pence, 150, 20) == cost


SPOILED = [
    ("pledge history agrees", "UPDATE pledge SET status = 'cancelled' WHERE id = $1"),
    ("pledge amounts agree with history", "UPDATE pledge SET amount_pence = amount_pence + 1 WHERE id = $1"),
    ("promises are in the ledger", "UPDATE pledge SET amount_pence = amount_pence + 1 WHERE id = $1"),
    ("a pledge that counts has a card", "UPDATE saved_card SET payment_method = NULL WHERE pledge_id = $1"),
    ("active pledges say since when", "UPDATE pledge SET activated_at = NULL WHERE id = $1"),
    (
        "no pledge counts that came too late",
        "UPDATE campaign c SET deadline_at = p.activated_at FROM pledge p WHERE p.id = $1 AND c.id = p.campaign_id",
    ),
]


@pytest.mark.parametrize(("rule", "spoil"), SPOILED)
async def test_check_names_a_spoiled_pledge(rule: str, spoil: str) -> None:
    pledge = await make.pledge(await make.campaign())
    assert await broken() == {}
    assert await execute(spoil, pledge.id) == 1
    (offender,) = (await broken())[rule]
    assert offender in {f"pledge {pledge.id}", f"campaign {pledge.campaign_id}"}


@pytest.mark.parametrize(
    ("rule", "constraint", "spoil"),
    [
        ("one form, one pledge", "pledge_form_key_key", "UPDATE pledge SET form_key = 'the same'"),
        ("pledges are within bounds", "pledge_refund_within", "UPDATE pledge SET refunded_pence = amount_pence + 1"),
    ],
)
async def test_check_finds_what_the_database_would_refuse(rule: str, constraint: str, spoil: str) -> None:
    campaign = await make.campaign()
    for _ in range(2):
        await make.pledge(campaign)
    await execute(f"ALTER TABLE pledge DROP CONSTRAINT {constraint}")
    await execute(spoil)
    assert (await broken())[rule]


async def test_a_provider_whose_clock_runs_behind_does_not_turn_the_history_round() -> None:
    begun = await make.pledge(await make.campaign(), active=False)
    card = pledging.Card("visa", "4242", "a print")
    await pledging.card_saved(begun.id, card, begun.created_at - timedelta(seconds=2), audit.PROVIDER)
    events = await PledgeEvent.filter(subject_id=begun.id).order_by("effective_at", "id")
    assert [event.new for event in events] == ["pending", "active"]
