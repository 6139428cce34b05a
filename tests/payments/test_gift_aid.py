"""Gift Aid: who may claim, what is declared, when it can be claimed, and what is put right afterwards."""

import re
import zipfile
from datetime import date, timedelta
from io import BytesIO

import pytest

from crowdfund_kent.accounts.models import Person
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import BACKER, Actor
from crowdfund_kent.clock import business_today
from crowdfund_kent.errors import Forbidden, Refused
from crowdfund_kent.invariants import run
from payments import refunds
from payments.gift_aid import queries, services
from payments.gift_aid.checks import RULES
from payments.gift_aid.kinds import Adjusted
from payments.gift_aid.models import GiftAidClaim, GiftAidLine
from payments.gift_aid.schedule import COLUMNS, WHY, adjustments_of, schedule_of
from payments.models import CardPage, ChargeAttempt, Refund
from payments.shares_back import giving
from payments.shares_back import services as shares_back
from payments.shares_back.kinds import Hand
from payments.shares_back.models import ShareBack
from pledges import links
from pledges.gift_aid import rules
from pledges.gift_aid import services as declaring
from pledges.gift_aid.kinds import Declared, RecipientKind
from pledges.gift_aid.services import Answers
from pledges.gifts.kinds import Wish
from pledges.kinds import BackerKind
from pledges.models import GiftAidDeclaration, GiftAidRecipient, Pledge, UnspentShare
from projects.kinds import TurnKind
from projects.models import Campaign, Project
from projects.queries import group_id_of
from tests.accounts.make import sign_in
from tests.client import SiteClient
from tests.payments import make
from tests.payments.test_shares_once import agreed as turn_agreed
from tests.pledges import gift_make
from tests.pledges.make import Resident
from tests.projects.make import owner_of, staff
from tests.sandbox import World

pytestmark = pytest.mark.usefixtures("db")
ADA = Answers("Ada", "House-Martin", "1", "ct9 1ab", "Sea Road, Margate", "Ms")


async def verified(campaign: Campaign) -> tuple[GiftAidRecipient, Actor]:
    """The group of the campaign may claim; with an owner of it."""
    group_id = await group_id_of(campaign.id)
    owner = await owner_of(group_id)
    row = await declaring.enter_reference(
        group_id, owner, kind=RecipientKind.CHARITY, hmrc_name="Walpole Bay Trust", hmrc_reference="xr 4711"
    )
    return await declaring.verify(row.id, await staff(Role.FUND_OFFICER), "Letter of 3 May"), owner


async def all_rules_hold() -> None:
    broken = [finding for finding in await run(RULES) if finding.count]
    assert not broken, broken


async def left(recipient: GiftAidRecipient) -> int:
    return (await queries.standing(recipient.id, business_today())).left_pence


async def test_only_where_an_officer_verified_and_only_for_people(provider: World) -> None:
    scene = await make.scene(provider)
    pledge = await scene.pledge()
    with pytest.raises(Refused, match="can’t claim Gift Aid here"):
        await declaring.declare(pledge, ADA, Declared.PRIVATE_PAGE, BACKER)
    owner = await owner_of(await group_id_of(scene.campaign.id))
    with pytest.raises(Refused, match="like AB12345"):
        await declaring.enter_reference(
            await group_id_of(scene.campaign.id),
            owner,
            kind=RecipientKind.CHARITY,
            hmrc_name="T",
            hmrc_reference="1234567",
        )
    recipient, owner = await verified(scene.campaign)
    with pytest.raises(Refused, match="entered already"):
        await declaring.enter_reference(
            recipient.group_id, owner, kind=RecipientKind.CASC, hmrc_name="T", hmrc_reference="AB1"
        )
    await Pledge.filter(id=pledge.id).update(backer_kind=BackerKind.BUSINESS)
    with pytest.raises(Refused, match="gifts of people"):
        await declaring.declare(pledge, ADA, Declared.PRIVATE_PAGE, BACKER)
    await all_rules_hold()


async def test_an_owner_verifies_nothing(provider: World) -> None:
    scene = await make.scene(provider)
    group_id = await group_id_of(scene.campaign.id)
    owner = await owner_of(group_id)
    row = await declaring.enter_reference(
        group_id, owner, kind=RecipientKind.CHARITY, hmrc_name="Trust", hmrc_reference="AB12"
    )
    with pytest.raises(Forbidden):
        await declaring.verify(row.id, owner, "I say so")
    await declaring.refuse(row.id, await staff(Role.FUND_OFFICER), "Another name at HMRC")
    assert await declaring.recipient_of(scene.campaign.id) is None


