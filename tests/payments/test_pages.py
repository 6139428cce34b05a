"""The resident's way out of a payment that failed, and how far a collection is, page by page."""

import re

import pytest

from crowdfund_kent.accounts.models import Person
from crowdfund_kent.accounts.roles import Role
from payments import closing, pump
from payments.models import Collection
from pledges import links
from pledges.models import Pledge
from projects.models import Group, Member
from tests.accounts.make import sign_in, staff
from tests.client import SiteClient
from tests.payments import make
from tests.sandbox import World

BANK = re.compile(r"http://127\.0\.0\.1:\d+/3ds/.+")
CARD = re.compile(r"http://127\.0\.0\.1:\d+/c/pay/.+")


async def failed(provider: World, card: str) -> tuple[make.Scene, Pledge, str]:
    """A collection in which one payment did not go through; the address of its private page."""
    scene = await make.scene(provider, 20_000)
    await scene.pledge(18_000)
    pledge = await scene.pledge(2_000, card)
    await scene.collect()
    found = await Pledge.get(id=pledge.id)
    return scene, found, links.private_path(found)


async def test_the_backer_confirms_with_their_bank_and_comes_back(client: SiteClient, provider: World) -> None:
    scene, pledge, path = await failed(provider, make.ASKS_BANK)
    private = await client.get(path)
    page = await private.follow("Confirm with your bank")
    assert page.h1 == "Your bank wants to hear from you"
    page = await page.submit(form="confirm", to=f"{path}/pay/bank")
    assert page.h1 == "Go on to your bank"
    address = page.link("Go on to my bank")
    assert BANK.fullmatch(address)
    back = await provider.control.answer_bank(address)
    assert back is not None
    assert back.startswith(f"http://testserver{path}/back")
    page = await client.get(back.removeprefix("http://testserver"), to=path)
    assert "Your bank has paid. Thank you." in page.text
    assert await make.status_of(pledge) == "collected"
    await make.rounds()
    assert await scene.status() == "settled"
    assert (await provider.control.truth())["charged_twice"] == []


async def test_a_bank_that_says_no_leads_back_to_what_can_be_done(client: SiteClient, provider: World) -> None:
    _, pledge, path = await failed(provider, make.ASKS_BANK)
    page = await client.get(f"{path}/pay")
    page = await page.submit(form="confirm", to=f"{path}/pay/bank")
    await provider.control.answer_bank(page.link("Go on to my bank"), complete=False)
    page = await client.get(f"{path}/back", to=f"{path}/pay")
    assert "nothing was taken" in page.text
    assert page.h1 == "Your payment did not go through"
    assert await make.status_of(pledge) == "failed"


async def test_another_card_is_saved_and_tried_at_once(client: SiteClient, provider: World) -> None:
    scene, pledge, path = await failed(provider, make.DECLINES)
    page = await client.get(f"{path}/new-card")
    address = await page.leave(form="card", to=CARD)
    back = await provider.control.fill_card_page(address, make.OK)
    assert back is not None
    await client.http.get(back.removeprefix("http://testserver"))
    await make.rounds()
    assert await make.status_of(pledge) == "collected"
    assert await scene.status() == "settled"


async def test_let_me_off_is_one_page_and_one_button(client: SiteClient, provider: World) -> None:
    scene, pledge, path = await failed(provider, make.DECLINES)
    page = await client.get(f"{path}/pay")
    assert "A pledge is a promise, not a debt" in page.text
    page = await page.follow("Ask to be let off")
    page = await page.submit()
    assert page.h1 == "You are let off"
    again = await client.get(f"{path}/pay")
    assert "You asked to be let off" in again.text
    await make.rounds()
    assert await make.status_of(pledge) == "dropped"
    assert await scene.status() == "settled"
    assert "private page" in (await make.mail_text(pledge, "payments/dropped"))


async def test_a_forged_token_lets_nobody_off(client: SiteClient, provider: World) -> None:
    _, pledge, path = await failed(provider, make.DECLINES)
    await client.get(f"{path}/let-off")
    page = await client.post(f"{path}/let-off", {"csrf_token": "forged"}, status=422)
    assert len(page.errors) == 1
    assert page.errors[0].startswith("This page has expired")
    await make.rounds()
    assert await make.status_of(pledge) == "failed"


@pytest.mark.parametrize("part", ["pay", "pay/bank", "back", "new-card", "let-off"])
async def test_without_the_right_link_there_is_no_such_page(client: SiteClient, provider: World, part: str) -> None:
    scene = await make.scene(provider)
    pledge = await scene.pledge(2_000)
    await client.get(f"/pledges/{pledge.reference}/wrong/{part}", status=404)
    await client.get(f"{links.private_path(pledge)}/{part}", to=links.private_path(pledge))


async def test_the_mail_about_a_failed_payment_asks_for_no_card_and_names_what_to_check(
    provider: World, db: None
) -> None:
    _, pledge, path = await failed(provider, make.DECLINES)
    text = await make.mail_text(pledge, "payments/payment_failed")
    for words in ("£20", "ending 0341", pledge.reference, f"http://testserver/pledges/{pledge.reference}", path):
        assert words in text
    assert "be let off" in text
    assert "checkout" not in text
    assert provider.url not in text


