"""The checking desk: two officers do not meet unknowingly, a large target has two, and what was checked stays."""

import pytest

from crowdfund_kent.accounts.models import Person
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now, real_now
from crowdfund_kent.errors import Forbidden, NotFound, Refused
from crowdfund_kent.models import AuditRow, Outbox
from projects import queries, services
from projects.asked import Answer, Asked, Paper
from projects.checklist import Entry, checklist, problem_of
from projects.kinds import CheckAnswer, CheckItem, MemberRole
from projects.models import Campaign, CampaignCheck, CheckDraft, DeskTake, Evidence, Member, Project, SecondLook
from projects.queries.desk import Desk
from projects.queries.queue import Waits, queue
from projects.services import desk
from projects.states import Campaign as Status
from tests.accounts.make import sign_in
from tests.client import SiteClient
from tests.projects import make, papers

CHECKED, NOT_CHECKED, NOT_NEEDED = CheckAnswer.CHECKED, CheckAnswer.NOT_CHECKED, CheckAnswer.NOT_NEEDED
ALL = dict.fromkeys(CheckItem, (CHECKED, ""))
BIG = 1_200_000


async def seen(campaign: Campaign, by: Actor) -> Desk:
    return await desk.desk(await Campaign.get(id=campaign.id), by)


async def signed_in(client: SiteClient) -> Actor:
    officer = await make.officer()
    await sign_in(client, await Person.get(id=officer.person_id))
    return officer


# the list -------------------------------------------------------------------------------------------------------------


def test_the_checklist_has_every_item_once_and_says_which_rule_asks() -> None:
    asked = Asked("bank", "A bank statement", "Why.", "Asked of everybody.", Paper.BANK, Answer.FILE)
    entries = {one.item: one for one in checklist([asked], 100_000, 500_000)}
    assert list(entries) == list(CheckItem)
    assert (entries[CheckItem.BANK].needed, entries[CheckItem.BANK].rule) == (True, "Asked of everybody.")
    assert not entries[CheckItem.INSURANCE].needed
    assert entries[CheckItem.INSURANCE].rule == "Asked from £5,000 of public money on."


@pytest.mark.parametrize(
    ("needed", "must", "answer", "note", "right"),
    [
        (True, True, CHECKED, "", True),
        (True, True, NOT_CHECKED, "They are away.", False),
        (True, True, NOT_NEEDED, "Why.", False),
        (True, False, CHECKED, "", True),
        (True, False, NOT_CHECKED, "", False),
        (True, False, NOT_CHECKED, "The bank is shut.", True),
        (True, False, NOT_NEEDED, " ", False),
        (False, False, NOT_CHECKED, "", True),
    ],
)
def test_what_a_rule_asks_for_is_checked_or_the_note_says_why_not(
    needed: bool, must: bool, answer: CheckAnswer, note: str, right: bool
) -> None:
    assert (problem_of(Entry(CheckItem.BANK, "Rule.", needed, must), answer, note) is None) == right


# taking -----------------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("db")
async def test_what_one_officer_has_taken_another_neither_answers_nor_decides_unless_they_take_it_over() -> None:
    campaign = await make.campaign(Status.SUBMITTED)
    ann, bo = await make.officer(), await make.officer()
    first = await services.take(campaign.id, ann)
    assert (await services.take(campaign.id, ann)).id == first.id
    for work in (
        services.take(campaign.id, bo),
        services.save_answers(campaign.id, bo, ALL),
        services.ask(campaign.id, bo, CheckItem.BANK, "Whose account is it?"),
        services.approve(campaign.id, bo, make.ALL_CHECKED),
        services.refuse(campaign.id, bo, "It is outside Kent."),
        services.request_changes(campaign.id, bo, "Say who cleans it."),
    ):
        with pytest.raises(Refused, match="has taken this one"):
            await work
    await services.give_back(campaign.id, bo)
    assert (await seen(campaign, ann)).take is not None
    await services.take_over(campaign.id, bo)
    with pytest.raises(Refused, match="has taken this one"):
        await services.save_answers(campaign.id, ann, ALL)
    await services.give_back(campaign.id, bo)
    await services.save_answers(campaign.id, ann, {CheckItem.BANK: (CHECKED, "")})
    assert [one.officer_id for one in await DeskTake.filter(campaign_id=campaign.id).order_by("id")] == [
        ann.person_id,
        bo.person_id,
        ann.person_id,
    ]
    await services.approve(campaign.id, ann, make.ALL_CHECKED)
    assert not await DeskTake.filter(campaign_id=campaign.id, ended_at=None).exists()


