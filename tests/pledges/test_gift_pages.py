"""The pages of a desk, of whoever counts, of the group, and the paper form."""

import re

from crowdfund_kent.accounts.models import Person
from crowdfund_kent.audit import Actor
from pledges.gifts.kinds import Way
from pledges.models import GiftBatch, GiftPayment, GiftRecovery, GiftReturn, OfflineGift
from pledges.totals import totals
from projects.models import Campaign, Project
from tests.accounts.make import sign_in
from tests.client import SiteClient
from tests.pledges import gift_make, make, pot_make
from tests.pledges.gift_make import Desk

TWENTY = {
    "amount": "20",
    "way": "cash",
    "name": "Ada Reed",
    "postcode": "ct9 1ab",
    "address": "1 Sea Road\nMargate",
    "kind": "person",
    "wish": "back",
}


async def as_actor(client: SiteClient, actor: Actor) -> None:
    await sign_in(client, await Person.get(id=actor.person_id))


async def taken(client: SiteClient, desk: Desk, campaign: Campaign) -> OfflineGift:
    await as_actor(client, desk.taker)
    page = await client.get(f"/staff/gifts/desks/{desk.desk.id}/take/{campaign.id}")
    receipt = await page.submit(TWENTY, to=re.compile(r"/staff/gifts/\d+/receipt"))
    gift = await OfflineGift.get()
    assert receipt.h1 == f"Receipt {gift.reference}"
    assert "£20.00 in cash" in receipt.main
    assert receipt.summary["Given by"] == "Ada Reed, CT9 1AB"
    return gift


async def test_a_gift_is_taken_counted_and_paid_in_and_the_bar_shows_it(client: SiteClient) -> None:
    desk, campaign = await gift_make.desk(), await make.campaign()
    await make.pledge(campaign, 1_000)
    gift = await taken(client, desk, campaign)
    home = await client.get("/staff/gifts")
    assert "No gift waits for you to count it" in home.main
    await as_actor(client, desk.counter)
    page = await (await client.get("/staff/gifts")).follow(f"Count {gift.reference}")
    assert "£20" not in page.main  # the second person types what they find
    again = await page.submit({"amount": "19", "seen": "Notes"}, status=422)
    assert any("The receipt says another amount" in error for error in again.errors)
    await again.submit({"amount": "20", "seen": "A £20 note and the receipt"}, to="/staff/gifts")
    slug = (await Project.get(id=campaign.project_id)).slug
    public = await client.get(f"/projects/{slug}")
    assert "and in cash and cheques £20" in public.main
    assert "2 backers: by card £10" in public.main
    assert "ck-fill--gifts" in public.response.text
    bank = await client.get(f"/staff/gifts/desks/{desk.desk.id}/bank")
    wrong = await bank.submit({"gifts": [str(gift.id)], "slip": "500123", "total": "21"}, status=422)
    assert "The gifts you chose come to £20.00, and the slip says £21.00." in wrong.errors
    await wrong.submit({"gifts": [str(gift.id)], "slip": "500123", "total": "20"}, to="/staff/gifts")
    batch = await GiftBatch.get()
    await as_actor(client, desk.finance)
    page = await client.get(f"/staff/gifts/batches/{batch.id}")
    await page.submit(form=f"/staff/gifts/batches/{batch.id}", to="/staff/gifts")
    shown = await client.get(f"/staff/gifts/{gift.id}")
    assert shown.summary["How it stands"] == "Banked"
    assert (await totals(campaign.id)).gifts_pence == 2_000


async def test_what_is_wrong_on_the_form_is_said_and_what_was_typed_stays(client: SiteClient) -> None:
    desk, campaign = await gift_make.desk(), await make.campaign()
    await as_actor(client, desk.taker)
    page = await client.get(f"/staff/gifts/desks/{desk.desk.id}/take/{campaign.id}")
    for other, error in (
        ({"amount": "1.999"}, "Enter pounds and pence"),
        ({"name": ""}, "Enter the giver’s name"),
        ({"postcode": "Margate"}, "Enter the giver’s postcode, like CT9 1AB"),
        ({"way": "cheque"}, "Enter the number of the cheque"),
        ({"amount": "1,001"}, "We take up to £1,000 in cash from one giver."),
        ({"nameless": "y"}, "Take out the name, postcode and address"),
    ):
        page = await page.submit({**TWENTY, **other}, status=422)
        assert any(error in one for one in page.errors), (error, page.errors)
        assert "1 Sea Road" in page.text
    assert await OfflineGift.all().count() == 0


async def test_a_gift_goes_back_by_two_people(client: SiteClient) -> None:
    desk, campaign = await gift_make.desk(), await make.campaign()
    gift = await desk.counted(campaign)
    await as_actor(client, desk.taker)
    page = await client.get(f"/staff/gifts/{gift.id}/return")
    await page.submit(
        {"cause": "asked for by giver", "how": "cash", "proof": "Book, page 3"}, to=f"/staff/gifts/{gift.id}"
    )
    row = await GiftReturn.get()
    page = await client.get(f"/staff/gifts/returns/{row.id}")
    assert (
        "Somebody else has to confirm this" in page.main
    )  # who entered it is offered no button, and a forged one is refused
    forged = {"csrf_token": page.form(f"/staff/gifts/returns/{row.id}/withdraw").values["csrf_token"]}
    refused = await client.post(f"/staff/gifts/returns/{row.id}", forged, status=422)
    assert any("Two different people" in error for error in refused.errors)
    await as_actor(client, desk.counter)
    page = await client.get(f"/staff/gifts/returns/{row.id}")
    assert page.summary["Proof"] == "Book, page 3"
    await page.submit(form=f"/staff/gifts/returns/{row.id}", to="/staff/gifts")
    assert (await OfflineGift.get(id=gift.id)).status == "returned"