async def test_officers_see_how_far_a_collection_is(client: SiteClient, provider: World) -> None:
    scene, _, _ = await failed(provider, make.DECLINES)
    somebody, _ = await staff(Role.FUND_OFFICER)
    await sign_in(client, somebody)
    page = await client.get("/staff/settlements")
    page = await page.follow("Project")
    assert "1 of 2 card pledges are collected so far" in page.text
    assert page.summary["Raised by the deadline"] == "£200.00 of £200"
    assert page.summary["Needed for a payout"] == "£180.00, 90% of the target"
    assert "Pay-out threshold: The share of the target that must be secured" in page.main, "explained in place"
    assert page.rows("Card pledges by where they are") == [
        ["Collected", "1", "£180.00"],
        ["Failed so far", "1", "£20.00"],
    ]
    await scene.later(days=15)
    page = await client.get(f"/staff/campaigns/{scene.campaign.id}/settlement")
    assert page.summary["Secured at the settlement"] == "£180.00"
    assert "The payout to the group follows" in page.text


async def test_officers_see_so_many_of_so_many_and_the_time_left_while_it_runs(
    client: SiteClient, provider: World
) -> None:
    scene = await make.scene(provider, 10_000)
    for card in (make.OK, make.DECLINES, make.ASKS_BANK, *[make.OK] * 4):
        await scene.pledge(2_000, card)
    await scene.close()
    await scene.pass_time(hours=48, minutes=1)
    assert await closing.begin_collecting(scene.campaign.id) == 7
    somebody, _ = await staff(Role.FUND_OFFICER)
    await sign_in(client, somebody)
    path = f"/staff/campaigns/{scene.campaign.id}/settlement"
    page = await client.get(path)
    assert "Cards asked so far: 0 of 7." in page.text
    assert "7 are next" in page.text
    assert "less than a minute left" in page.text
    first_three = await Collection.filter(campaign_id=scene.campaign.id).order_by("id").limit(3)
    for collection in first_three:
        for _ in range(3):  # what failed writes to its backer, and then waits
            await pump.work_on(collection.id)
    page = await (await client.get(path)).follow("Look again")
    assert "Cards asked so far: 3 of 7." in page.text
    assert "4 are next" in page.text
    await make.rounds()
    page = await client.get(path)
    assert "Cards asked so far: 7 of 7. 2 wait for a later day, the bank or the backer." in page.text


async def test_where_a_cancellation_comes_too_late_a_hold_is_offered(client: SiteClient, provider: World) -> None:
    scene = await make.scene(provider, 2_000)
    await scene.pledge(2_000)
    await scene.close()
    await scene.pass_time(hours=48, minutes=1)
    assert await closing.begin_collecting(scene.campaign.id) == 1
    somebody, _ = await staff(Role.FUND_OFFICER)
    await sign_in(client, somebody)
    page = await client.get(f"/staff/campaigns/{scene.campaign.id}/cancel")
    assert page.h1 == "This campaign can’t be cancelled any more"
    page = await page.follow("Hold the charging")
    await page.submit({"why": "A neighbour rang."}, to=re.compile(r"/staff/payment-holds/\d+"))
    await make.rounds()
    assert (await provider.control.truth())["charges"] == 0, "nobody is charged while it is held"


async def test_officers_see_how_many_payments_were_sent_on(client: SiteClient, provider: World) -> None:
    scene = await make.scene(provider, 6_000, account=True)
    for _ in range(3):
        await scene.pledge(2_000)
    await scene.collect()
    somebody, _ = await staff(Role.FUND_OFFICER)
    await sign_in(client, somebody)
    path = f"/staff/campaigns/{scene.campaign.id}/settlement"
    assert "sent on to the group" not in (await client.get(path)).text, "the payout has not begun"
    await provider.control.add_fault("drop_before", method="POST", path="/v1/transfers", count=2)
    await scene.later(minutes=20)
    assert "Payments sent on to the group so far: 1 of 3. 2 wait for a later day" in (await client.get(path)).text
    await scene.later(hours=2)
    assert "Payments sent on to the group so far: 3 of 3." in (await client.get(path)).text


async def test_after_a_collapse_officers_still_see_what_was_secured(client: SiteClient, provider: World) -> None:
    scene = await make.scene(provider, 10_000)
    await scene.pledge(8_000)
    await scene.pledge(2_000, make.DECLINES)
    await scene.collect()
    await scene.later(days=15)
    somebody, _ = await staff(Role.AUDITOR)
    await sign_in(client, somebody)
    page = await client.get(f"/staff/campaigns/{scene.campaign.id}/settlement")
    assert "Too little could be collected" in page.text
    assert page.summary["Secured at the settlement"] == "£80.00"
    assert "Payments given back so far: 1 of 1." in page.text
    assert page.rows("Card pledges by where they are") == [
        ["Let off", "1", "£20.00"],
        ["Given back", "1", "£80.00"],
    ]


async def test_a_group_sees_its_own_collection_and_no_other(client: SiteClient, provider: World) -> None:
    scene = await make.scene(provider, 2_000)
    await scene.pledge(2_000)
    await scene.collect()
    member = await Member.get(group__projects__campaigns__id=scene.campaign.id)
    group = await Group.get(id=member.group_id)
    await sign_in(client, await Person.get(id=member.person_id))
    page = await client.get(f"/groups/{group.slug}/campaigns/{scene.campaign.id}/settlement")
    assert "1 of 1 card pledges were collected. The payout to the group follows." in page.text
    other = await make.scene(provider)
    await client.get(f"/groups/{group.slug}/campaigns/{other.campaign.id}/settlement", status=404)


async def test_a_provider_that_does_not_answer_is_told_with_what_to_do(client: SiteClient, provider: World) -> None:
    _, pledge, path = await failed(provider, make.ASKS_BANK)
    page = await client.get(f"{path}/pay")
    await provider.control.add_fault("drop_before", path="/v1/payment_intents/*", count=None)
    page = await page.submit(form="confirm", status=422)
    assert page.errors == ["The payment provider does not answer. Nothing was taken. Try again in a few minutes."]
    assert await make.status_of(pledge) == "action required"
