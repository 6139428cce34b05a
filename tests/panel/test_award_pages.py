"""The pages of awards: proposed, signed, offered, accepted, and read by everybody."""

from datetime import timedelta

import pytest

from crowdfund_kent.accounts.models import Person
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import SYSTEM, Actor
from crowdfund_kent.clock import advance
from crowdfund_kent.forms import EXPIRED
from panel.models import Award
from pledges import matches, pots
from pledges.models import MatchFund, MatchPledge
from pledges.recipients import title_of
from projects.models import Campaign, Group, Member, Project
from tests.accounts.make import sign_in
from tests.client import SiteClient
from tests.panel.stage import Stage, stage
from tests.pledges import pot_make as make

WHY = "It lets people who use a wheelchair swim in the sea."


async def as_actor(client: SiteClient, actor: Actor) -> None:
    """The client is this person from now on."""
    assert actor.person_id is not None
    await sign_in(client, await Person.get(id=actor.person_id))


async def group_of(s: Stage) -> Group:
    project = await Project.get(id=s.campaign.project_id)
    return await Group.get(id=project.group_id)


async def test_an_award_goes_from_the_officers_table_to_the_public_record(client: SiteClient) -> None:
    s = await stage()
    await as_actor(client, s.officer)
    page = await client.get("/staff/awards")
    page = await page.follow("Propose an award")
    (row,) = page.rows("Live campaigns")
    assert row[1:6] == ["£10,000", "2", "£1,200", "£5,000", "The fund's largest share of a target"]
    page = await page.follow(row[0])
    assert ["Half of the target of £10,000", "£5,000 this one binds"] in page.rows("Why not more")
    page = await page.submit({"amount": "4,000", "reasons": WHY}, to="/staff/awards")
    assert "Proposed: £4,000" in page.main
    (row,) = page.rows("Waiting for a signature")
    assert row[1:] == ["£4,000.00", "£5,000", "The fund's largest share of a target", "£196,000.00", "can be signed"]

    await as_actor(client, s.signatory)
    page = await client.get("/staff/awards")
    page = await page.follow(row[0])
    page = await page.follow("Check the written record, then sign")
    assert "Signing earmarks £4,000.00 in one step" in page.main
    assert "£196,000.00 is left in the pot then" in page.main
    assert "freedom of information" in page.main
    award = await Award.get()
    page = await page.submit(to=f"/staff/awards/{award.id}")
    assert "Signed: £4,000 is earmarked" in page.main
    assert page.summary["Decision"] == "26/00012"

    match = await MatchPledge.get()
    await client.get(f"/awards/{match.reference}", status=404)
    group = await group_of(s)
    await as_actor(client, s.owner)
    page = await client.get("/account")
    page = await page.follow("Answer the offer of £4,000")
    assert page.h1 == "KCC offers to add £4,000"
    assert "Nobody pays: neither your backers nor KCC" in page.main
    path = f"/groups/{group.slug}/offers/{match.reference}"
    page = await page.submit(form="accept", to=path)
    assert "KCC now adds £4,000. It counts from now on" in page.main

    visitor = SiteClient(client.http._transport.app)  # type: ignore[attr-defined]
    page = await visitor.get(f"/awards/{match.reference}")
    assert page.summary["Decided by"] == "Cabinet Member for Communities"
    assert page.summary["Decision number"] == "26/00012"
    assert page.summary["Reasons"] == WHY
    assert page.rows("The limits as they stood")[-1][1] == "£5,000.00"
    assert page.rows("From these sources") == [["Source 1", "£4,000.00"]]
    page = await visitor.get(f"/funds/{s.fund.slug}")
    assert page.rows("Projects that accepted")[0][1:3] == ["£4,000.00", "Pledged: it counts if the target is met"]
    await visitor.close()


async def test_reasons_and_an_amount_are_asked_for_and_what_was_typed_is_kept(client: SiteClient) -> None:
    s = await stage()
    await as_actor(client, s.officer)
    path = f"/staff/funds/{s.fund.slug}/awards/new/{s.campaign.id}"
    page = await client.get(path)
    page = await page.submit({"amount": "-5", "reasons": "ok"}, status=422)
    assert page.errors == [
        "Enter an amount above nothing, like 20, without a minus sign",
        "Why this project, and why this much? must be 20 characters or more",
    ]
    page = await page.submit({"amount": "5,001", "reasons": WHY}, status=422)
    assert page.errors == [
        "The most is £5,000, because of the fund's largest share of a target. £5,001 can't be given."
    ]
    assert page.form().values["reasons"] == [WHY]
    assert not await Award.all().exists()