async def test_a_card_and_a_gift_by_hand_are_claimed_once_settled_and_no_penny_twice(provider: World) -> None:
    scene, desk = await make.scene(provider, 10_000), await gift_make.desk()
    recipient, owner = await verified(scene.campaign)
    card = await scene.pledge(7_000, cover=True)
    other = await scene.pledge(1_000)  # never declared
    gift = await desk.counted(scene.campaign, amount_pence=2_001)
    await desk.bank(gift)
    assert other.id
    await declaring.declare(card, ADA, Declared.PRIVATE_PAGE, BACKER)
    await declaring.declare(gift, ADA, Declared.PAPER, desk.taker, taken_by_id=desk.taker.person_id)
    assert await left(recipient) == 0
    assert (await queries.standing(recipient.id, business_today())).waiting == 2
    with pytest.raises(Refused, match="nothing to claim"):
        await services.draw(recipient.id, owner)
    await scene.collect()
    assert await scene.status() == "settled"
    assert await left(recipient) == 9_001  # the cover of the card cost is no gift
    claim = await services.draw(recipient.id, owner)
    assert (claim.amount_pence, claim.adjusted_pence) == (9_001, 0)
    with pytest.raises(Refused, match="made a list already"):
        await services.draw(recipient.id, owner)
    assert await left(recipient) == 0
    await services.mark_claimed(claim.id, owner, business_today())
    with pytest.raises(Refused, match="nothing to claim"):
        await services.draw(recipient.id, owner)
    days = {line.amount_pence: line.donated_on for line in await GiftAidLine.all()}
    assert days[7_000] == business_today()  # the day on which the card was charged
    assert days[2_001] < business_today()  # the day on which the cash was counted
    await all_rules_hold()


async def test_the_schedule_is_spelled_as_hmrc_wants_it(provider: World) -> None:
    scene = await make.scene(provider, 2_000)
    recipient, owner = await verified(scene.campaign)
    await declaring.declare(await scene.pledge(2_000), ADA, Declared.PRIVATE_PAGE, BACKER)
    evil = Answers("=cmd|' /C calc'!A0", "Reed", "2", "", "", "", abroad=True)
    await declaring.declare(await scene.pledge(1_999), evil, Declared.PRIVATE_PAGE, BACKER)
    await scene.collect()
    claim = await services.draw(recipient.id, owner)
    table = await schedule_of(await GiftAidClaim.get(id=claim.id).select_related("recipient"))
    day = business_today().strftime("%d/%m/%y")
    assert table.columns == COLUMNS
    assert list(table.rows) == [
        ("Ms", "Ada", "House Martin", "1", "CT9 1AB", "", "", day, 2_000),
        ("", "=cmd|' /C calc'!A0", "Reed", "2", "X", "", "", day, 1_999),
    ]
    assert f"Earliest donation date in the period of claim: {day}" in table.notes
    await services.withdraw(claim.id, owner)
    assert await left(recipient) == 3_999


async def test_refunds_cancelled_and_corrected_declarations_after_a_claim(provider: World) -> None:
    scene = await make.scene(provider, 6_000)
    recipient, owner = await verified(scene.campaign)
    first, second, third = [await scene.pledge(amount) for amount in (3_000, 2_000, 1_000)]
    for pledge in (first, second, third):
        await declaring.declare(pledge, ADA, Declared.PRIVATE_PAGE, BACKER)
    await scene.collect()
    claim = await services.draw(recipient.id, owner)
    await services.mark_claimed(claim.id, owner, business_today())
    await Pledge.filter(id=first.id).update(refunded_pence=500)  # a part went back
    await declaring.cancel(second, BACKER)
    await declaring.declare(third, Answers("Ada", "Reed", "3", "CT9 1AB"), Declared.PRIVATE_PAGE, BACKER)
    standing = await queries.standing(recipient.id, business_today())
    assert (standing.left_pence, standing.too_much_pence, standing.corrected) == (1_000, 3_500, 1)
    again = await services.draw(recipient.id, owner)
    assert (again.amount_pence, again.adjusted_pence) == (1_000, 3_500)
    table = await adjustments_of(await GiftAidClaim.get(id=again.id).select_related("recipient"))
    assert sorted((row[6], row[7], row[8]) for row in table.rows) == [
        (500, 125, WHY[Adjusted.NO_GIFT]),
        (1_000, 250, WHY[Adjusted.CORRECTED]),
        (2_000, 500, WHY[Adjusted.NO_GIFT]),
    ]
    assert (await GiftAidLine.get(claim_id=again.id)).declaration_id == (
        await GiftAidDeclaration.get(pledge_id=third.id, status="in force")
    ).id
    standing = await queries.standing(recipient.id, business_today())
    assert (standing.left_pence, standing.too_much_pence, standing.corrected) == (0, 0, 0)
    # corrected once more, in nothing that HMRC's schedule names: nothing to put right
    same = Answers("Ada", "Reed", "3", "CT9 1AB", "Another Road")
    await declaring.declare(third, same, Declared.PRIVATE_PAGE, BACKER)
    assert (await queries.standing(recipient.id, business_today())).too_much_pence == 0
    history = await GiftAidDeclaration.filter(pledge_id=third.id).order_by("id")
    assert [row.status for row in history] == ["corrected", "corrected", "in force"]
    assert history[1].replaces_id == history[0].id
    assert history[0].last_name == "House-Martin"  # nothing is overwritten
    await all_rules_hold()


