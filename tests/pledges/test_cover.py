"""Covering the card cost (ruling 9): offered, never chosen for anybody, part of the charge and of nothing else."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crowdfund_kent import audit, ledger
from crowdfund_kent.forms import EXPIRED
from payments import card_pages
from payments.provider import use_gateway
from pledges import accounts, pledging, rules
from pledges.models import Pledge
from pledges.queries import campaign_view
from pledges.totals import totals
from projects.models import Campaign
from tests.client import Page, SiteClient
from tests.pledges import make
from tests.pledges.make import fair_count
from tests.sandbox import World

pytestmark = pytest.mark.usefixtures("db")

FACTS = json.loads((Path(__file__).parent.parent / "data" / "allocation.json").read_text())["card_cost_cover"]


@pytest.fixture(autouse=True)
def provider(world: World) -> Iterator[None]:
    with use_gateway(world.gateway):
        yield


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact["name"])
def test_the_facts_about_the_cover_hold(fact: dict[str, int]) -> None:
    assert rules.cover_of(fact["pledge"], fact["rate_bp"], fact["fixed"]) == fact["cover"]


@given(st.integers(1, 1_000_000), st.integers(0, 1_000), st.integers(0, 100))
def test_the_cover_pays_the_cost_of_the_whole_charge_and_never_a_penny_too_much(
    pence: int, bp: int, fixed: int
) -> None:
    def group_keeps_all(cover: int) -> bool:
        cost_times_10000 = (pence + cover) * bp + fixed * 10_000
        return cover * 10_000 >= cost_times_10000

    cover = rules.cover_of(pence, bp, fixed)
    assert group_keeps_all(cover)
    assert cover == 0 or not group_keeps_all(cover - 1)


async def the_only_pledge() -> Pledge:
    (pledge,) = await Pledge.all()
    return pledge


def box(page: Page) -> list[str]:
    return page.form().values.get("cover", [])


async def test_the_box_is_empty_and_what_is_ticked_is_charged_but_counts_nowhere(
    client: SiteClient, world: World
) -> None:
    campaign = await make.campaign(title="Tidal pool steps")
    kim = make.Resident(client, world, await make.slug_of(campaign))
    check = await kim.to_check("10")
    assert "Add £0.36 to cover the card cost, so that the group gets your whole £10" in check.main
    assert "You need not. Without it £9.65 of your £10 reaches the group" in check.main
    assert box(check) == []
    url = await check.leave({"cover": "yes"}, to=re.compile(re.escape(world.url) + ".*"))
    beside_the_button = card_pages.words_beside_button(await the_only_pledge(), await campaign_view(campaign.id))
    assert "charged £10.36 (£10 and £0.36 for the card cost) only if" in beside_the_button
    back = await kim.give_card(url)
    assert back is not None
    page = await client.get(back)
    assert "£10.36 (£10 and £0.36 for the card cost)" in page.summary["Charged, if the target is met"]
    pledge = await the_only_pledge()
    assert (pledge.amount_pence, pledge.cover_pence, pledge.charge_pence) == (1000, 36, 1036)
    found = await totals(campaign.id)
    assert (found.crowd_pence, found.raised_pence) == (1000, 1000)
    assert await fair_count(campaign.id) == 1
    assert await ledger.balance(accounts.pledged(campaign.id)) == 1000
    (mail,) = await make.mails("kim@example.org")
    assert "You add £0.36 to cover the card cost, so £10.36 is charged in all." in mail["text"]
    private = await client.get(make.address_in(mail["text"]))
    assert (private.summary["Amount"], private.summary["Charged in all"]) == ("£10", "£10.36")


async def test_another_amount_takes_the_cover_along_and_it_can_be_dropped(client: SiteClient) -> None:
    pledge = await make.pledge(await make.campaign(), 1000, email="kim@example.org", cover=True)
    page = await client.get(make.address_in((await make.mails("kim@example.org"))[0]["text"]))
    private = page.path
    page = await page.follow("Change the amount")
    assert box(page) == ["yes"]
    page = await page.submit({"amount": "20"}, to=private)
    assert "Your pledge is now £20. With £0.51 for the card cost, £20.51 is charged in all." in page.main
    page = await (await page.follow("Change the amount")).submit({"cover": None}, to=private)
    assert "You no longer add anything for the card cost." in page.main
    pledge = await Pledge.get(id=pledge.id)
    assert (pledge.amount_pence, pledge.cover_pence) == (2000, 0)
    first, second = [mail["text"] for mail in await make.mails("kim@example.org")][1:]
    assert "You add £0.51 to cover the card cost, so £20.51 is charged in all." in first
    assert "You no longer add anything for the card cost." in second


async def test_none_is_offered_where_the_programme_pays_and_a_forged_one_is_not_taken(
    client: SiteClient, world: World
) -> None:
    campaign = await make.campaign()
    await Campaign.filter(id=campaign.id).update(card_cost_borne_by="programme")
    kim = make.Resident(client, world, await make.slug_of(campaign))
    check = await kim.to_check("10")
    assert "cover the card cost" not in check.main
    assert "You pay £10 and nothing on top." in check.main
    await client.http.post(check.form().action, data=check.form().values | {"cover": "yes"})
    assert (await the_only_pledge()).cover_pence == 0


async def test_nobody_agrees_to_another_amount_than_the_page_named(client: SiteClient, world: World) -> None:
    """The amount was changed in a second tab after the first had shown the answers."""
    kim = make.Resident(client, world, await make.slug_of(await make.campaign()))
    check = await kim.to_check("10")
    other_tab = await client.get(kim.start)
    await other_tab.submit({"other": "500"}, to=re.compile(".*/check"))
    page = await check.submit({}, status=422)
    assert page.errors == ["Your answers were changed on another page since. Check them, then send them again"]
    assert page.summary["Your pledge"].startswith("£500")
    assert await Pledge.all().count() == 0
    await page.leave(to=re.compile(re.escape(world.url) + ".*"))
    assert (await the_only_pledge()).amount_pence == 50_000


async def test_a_session_that_ends_on_the_way_loses_no_answer(client: SiteClient, world: World) -> None:
    kim = make.Resident(client, world, await make.slug_of(await make.campaign()))
    page = await client.get(kim.start)
    you = await page.submit({"other": "12"}, to=f"{kim.start}/you")
    client.http.cookies.clear()
    you = await you.submit({"email": "kim@example.org", "name": "Kim Reed", "kind": "business"}, status=422)
    assert you.errors == [EXPIRED]
    check = await you.submit({}, to=f"{kim.start}/check")
    assert (check.summary["Who is giving"], check.summary["E-mail"]) == (
        "A business Change who is giving",
        "kim@example.org Change e-mail",
    )
    client.http.cookies.clear()
    check = await check.submit({"cover": "yes"}, status=422)
    assert check.errors == [EXPIRED]
    assert box(check) == ["yes"]
    await check.leave(to=re.compile(re.escape(world.url) + ".*"))
    pledge = await the_only_pledge()
    assert (pledge.amount_pence, pledge.cover_pence, pledge.backer_kind) == (1200, 39, "business")


async def test_what_the_page_carries_cannot_be_changed(client: SiteClient, world: World) -> None:
    kim = make.Resident(client, world, await make.slug_of(await make.campaign()))
    check = await kim.to_check("12")
    client.http.cookies.clear()
    body = check.form().values["so_far"][0]
    await check.submit({"so_far": "A" + body[1:]}, to=kim.start)
    assert await Pledge.all().count() == 0


async def test_choosing_the_cover_alone_is_told_and_is_on_record() -> None:
    pledge = await make.pledge(await make.campaign(), 1000, email="kim@example.org")
    await pledging.change(pledge.id, audit.BACKER, amount_pence=1000, cover=True)
    causes = [event.cause async for event in pledge.Event.filter(subject_id=pledge.id).order_by("id")]
    assert causes == ["created", "card saved", "cover changed"]
    assert "£10.36 is charged in all" in (await make.mails("kim@example.org"))[-1]["text"]
