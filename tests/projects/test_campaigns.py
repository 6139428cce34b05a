"""A campaign's way through the services, against the database."""

from datetime import timedelta

import pytest
from tortoise.exceptions import IntegrityError

from crowdfund_kent import clock
from crowdfund_kent.accounts.models import StaffRole
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now, business_today, day_ends, real_now
from crowdfund_kent.database import fetch, transaction
from crowdfund_kent.errors import Forbidden, InvalidMove, NotFound, Refused
from crowdfund_kent.models import AuditRow, Outbox
from projects import queries, services, tasks
from projects.kinds import CheckItem, MemberRole
from projects.models import Campaign, CampaignCheck, CampaignEvent, CampaignMessage, Member, Project
from projects.states import Campaign as Status
from tests.projects import make

pytestmark = pytest.mark.usefixtures("db")


async def causes(campaign: Campaign) -> list[str]:
    return [event.cause for event in await CampaignEvent.filter(subject_id=campaign.id).order_by("id")]


async def jobs(campaign: Campaign) -> list[list[object]]:
    rows = await Outbox.filter(name="campaign_moved").order_by("id")
    return [row.body for row in rows if row.body[0] == campaign.id]


async def mails(name: str) -> list[dict[str, str]]:
    return [row.body for row in await Outbox.filter(kind="email", name=f"projects/{name}").order_by("id")]


async def test_from_draft_to_closing_every_step_leaves_its_event_audit_row_job_and_mail() -> None:
    campaign = await make.live_campaign(target_pence=600_000)
    assert await causes(campaign) == ["created", "submitted", "approved", "opened"]
    assert campaign.target_pence == 600_000
    assert campaign.threshold_bp == 9000
    assert campaign.deadline_at is not None
    assert campaign.last_day is not None
    assert campaign.deadline_at == day_ends(campaign.last_day)
    assert await jobs(campaign) == [[campaign.id, "live"]]
    assert [len(await mails(name)) for name in ("submitted", "approved", "opened")] == [1, 1, 1]
    assert await AuditRow.filter(subject=f"campaign:{campaign.id}", act="campaign approved").count() == 1

    await clock.advance(campaign.deadline_at - business_now() + timedelta(minutes=5))
    await tasks.close_due()
    closing = await Campaign.get(id=campaign.id)
    assert closing.status == Status.CLOSING
    event = await CampaignEvent.filter(subject_id=campaign.id).order_by("-id").first()
    assert event is not None
    assert event.effective_at == campaign.deadline_at
    assert closing.closing_at is not None
    assert closing.closing_at > campaign.deadline_at
    assert (await jobs(campaign))[-1] == [campaign.id, "closing"]
    await tasks.close_due()
    assert len(await causes(campaign)) == 5


async def test_a_live_campaign_does_not_close_before_its_deadline() -> None:
    campaign = await make.live_campaign()
    await tasks.close_due()
    assert not await services.begin_closing(campaign.id)
    assert (await Campaign.get(id=campaign.id)).status == Status.LIVE


async def test_approval_freezes_every_word_and_line_with_the_computed_figures() -> None:
    project = await make.project(cost_pence=500_000, capital_pence=200_000, other_pence=50_000, in_kind_pence=25_050)
    campaign = await make.campaign(Status.APPROVED, project)
    version = await queries.current_version(campaign)
    assert (version.number, version.cost_pence, version.revenue_pence) == (1, 500_000, 300_000)
    assert (version.target_pence, version.project_value_pence) == (450_000, 525_050)
    assert version.content["district"] == "Thanet"
    assert [line["amount_pence"] for line in version.content["costs"]] == [300_000, 200_000]
    assert version.content["group"]["name"] == "Friends of the Tidal Pool"
    assert version.content["picture"] is None
    checks = await CampaignCheck.filter(campaign_id=campaign.id)
    assert {check.item for check in checks} == set(CheckItem)


async def test_a_frozen_version_cannot_be_changed() -> None:
    campaign = await make.campaign(Status.APPROVED)
    version = await queries.current_version(campaign)
    version.target_pence = 1
    with pytest.raises(IntegrityError):
        async with transaction():
            await version.save()