async def test_what_was_claimed_under_an_earlier_reference_is_not_claimed_under_the_next(provider: World) -> None:
    scene = await make.scene(provider, 2_000)
    first, owner = await verified(scene.campaign)
    pledge = await scene.pledge(2_000)
    await declaring.declare(pledge, ADA, Declared.PRIVATE_PAGE, BACKER)
    await scene.collect()
    claim = await services.draw(first.id, owner)
    await services.mark_claimed(claim.id, owner, business_today())
    await declaring.end(first.id, await staff(Role.FUND_OFFICER))
    second, owner = await verified(scene.campaign)
    await declaring.declare(pledge, ADA, Declared.PRIVATE_PAGE, BACKER)  # she puts her name right
    assert await left(second) == 0
    with pytest.raises(Refused, match="nothing to claim"):
        await services.draw(second.id, owner)
    assert (await queries.standing(first.id, business_today())).too_much_pence == 2_000
    assert (await queries.standing(second.id, business_today())).too_much_pence == 0
    await all_rules_hold()


async def test_what_is_on_its_way_back_is_not_claimed(provider: World) -> None:
    scene = await make.scene(provider, 2_000)
    recipient, _ = await verified(scene.campaign)
    pledge = await scene.pledge(2_000)
    await declaring.declare(pledge, ADA, Declared.PRIVATE_PAGE, BACKER)
    await scene.collect()
    assert await left(recipient) == 2_000
    await Pledge.filter(id=pledge.id).update(status="disputed")
    assert await left(recipient) == 0
    assert (await queries.standing(recipient.id, business_today() + timedelta(days=5 * 366))).too_late == 0
    await Pledge.filter(id=pledge.id).update(status="collected")
    assert (await queries.standing(recipient.id, business_today() + timedelta(days=5 * 366))).too_late == 1


async def test_a_giver_declares_corrects_and_cancels_on_the_private_page(provider: World, client: SiteClient) -> None:
    scene = await make.scene(provider)
    pledge = await scene.pledge(2_500)
    private = links.private_path(pledge)
    await client.get(f"{private}/gift-aid", status=404)
    await verified(scene.campaign)
    page = await (await client.get(private)).follow("Add Gift Aid")
    assert "I am a UK taxpayer and understand that if I pay less Income Tax and/or Capital Gains Tax" in page.main
    assert "about your £25" in page.main
    wrong = await page.submit(
        {"first_name": "Ada", "last_name": "Reed", "house": "1", "postcode": "Margate"}, status=422
    )
    assert any("Tick the box" in error for error in wrong.errors)
    good = {"first_name": "Ada", "last_name": "Reed", "house": "1", "postcode": "ct9 1ab", "agreed": "y"}
    await wrong.submit(good, to=private)
    row = await GiftAidDeclaration.get()
    assert (row.postcode, row.statement, row.declared) == ("CT9 1AB", rules.STATEMENT, "private page")
    page = await (await client.get(private)).follow("Correct or cancel your Gift Aid declaration")
    page = await page.follow("Cancel the declaration")
    await page.submit(to=private)
    assert (await GiftAidDeclaration.get()).status == "cancelled"
    # the group may not claim any more: nobody is asked, and what was declared can still be cancelled
    row = await declaring.declare(pledge, ADA, Declared.PRIVATE_PAGE, BACKER)
    await declaring.end(row.recipient_id, await staff(Role.FUND_OFFICER))
    page = await (await client.get(private)).follow("Cancel your Gift Aid declaration", to=f"{private}/gift-aid/cancel")
    await page.submit(to=private)
    assert (await GiftAidDeclaration.get(id=row.id)).status == "cancelled"
    assert "Gift Aid" not in (await client.get(private)).main


