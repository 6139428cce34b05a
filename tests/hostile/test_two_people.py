"""No person acts twice on one item, whatever roles they hold: through the services, as any page or command would."""

import pytest

from crowdfund_kent.accounts.models import StaffRole
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import SYSTEM, Actor
from crowdfund_kent.clock import business_now, business_today, real_now
from crowdfund_kent.errors import Forbidden, NotFound, Refused
from panel.models import Award
from panel.services import awards
from pledges import funds, matches
from pledges.models import Funder, MatchPledge, SourceCap
from projects import services
from projects.kinds import MemberRole
from projects.models import Campaign, Member, Project
from projects.states import Campaign as Status
from tests.panel.stage import Stage, stage
from tests.pledges import pot_make
from tests.projects import make

pytestmark = pytest.mark.usefixtures("db")
EVERY = (Role.FUND_OFFICER, Role.SIGNATORY, Role.FINANCE_APPROVER, Role.PANEL_CHAIR, Role.PANEL_MEMBER)


async def all_roles(at: Stage) -> Actor:
    """Somebody who may do everything for the fund."""
    somebody = await pot_make.person("Ali", *EVERY, fund=at.fund)
    await pot_make.authority(at.fund, somebody)
    return somebody


async def join(at_campaign: Campaign, who: Actor, role: MemberRole = MemberRole.OWNER) -> None:
    project = await Project.get(id=at_campaign.project_id)
    await Member.create(group_id=project.group_id, person_id=who.person_id, role=role, created_at=real_now())


async def test_who_proposed_an_award_neither_signs_nor_refuses_it() -> None:
    at = await stage()
    both = await all_roles(at)
    award = await at.propose(by=both)
    with pytest.raises(Refused, match="Two different people"):
        await awards.sign(award.id, both)
    with pytest.raises(Refused, match="Two different people"):
        await awards.refuse(award.id, "Not now, thank you.", both)
    assert (await Award.get(id=award.id)).status == "proposed"
    assert await awards.sign(award.id, at.signatory)


@pytest.mark.parametrize("which", ["officer", "signatory"])
async def test_who_offered_money_does_not_answer_for_the_group(which: str) -> None:
    at = await stage()
    match = await at.signed()
    who: Actor = getattr(at, which)
    await join(at.campaign, who)
    for answer in (matches.accept, matches.decline):
        with pytest.raises(Refused, match="Two different people"):
            await answer(match.id, who)
    assert (await MatchPledge.get(id=match.id)).status == "earmarked"


@pytest.mark.parametrize("role", [MemberRole.OWNER, MemberRole.EDITOR])
@pytest.mark.parametrize("left", [False, True])
async def test_who_is_or_was_in_the_group_decides_nothing_for_the_fund(role: MemberRole, left: bool) -> None:
    at = await stage()
    award = await at.propose()
    insider = await all_roles(at)
    await join(at.campaign, insider, role)
    if left:
        await Member.filter(person_id=insider.person_id).update(ended_at=real_now())
    with pytest.raises(Forbidden):
        await awards.sign(award.id, insider)
    with pytest.raises(Forbidden):
        await awards.refuse(award.id, "Not now, thank you.", insider)
    with pytest.raises(Forbidden):
        await awards.withdraw(award.id, insider)
    await awards.withdraw(award.id, at.officer)
    with pytest.raises(Forbidden):
        await at.propose(by=insider)


async def test_who_runs_a_group_does_not_check_its_campaign() -> None:
    campaign = await make.campaign(Status.SUBMITTED)
    officer = await make.officer()
    await join(campaign, officer)
    for answer in (
        services.approve(campaign.id, officer, make.ALL_CHECKED),
        services.refuse(campaign.id, officer, "No."),
        services.request_changes(campaign.id, officer, "More."),
    ):
        with pytest.raises(Forbidden):
            await answer