async def test_an_incomplete_draft_is_not_submitted_and_the_message_lists_what_is_missing() -> None:
    group = await make.group()
    by = await make.owner_of(group)
    project = await services.create_project(group.id, "Steps", by)
    campaign = await queries.unfinished_campaign(project.id)
    assert campaign is not None
    with pytest.raises(Refused, match=r"Enter a summary.*at least one cost.*last day"):
        await services.submit(campaign.id, by)
    assert await causes(campaign) == ["created"]


async def test_an_editor_writes_but_does_not_submit() -> None:
    project = await make.project()
    by = await make.owner_of(project.group_id)
    member = await services.invite(project.group_id, "Editor@Example.org ", MemberRole.EDITOR, by)
    editor = Actor(member.person_id, "group editor")
    await services.save_project(project.id, editor, summary="Shorter")
    campaign = await queries.unfinished_campaign(project.id)
    assert campaign is not None
    with pytest.raises(Forbidden):
        await services.submit(campaign.id, editor)


async def test_what_an_officer_checks_cannot_be_changed_meanwhile() -> None:
    project = await make.project()
    by = await make.owner_of(project.group_id)
    await make.campaign(Status.SUBMITTED, project)
    for attempt in (
        services.save_project(project.id, by, title="Another"),
        services.add_line(project.id, "costs", by, words="More", amount_pence=100),
        services.save_plan(project.id, by, last_day=business_today() + timedelta(days=70)),
    ):
        with pytest.raises(Refused, match="officer is checking"):
            await attempt


async def test_an_approved_project_stays_as_it_was_approved_but_its_last_day_may_move_until_it_opens() -> None:
    project = await make.project()
    by = await make.owner_of(project.group_id)
    campaign = await make.campaign(Status.APPROVED, project)
    with pytest.raises(Refused, match="approved as it stands"):
        await services.save_project(project.id, by, title="Another")
    with pytest.raises(Refused, match="approved as it stands"):
        await services.save_plan(project.id, by, if_too_much="Cake")
    later = business_today() + timedelta(days=70)
    await services.save_plan(project.id, by, last_day=later)
    assert (await Campaign.get(id=campaign.id)).deadline_at == day_ends(later)
    await services.open_campaign(campaign.id, by)
    with pytest.raises(Refused, match="approved as it stands"):
        await services.save_plan(project.id, by, last_day=later + timedelta(days=1))


async def test_changes_asked_for_open_the_project_again_and_it_comes_back() -> None:
    campaign = await make.campaign(Status.CHANGES_REQUESTED)
    project = await Project.get(id=campaign.project_id)
    by = await make.owner_of(project.group_id)
    assert "Say who cleans the steps." in (await mails("changes_requested"))[0]["text"]
    await services.save_project(project.id, by, summary="We clean them every week.")
    await services.submit(campaign.id, by)
    assert (await Campaign.get(id=campaign.id)).status == Status.SUBMITTED


async def test_a_refusal_needs_a_reason_and_tells_it_to_the_owners() -> None:
    campaign = await make.campaign(Status.SUBMITTED)
    officer = await make.officer()
    with pytest.raises(Refused, match="says why"):
        await services.refuse(campaign.id, officer, "   ")
    await services.refuse(campaign.id, officer, "It is outside Kent.")
    assert "outside Kent" in (await mails("refused"))[0]["text"]
    assert (await CampaignMessage.get(campaign_id=campaign.id)).public is False


async def test_personal_text_stays_out_of_audit_and_events() -> None:
    campaign = await make.campaign(Status.REFUSED)
    rows = await fetch("SELECT details::text AS t FROM audit_row UNION ALL SELECT cause FROM campaign_event")
    assert campaign.status == Status.REFUSED
    assert not any("outside Kent" in row["t"] for row in rows)


async def test_nobody_checks_what_they_wrote() -> None:
    campaign = await make.campaign(Status.SUBMITTED)
    owner = await make.owner_of((await Project.get(id=campaign.project_id)).group_id)
    await StaffRole.create(person_id=owner.person_id, role=Role.FUND_OFFICER, granted_at=real_now())
    both = Actor(owner.person_id, Role.FUND_OFFICER)
    for attempt in (
        services.approve(campaign.id, both, make.ALL_CHECKED),
        services.request_changes(campaign.id, both, "x"),
        services.refuse(campaign.id, both, "x"),
    ):
        with pytest.raises(Forbidden, match="member of this group"):
            await attempt
    assert (await Campaign.get(id=campaign.id)).status == Status.SUBMITTED


