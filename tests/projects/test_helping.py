"""Helped launch: a helper writes, the owner confirms by code or on paper, and nobody signs for anybody."""

import re
from datetime import date, timedelta

import pytest

from crowdfund_kent.accounts.models import Person
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now, business_today
from crowdfund_kent.errors import Forbidden, Gone, NotFound, Refused
from crowdfund_kent.models import AuditRow
from projects import queries, services
from projects.kinds import LegalForm, MemberRole, PaperAct
from projects.models import Campaign, CampaignEvent, Confirmation, Group, LetterToPost, Member, Project, SignedPaper
from projects.paper_acts import Choice
from projects.services import helping, signing
from projects.states import Campaign as Status
from tests.accounts.make import e_mails, sign_in
from tests.client import Page, SiteClient
from tests.projects import make
from tests.projects.test_pictures import photograph

pytestmark = pytest.mark.usefixtures("db")
IDA = "ida@example.org"


async def helper() -> Actor:
    by = await make.staff(Role.HELPER)
    await Person.filter(id=by.person_id).update(name="Lou at the library")
    return by


async def helped(email: str = IDA, by: Actor | None = None) -> tuple[Group, Campaign, Actor]:
    """A complete draft of Ida's group, written by a helper."""
    by = by or await helper()
    group = await helping.begin_help(
        name="Ida Moss",
        email=email,
        phone="" if email else "01622 000 000",
        postal="" if email else "1 Mill Lane\nWye",
        group_name="Mill Lane planters",
        legal_form=LegalForm.NAMED_PEOPLE,
        by=by,
    )
    project = await make.project(group, title="Flowers")
    campaign = await queries.unfinished_campaign(project.id)
    assert campaign is not None
    return group, campaign, by


async def told(to: str) -> tuple[str, str]:
    """The link and the code of the newest e-mail."""
    text = (await e_mails(to, "projects/confirm"))[-1]["text"]
    link, code = re.search(r"(/confirm/\S+)", text), re.search(r"Code: ([0-9]{3} [0-9]{3})", text)
    assert link is not None
    assert code is not None
    return link[1], code[1]


def base_of(group: Group, project: Project) -> str:
    return f"/groups/{group.slug}/projects/{project.slug}"


async def decide(client: SiteClient, page: Page, act: str, reference: str, signer: str) -> Page:
    """Records a signed paper on its page."""
    today = business_today()
    option = page.form().options("person")[0]
    assert signer in page.text
    return await page.submit(
        {
            "reference": reference,
            "person": option,
            "signed_on-day": today.day,
            "signed_on-month": today.month,
            "signed_on-year": today.year,
            "paper": ("signed.jpg", photograph(), "image/jpeg"),
        },
        to=re.compile(r"/staff/campaigns/\d+/signed"),
    )


async def test_a_librarian_fills_in_the_same_pages_and_the_owner_confirms_with_a_code(client: SiteClient) -> None:
    by = await helper()
    lou = await Person.get(id=by.person_id)
    await sign_in(client, lou)
    page = await (await client.get("/account")).follow("Help a group")
    page = await page.follow("Begin with somebody")
    sent = {"name": "Ida Moss", "group_name": "Mill Lane planters", "legal_form": "one or two named people"}
    assert (await page.submit(sent, status=422)).errors == [
        "Enter an e-mail address, a telephone number or a postal address"
    ]
    assert "your own address" in (await page.submit(sent | {"email": str(lou.email)}, status=422)).errors[0]
    page = await page.submit(sent | {"email": IDA}, to="/groups/mill-lane-planters/details")
    assert page.form().values["named_people"] == ["Ida Moss"]
    page = await page.submit({}, to="/groups/mill-lane-planters/projects/new")
    page = await page.submit({"title": "Flowers"}, to=re.compile(".*/flowers/summary"))
    assert "Lou at the library" in (await e_mails(IDA, "projects/helped"))[0]["text"]
    group = await Group.get(slug="mill-lane-planters")
    project = await Project.get(group_id=group.id)
    await fill(project)

    base = base_of(group, project)
    page = await client.get(base)
    assert "Check everything and send it" not in page.text
    page = await page.follow("Let Ida Moss check it and confirm")
    page = await press(page, "send", f"{base}/confirm")
    _, code = await told(IDA)
    assert "Confirm and send it" in page.text
    page = await page.submit({"code": code}, status=422)
    assert "Confirm that you have looked at everything" in page.errors[0]
    page = await page.submit({"agree": True, "code": other(code)}, status=422)
    assert "You can try 4 more times" in page.errors[0]
    page = await page.submit({"agree": True, "code": code}, to=base)
    assert "Confirmed and sent" in page.text
    campaign = await Campaign.get(project_id=project.id)
    event = await CampaignEvent.get(subject_id=campaign.id, cause="submitted")
    ida = await Person.get(email=IDA)
    assert (campaign.status, event.by_id) == (Status.SUBMITTED, ida.id)  # the owner's own submission
    assert await AuditRow.filter(act="begin helped launch", person_id=lou.id).exists()


