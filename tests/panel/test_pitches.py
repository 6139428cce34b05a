"""A group asks a fund: the journey on its pages, who may do what, what is refused, and what an officer adds."""

import re
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now
from crowdfund_kent.errors import Conflict, Forbidden, NotFound, Refused
from crowdfund_kent.models import AuditRow, Outbox
from panel.models import Hold, Pitch, PitchAnswer
from panel.queries import papers
from panel.queries import pitches as queries
from panel.services import pitches as services
from panel.services import rounds
from panel.states import Pitch as Status
from pledges import funds
from pledges.fund_scope import Variant
from pledges.kinds import PlaceKind
from pledges.models import FundQuestion, MatchFund
from projects.kinds import MemberRole
from projects.models import Campaign, Evidence, Group, Member, Project
from tests.client import SiteClient
from tests.panel import rounds_make as make
from tests.panel.stage import stage
from tests.panel.test_award_pages import as_actor
from tests.pledges import pot_make
from tests.projects import make as projects

WHY = "Swimmers who use a wheelchair can reach the water. Without it they stay on the wall."


async def question(panel: make.Panel, words: str = "Who gains most?", **more: Any) -> FundQuestion:
    return await FundQuestion.create(
        fund_id=panel.fund.id, words=words, created_at=business_now(), **({"most_words": 20} | more)
    )


async def asked(panel: make.Panel, *, crowd: tuple[int, ...] = (), **campaign: Any) -> tuple[Actor, Campaign]:
    """An owner whose live campaign runs until after the decision."""
    owner = await pot_make.person("Ora")
    live = await pot_make.live_campaign(owner=owner, **({"days": 80} | campaign))
    for amount in crowd:
        await pot_make.card_pledge(live, amount)
    return owner, live


async def group_of(campaign: Campaign) -> Group:
    return (await Project.get(id=campaign.project_id).select_related("group")).group


async def member(campaign: Campaign, role: MemberRole) -> Actor:
    who = await pot_make.person(role.title())
    group = await group_of(campaign)
    await Member.create(group_id=group.id, person_id=who.person_id, role=role, created_at=business_now())
    return Actor(who.person_id, f"group {role}")


async def whole_draft(panel: make.Panel, live: Campaign, owner: Actor) -> Pitch:
    pitch = await services.begin(panel.round.id, live.project_id, owner)
    await services.save(pitch.id, owner, asked_pence=300_000, why=WHY)
    for one in await FundQuestion.filter(fund_id=panel.fund.id, needed=True):
        await services.answer(pitch.id, one.id, "Everybody who swims here.", owner)
    return await queries.pitch_with_all(pitch.id)