async def test_gift_aid_is_offered_once_a_card_is_saved_and_left_with_one_link(
    provider: World, client: SiteClient
) -> None:
    scene = await make.scene(provider)
    await verified(scene.campaign)
    campaign = await Campaign.get(id=scene.campaign.id).select_related("project")
    page = await Resident(client, provider, campaign.project.slug).pledge("20")
    pledge = await Pledge.get(campaign_id=campaign.id)
    card_page = await CardPage.get(pledge_id=pledge.id)
    assert "Your pledge counts" in page.main
    assert "Add Gift Aid, if you like" in page.main
    button = re.search(r'<button[^>]*class="([^"]+)"[^>]*>\s*Add Gift Aid', page.html)
    assert button is not None
    assert button[1].split() == ["govuk-button", "govuk-button--secondary"], "its words can be read"
    private = links.private_path(pledge)
    skipped = await page.follow("Go on without Gift Aid")
    assert "Gift Aid declaration is kept" not in skipped.main
    assert await GiftAidDeclaration.all().count() == 0
    wrong = await page.submit({"first_name": "Ada", "last_name": "Reed", "house": "1"}, status=422)
    good = {"first_name": "Ada", "last_name": "Reed", "house": "1", "postcode": "CT9 1AB", "agreed": "y"}
    await wrong.submit(good, to=private)
    assert (await GiftAidDeclaration.get()).status == "in force"
    page = await client.get(f"/pledges/{pledge.reference}/return?page={card_page.provider_id}")
    assert "Add Gift Aid, if you like" not in page.main


async def test_a_group_enters_its_reference_and_downloads_its_schedule(provider: World, client: SiteClient) -> None:
    scene = await make.scene(provider, 2_000)
    project = await Project.get(id=scene.campaign.project_id).select_related("group")
    owner, path = await owner_of(project.group_id), f"/groups/{project.group.slug}/gift-aid"
    await sign_in(client, await Person.get(id=owner.person_id))
    page = await client.get(path)
    page = await page.submit({"kind": "charity", "hmrc_name": "Trust", "hmrc_reference": "AB12345"}, to=path)
    assert "An officer looks at it" in page.main
    row, officer = await GiftAidRecipient.get(), await staff(Role.FUND_OFFICER)
    await client.get(f"/staff/gift-aid/{row.id}", status=403)
    await sign_in(client, await Person.get(id=officer.person_id))
    page = await client.get(f"/staff/gift-aid/{row.id}")
    await page.submit({"answer": "verify", "evidence": "Letter"}, to="/staff/gift-aid")
    await declaring.declare(await scene.pledge(2_000), ADA, Declared.PRIVATE_PAGE, BACKER)
    await scene.collect()
    await sign_in(client, await Person.get(id=owner.person_id))
    page = await client.get(path)
    assert page.summary["Ready to claim"] == "1 gift, together £20.00: HMRC pays you £5.00"
    assert "Too late" not in page.summary
    page = await page.follow("Make the list for HMRC")
    page = await page.submit(to=path)
    claim = await GiftAidClaim.get()
    answer = await client.http.get(f"{path}/claims/{claim.id}/schedule.ods")
    content = zipfile.ZipFile(BytesIO(answer.content)).read("content.xml").decode()
    assert "House Martin" in content
    assert re.search(r"\d\d/\d\d/\d\d", content)
    page = await page.follow("We sent it to HMRC")
    await page.submit(to=path)
    assert (await GiftAidClaim.get()).status == "claimed"


def test_references_names_and_days() -> None:
    assert [rules.reference(text) for text in ("xr 4711", "AB12345", "123456", "ABC1", "")] == [
        "XR4711",
        "AB12345",
        None,
        None,
        None,
    ]
    assert rules.schedule_name("Anne-Marie  Fitz") == "Anne Marie Fitz"
    assert rules.schedule_day(date(2026, 5, 6)) == "06/05/26"
    assert rules.in_time(date(2024, 2, 29), date(2028, 2, 28))
    assert not rules.in_time(date(2022, 1, 1), date(2026, 1, 2))
    assert rules.tax_on(1_001) == 250