async def press(page: Page, then: str, to: str) -> Page:
    form = page.form()
    sent = {name: values[0] for name, values in form.values.items()} | {"then": then}
    return await page.client.post(form.action, sent, to=to)


def other(code: str) -> str:
    return f"{(int(code.replace(' ', '')) + 1) % 1_000_000:06d}"


async def fill(project: Project) -> None:
    """The rest of the answers, by the owner, so that the test stays short."""
    by = await make.owner_of(project.group_id)
    await services.save_project(
        project.id, by, summary="S", story="Grey.", place="Wye", district_code=make.THANET, who="Ida", permission="no",
        with_children="no", objective_id=(await make.objective()).id,
    )  # fmt: skip
    last_day = business_today() + timedelta(days=60)
    await services.save_plan(project.id, by, last_day=last_day, if_too_much="More", match_wanted_pence=0)
    await services.add_line(project.id, "costs", by, words="Planters", amount_pence=100_000)
    await make.give_papers(project.id)


async def test_the_owner_confirms_by_the_link_on_their_own_phone_after_seeing_everything(client: SiteClient) -> None:
    _, campaign, by = await helped()
    await helping.ask_to_confirm(campaign.id, by)
    link, _ = await told(IDA)
    page = await client.get(link)
    assert "Ida Moss, this is what Lou at the library wrote with you" in page.text
    assert "The old steps are" in page.text
    assert page.headers["referrer-policy"] == "no-referrer"
    assert (await page.submit({}, status=422)).errors
    page = await page.submit({"agree": True})
    assert page.h1 == "Thank you: it is sent"
    assert (await Campaign.get(id=campaign.id)).status == Status.SUBMITTED
    page = await client.get(link, status=410)
    assert "You have confirmed this already" in page.text
    await client.get("/confirm/nonsense", status=410)


async def test_after_a_change_neither_code_nor_link_nor_paper_is_worth_anything(client: SiteClient) -> None:
    _, campaign, by = await helped()
    officer = await make.officer()
    await helping.ask_to_confirm(campaign.id, by)
    link, code = await told(IDA)
    choice = Choice(PaperAct.SUBMIT, f"campaign:{campaign.id}", "Send")
    reference = await signing.reference_of(campaign, choice)
    await services.save_project(campaign.project_id, by, summary="Something else")
    with pytest.raises(Refused, match="something was changed"):
        await helping.confirm_by_code(campaign.id, code.replace(" ", ""), by)
    with pytest.raises(Gone, match="Something was changed"):
        await helping.confirm_by_link(link.removeprefix("/confirm/"))
    with pytest.raises(Refused, match="not the reference"):
        await record(campaign, choice, officer, reference)
    assert not await SignedPaper.all().exists()


async def record(campaign: Campaign, choice: Choice, by: Actor, reference: str, **more: object) -> SignedPaper:
    owner = (await queries.owners(await queries.group_id_of(campaign.id)))[0]
    given = {"signed_on": business_today(), "person_id": owner.id, "content": photograph(), "name": "x.jpg"} | more
    return await signing.record_paper(campaign.id, choice, by, reference=reference, **given)


async def test_a_code_can_be_guessed_five_times_and_no_more() -> None:
    _, campaign, by = await helped()
    await helping.ask_to_confirm(campaign.id, by)
    _, code = await told(IDA)
    for _ in range(5):
        with pytest.raises(Refused):
            await helping.confirm_by_code(campaign.id, other(code), by)
    with pytest.raises(Refused, match="too often"):
        await helping.confirm_by_code(campaign.id, code.replace(" ", ""), by)
    assert (await Confirmation.get()).tries == 5