@pytest.mark.usefixtures("db")
async def test_nobody_checks_what_they_wrote_helped_with_or_gave_a_paper_for() -> None:
    campaign = await make.campaign(Status.SUBMITTED)
    project = await Project.get(id=campaign.project_id)
    for role in MemberRole:
        officer = await make.officer()
        await Member.create(
            group_id=project.group_id,
            person_id=officer.person_id,
            role=role,
            created_at=real_now(),
            ended_at=real_now(),
        )
        for work in (
            services.take(campaign.id, officer),
            services.save_answers(campaign.id, officer, ALL),
            services.word_on_funding(campaign.id, officer, project.id, distinct=True, words="x"),
            services.recommend(campaign.id, officer),
        ):
            with pytest.raises(Forbidden, match="Another officer must do this"):
                await work
    gave = await make.officer()
    await Evidence.filter(project_id=project.id).update(uploaded_by_id=gave.person_id)
    with pytest.raises(Forbidden, match="You gave a paper"):
        await services.take(campaign.id, gave)
    with pytest.raises(Forbidden):
        await services.take(campaign.id, await make.staff(Role.AUDITOR))


# answers ----------------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("db")
async def test_answers_are_kept_as_the_officer_goes_and_frozen_with_the_papers_that_stood() -> None:
    campaign = await make.campaign(Status.SUBMITTED)
    by = await make.owner_of((await Project.get(id=campaign.project_id)).group_id)
    quote = await services.add_file(campaign.project_id, "other", papers.picture(), by, name="map.jpg")
    officer = await make.officer()
    await services.save_answers(campaign.id, officer, {CheckItem.PEOPLE: (CHECKED, "")})
    kept = await CheckDraft.get(campaign_id=campaign.id, item=CheckItem.PEOPLE)
    assert await services.save_answers(campaign.id, officer, {CheckItem.PEOPLE: (CHECKED, " ")}) == {}
    assert (await CheckDraft.get(id=kept.id)).at == kept.at
    with pytest.raises(Refused, match="Say whether you checked this: the project fits"):
        await services.approve(campaign.id, officer)
    needed = {one.entry.item for one in (await seen(campaign, officer)).lines if one.entry.needed}
    assert CheckItem.INSURANCE not in needed
    await services.save_answers(
        campaign.id, officer, dict.fromkeys(needed, (CHECKED, "")) | {CheckItem.QUOTES: (NOT_CHECKED, "")}
    )
    with pytest.raises(Refused, match="Say in the note why this is not checked: quotes"):
        await services.approve(campaign.id, officer)
    await services.save_answers(campaign.id, officer, {CheckItem.QUOTES: (NOT_CHECKED, "The shop is shut.")})
    await services.approve(campaign.id, officer)
    checks = {one.item: one for one in await CampaignCheck.filter(campaign_id=campaign.id)}
    assert {one.answer for one in checks.values()} == {CHECKED, NOT_CHECKED, NOT_NEEDED}
    assert checks[CheckItem.INSURANCE].answer == NOT_NEEDED
    assert checks[CheckItem.PEOPLE].at == kept.at
    assert {one.role for one in checks.values()} == {"fund officer"}
    stood = checks[CheckItem.PEOPLE].evidence
    assert {"id": quote.id, "kind": "other", "sha256": quote.sha256} in stood
    assert "The shop is shut." not in str([vars(one) for one in checks.values()])
    assert await queries.frozen_evidence(campaign.project_id) >= {quote.id}


@pytest.mark.usefixtures("db")
async def test_an_answer_is_given_again_when_the_group_sent_something_since() -> None:
    campaign = await make.campaign(Status.SUBMITTED)
    by = await make.owner_of((await Project.get(id=campaign.project_id)).group_id)
    officer = await make.officer()
    await services.save_answers(campaign.id, officer, ALL)
    await services.add_file(campaign.project_id, "other", papers.picture(), by, name="map.jpg")
    found = await seen(campaign, officer)
    assert found.unanswered == [CheckItem.PEOPLE]
    (line,) = [one for one in found.lines if one.entry.item is CheckItem.PEOPLE]
    assert line.before is not None
    assert line.before.answer is CHECKED
    await services.request_changes(campaign.id, officer, "Say who cleans it.")
    await services.submit(campaign.id, by)
    assert len((await seen(campaign, officer)).unanswered) == sum(
        one.entry.needed for one in (await seen(campaign, officer)).lines
    )
    with pytest.raises(Refused, match="Say whether you checked this"):
        await services.approve(campaign.id, officer)