async def test_a_group_asks_in_a_few_pages_and_sends_it(client: SiteClient) -> None:
    panel = await make.panel()
    needed, other = await question(panel, position=1), await question(panel, "Anything else?", needed=False, position=2)
    owner, live = await asked(panel, crowd=(64_000,))
    group = await group_of(live)
    await as_actor(client, owner)
    page = await client.get(f"/groups/{group.slug}/projects/{(await Project.get(id=live.project_id)).slug}")
    page = await page.follow("Ask KCC for a match")
    assert "You answer 4 questions" in page.main
    page = await page.submit(to=re.compile(r".*/pitches/R-[\w-]+/amount"))
    assert "As it stands today at most £5,000, because of the fund's largest share of a target." in page.main
    for typed, says in (
        ("", "Enter an amount, like 4,000"),
        ("1.999", "Enter pounds and pence with two figures after the point, like 12.50"),
        ("-5", "Enter an amount above nothing, like 20, without a minus sign"),
        ("1e9", "Enter an amount using figures 0 to 9, like 20 or 1,000.00"),
        ("0", "Enter £1 or more"),
        ("10,001", "Enter £10,000 or less: that is your whole target"),
        ("20,001", "Enter £20,000 or less: KCC gives no more to one project"),
    ):
        assert (await page.submit({"amount": typed}, status=422)).errors == [says]
    page = await page.submit({"amount": "£3,000.00"}, to=re.compile(r".*/why"))
    base = page.path.removesuffix("/why")
    page = await page.submit({"why": "word " * 301}, status=422)
    assert page.errors == ["Use 300 words or fewer: take out 1 word"]
    page = await page.submit({"why": WHY}, to=f"{base}/questions/{needed.id}")
    assert (await page.submit({"answer": ""}, status=422)).errors == ["Enter an answer to this question"]
    assert (await page.submit({"answer": "word " * 21}, status=422)).errors == [
        "Use 20 words or fewer: take out 1 word"
    ]
    # another device of the same person goes on where it was
    page = await client.get(base)
    assert "1 of 2 backers, £640 of £1,000" in page.main
    assert "Still missing: 1 more backer and £360 more from backers." in page.main
    assert "You can send your request before that." in page.main
    page = await page.follow("See what is missing")
    assert "1 question left" in page.main
    page = await page.follow("Answer “Who gains most?”")
    page = await page.submit({"answer": "Everybody who swims here."}, to=f"{base}/questions/{other.id}")
    page = await page.submit({"answer": ""}, to=f"{base}/check")
    assert page.summary["Who gains most?"].startswith("Everybody who swims here.")
    assert page.summary["Pledged by backers so far"] == "£640 by 1 backer"
    page = await page.follow("Change how much you ask for")
    page = await page.submit({"amount": "2500"}, to=f"{base}/check")
    assert (await page.submit(status=422)).errors == ["Tick the box to say that this is true"]
    page = await page.submit({"agree": True}, to=base)
    assert "Sent. KCC decides by" in page.main
    assert "Take it back" in page.main
    pitch = await Pitch.get()
    assert (pitch.status, pitch.asked_pence, pitch.submitted_by_id) == (Status.SUBMITTED, 250_000, owner.person_id)
    kept = pitch.submitted
    assert (kept["backers"], kept["crowd_pence"], kept["trigger_met"]) == (1, 64_000, False)
    assert (kept["target_pence"], kept["version_id"], kept["most_pence"]) == (1_000_000, live.version_id, 500_000)
    assert kept["questions"] == [needed.id, other.id]
    assert WHY not in str(kept)
    (mail,) = await Outbox.filter(name="request sent")
    assert mail.body["subject"].startswith("KCC has your request for Project")
    assert "Still missing: 1 more backer and £360 more from backers." in mail.body["text"]
    page = await client.get(f"{base}/check", to=base)  # from an old page
    assert "It is sent" in page.main
    page = await client.get(f"/groups/{group.slug}/pitches")
    assert page.rows("What you have asked for")[0][2:] == ["£2,500", "Sent"]
    page = await client.get(f"{base}/withdraw")
    page = await page.submit(to=base)
    assert "Nobody decides about it any more" in page.main
    assert (await Pitch.get()).status == Status.WITHDRAWN
    again = await services.begin(panel.round.id, live.project_id, owner)  # the round is still open
    assert again.id != pitch.id


@pytest.mark.usefixtures("db")
async def test_twice_is_once() -> None:
    panel = await make.panel()
    owner, live = await asked(panel)
    pitch = await whole_draft(panel, live, owner)
    assert (await services.begin(panel.round.id, live.project_id, owner)).id == pitch.id
    for _ in range(2):
        sent = await services.submit(pitch.id, owner)
    assert sent.status == Status.SUBMITTED
    assert await AuditRow.filter(act="pitch submitted").count() == 1
    assert await Outbox.filter(name="request sent").count() == 1
    for _ in range(2):
        await services.withdraw(pitch.id, owner)
    assert await AuditRow.filter(act="pitch withdrawn").count() == 1


@pytest.mark.usefixtures("db")
async def test_members_write_an_owner_sends_and_strangers_find_nothing() -> None:
    panel = await make.panel()
    needed = await question(panel)
    owner, live = await asked(panel)
    editor, helper = await member(live, MemberRole.EDITOR), await member(live, MemberRole.HELPER)
    pitch = await services.begin(panel.round.id, live.project_id, editor)
    await services.save(pitch.id, helper, asked_pence=300_000, why=WHY)
    await services.answer(pitch.id, needed.id, "All.", editor)
    for who in (editor, helper):
        with pytest.raises(Forbidden):
            await services.submit(pitch.id, who)
    stranger, _ = await asked(panel)
    for act in (
        partial(services.begin, panel.round.id, live.project_id, stranger),
        partial(services.save, pitch.id, stranger, why="Mine."),
        partial(services.answer, pitch.id, needed.id, "Mine.", stranger),
        partial(services.submit, pitch.id, stranger),
        partial(services.withdraw, pitch.id, stranger),
    ):
        with pytest.raises(NotFound):
            await act()
    await services.submit(pitch.id, owner)
    for who in (editor, helper):
        with pytest.raises(Forbidden):
            await services.withdraw(pitch.id, who)
    with pytest.raises(Refused, match="can't be changed now"):
        await services.save(pitch.id, owner, why="Other words.")


