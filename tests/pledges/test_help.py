"""Hours and things: asked for by a group, offered without an account, confirmed by e-mail, answered on a phone."""

import re
from datetime import timedelta

import pytest

from crowdfund_kent import clock
from crowdfund_kent.accounts.models import Person
from crowdfund_kent.audit import Actor
from crowdfund_kent.errors import Forbidden, NotFound, Refused
from crowdfund_kent.models import AuditRow
from crowdfund_kent.references import new_token
from pledges import help_offers, help_queries
from pledges.models import HelpOffer
from pledges.totals import totals
from projects.kinds import HelpKind
from projects.models import Campaign, HelpWanted, Project
from projects.services.help_wanted import ask_for_help, change_help, close_help
from tests.accounts.make import person, sign_in
from tests.client import SiteClient
from tests.pledges import make

pytestmark = pytest.mark.usefixtures("db")


async def group_with_help(how_many: int = 40) -> tuple[Campaign, HelpWanted, Actor]:
    """A live campaign whose group asks for hours, and its owner."""
    owner = await person("wren@example.org", "Wren Hollis")
    campaign = await make.campaign(owner_id=owner.id)
    by = Actor(owner.id, "group owner")
    wanted = await ask_for_help(
        campaign.project_id, by, kind=HelpKind.HOURS, words="Painting the changing room", how_many=how_many
    )
    return campaign, wanted, by


async def offered(wanted: HelpWanted, hours: int = 3, *, confirmed: bool = True) -> HelpOffer:
    given = help_offers.Offer(hours, "Kim Reed", "kim@example.org", "I have brushes.", "01622 123 456")
    offer = await help_offers.make(wanted.id, new_token(), given)
    return await help_offers.confirm(offer.id) if confirmed else offer


async def test_a_neighbour_offers_hours_and_both_learn_how_to_reach_each_other(client: SiteClient) -> None:
    campaign, wanted, _ = await group_with_help()
    project = await Project.get(id=campaign.project_id).select_related("group")
    page = await client.get(f"/projects/{project.slug}")
    assert "0 hours promised of 40" in page.main
    page = await page.follow("Offer hours")
    page = await page.submit({"name": "Kim Reed", "how_many": "12"}, status=422)
    assert page.errors == ["Enter your e-mail address, like name@example.com"]
    page = await page.submit(
        {"email": "Kim@example.org", "phone": "01622 123 456"}, to=f"/projects/{project.slug}/help/{wanted.id}/sent"
    )
    assert "kim@example.org" in page.main
    assert await make.mails("wren@example.org") == []
    (mail,) = await make.mails("kim@example.org")
    private = re.search(r"http://testserver(/help-offers/\S+)", mail["text"])
    assert private is not None
    page = await client.get(private[1])
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.h1 == "Confirm your offer of help"
    page = await page.submit(form="confirm", to=private[1])
    assert "The group has your offer" in page.main
    (told,) = await make.mails("wren@example.org")
    assert "Kim Reed offers help" in told["subject"]
    assert "kim@example.org" not in told["text"]
    assert "01622" not in told["text"]

    await sign_in(client, await Person.get(email="wren@example.org"))
    page = await client.get(f"/groups/{project.group.slug}/projects/{project.slug}/help-wanted")
    assert "Kim Reed: 12 hours" in page.main
    assert "kim@example.org" not in page.main
    page = await page.follow("Say yes to Kim Reed")
    page = await page.submit({}, status=422)
    assert page.errors == ["Enter how they can reach you, such as a name and a telephone number"]
    page = await page.submit({"contact": "Wren, 01843 123 456"}, to=re.compile(".*/help-wanted"))
    assert "kim@example.org" in page.main
    (_, theirs), (_, ours) = await make.mails("kim@example.org"), await make.mails("wren@example.org")
    assert "Wren, 01843 123 456" in theirs["text"]
    assert "kim@example.org" in ours["text"]
    assert "01622 123 456" in ours["text"]
    public = await client.get(f"/projects/{project.slug}")
    assert "12 hours promised of 40" in public.main
    assert "Kim" not in public.main
    assert (await totals(campaign.id)).raised_pence == 0
    page = await page.submit(form="Note that Kim Reed gave it", to=re.compile(".*/help-wanted"))
    assert page.summary["State"] == "Given"


async def test_the_same_form_sent_twice_is_one_offer_and_one_mail(client: SiteClient) -> None:
    campaign, wanted, _ = await group_with_help()
    page = await client.get(f"/projects/{await make.slug_of(campaign)}/help/{wanted.id}")
    for _ in range(2):
        await page.submit({"how_many": 2, "name": "Kim", "email": "kim@example.org"}, to=re.compile(".*/sent"))
    assert await HelpOffer.all().count() == 1
    assert len(await make.mails("kim@example.org")) == 1
    # back, to mend a slip in the address: the same offer, and a mail to the right one
    await page.submit({"how_many": 2, "name": "Kim", "email": "kimi@example.org"}, to=re.compile(".*/sent"))
    assert [one.email for one in await HelpOffer.all()] == ["kimi@example.org"]
    assert len(await make.mails("kimi@example.org")) == 1


