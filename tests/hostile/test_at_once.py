"""Two clicks, two tabs, two people at the same moment: each on a connection of its own, committed."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_today
from crowdfund_kent.errors import SiteError
from panel.models import Award
from panel.services import awards
from pledges import funds, matches
from pledges.models import DecisionAuthority, FundRules, MatchPledge, MatchPledgeEvent, SourceCap
from projects import services
from projects.kinds import LegalForm, MemberRole
from projects.models import Campaign, Group, Member, Objective, Project
from projects.states import Campaign as Status
from tests.panel.stage import Stage, stage
from tests.pledges import pot_make
from tests.projects import make

pytestmark = pytest.mark.usefixtures("committed")
TIMES = 4


async def at_once(work: Callable[[int], Awaitable[Any]]) -> list[Any]:
    """What each got; every refusal is one that has words for a page, none a fault of ours."""
    outcomes = await asyncio.gather(*(work(number) for number in range(TIMES)), return_exceptions=True)
    faults = [one for one in outcomes if isinstance(one, BaseException) and not isinstance(one, SiteError)]
    assert not faults, faults
    return [one for one in outcomes if not isinstance(one, BaseException)]


async def test_a_group_that_is_sent_twice_is_one_group() -> None:
    by = Actor((await make.person()).id, "person")
    made = await at_once(lambda _: services.create_group(name="Double click", legal_form=LegalForm.CHARITY, by=by))
    assert len({one.id for one in made}) == 1
    assert await Group.filter(name="Double click").count() == 1
    assert await Member.filter(person_id=by.person_id).count() == 1


async def test_groups_of_one_name_get_an_address_each() -> None:
    people = [Actor((await make.person()).id, "person") for _ in range(TIMES)]
    made = await at_once(
        lambda number: services.create_group(name="Same name", legal_form=LegalForm.CHARITY, by=people[number])
    )
    assert len({one.slug for one in made}) == TIMES


async def test_a_project_that_is_sent_twice_is_one_project() -> None:
    group = await make.group()
    by = await make.owner_of(group)
    made = await at_once(lambda _: services.create_project(group.id, "Clicked twice", by))
    assert len({one.id for one in made}) == 1
    assert await Campaign.filter(project_id=made[0].id).count() == 1
    later = await services.create_project(group.id, "Another title", by)
    assert later.id != made[0].id


async def test_projects_of_one_title_get_an_address_each() -> None:
    groups = [await make.group() for _ in range(TIMES)]
    owners = [await make.owner_of(group) for group in groups]
    made = await at_once(lambda number: services.create_project(groups[number].id, "One title", owners[number]))
    assert len({one.slug for one in made}) == TIMES
    drafts = await at_once(lambda number: services.save_project(made[number].id, owners[number], title="New title"))
    assert len({one.slug for one in await Project.filter(id__in=[one.id for one in drafts])}) == TIMES


async def test_somebody_who_is_invited_twice_has_one_place() -> None:
    group = await make.group()
    by = await make.owner_of(group)
    made = await at_once(lambda _: services.invite(group.id, "twice@example.org", MemberRole.EDITOR, by))
    assert len({member.id for member in made}) == 1
    assert await Member.filter(group_id=group.id, ended_at=None).count() == 2


async def test_a_new_campaign_that_is_sent_twice_is_one() -> None:
    campaign = await make.campaign(Status.WITHDRAWN)
    by = await make.owner_of((await Project.get(id=campaign.project_id)).group_id)
    assert len(await at_once(lambda _: services.new_campaign(campaign.project_id, by))) == 1


async def test_an_objective_that_is_sent_twice_is_one() -> None:
    by = await make.officer()
    assert len(await at_once(lambda _: services.add_objective("quiet places", by))) == 1
    assert await Objective.filter(name="quiet places").count() == 1


async def test_an_award_is_proposed_once_and_signed_once() -> None:
    at = await stage()
    other = await pot_make.person("Other", Role.SIGNATORY, fund=at.fund)
    await pot_make.authority(at.fund, other)
    proposed: list[Award] = await at_once(lambda _: at.propose())
    assert len(proposed) == 1
    before = await pot_make.left_in(at.fund)
    signers = [at.signatory, other, at.signatory, other]
    assert len(await at_once(lambda number: awards.sign(proposed[0].id, signers[number]))) == 1
    assert await MatchPledge.filter(campaign_id=at.campaign.id).count() == 1
    assert await pot_make.left_in(at.fund) == [before[0] - 400_000]


async def test_an_offer_is_accepted_once_also_by_two_owners_and_beside_a_refusal() -> None:
    at = await stage()
    match = await at.signed()
    second = await pot_make.person("Second")
    group_id = (await Project.get(id=at.campaign.project_id)).group_id
    await Member.create(
        group_id=group_id, person_id=second.person_id, role=MemberRole.OWNER, created_at=at.campaign.created_at
    )
    work = (
        lambda: matches.accept(match.id, at.owner),
        lambda: matches.accept(match.id, second),
        lambda: matches.decline(match.id, second),
        lambda: matches.accept(match.id, at.owner),
    )
    assert len(await at_once(lambda number: work[number]())) == 1
    assert await MatchPledgeEvent.filter(subject_id=match.id).exclude(old="").count() == 1


async def the_fund() -> tuple[Stage, SourceCap]:
    at = await stage()
    cap = await SourceCap.filter(source__fund_id=at.fund.id).first()
    assert cap is not None
    return at, await funds.enter_cap(cap.source_id, 30_000_000, "26/00013", at.officer)


async def test_a_cap_is_entered_once_and_confirmed_once() -> None:
    at, cap = await the_fund()
    assert not await at_once(lambda _: funds.enter_cap(cap.source_id, 31_000_000, "26/00014", at.officer))
    approvers = [await pot_make.person("Fin", Role.FINANCE_APPROVER, fund=at.fund) for _ in range(TIMES)]
    assert len(await at_once(lambda number: funds.confirm_cap(cap.id, approvers[number]))) == 1
    assert await pot_make.left_in(at.fund) == [30_000_000]


async def test_rules_sources_and_authorities_are_recorded_once() -> None:
    at, _ = await the_fund()
    day = business_today() + timedelta(days=9)
    assert len(await at_once(lambda _: funds.set_rules(at.fund.id, funds.Rules(), day, at.officer))) == 1
    assert await FundRules.filter(fund_id=at.fund.id, applies_from=day).count() == 1
    assert len(await at_once(lambda _: funds.add_source(at.fund.id, funds.NewSource("New", 100), at.officer))) == 1
    authority: dict[str, Any] = {
        "person_id": at.signatory.person_id, "post": "Cabinet Member", "decision_number": "26/1", "limit_pence": 100,
        "from_day": day, "to_day": day, "by": at.officer,
    }  # fmt: skip
    assert len(await at_once(lambda _: funds.add_authority(at.fund.id, **authority))) == 1
    assert await DecisionAuthority.filter(fund_id=at.fund.id, decision_number="26/1").count() == 1