async def test_a_group_takes_gifts_itself_and_sees_only_its_own(client: SiteClient) -> None:
    desk, owner = await gift_make.desk(), await pot_make.person("Olive Tree")
    campaign = await make.campaign(owner_id=owner.person_id)
    await desk.counted(campaign, name="Ben Cole", amount_pence=700)
    project = await Project.get(id=campaign.project_id).select_related("group")
    base = f"/groups/{project.group.slug}/projects/{project.slug}/gifts"
    await as_actor(client, owner)
    page = await client.get(base)
    assert page.summary == {"Counted": "£7.00", "Of it at desks": "£7.00", "Waits to be counted": "£0.00"}
    assert "Ben Cole" not in page.text
    form = await page.follow("Take a gift")
    await form.submit(TWENTY, to=re.compile(re.escape(base) + r"/\d+/receipt"))
    gift = await OfflineGift.get(name="Ada Reed")
    await client.get(f"/staff/gifts/{gift.id}/count", status=403)
    await desk.count(gift)
    page = await client.get(base)
    assert "£20.00 was counted and lies with you." in page.main
    bank = await page.follow("Pay it in")
    await bank.submit({"gifts": [str(gift.id)], "slip": "77", "total": "20"}, to=base)
    other = await desk.take(campaign, name="Cleo Hill")
    await client.get(f"{base}/{other.id}/receipt", status=404)


async def test_banked_gifts_are_handed_on_by_two_people(client: SiteClient) -> None:
    desk, campaign = await gift_make.desk(), await make.campaign()
    gift = await desk.counted(campaign)
    await desk.bank(gift)
    await OfflineGift.filter(id=gift.id).update(at_verdict=True)
    await Campaign.filter(id=campaign.id).update(status="settled")
    await as_actor(client, desk.officer)
    page = await client.get(f"/staff/gifts/campaigns/{campaign.id}/pay")
    assert page.summary["To transfer"] == "£20.00"
    await page.submit({"reference": "BACS 12"}, to="/staff/gifts")
    payment = await GiftPayment.get()
    await as_actor(client, desk.finance)
    page = await client.get(f"/staff/gifts/payments/{payment.id}")
    await page.submit(form=f"/staff/gifts/payments/{payment.id}", to="/staff/gifts")
    assert (await GiftPayment.get()).confirmed_by_id == desk.finance.person_id


async def test_desks_are_opened_by_fund_officers_and_stand_on_the_paper_form(client: SiteClient) -> None:
    campaign = await make.campaign()
    desk = await gift_make.desk()
    await as_actor(client, desk.taker)
    await client.get("/staff/gifts/desks/new", status=403)
    await as_actor(client, desk.officer)
    page = await client.get("/staff/gifts/desks/new")
    await page.submit({"name": "Deal Library", "place": "Broad Street, weekdays"}, to="/staff/gifts")
    slug = (await Project.get(id=campaign.project_id)).slug
    paper = await client.get(f"/projects/{slug}/paper-form")
    for words in (
        "Deal Library: Broad Street, weekdays",
        "takes no fee",
        "If the project can’t go ahead",
        "Complaints",
    ):
        assert words in paper.main


async def test_a_closed_desk_takes_nothing(client: SiteClient) -> None:
    desk, campaign = await gift_make.desk(), await make.campaign()
    await as_actor(client, desk.officer)
    page = await client.get(f"/staff/gifts/desks/{desk.desk.id}/close")
    await page.submit(to="/staff/gifts")
    await client.get(f"/staff/gifts/desks/{desk.desk.id}/take/{campaign.id}", status=404)


async def test_a_cheque_that_bounces_later_is_entered_by_one_and_its_loss_and_return_seen_by_finance(
    client: SiteClient,
) -> None:
    desk, campaign = await gift_make.desk(), await make.campaign()
    gift = await desk.counted(campaign, way=Way.CHEQUE, cheque_number="12")
    await desk.bank(gift)
    await OfflineGift.filter(id=gift.id).update(at_verdict=True)
    await Campaign.filter(id=campaign.id).update(status="settled")
    await desk.hand_on(await Campaign.get(id=campaign.id))
    await as_actor(client, desk.officer)
    page = await (await client.get(f"/staff/gifts/{gift.id}")).follow("The bank did not pay the cheque")
    await page.submit(
        {"cause": "cheque bounced", "how": "unpaid", "proof": "Letter of 3 May"}, to=f"/staff/gifts/{gift.id}"
    )
    row = await GiftReturn.get()
    await as_actor(client, desk.finance)
    page = await client.get(f"/staff/gifts/returns/{row.id}")
    assert page.summary["Who bears it"] == "The programme: the group has the money already"
    await page.submit(form=f"/staff/gifts/returns/{row.id}", to="/staff/gifts")
    await as_actor(client, desk.officer)
    page = await (await client.get(f"/staff/gifts/{gift.id}")).follow("The group gave some of it back")
    wrong = await page.submit({"amount": "20.01", "reference": "BACS 9"}, status=422)
    await wrong.submit({"amount": "12", "reference": "BACS 9"}, to="/staff/gifts")
    back = await GiftRecovery.get()
    await as_actor(client, desk.finance)
    page = await client.get(f"/staff/gifts/recoveries/{back.id}")
    await page.submit(form=f"/staff/gifts/recoveries/{back.id}", to="/staff/gifts")
    assert "The programme bears £8.00 of it" in (await client.get(f"/staff/gifts/{gift.id}")).main
    assert "Cheques that banks did not pay" in (await client.get("/staff/gifts")).main
