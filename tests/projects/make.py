"""Groups, projects and campaigns for tests, made by the same services as on the site."""

from datetime import date, timedelta
from itertools import count

from crowdfund_kent.accounts.models import Person, StaffRole
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now, business_today, real_now
from crowdfund_kent.settings import get_settings
from projects import queries, services
from projects.kinds import CheckAnswer, CheckItem, CostKind, LegalForm, MemberRole
from projects.models import Campaign, Evidence, Group, Member, Objective, Project
from projects.states import Campaign as Status

ALL_CHECKED = dict.fromkeys(CheckItem, True)
THANET = "E07000114"
_number = count(1)


async def person(email: str | None = None, name: str = "Sam Example") -> Person:
    """Somebody with an address of their own."""
    address = email or f"person{next(_number)}@example.org"
    found, _ = await Person.get_or_create(email=address, defaults={"name": name, "created_at": real_now()})
    return found


async def staff(*roles: Role, email: str | None = None, fund_id: int | None = None) -> Actor:
    """Somebody who holds these roles; acts in the first."""
    somebody = await person(email)
    for role in roles:
        await StaffRole.create(person_id=somebody.id, role=role, fund_id=fund_id, granted_at=real_now())
    return Actor(somebody.id, roles[0])


async def officer() -> Actor:
    """A fund officer of the site."""
    return await staff(Role.FUND_OFFICER)


async def owner_of(group: Group | int) -> Actor:
    """The first owner of a group, as an actor."""
    group_id = group if isinstance(group, int) else group.id
    member = await Member.filter(group_id=group_id, role=MemberRole.OWNER, ended_at=None).order_by("id").first()
    assert member is not None
    return Actor(member.person_id, "group owner")


async def group(owner: Person | None = None, name: str = "Friends of the Tidal Pool", *, ready: bool = True) -> Group:
    """A group with one owner; `ready`: its account can receive, as payments would say."""
    somebody = owner or await person()
    made = await services.create_group(
        name=name,
        legal_form=LegalForm.UNINCORPORATED,
        about="Neighbours who look after the pool.",
        by=Actor(somebody.id, "person"),
    )
    if ready:
        await services.set_payouts_ready(made.id, business_now(), Actor(None, "system"))
    return await Group.get(id=made.id)


async def objective(name: str = "health and wellbeing") -> Objective:
    """One entry of the site's list."""
    found, _ = await Objective.get_or_create(list_name="crowdfund-kent", name=name, defaults={"position": 0})
    return found


async def project(
    of: Group | None = None,
    *,
    title: str = "Tidal pool steps for every body",
    cost_pence: int = 600_000,
    capital_pence: int = 0,
    other_pence: int = 0,
    in_kind_pence: int = 0,
    district_code: str = THANET,
    last_day: date | None = None,
) -> Project:
    """A project with everything that a submission needs. `cost_pence` is all of it, `capital_pence` the part that lasts."""
    its_group = of or await group()
    by = await owner_of(its_group)
    made = await services.create_project(its_group.id, title, by)
    await services.save_project(
        made.id,
        by,
        summary="Safe steps and a rail, so that everybody can swim.",
        story="The old steps are **slippery**.\n\n- new steps\n- a rail",
        place="Walpole Bay",
        district_code=district_code,
        objective_id=(await objective()).id,
        who="Wren and Pip, who have looked after the pool for nine years.",
        permission="no",
        with_children="no",
    )
    await services.save_plan(
        made.id,
        by,
        match_wanted_pence=0,
        last_day=last_day or business_today() + timedelta(days=60),
        if_too_much="A bench beside the pool.",
    )
    if cost_pence > capital_pence:
        amount = cost_pence - capital_pence
        await services.add_line(made.id, "costs", by, words="Work", amount_pence=amount, kind=CostKind.REVENUE)
    if capital_pence:
        await services.add_line(made.id, "costs", by, words="Rail", amount_pence=capital_pence, kind=CostKind.CAPITAL)
    if other_pence:
        await services.add_line(made.id, "other-funding", by, words="Summer fair", amount_pence=other_pence)
    if in_kind_pence:
        await services.add_line(made.id, "in-kind", by, words="Volunteers' hours", amount_pence=in_kind_pence)
    await give_papers(made.id)
    return await Project.get(id=made.id)


async def give_papers(project_id: int) -> None:
    """Every paper that is asked of the project, in words: what a submission needs. Files are of test_evidence.py."""
    found = await queries.project_with_group(project_id)
    campaign = await queries.unfinished_campaign(project_id)
    wanted = queries.asked_papers(found, await queries.lines_of(project_id), campaign)
    now = business_now()
    await Evidence.bulk_create(
        Evidence(
            project_id=project_id,
            kind=one.kind,
            cost_line_id=one.line_id,
            words="We have none.",
            without=True,
            uploaded_at=now,
        )
        for one in wanted
    )


async def approve(campaign_id: int, checker: Actor) -> None:
    """Everything checked; a large target by two officers."""
    found = await Campaign.get(id=campaign_id)
    if (await queries.lines_of(found.project_id)).figures.target_pence < get_settings().second_look_pence:
        await services.approve(campaign_id, checker, ALL_CHECKED)
        return
    await services.save_answers(campaign_id, checker, dict.fromkeys(CheckItem, (CheckAnswer.CHECKED, "")))
    await services.recommend(campaign_id, checker)
    await services.approve(campaign_id, await officer())


async def campaign(status: Status = Status.LIVE, of: Project | None = None, **project_options: int) -> Campaign:
    """A campaign brought to draft, submitted, changes requested, refused, approved, live, suspended, closing,
    cancelled or withdrawn, by the services."""
    its_project = of or await project(**project_options)  # type: ignore[arg-type]
    found = await queries.unfinished_campaign(its_project.id)
    assert found is not None
    by = await owner_of(its_project.group_id)
    checker = await officer()
    submitted = {Status.SUBMITTED, Status.CHANGES_REQUESTED, Status.REFUSED}
    approved = {Status.APPROVED, Status.LIVE, Status.SUSPENDED, Status.CLOSING, Status.CANCELLED}
    if status in submitted | approved:
        await services.submit(found.id, by)
    if status in approved:
        await approve(found.id, checker)
    if status in approved - {Status.APPROVED}:
        await services.open_campaign(found.id, by)
    if status == Status.CHANGES_REQUESTED:
        await services.request_changes(found.id, checker, "Say who cleans the steps.")
    if status == Status.REFUSED:
        await services.refuse(found.id, checker, "It is outside Kent.")
    if status == Status.SUSPENDED:
        await services.suspend(found.id, checker, "We had a complaint.")
    if status == Status.CANCELLED:
        await services.cancel(found.id, by, "The wall fell down.")
    if status == Status.WITHDRAWN:
        await services.withdraw(found.id, by)
    if status == Status.CLOSING:
        await services.end_early(found.id, by, raised_pence=10**12)
    made = await Campaign.get(id=found.id)
    assert made.status == status
    return made


async def live_campaign(target_pence: int = 600_000, of: Project | None = None) -> Campaign:
    """A campaign that takes pledges, with this target."""
    return await campaign(Status.LIVE, of, **({} if of else {"cost_pence": target_pence}))
