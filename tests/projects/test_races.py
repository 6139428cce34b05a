"""Two people at once, each on a connection of their own: one moves the row, the other is told."""

import asyncio

import pytest

from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_today
from crowdfund_kent.errors import InvalidMove, MovedAlready, Refused
from projects import queries, services
from projects.kinds import MemberRole, PaperAct
from projects.models import Campaign, CampaignEvent, Member, Project, ProjectVersion, SignedPaper
from projects.paper_acts import Choice
from projects.services import signing
from projects.states import Campaign as Status
from tests.projects import make

pytestmark = pytest.mark.usefixtures("committed")


async def test_two_officers_approve_at_once_and_one_version_is_frozen() -> None:
    campaign = await make.campaign(Status.SUBMITTED)
    officers = [await make.officer() for _ in range(4)]
    outcomes = await asyncio.gather(
        *(services.approve(campaign.id, by, make.ALL_CHECKED) for by in officers), return_exceptions=True
    )
    assert sum(isinstance(one, Campaign) for one in outcomes) == 1
    assert all(isinstance(one, Campaign | InvalidMove | MovedAlready) for one in outcomes)
    assert await ProjectVersion.filter(project_id=campaign.project_id).count() == 1
    assert await CampaignEvent.filter(subject_id=campaign.id, cause="approved").count() == 1


async def test_a_change_and_a_submission_never_cross() -> None:
    project = await make.project()
    campaign = await make.campaign(Status.DRAFT, project)
    by = await make.owner_of(project.group_id)
    outcomes = await asyncio.gather(
        services.submit(campaign.id, by),
        *(services.save_project(project.id, by, story="") for _ in range(3)),
        return_exceptions=True,
    )
    story = (await Project.get(id=project.id)).story
    submitted = (await Campaign.get(id=campaign.id)).status == Status.SUBMITTED
    # either the empty story came first and the submission was refused, or it was too late
    assert submitted == bool(story)
    assert isinstance(outcomes[0], Campaign if submitted else Refused)


async def test_two_last_owners_leave_at_once_and_one_stays() -> None:
    group = await make.group()
    first = await make.owner_of(group)
    second = await services.invite(group.id, "second.owner@example.org", MemberRole.OWNER, first)
    mine = await Member.get(group_id=group.id, person_id=first.person_id)
    outcomes = await asyncio.gather(
        services.end_membership(group.id, mine.id, first),
        services.end_membership(group.id, second.id, Actor(second.person_id, "group owner")),
        return_exceptions=True,
    )
    assert sum(isinstance(one, Refused) for one in outcomes) == 1
    assert await Member.filter(group_id=group.id, ended_at=None).count() == 1


async def test_a_deadline_that_is_seen_twice_closes_once() -> None:
    campaign = await make.live_campaign()
    assert campaign.last_day is not None
    await Campaign.filter(id=campaign.id).update(deadline_at=campaign.opened_at)
    outcomes = await asyncio.gather(*(services.begin_closing(campaign.id) for _ in range(5)))
    assert sorted(outcomes) == [False] * 4 + [True]
    assert await CampaignEvent.filter(subject_id=campaign.id, cause="deadline").count() == 1


async def test_a_line_sent_by_two_clicks_at_once_is_one_line() -> None:
    project = await make.project(cost_pence=100_000)
    by = await make.owner_of(project.group_id)
    lines = await asyncio.gather(
        *(
            services.add_line(project.id, "costs", by, words="Paint", amount_pence=100, form_key="one page")
            for _ in range(4)
        )
    )
    assert len({line.id for line in lines}) == 1


async def test_a_paper_that_two_officers_record_at_once_is_carried_out_once() -> None:
    campaign = await make.campaign(Status.APPROVED)
    owner = await make.owner_of(await queries.group_id_of(campaign.id))
    choice = Choice(PaperAct.OPEN, f"campaign:{campaign.id}", "Open the campaign")
    reference = await signing.reference_of(campaign, choice)
    officers = [await make.officer() for _ in range(3)]
    outcomes = await asyncio.gather(
        *(
            signing.record_paper(
                campaign.id,
                choice,
                by,
                reference=reference,
                person_id=owner.person_id or 0,
                signed_on=business_today(),
                content=b"%PDF-1.4\nsigned\n%%EOF\n",
            )
            for by in officers
        ),
        return_exceptions=True,
    )
    assert sum(isinstance(one, SignedPaper) for one in outcomes) == 1
    assert await SignedPaper.filter(campaign_id=campaign.id).count() == 1
    assert await CampaignEvent.filter(subject_id=campaign.id, new=Status.LIVE).count() == 1