async def test_a_part_that_went_back_and_a_share_that_is_due_are_both_no_donation(provider: World) -> None:
    scene = await make.scene(provider, 6_000)
    recipient, _ = await verified(scene.campaign)
    pledge = await scene.pledge(6_000)
    await declaring.declare(pledge, ADA, Declared.PRIVATE_PAGE, BACKER)
    await scene.collect()
    attempt = await ChargeAttempt.get(pledge_id=pledge.id)
    await Pledge.filter(id=pledge.id).update(refunded_pence=2_000)  # by hand, before anything was left
    assert await left(recipient) == 4_000
    await turn_agreed(scene, TurnKind.ENDING, 1_000)
    assert await left(recipient) == 3_000
    share = await UnspentShare.get(pledge_id=pledge.id)
    refund = await refunds.ask_part(
        pledge, attempt, share.amount_pence, refunds.UNSPENT, BACKER, source=f"unspent_share:{share.id}"
    )
    await Refund.filter(id=refund.id).update(status="succeeded")
    await Pledge.filter(id=pledge.id).update(refunded_pence=3_000)
    assert await left(recipient) == 3_000  # the share went back, and counts once


async def test_a_share_that_the_group_keeps_by_its_givers_wish_is_a_gift_all_the_same(provider: World) -> None:
    """Decided or not yet; what the giver wants after all is no gift any more, and was claimed too high."""
    scene, desk = await make.scene(provider, 10_000), await gift_make.desk()
    recipient, owner = await verified(scene.campaign)
    await scene.pledge(6_000)
    kept = await desk.counted(scene.campaign, amount_pence=2_000, wish=Wish.TO_GROUP)
    back = await desk.counted(scene.campaign, amount_pence=2_000, name="Ben Cole", address="1 Hill")
    await desk.bank(kept, back)
    for gift in (kept, back):
        await declaring.declare(gift, ADA, Declared.PAPER, desk.taker, taken_by_id=desk.taker.person_id)
    await scene.collect()
    assert await left(recipient) == 4_000
    await turn_agreed(scene, TurnKind.ENDING, 5_000)  # £10 of each gift
    assert await left(recipient) == 2_000 + 1_000
    made = await shares_back.propose(scene.campaign.id, "It has ended.", await staff(Role.FUND_OFFICER))
    await shares_back.agree(made.id, await staff(Role.FINANCE_APPROVER))
    assert await left(recipient) == 3_000
    claim = await services.draw(recipient.id, owner)
    assert (claim.amount_pence, claim.adjusted_pence) == (3_000, 0)
    await services.mark_claimed(claim.id, owner, business_today())
    due = await ShareBack.get(share__gift_id=back.id)
    await giving.enter(due.id, Hand.CASH, "signed in the book", desk.taker)
    await giving.confirm(due.id, desk.counter)
    assert (await queries.standing(recipient.id, business_today())).too_much_pence == 0  # it was not claimed
    share = await ShareBack.get(share__gift_id=kept.id)
    await giving.ask_for(share.id, desk.counter)
    assert (await queries.standing(recipient.id, business_today())).too_much_pence == 1_000
    claim = await services.draw(recipient.id, owner)
    assert (claim.amount_pence, claim.adjusted_pence) == (0, 1_000)
    await all_rules_hold()


async def test_a_share_that_its_bank_had_given_back_already_reduces_a_donation_once(provider: World) -> None:
    scene = await make.scene(provider, 6_000)
    recipient, _ = await verified(scene.campaign)
    pledge = await scene.pledge(6_000)
    await declaring.declare(pledge, ADA, Declared.PRIVATE_PAGE, BACKER)
    await scene.collect()
    await turn_agreed(scene, TurnKind.ENDING, 1_000)
    made = await shares_back.propose(scene.campaign.id, "It has ended.", await staff(Role.FUND_OFFICER))
    await shares_back.agree(made.id, await staff(Role.FINANCE_APPROVER))
    assert await left(recipient) == 5_000
    await Pledge.filter(id=pledge.id).update(refunded_pence=6_000)  # by hand at the provider: nothing is owed any more
    await giving.give_due()
    assert (await ShareBack.get()).status == "ended"
    await Pledge.filter(id=pledge.id).update(refunded_pence=500)  # most of that was sent back by the bank
    assert await left(recipient) == 5_500