async def test_who_checked_a_campaign_does_not_open_it_for_the_group() -> None:
    campaign = await make.campaign(Status.SUBMITTED)
    officer = await make.officer()
    await services.approve(campaign.id, officer, make.ALL_CHECKED)
    await join(campaign, officer)
    with pytest.raises(Forbidden, match="Another owner"):
        await services.open_campaign(campaign.id, officer)
    with pytest.raises(Forbidden, match="Another owner"):
        await services.withdraw(campaign.id, officer)
    owner = await make.owner_of((await Project.get(id=campaign.project_id)).group_id)
    assert (await services.open_campaign(campaign.id, owner)).status == Status.LIVE


async def test_a_group_cannot_rid_itself_of_officers_by_inviting_them() -> None:
    """A place in a group bars from checking it: nobody gets one from the group they have to watch."""
    campaign = await make.campaign(Status.LIVE)
    officer = await make.staff(Role.FUND_OFFICER, email="watch@example.org")
    group_id = (await Project.get(id=campaign.project_id)).group_id
    with pytest.raises(Refused, match="checks campaigns"):
        await services.invite(group_id, "Watch@example.org", MemberRole.EDITOR, await make.owner_of(group_id))
    assert (await services.suspend(campaign.id, officer, "We had a complaint.")).status == Status.SUSPENDED


async def test_who_entered_a_cap_does_not_confirm_it() -> None:
    at = await stage()
    both = await all_roles(at)
    source = (await SourceCap.filter(source__fund_id=at.fund.id))[0].source_id
    cap = await funds.enter_cap(source, 30_000_000, "26/00013", both)
    with pytest.raises(Refused, match="Two different people"):
        await funds.confirm_cap(cap.id, both)
    new = await funds.add_source(at.fund.id, funds.NewSource("New", 100), both)
    with pytest.raises(Refused, match="Two different people"):
        await funds.confirm_cap(new.id, both)
    with pytest.raises(Refused, match="Two different people"):
        await funds.create_fund(
            funder=(await Funder.all())[0], slug="own", name="Own", objective_list="x", starts_on=business_today(),
            ends_on=business_today(), sources=[funds.NewSource("Mine", 100)], rules=funds.Rules(), by=both,
            confirmed_by=both,
        )  # fmt: skip


async def test_nobody_records_their_own_authority() -> None:
    at = await stage()
    both = await all_roles(at)
    with pytest.raises(Refused, match="Two different people"):
        await funds.add_authority(
            at.fund.id, person_id=both.person_id, post="Me", decision_number="1", limit_pence=1,
            from_day=business_today(), to_day=business_today(), by=both,
        )  # fmt: skip


@pytest.mark.parametrize("other", [Role.ADMINISTRATOR, Role.AUDITOR])
async def test_a_table_that_holds_too_much_gives_nobody_power_over_money(other: Role) -> None:
    at = await stage()
    award = await at.propose()
    somebody = await all_roles(at)
    await StaffRole.create(person_id=somebody.person_id, role=other, granted_at=business_now())
    with pytest.raises(Forbidden):
        await awards.sign(award.id, somebody)
    with pytest.raises(Forbidden):
        await at.propose(by=somebody)
    with pytest.raises(Forbidden):
        await funds.enter_cap((await SourceCap.all())[0].source_id, 1, "x", somebody)


@pytest.mark.parametrize("actor", [SYSTEM, Actor(None, "authorised signatory"), Actor(999_999, "fund officer")])
async def test_a_role_in_words_is_no_role(actor: Actor) -> None:
    at = await stage()
    award = await at.propose()
    match = await pot_match(at)
    campaign = await make.campaign(Status.SUBMITTED)
    for work in (
        awards.sign(award.id, actor),
        awards.withdraw(award.id, actor),
        matches.accept(match.id, actor),
        services.approve(campaign.id, actor, make.ALL_CHECKED),
        services.cancel(campaign.id, actor, "x"),
        services.withdraw(campaign.id, actor),
    ):
        with pytest.raises((Forbidden, NotFound)):
            await work


async def pot_match(at: Stage) -> MatchPledge:
    other = await stage()
    return await other.signed()