@pytest.mark.usefixtures("db")
async def test_a_question_of_another_fund_or_one_retired_takes_no_answer() -> None:
    panel, elsewhere = await make.panel(), await make.panel()
    foreign, retired = await question(elsewhere), await question(panel, retired_at=business_now())
    owner, live = await asked(panel)
    pitch = await services.begin(panel.round.id, live.project_id, owner)
    for one in (foreign, retired):
        with pytest.raises(NotFound):
            await services.answer(pitch.id, one.id, "Forged.", owner)
    assert not await PitchAnswer.all().exists()


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("pence", [99, 1_000_001, 2_000_001])
async def test_a_forged_amount_is_refused_by_the_service_too(pence: int) -> None:
    panel = await make.panel()
    owner, live = await asked(panel)
    pitch = await services.begin(panel.round.id, live.project_id, owner)
    with pytest.raises(Refused) as refused:
        await services.save(pitch.id, owner, asked_pence=pence)
    assert refused.value.rule == "amount"


@pytest.mark.usefixtures("db")
async def test_nothing_is_sent_after_the_last_day_whether_or_not_the_worker_has_closed_the_round() -> None:
    panel = await make.panel()
    owner, live = await asked(panel)
    pitch = await whole_draft(panel, live, owner)
    other, other_live = await asked(panel)
    await make.pass_days(panel.round.pitch_by + timedelta(days=1))
    with pytest.raises(Refused, match="The last day to ask was"):
        await services.submit(pitch.id, owner)
    with pytest.raises(Refused):
        await services.begin(panel.round.id, other_live.project_id, other)
    await rounds.move_due_rounds()
    assert (await Pitch.get(id=pitch.id)).status == Status.LAPSED
    with pytest.raises(Conflict):
        await services.submit(pitch.id, owner)


@pytest.mark.usefixtures("db")
async def test_a_campaign_that_ends_before_the_decision_cannot_ask() -> None:
    panel = await make.panel()
    owner, live = await asked(panel, days=(panel.round.decide_by - panel.round.opens_on).days)
    with pytest.raises(Refused) as refused:
        await services.begin(panel.round.id, live.project_id, owner)
    assert refused.value.rule == "ends before the decision"


@pytest.mark.usefixtures("db")
async def test_what_was_sent_ends_when_its_campaign_does() -> None:
    panel = await make.panel()
    owner, live = await asked(panel)
    pitch = await whole_draft(panel, live, owner)
    await services.submit(pitch.id, owner)
    assert await services.end_over() == 0
    await Campaign.filter(id=live.id).update(status="cancelled")
    assert await services.end_over() == 1
    assert await services.end_over() == 0
    assert (await Pitch.get(id=pitch.id)).status == Status.WITHDRAWN


@pytest.mark.usefixtures("db")
async def test_place_and_size_decide_which_numbers_hold() -> None:
    rules = funds.Rules(
        least_backers=2,
        variants=(Variant("Coast", place=PlaceKind.COASTAL, least_backers=1, max_share_bp=7_000),),
        combined_share_bp=9_000,
    )
    panel = await make.panel(rules=rules)
    owner, live = await asked(panel, crowd=(100_000,))
    pitch = await whole_draft(panel, live, owner)
    with pytest.raises(Refused):
        await services.record_place(pitch.id, ["coastal"], None, "The map.", panel.officer)  # not sent yet
    await services.submit(pitch.id, owner)
    progress = queries.progress_in(pitch, await queries.weighing_of(pitch))
    assert progress is not None
    assert not progress.is_met
    with pytest.raises(Refused, match="where you found this"):
        await services.record_place(pitch.id, ["coastal"], None, " ", panel.officer)
    with pytest.raises(Refused, match="from those offered"):
        await services.record_place(pitch.id, ["moon"], None, "The map.", panel.officer)
    with pytest.raises(Forbidden):
        await services.record_place(pitch.id, ["coastal"], None, "The map.", owner)
    await services.record_place(pitch.id, ["coastal"], 1_200_000, "The map.", panel.officer)
    pitch = await queries.pitch_with_all(pitch.id)
    found = await queries.weighing_of(pitch)
    progress = queries.progress_in(pitch, found)
    assert progress is not None
    assert progress.is_met
    assert (found.variant, found.most.pence) == ("Coast", 700_000)
    (row,) = await AuditRow.filter(act="pitch place recorded")
    assert row.details == {"income_pence": 1_200_000, "deprived": False, "rural": False, "coastal": True}
    await Hold.create(
        pitch_id=pitch.id,
        kind="referred to audit",
        reason="Looked at.",
        placed_by_id=panel.officer.person_id,
        placed_at=business_now(),
    )
    for act in (
        partial(services.record_place, pitch.id, [], None, "", panel.officer),
        partial(services.withdraw, pitch.id, owner),
    ):
        with pytest.raises(Refused, match="sealed"):
            await act()