async def test_nor_does_somebody_who_left_the_group() -> None:
    campaign = await make.campaign(Status.SUBMITTED)
    group_id = (await Project.get(id=campaign.project_id)).group_id
    officer = await make.officer()
    await Member.create(
        group_id=group_id, person_id=officer.person_id, role="editor", created_at=real_now(), ended_at=real_now()
    )
    with pytest.raises(Forbidden):
        await services.approve(campaign.id, officer, make.ALL_CHECKED)


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR, Role.PANEL_CHAIR])
async def test_only_a_fund_officer_approves(role: Role) -> None:
    campaign = await make.campaign(Status.SUBMITTED)
    with pytest.raises(Forbidden):
        await services.approve(campaign.id, await make.staff(role), make.ALL_CHECKED)


async def test_approval_says_of_each_item_whether_it_was_checked() -> None:
    campaign = await make.campaign(Status.SUBMITTED)
    officer = await make.officer()
    with pytest.raises(Refused, match="Say of each item"):
        await services.approve(campaign.id, officer, {CheckItem.PEOPLE: True})
    with pytest.raises(Refused, match="Check these before approving: Who runs"):
        await services.approve(campaign.id, officer, make.ALL_CHECKED | {CheckItem.PEOPLE: False})
    await services.approve(campaign.id, officer, make.ALL_CHECKED | {CheckItem.QUOTES: False})
    assert not (await CampaignCheck.get(campaign_id=campaign.id, item=CheckItem.QUOTES)).checked


async def test_opening_looks_at_the_last_day_again() -> None:
    campaign = await make.campaign(Status.APPROVED)
    by = await make.owner_of((await Project.get(id=campaign.project_id)).group_id)
    await clock.advance(timedelta(days=30))
    with pytest.raises(Refused, match="change the last day"):
        await services.open_campaign(campaign.id, by)
    await services.save_plan(campaign.project_id, by, last_day=business_today() + timedelta(days=50))
    assert (await services.open_campaign(campaign.id, by)).status == Status.LIVE


async def test_a_second_approval_finds_the_campaign_moved() -> None:
    campaign = await make.campaign(Status.APPROVED)
    with pytest.raises(InvalidMove):
        await services.approve(campaign.id, await make.officer(), make.ALL_CHECKED)


async def test_a_suspended_campaign_waits_and_its_last_day_moves_by_whole_days() -> None:
    campaign = await make.campaign(Status.SUSPENDED)
    officer = await make.officer()
    await clock.advance(timedelta(days=3, hours=2))
    await tasks.close_due()
    resumed = await services.resume(campaign.id, officer)
    assert resumed.status == Status.LIVE
    assert campaign.last_day is not None
    assert resumed.last_day == campaign.last_day + timedelta(days=4)
    assert resumed.last_day is not None
    assert resumed.deadline_at == day_ends(resumed.last_day)
    assert resumed.suspended_at is None
    assert len(await mails("resumed")) == 1
    assert [status for _, status in await jobs(campaign)] == ["live", "suspended", "live"]


async def test_after_twenty_eight_days_a_suspended_campaign_is_cancelled() -> None:
    campaign = await make.campaign(Status.SUSPENDED)
    await clock.advance(timedelta(days=28) - timedelta(minutes=1))
    await tasks.cancel_overdue_suspensions()
    assert (await Campaign.get(id=campaign.id)).status == Status.SUSPENDED
    await clock.advance(timedelta(minutes=2))
    with pytest.raises(Refused, match="28 days"):
        await services.resume(campaign.id, await make.officer())
    await tasks.cancel_overdue_suspensions()
    assert (await Campaign.get(id=campaign.id)).status == Status.CANCELLED
    assert (await jobs(campaign))[-1] == [campaign.id, "cancelled"]


@pytest.mark.parametrize("status", [Status.APPROVED, Status.LIVE, Status.SUSPENDED])
async def test_an_owner_cancels_with_a_message_for_everybody(status: Status) -> None:
    campaign = await make.campaign(status)
    by = await make.owner_of((await Project.get(id=campaign.project_id)).group_id)
    with pytest.raises(Refused, match="says why"):
        await services.cancel(campaign.id, by, "")
    await services.cancel(campaign.id, by, "The wall fell down.")
    assert [message.text for message in await queries.messages_of(campaign.id, public=True)] == ["The wall fell down."]
    assert (await jobs(campaign))[-1] == [campaign.id, "cancelled"]