async def test_somebody_without_an_e_mail_address_decides_on_paper_from_the_first_to_the_last(
    client: SiteClient,
) -> None:
    group, campaign, _ = await helped(email="")
    project = await Project.get(id=campaign.project_id)
    first, second = await make.officer(), await make.officer()
    await sign_in(client, await Person.get(id=first.person_id))
    page = await client.get("/staff/helping")
    assert page.rows("Helped or on paper")[0][:2] == [group.name, "Ida Moss"]
    page = await client.get(f"/staff/campaigns/{campaign.id}/signed")
    assert "Written with the help of Lou at the library" in page.text
    assert page.rows("May be decided now")[0][0] == "Send the campaign to be checked"
    printed = await client.get(f"/staff/campaigns/{campaign.id}/signed/submit/print")
    reference = re.search(r"S-[A-Z0-9]{4}-[A-Z0-9]{4}", printed.text)
    assert reference is not None
    assert "Signature of Ida Moss" in printed.text
    page = await client.get(f"/staff/campaigns/{campaign.id}/signed/submit")
    page = await decide(client, page, "submit", reference[0], "Ida Moss")
    assert page.rows("Recorded")[0][:3] == [reference[0], "Send the campaign to be checked", "Ida Moss"]
    paper = await SignedPaper.get()
    answer = await client.http.get(f"/staff/signed/{paper.id}")
    assert answer.headers["content-type"] == "image/webp"
    event = await CampaignEvent.get(subject_id=campaign.id, new=Status.SUBMITTED)
    assert (event.cause, event.by_id) == ("submitted on paper", first.person_id)
    # who recorded it does not check it; who checked it does not record the next
    with pytest.raises(Forbidden, match="recorded a signed paper"):
        await services.approve(campaign.id, first, make.ALL_CHECKED)
    await services.approve(campaign.id, second, make.ALL_CHECKED)
    await services.set_payouts_ready(group.id, business_now(), Actor(None, "system"))
    found = await Campaign.get(id=campaign.id)
    choice = Choice(PaperAct.OPEN, f"campaign:{campaign.id}", "Open")
    with pytest.raises(Forbidden, match="checked this campaign"):
        await record(found, choice, second, await signing.reference_of(found, choice))
    await record(found, choice, first, await signing.reference_of(found, choice))
    assert (await Campaign.get(id=campaign.id)).status == Status.LIVE
    # the group's pages and letters name the officer who checked
    assert (await Group.get(id=group.id)).officer_id == second.person_id
    letters = await LetterToPost.filter(group_id=group.id).order_by("id")
    assert [one.name for one in letters] == [
        "projects/helped", "projects/submitted", "projects/approved", "projects/opened"
    ]  # fmt: skip
    page = await client.get("/staff/letters")
    page = await page.follow(f"Approved: {project.title}")
    assert "1 Mill Lane" in page.text
    page = await page.submit({}, to="/staff/letters")
    assert len(page.rows("To post")) == 3


async def test_a_signature_of_tomorrow_or_of_last_year_or_of_a_stranger_is_refused() -> None:
    _, campaign, _ = await helped(email="")
    officer, stranger = await make.officer(), await make.person()
    choice = Choice(PaperAct.SUBMIT, f"campaign:{campaign.id}", "Send")
    reference = await signing.reference_of(campaign, choice)
    today = business_today()
    for day in (today + timedelta(days=1), today - timedelta(days=61), date(2020, 1, 1)):
        with pytest.raises(Refused, match="day of the signature"):
            await record(campaign, choice, officer, reference, signed_on=day)
    with pytest.raises(NotFound):
        await record(campaign, choice, officer, reference, person_id=stranger.id)
    with pytest.raises(Refused, match="can’t read this kind of file"):
        await record(campaign, choice, officer, reference, content=b"MZ not a picture")
    paper = await record(campaign, choice, officer, reference.lower())
    assert (await record(campaign, choice, officer, reference)).id == paper.id  # a second click