async def test_an_officer_reads_a_pitch_whole_and_records_the_place(client: SiteClient) -> None:
    panel = await make.panel()
    needed = await question(panel)
    owner, live = await asked(panel, crowd=(60_000, 60_000))
    pitch = await whole_draft(panel, live, owner)
    path = f"/staff/pitches/{pitch.reference}"
    await as_actor(client, panel.officer)
    await client.get(path, status=404)  # a draft is the group's own
    await services.submit(pitch.id, owner)
    page = await (await client.get("/account")).follow("Pitches")
    page = await page.follow(queries.title_of(pitch))
    assert page.summary["Asked"] == "£3,000 of a target of £10,000"
    assert page.summary[needed.words] == "Everybody who swims here."
    assert "The trigger is met as it stands today." in page.main
    assert ["Costs", "Fits", "It adds to every cost that was approved."] in page.rows("The fund’s rules, one by one")
    page = await page.follow("Record place and size")
    page = await page.submit({"places": "rural", "income": "12,000", "reason": ""}, status=422)
    assert page.errors == ["Enter where you found this, such as the index of deprivation."]
    page = await page.submit({"reason": "The accounts of 2025."}, to=path)
    assert page.summary["Kind of place"].startswith("A rural area")
    assert page.summary["The group’s income last year"] == "£12,000"
    for who, status in (
        (await pot_make.person("Ada", Role.AUDITOR), 200),
        (await pot_make.person("Xan", Role.FUND_OFFICER, fund=await pot_make.fund(1)), 403),
        (panel.ann, 403),
        (owner, 403),
    ):
        await as_actor(client, who)
        await client.get(path, status=status)


async def test_members_read_the_papers_once_they_declared_and_never_when_barred(client: SiteClient) -> None:
    panel = await make.panel()
    owner, live = await asked(panel, crowd=(60_000,))
    pitch = await whole_draft(panel, live, owner)
    await services.submit(pitch.id, owner)
    await panel.close()
    path = f"/panel/{panel.round.slug}/pitches/{pitch.reference}"
    await as_actor(client, panel.ann)
    await client.get(path, status=422)  # first the interests
    await make.declare_nothing(panel.round, panel.ann, panel.ben)
    page = await client.get(path)
    assert page.summary["Why public money"] == WHY
    assert "1 of 2 backers, £600 of £1,000" in page.main
    assert "backer1@" not in page.html
    await as_actor(client, panel.reserve)
    await client.get(path, status=403)
    ben = await make.person(panel.ben)
    await pot_make.card_pledge(live, 5_000, email=str(ben.email))
    await as_actor(client, panel.ben)
    page = await client.get(path, status=403)
    assert "You pledged to it yourself." in page.main
    await as_actor(client, panel.ann)
    await client.get(f"/panel/no-such-round/pitches/{pitch.reference}", status=404)


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize(
    ("limit", "amount", "says"),
    [
        (None, 300_000, None),  # the fund has no rounds
        (100_000, 100_000, None),
        (100_000, 100_100, "Up to £1,000 can be decided between rounds, and this is more."),
        (0, 100, "This fund decides in rounds: let the group ask its next one."),
    ],
)
async def test_only_small_amounts_are_decided_between_rounds(limit: int | None, amount: int, says: str | None) -> None:
    s = await stage(rules=funds.Rules(least_backers=2, between_rounds_pence=limit))
    if says is None:
        assert (await s.propose(amount)).amount_pence == amount
        return
    with pytest.raises(Refused, match=says) as refused:
        await s.propose(amount)
    assert refused.value.rule == "between rounds"


@pytest.mark.usefixtures("db")
async def test_a_fund_without_a_crowd_is_asked_for_a_project_with_a_referee() -> None:
    panel = await make.panel()
    await MatchFund.filter(id=panel.fund.id).update(without_crowd=True)
    project = await projects.project(cost_pence=200_000)
    owner = await projects.owner_of(project.group_id)
    with pytest.raises(Refused) as refused:
        await services.begin(panel.round.id, project.id, owner)
    assert refused.value.rule == "referee"
    await Evidence.filter(project_id=project.id, kind="referee").update(
        without=False, referee_name="Ida Moss", referee_phone="01622 000 000"
    )
    pitch = await services.begin(panel.round.id, project.id, owner)
    assert pitch.campaign_id is None
    with pytest.raises(Refused, match="whole target"):
        await services.save(pitch.id, owner, asked_pence=200_001)
    await services.save(pitch.id, owner, asked_pence=80_000, why=WHY)
    sent = await services.submit(pitch.id, owner)
    assert (sent.submitted["target_pence"], sent.submitted["trigger_met"]) == (200_000, True)
    assert queries.progress_in(sent, await queries.weighing_of(sent)) is None
    found = await papers.papers_of(sent)
    assert (found.title, found.content["summary"]) == (project.title, project.summary)
    _, live = await asked(panel)
    with pytest.raises(Refused) as refused:
        await services.begin(panel.round.id, live.project_id, await projects.owner_of((await group_of(live)).id))
    assert refused.value.rule == "campaign"
