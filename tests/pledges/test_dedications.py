"""A dedication stands on the project's page without an amount, goes at any time, and an officer can hide it."""

import pytest

from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from crowdfund_kent.errors import Forbidden, Refused
from payments.provider import use_gateway
from pledges import dedications, links
from pledges.models import Pledge
from projects.models import Campaign
from tests.accounts.make import person, sign_in, staff
from tests.client import SiteClient
from tests.pledges import make
from tests.sandbox import World

WORDS = "In memory of Jean Marsh"


async def dedicated(campaign: Campaign, words: str = WORDS) -> Pledge:
    pledge = await make.pledge(campaign, 4_200, email="kim@example.org")
    await Pledge.filter(id=pledge.id).update(dedication=words)
    return await Pledge.get(id=pledge.id)


async def test_a_resident_adds_a_dedication_on_the_way_and_it_stands_without_an_amount(
    client: SiteClient, world: World
) -> None:
    slug = await make.slug_of(await make.campaign())
    kim = make.Resident(client, world, slug)
    with use_gateway(world.gateway):
        check = await kim.to_check("42", shown=True)
        page = await check.follow("Add dedication")
        for wrong in ("Visit www.example.org", "Ring 01622 123456"):
            page = await page.submit({"dedication": wrong}, status=422)
            assert page.errors == ["Enter words only, without web addresses, e-mail addresses or telephone numbers"]
        check = await page.submit({"dedication": WORDS}, to=f"{kim.start}/check")
        assert check.summary["Dedication"].startswith(WORDS)
        back = await kim.give_card(await kim.to_card_page(check))
        assert back is not None
        await client.get(back)
    page = await client.get(f"/projects/{slug}")
    assert f"{WORDS} (from Kim Reed)" in page.main
    section = next(node for node in page.root.whole if node.attrs.get("id") == "dedications")
    assert "£" not in section.text
    head = page.html.partition("</head>")[0]
    assert WORDS not in head


async def test_what_is_shown_can_be_taken_away_long_after_the_end(client: SiteClient) -> None:
    campaign = await make.campaign()
    pledge = await dedicated(campaign)
    await Campaign.filter(id=campaign.id).update(status="settled")
    private = links.private_path(pledge)
    page = await (await client.get(private)).follow("Change dedication")
    page = await page.submit({"dedication": "", "name_shown": None}, to=private)
    assert page.summary["Dedication"].startswith("None")
    public = await client.get(f"/projects/{await make.slug_of(campaign)}")
    assert WORDS not in public.main


async def test_an_officer_hides_it_with_a_reason_and_it_stays_hidden_when_written_anew(client: SiteClient) -> None:
    campaign = await make.campaign()
    pledge = await dedicated(campaign, "Buy at Bob's")
    officer, by = await staff(Role.FUND_OFFICER)
    await sign_in(client, officer)
    page = await (await client.get("/staff/dedications")).follow("Hide “Buy at Bob's”")
    page = await page.submit({}, status=422)
    assert page.errors == ["Enter why it is hidden"]
    page = await page.submit({"why": "It advertises."}, to="/staff/dedications")
    assert "its backer is told why" in page.main
    address = f"/projects/{await make.slug_of(campaign)}"
    assert "Bob" not in (await client.get(address)).main
    told = (await make.mails("kim@example.org"))[-1]
    assert "It advertises." in told["text"]
    private = links.private_path(pledge)
    page = await (await client.get(private)).follow("Change dedication")
    assert "It advertises." in page.main
    await page.submit({"dedication": WORDS}, to=private)
    assert WORDS not in (await client.get(address)).main
    page = await client.get("/staff/dedications")
    await page.submit(form=f"Show “{WORDS}” again", to="/staff/dedications")
    assert WORDS in (await client.get(address)).main
    with pytest.raises(Refused):
        await dedications.hide(pledge.id, by, " ")


async def test_only_officers_hide(db: None) -> None:
    pledge = await dedicated(await make.campaign())
    somebody = await person()
    with pytest.raises(Forbidden):
        await dedications.hide(pledge.id, Actor(somebody.id, "person"), "No.")