# a second look ----------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("db")
async def test_a_large_target_is_recommended_by_one_officer_and_decided_by_another() -> None:
    project = await make.project(cost_pence=BIG)
    campaign = await make.campaign(Status.SUBMITTED, project)
    ann, bo = await make.officer(), await make.officer()
    await services.save_answers(campaign.id, ann, ALL)
    with pytest.raises(Refused, match="A target of £10,000 or more needs two officers"):
        await services.approve(campaign.id, ann)
    look = await services.recommend(campaign.id, ann, "The quotes are dear, and fair.")
    with pytest.raises(Forbidden, match="You recommended this one"):
        await services.approve(campaign.id, ann)
    with pytest.raises(Refused, match="waits for a second officer"):
        await services.save_answers(campaign.id, bo, ALL)
    await services.send_back(campaign.id, bo, "Ring the firm.")
    ended = await SecondLook.get(id=look.id)
    assert (ended.agreed, ended.ended_by_id, ended.answer) == (False, bo.person_id, "Ring the firm.")
    await services.recommend(campaign.id, ann)
    await services.approve(campaign.id, bo)
    agreed = await SecondLook.get(campaign_id=campaign.id, agreed=True)
    assert (agreed.recommended_by_id, agreed.ended_by_id) == (ann.person_id, bo.person_id)
    assert {one.by_id for one in await CampaignCheck.filter(campaign_id=campaign.id)} == {ann.person_id}


@pytest.mark.usefixtures("db")
async def test_a_small_target_needs_no_second_officer_and_a_decision_ends_a_look_that_waits() -> None:
    small = await make.campaign(Status.SUBMITTED)
    officer = await make.officer()
    await services.save_answers(small.id, officer, ALL)
    with pytest.raises(Refused, match="you can approve it yourself"):
        await services.recommend(small.id, officer)
    large = await make.campaign(Status.SUBMITTED, await make.project(cost_pence=BIG))
    await services.save_answers(large.id, officer, ALL)
    await services.recommend(large.id, officer)
    await services.request_changes(large.id, officer, "The firm says no.")
    assert not await SecondLook.filter(campaign_id=large.id, ended_at=None).exists()


# questions ----------------------------------------------------------------------------------------------------------------


async def test_an_officer_asks_the_group_answers_and_nothing_is_sent_again(client: SiteClient) -> None:
    campaign = await make.campaign(Status.SUBMITTED)
    officer = await signed_in(client)
    path = f"/staff/campaigns/{campaign.id}"
    page = await client.get(f"{path}/ask/bank")
    page = await page.submit({"text": ""}, status=422)
    page = await page.submit({"text": "Whose account is it?"}, to=path)
    await services.ask(campaign.id, officer, CheckItem.QUOTES, "Is VAT in it?")
    await services.ask(campaign.id, officer, CheckItem.QUOTES, "Is VAT in it?")
    mails = await Outbox.filter(kind="email", name="projects/question")
    assert len(mails) == 1
    assert "Whose account is it?" in mails[0].body["text"]
    (row,) = [one for one in await queue() if one.id == campaign.id]
    assert row.waits is Waits.ANSWER

    project = await Project.get(id=campaign.project_id).select_related("group")
    base = f"/groups/{project.group.slug}/projects/{project.slug}"
    by = await make.owner_of(project.group_id)
    await sign_in(client, await Person.get(id=by.person_id))
    page = await client.get(base)
    page = await page.follow("Answer the officer’s 2 questions")
    page = await (await client.get(f"{base}/checking/bank")).submit({"text": "Ada’s and Kim’s."}, to=f"{base}/checking")
    assert "Ada’s and Kim’s." in page.text
    await services.answer_question(campaign.id, by, CheckItem.QUOTES, "Yes.")
    (row,) = [one for one in await queue() if one.id == campaign.id]
    assert row.waits is Waits.OFFICER
    assert (await Campaign.get(id=campaign.id)).status == Status.SUBMITTED
    with pytest.raises(NotFound):
        await services.answer_question(campaign.id, by, CheckItem.RULES, "Nobody asked.")
    await services.ask(campaign.id, officer, CheckItem.BANK, "And which bank?")
    assert await Outbox.filter(kind="email", name="projects/question").count() == 2
    await sign_in(client, await make.person())
    await client.get(f"{base}/checking", status=404)


@pytest.mark.usefixtures("db")
async def test_the_record_names_nobody_and_quotes_nothing() -> None:
    campaign = await make.campaign(Status.SUBMITTED)
    officer = await make.officer()
    await services.ask(campaign.id, officer, CheckItem.BANK, "Is Kim Reed your treasurer?")
    await services.save_answers(campaign.id, officer, {CheckItem.BANK: (NOT_CHECKED, "Kim Reed is away.")})
    rows = await AuditRow.filter(subject=f"campaign:{campaign.id}")
    assert "Kim" not in str([row.details for row in rows])
    assert max(row.at for row in rows) <= business_now()