async def test_an_officer_may_cancel_but_a_stranger_may_not() -> None:
    campaign = await make.live_campaign()
    stranger = await make.person()
    with pytest.raises(Forbidden):
        await services.cancel(campaign.id, Actor(stranger.id, "person"), "Ha")
    await services.cancel(campaign.id, await make.officer(), "The landowner said no.")
    assert (await Campaign.get(id=campaign.id)).status == Status.CANCELLED


async def test_after_the_deadline_nobody_cancels_suspends_or_ends_early() -> None:
    campaign = await make.live_campaign()
    by = await make.owner_of((await Project.get(id=campaign.project_id)).group_id)
    officer = await make.officer()
    assert campaign.deadline_at is not None
    await clock.advance(campaign.deadline_at - business_now() + timedelta(seconds=1))
    for attempt in (
        services.cancel(campaign.id, by, "Too late"),
        services.suspend(campaign.id, officer, "Too late"),
        services.end_early(campaign.id, by, raised_pence=10**9),
    ):
        with pytest.raises(Refused, match="deadline has passed"):
            await attempt


async def test_a_campaign_ends_early_only_once_its_target_is_met() -> None:
    campaign = await make.live_campaign(target_pence=600_000)
    by = await make.owner_of((await Project.get(id=campaign.project_id)).group_id)
    with pytest.raises(Refused, match="target is met"):
        await services.end_early(campaign.id, by, raised_pence=599_999)
    ended = await services.end_early(campaign.id, by, raised_pence=600_000)
    assert ended.status == Status.CLOSING
    assert ended.closing_at is not None


async def test_one_campaign_at_a_time_and_another_try_after_it_is_over() -> None:
    campaign = await make.live_campaign()
    by = await make.owner_of((await Project.get(id=campaign.project_id)).group_id)
    with pytest.raises(Refused, match="not over"):
        await services.new_campaign(campaign.project_id, by)
    await services.cancel(campaign.id, by, "Next year.")
    again = await services.new_campaign(campaign.project_id, by)
    assert again.status == Status.DRAFT
    await services.save_project(campaign.project_id, by, title="Steps, again")


async def test_the_database_itself_refuses_a_second_unfinished_campaign() -> None:
    project = await make.project()
    with pytest.raises(IntegrityError):
        async with transaction():
            await Campaign.create(project_id=project.id, status=Status.DRAFT, created_at=real_now())


async def test_a_funded_project_is_not_funded_again() -> None:
    campaign = await make.campaign(Status.CLOSING)
    await Campaign.filter(id=campaign.id).update(status=Status.SETTLED)
    by = await make.owner_of((await Project.get(id=campaign.project_id)).group_id)
    with pytest.raises(Refused, match="something different"):
        await services.new_campaign(campaign.project_id, by)


async def test_withdrawing_an_approved_campaign_tells_those_downstream() -> None:
    campaign = await make.campaign(Status.APPROVED)
    by = await make.owner_of((await Project.get(id=campaign.project_id)).group_id)
    await services.withdraw(campaign.id, by)
    assert await jobs(campaign) == [[campaign.id, "withdrawn"]]


async def test_a_stranger_finds_nothing_of_another_groups_campaign() -> None:
    campaign = await make.campaign(Status.DRAFT)
    other = await make.owner_of(await make.group(name="Others"))
    for attempt in (
        services.submit(campaign.id, other),
        services.withdraw(campaign.id, other),
        services.save_project(campaign.project_id, other, title="Mine"),
        services.add_line(campaign.project_id, "costs", other, words="x", amount_pence=1),
    ):
        with pytest.raises(NotFound):
            await attempt


async def test_those_who_run_a_campaign_are_known_by_their_addresses() -> None:
    campaign = await make.live_campaign()
    group_id = await queries.group_id_of(campaign.id)
    by = await make.owner_of(group_id)
    await services.invite(group_id, "ed@example.org", MemberRole.EDITOR, by)
    assert "ed@example.org" in [email for _, email in await queries.people_who_run(campaign.id)]
    assert "ed@example.org" not in await queries.owners_emails(group_id)