async def test_a_forged_form_proposes_and_signs_nothing(client: SiteClient) -> None:
    s = await stage()
    award = await s.propose()
    await as_actor(client, s.signatory)
    await client.get(f"/staff/awards/{award.id}/sign")
    page = await client.post(f"/staff/awards/{award.id}/sign", {"csrf_token": "forged"}, status=422)
    assert page.errors == [EXPIRED]
    assert (await Award.get(id=award.id)).status == "proposed"


async def test_a_source_with_a_purpose_needs_its_reason_on_the_page(client: SiteClient) -> None:
    s = await stage(200_000, 200_000, purposes=("a named health outcome",))
    await as_actor(client, s.officer)
    page = await client.get(f"/staff/funds/{s.fund.slug}/awards/new/{s.campaign.id}")
    assert "If the project fits a purpose below, up to £4,000." in page.main
    (value,) = page.form().options("purposes")
    page = await page.submit({"amount": "3000", "reasons": WHY, "purposes": value}, status=422)
    assert page.errors == ["Enter why the project fits the purpose, such as the health outcome it serves."]
    page = await page.submit(
        {"amount": "3000", "reasons": WHY, "purposes": value, "purpose_reason": "Swimming keeps people well."},
        to="/staff/awards",
    )
    page = await page.follow(title_of(await _with_version(s)))
    assert page.summary["How it fits the purpose"] == "Swimming keeps people well."


async def _with_version(s: Stage) -> Campaign:
    return await Campaign.get(id=s.campaign.id).select_related("version", "project")


async def test_the_list_to_sign_shows_where_the_pot_ends(client: SiteClient) -> None:
    s = await stage(700_000)
    await s.propose(400_000)
    rival = await make.live_campaign()
    for amount in (60_000, 60_000):
        await make.card_pledge(rival, amount)
    await s.propose(400_000, campaign=rival)
    await as_actor(client, s.signatory)
    first, second = (await client.get("/staff/awards")).rows("Waiting for a signature")
    assert first[4:] == ["£3,000.00", "can be signed"]
    assert second[4:] == ["£3,000.00", "No room in the pot"]
    assert second[0].endswith("the pot ends here")


async def test_the_rule_that_says_no_is_told_on_the_signing_page(client: SiteClient) -> None:
    s = await stage(400_000)
    award = await s.propose(400_000)
    await pots.take_exact(s.fund.id, 100, pots.Offer((await make.live_campaign()).id, {}), SYSTEM)
    await as_actor(client, s.signatory)
    page = await client.get(f"/staff/awards/{award.id}/sign")
    page = await page.submit(status=422)
    assert page.errors == ["The most is £3,999, because of what is left in the pot. £4,000 can't be given."]


async def test_an_award_is_refused_with_a_reason_or_withdrawn(client: SiteClient) -> None:
    s = await stage()
    award = await s.propose()
    await as_actor(client, s.signatory)
    page = await client.get(f"/staff/awards/{award.id}/refuse")
    page = await page.submit({"reason": ""}, status=422)
    assert page.errors == ["Enter why it is not signed"]
    page = await page.submit({"reason": "The costs are not clear."}, to=f"/staff/awards/{award.id}")
    assert page.summary["Why"] == "The costs are not clear."
    await client.get(f"/staff/awards/{award.id}/sign", status=404)

    second = await s.propose()
    await as_actor(client, s.officer)
    page = await client.get(f"/staff/awards/{second.id}/withdraw")
    page = await page.submit(to="/staff/awards")
    assert [row[2] for row in page.rows("Decided")] == ["withdrawn", "refused"]


async def test_who_proposed_is_not_offered_to_sign(client: SiteClient) -> None:
    s = await stage()
    both = await make.person("Bo", Role.FUND_OFFICER, Role.SIGNATORY, fund=s.fund)
    award = await s.propose(by=both)
    await as_actor(client, both)
    page = await client.get(f"/staff/awards/{award.id}")
    assert {words for words, _ in page.links} & {"Check the written record, then sign", "Refuse it"} == set()
    page = await client.get(f"/staff/awards/{award.id}/sign")
    page = await page.submit(status=422)
    assert page.errors == [
        "Two different people must propose and sign an award. Ask a colleague: you have already acted on this."
    ]


async def test_officers_of_another_fund_and_neighbours_stay_outside(client: SiteClient) -> None:
    s = await stage()
    award = await s.propose()
    elsewhere = await make.person("Xan", Role.FUND_OFFICER, Role.SIGNATORY, fund=await make.fund(1))
    await as_actor(client, elsewhere)
    for path in (f"/staff/awards/{award.id}", f"/staff/awards/{award.id}/sign", f"/staff/funds/{s.fund.slug}"):
        await client.get(path, status=403)
    assert s.fund.name not in (await client.get("/staff/awards")).main
    await as_actor(client, s.owner)
    await client.get("/staff/awards", status=403)