async def test_a_helper_sends_opens_invites_accepts_and_cancels_nothing(client: SiteClient) -> None:
    group, campaign, by = await helped()
    project = await Project.get(id=campaign.project_id)
    for act in (
        services.submit(campaign.id, by),
        services.withdraw(campaign.id, by),
        services.open_campaign(campaign.id, by),
        services.cancel(campaign.id, by, "No"),
        services.end_early(campaign.id, by, raised_pence=10**9),
        services.invite(group.id, "x@example.org", MemberRole.OWNER, by),
        services.approve(campaign.id, by, make.ALL_CHECKED),
    ):
        with pytest.raises(Forbidden):
            await act
    await sign_in(client, await Person.get(id=by.person_id))
    base = base_of(group, project)
    for path in (
        f"{base}/submit",
        f"{base}/withdraw",
        f"{base}/open",
        f"{base}/cancel",
        f"/groups/{group.slug}/invite",
    ):
        await client.get(path, status=403)
    assert (await Campaign.get(id=campaign.id)).status == Status.DRAFT
    # an owner is sent to the page of owners, and a helper's own sign-in is no code
    await client.get(f"{base}/confirm")


async def test_who_helped_checks_nothing_even_as_an_officer_and_the_help_ends_with_the_approval() -> None:
    officer = await make.officer()
    group, campaign, by = await helped(by=officer)
    owner = await make.owner_of(group)
    await services.submit(campaign.id, owner)
    with pytest.raises(Forbidden, match="helped it"):
        await services.approve(campaign.id, officer, make.ALL_CHECKED)
    choice = Choice(PaperAct.WITHDRAW, f"campaign:{campaign.id}", "Take it back")
    with pytest.raises(Forbidden, match="You helped this group"):
        await record(campaign, choice, officer, await signing.reference_of(campaign, choice))
    await services.approve(campaign.id, await make.officer(), make.ALL_CHECKED)
    member = await Member.get(group_id=group.id, person_id=by.person_id)
    assert member.ended_at is not None
    assert [one.id for one in await helping.helped_by(campaign)] == [officer.person_id]  # on record all the same
    with pytest.raises(NotFound):
        await services.save_group(group.id, by, about="More")


async def test_a_second_click_begins_no_second_group_and_a_known_helper_can_be_invited() -> None:
    group, _, by = await helped()
    again = await helping.begin_help(
        name="Ida Moss", email=IDA, phone="", postal="", group_name=group.name, legal_form=LegalForm.NAMED_PEOPLE, by=by
    )
    assert again.id == group.id
    other_group = await make.group(name="Others")
    owner = await make.owner_of(other_group)
    with pytest.raises(Refused, match="don’t know this person as a helper"):
        await services.invite(other_group.id, "stranger@example.org", MemberRole.HELPER, owner)
    lou = await Person.get(id=by.person_id)
    invited = await services.invite(other_group.id, str(lou.email), MemberRole.HELPER, owner)
    assert (await services.invite(other_group.id, str(lou.email), MemberRole.HELPER, owner)).id == invited.id


async def test_an_officer_says_how_groups_reach_them_and_takes_over_a_group(client: SiteClient) -> None:
    project = await make.project()
    group = await Group.get(id=project.group_id)
    officer = await make.officer()
    await Person.filter(id=officer.person_id).update(name="Sam Okafor")
    await sign_in(client, await Person.get(id=officer.person_id))
    page = await client.get("/staff/contact")
    assert (await page.submit({"phone": ""}, status=422)).errors == ["Enter a telephone number, like 03000 000 000"]
    page = await page.submit({"phone": "03000 111 222", "hours": "Mondays"}, to="/staff/contact")
    page = await client.get("/staff/groups")
    assert [row[0] for row in page.rows("Groups")] == [group.name]
    page = await client.get(f"/staff/groups/{group.id}/officer")
    page = await page.submit({"officer": str(officer.person_id)}, to="/staff/groups")
    assert page.rows("Groups")[0][2] == "Sam Okafor"
    campaign = await queries.unfinished_campaign(project.id)
    assert campaign is not None
    await services.submit(campaign.id, await make.owner_of(group))
    owner = await Person.get(id=(await make.owner_of(group)).person_id)
    text = (await e_mails(str(owner.email), "projects/submitted"))[0]["text"]
    assert "Sam Okafor: 03000 111 222, Mondays" in text
    await sign_in(client, owner)
    page = await client.get(f"/groups/{group.slug}")
    assert "Sam Okafor" in page.main
    assert "03000 111 222" in page.main