async def test_nothing_counts_before_the_address_is_confirmed_and_it_lapses_without() -> None:
    campaign, wanted, by = await group_with_help()
    offer = await offered(wanted, confirmed=False)
    with pytest.raises(NotFound):
        await help_offers.accept(offer.id, by, "Wren")
    assert await help_queries.offers_of(campaign.project_id) == {}
    await clock.advance(timedelta(days=8))
    assert await help_offers.lapse() == 1
    offer = await HelpOffer.get(id=offer.id)
    assert (offer.status, offer.name, offer.email, offer.phone, offer.words) == ("lapsed", "", None, "", "")


async def test_an_offer_can_be_taken_back_at_any_time_and_counts_no_more(client: SiteClient) -> None:
    campaign, wanted, by = await group_with_help()
    offer = await help_offers.accept((await offered(wanted)).id, by, "Wren")
    path = help_offers.private_path(offer)
    page = await (await client.get(path)).submit(form="withdraw", to=path)
    assert "You took it back" in page.main
    assert (await make.mails("wren@example.org"))[-1]["subject"].startswith("Kim Reed takes an offer of help back")
    (line,) = await help_queries.lines_of(campaign.project_id)
    assert (line.promised, line.counts) == (0, "0 hours promised of 40")


async def test_who_is_declined_is_told_kindly_and_stays_unknown_to_the_group() -> None:
    campaign, wanted, by = await group_with_help()
    offer = await offered(wanted)
    for _ in range(2):
        await help_offers.decline(offer.id, by)
    assert len(await make.mails("kim@example.org")) == 2
    assert all("kim@example.org" not in mail["text"] for mail in await make.mails("wren@example.org"))
    with pytest.raises(Refused):
        await help_offers.accept(offer.id, by, "Wren")
    assert await help_queries.offers_of(campaign.project_id) == {}


async def test_nobody_else_answers_for_the_group_or_opens_the_page_of_an_offer(client: SiteClient) -> None:
    _, wanted, _ = await group_with_help()
    offer = await offered(wanted)
    stranger = await person("stranger@example.org")
    with pytest.raises((NotFound, Forbidden)):
        await help_offers.accept(offer.id, Actor(stranger.id, "person"), "Me")
    await client.get(f"/help-offers/{offer.reference}/{'0' * 40}", status=404)
    assert (await HelpOffer.get(id=offer.id)).status == "offered"


async def test_a_group_asks_changes_and_stops_asking_while_live(client: SiteClient) -> None:
    campaign, wanted, by = await group_with_help(how_many=4)
    project = await Project.get(id=campaign.project_id).select_related("group")
    await sign_in(client, await Person.get(email="wren@example.org"))
    base = f"/groups/{project.group.slug}/projects/{project.slug}/help-wanted"
    page = await (await client.get(base)).follow("Ask for help")
    page = await page.submit({"kind": "things", "words": "Paint rollers", "how_many": "0"}, status=422)
    assert page.errors == ["Enter a number from 1 to 5,000"]
    for _ in range(2):  # a double post asks once
        await page.submit({"how_many": "5"}, to=base)
    assert await HelpWanted.filter(project_id=project.id).count() == 2
    await change_help(wanted.id, by, words="Painting", how_many=3)
    await help_offers.accept((await offered(wanted, 3)).id, by, "Wren")
    public = await client.get(f"/projects/{project.slug}")
    assert "3 hours promised of 3. That is all of it: thank you." in public.main
    assert "0 promised of 5." in public.main
    await close_help(wanted.id, by)
    page = await client.get(f"/projects/{project.slug}/help/{wanted.id}")
    assert "The group does not ask for this any more" in page.main


async def test_a_paused_campaign_takes_no_offers_but_shows_what_was_promised(client: SiteClient) -> None:
    campaign, wanted, _ = await group_with_help()
    await Campaign.filter(id=campaign.id).update(status="suspended")
    with pytest.raises(Refused, match="takes no offers of help now"):
        await offered(wanted)
    page = await client.get(f"/projects/{await make.slug_of(campaign)}")
    assert "0 hours promised of 40" in page.main
    assert "Offer hours" not in page.main


async def test_records_of_help_hold_no_personal_text() -> None:
    _, wanted, by = await group_with_help()
    await help_offers.accept((await offered(wanted)).id, by, "Wren, 01843 123 456")
    written = [str((row.act, row.subject, row.details)) for row in await AuditRow.all()]
    assert not [row for row in written if "kim" in row.lower() or "01843" in row]
    assert await Person.filter(email="kim@example.org").count() == 0