async def test_an_auditor_reads_awards_and_decides_none(client: SiteClient) -> None:
    s = await stage()
    award = await s.propose()
    await as_actor(client, await make.person("Ada", Role.AUDITOR))
    page = await client.get(f"/staff/awards/{award.id}")
    assert "Withdraw it" not in page.main
    await client.get(f"/staff/awards/{award.id}/sign", status=403)


async def test_another_groups_offer_is_not_there(client: SiteClient) -> None:
    s, other = await stage(), await stage()
    match = await s.signed()
    await as_actor(client, other.owner)
    await client.get(f"/groups/{(await group_of(s)).slug}/offers/{match.reference}", status=404)
    await client.get(f"/groups/{(await group_of(other)).slug}/offers/{match.reference}", status=404)


async def test_an_editor_reads_the_offer_and_does_not_answer(client: SiteClient) -> None:
    s = await stage()
    match, group = await s.signed(), await group_of(s)
    editor = await make.person("Ed")
    await Member.create(group_id=group.id, person_id=editor.person_id, role="editor", created_at=group.created_at)
    await as_actor(client, editor)
    page = await client.get(f"/groups/{group.slug}/offers/{match.reference}")
    assert "An owner of your group can accept or decline" in page.main
    assert not [form for form in page.forms if form.name == "accept"]


async def test_an_offer_is_declined_after_a_second_look(client: SiteClient) -> None:
    s = await stage()
    match, group = await s.signed(), await group_of(s)
    await as_actor(client, s.owner)
    page = await client.get(f"/groups/{group.slug}/offers")
    page = await page.follow(f"KCC: {match.reference}")
    page = await page.follow("Decline the offer")
    assert "Your campaign and its pledges stay as they are" in page.main
    page = await page.submit(to=f"/groups/{group.slug}/offers/{match.reference}")
    assert "You declined the offer" in page.main
    assert (await MatchPledge.get(id=match.id)).status == "released"


async def test_accepting_twice_or_too_late_tells_how_it_stands(client: SiteClient) -> None:
    s = await stage()
    match, group = await s.signed(), await group_of(s)
    await as_actor(client, s.owner)
    path = f"/groups/{group.slug}/offers/{match.reference}"
    page = await client.get(path)
    form = page.form("accept")
    await page.submit(form="accept", to=path)
    page = await client.post(form.action, form.values, to=path)
    assert "Accepted: it counts" in page.main

    late = await stage()
    match, group = await late.signed(), await group_of(late)
    await as_actor(client, late.owner)
    page = await client.get(f"/groups/{group.slug}/offers/{match.reference}")
    await advance(timedelta(days=21))
    page = await page.submit(form="accept", status=422)
    assert page.errors == ["The last day to accept this offer is over. Ask the fund's officers."]
    assert "can’t be accepted now" in page.main


async def test_an_imported_match_has_a_record_without_terms(client: SiteClient) -> None:
    fund, campaign = await make.fund(500_000), await make.live_campaign()
    match = await pots.take_exact(fund.id, 464_285, pots.Offer(campaign.id, {}, generated=True), SYSTEM)
    await pots.pledge(match, SYSTEM)
    page = await client.get(f"/awards/{match.reference}")
    assert "They hold no written reasons" in page.main
    assert page.text.index("Generated records") < page.text.index(page.h1)


@pytest.mark.parametrize("word", ["earmark", "leverage", "accrual", "VCSE", "social sector", "award"])
async def test_groups_and_residents_read_plain_words(client: SiteClient, word: str) -> None:
    s = await stage()
    match, group = await s.signed(), await group_of(s)
    await as_actor(client, s.owner)
    path = f"/groups/{group.slug}/offers/{match.reference}"
    pages = [await client.get(where) for where in (f"/groups/{group.slug}/offers", path, f"{path}/decline")]
    await matches.accept(match.id, s.owner)
    public = (f"/awards/{match.reference}", "/funds", f"/funds/{s.fund.slug}", path)
    pages += [await client.get(where) for where in public]
    for page in pages:
        assert word.lower() not in page.main.lower(), page.path


async def test_every_officers_page_of_a_fund_with_generated_records_says_so_first(client: SiteClient) -> None:
    s = await stage()
    await s.propose()
    await as_actor(client, s.officer)
    office = f"/staff/funds/{s.fund.slug}"
    paths = ["/staff/awards", "/staff/funds", office, f"{office}/awards/new", f"{office}/awards/new/{s.campaign.id}"]
    for path in paths:
        assert "Generated records" not in (await client.get(path)).text, path
    await MatchFund.filter(id=s.fund.id).update(generated=True)
    for path in paths:
        assert "Generated records" in (await client.get(path)).text, path
