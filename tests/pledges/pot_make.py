"""Funds, live campaigns and people for tests of the pot: rows as the services leave them, made quickly."""

import json
from datetime import date, timedelta
from functools import lru_cache
from itertools import count
from pathlib import Path
from typing import Any

from crowdfund_kent.accounts.models import Person, StaffRole
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import SYSTEM, Actor
from crowdfund_kent.clock import business_now, business_today, day_ends
from crowdfund_kent.invariants import Rule
from crowdfund_kent.references import email_key, new_reference, new_token
from panel.models import Round
from pledges import funds, pot_checks
from pledges.kinds import BackerKind
from pledges.models import DecisionAuthority, FundingSource, MatchFund, Pledge
from pledges.states import Pledge as PledgeStatus
from projects.models import Campaign, Group, Member, Project, ProjectVersion
from projects.states import Campaign as CampaignStatus
from tests.lived import lived

_numbers = count(1)
ENTERED, CONFIRMED = Actor(None, "import"), Actor(None, "import")


def pot_rules() -> tuple[Rule, ...]:
    """Every rule of pots but the one that looks at the campaign: tests that move money in a pot alone leave it live."""
    return tuple(rule for rule in pot_checks.RULES if rule.name != "match follows its campaign")


@lru_cache(maxsize=1)
def facts() -> dict[str, Any]:
    """The facts that a correct allocation satisfies."""
    return dict(json.loads((Path(__file__).parent.parent / "data" / "allocation.json").read_text()))


async def person(name: str = "Kim", *roles: Role, fund: MatchFund | None = None) -> Actor:
    """Somebody with an account, who holds these roles (for one fund, or for the site)."""
    made = await Person.create(
        email=f"{name.lower()}{next(_numbers)}@example.org", name=name, created_at=business_now()
    )
    for role in roles:
        await StaffRole.create(
            person_id=made.id, role=role, fund_id=fund.id if fund else None, granted_at=business_now()
        )
    return Actor(made.id, roles[0] if roles else "person")


async def fund(
    *caps: int,
    purposes: tuple[str, ...] = (),
    rules: funds.Rules | None = None,
    starts_on: date | None = None,
    position: int = 0,
    short_name: str = "KCC",
) -> MatchFund:
    """A fund with one source for each cap in pence; the last ones get the purposes. The demo's rules: 2 backers, 10%."""
    number = next(_numbers)
    funder = await funds.create_funder(short_name.lower(), f"{short_name} council", short_name)
    plain = len(caps) - len(purposes)
    return await funds.create_fund(
        funder=funder,
        slug=f"fund-{number}",
        name=f"Fund {number}",
        objective_list="ours",
        starts_on=starts_on or business_today() - timedelta(days=30),
        ends_on=business_today() + timedelta(days=365),
        sources=[
            funds.NewSource(f"Source {place + 1}", cap, "" if place < plain else purposes[place - plain])
            for place, cap in enumerate(caps)
        ],
        rules=rules or funds.Rules(least_backers=2),
        by=ENTERED,
        confirmed_by=CONFIRMED,
        position=position,
    )


async def group_of(owner: Actor) -> Group:
    """A registered charity that this person owns."""
    number, now = next(_numbers), business_now()
    group = await Group.create(
        slug=f"group-{number}", name=f"Group {number}", legal_form="registered charity", created_at=now
    )
    await Member.create(group_id=group.id, person_id=owner.person_id, role="owner", created_at=now)
    return group


async def live_campaign(
    target_pence: int = 1_000_000,
    *,
    revenue_pence: int | None = None,
    owner: Actor | None = None,
    days: int = 40,
    of: Group | None = None,
) -> Campaign:
    """A campaign that takes pledges, run by a group that `owner` owns, or by this one."""
    number, now = next(_numbers), business_now()
    group = of or await group_of(owner or await person("Owner"))
    project = await Project.create(
        group_id=group.id, slug=f"project-{number}", title=f"Project {number}", created_at=now
    )
    revenue = target_pence if revenue_pence is None else revenue_pence
    version = await ProjectVersion.create(
        project_id=project.id,
        number=1,
        content={
            "title": project.title,
            "summary": "",
            "group": {"name": group.name},
            "district_code": "E07000114",
        },
        cost_pence=target_pence,
        revenue_pence=revenue,
        other_funding_pence=0,
        in_kind_pence=0,
        project_value_pence=target_pence,
        target_pence=target_pence,
        frozen_at=now,
    )
    last_day = business_today() + timedelta(days=days)
    campaign = await Campaign.create(
        status=CampaignStatus.LIVE,
        project_id=project.id,
        version_id=version.id,
        last_day=last_day,
        deadline_at=day_ends(last_day),
        target_pence=target_pence,
        threshold_bp=9000,
        opened_at=now,
        created_at=now,
    )
    await lived(campaign)
    return campaign


async def card_pledge(
    campaign: Campaign, amount_pence: int, *, email: str = "", kind: BackerKind = BackerKind.PERSON
) -> Pledge:
    """An active pledge by somebody of their own."""
    address = email or f"backer{next(_numbers)}@example.org"
    pledge = await Pledge.create(
        status=PledgeStatus.ACTIVE,
        campaign_id=campaign.id,
        reference=new_reference("P"),
        form_key=new_token(),
        token_hash=new_token(),
        amount_pence=amount_pence,
        backer_kind=kind,
        email=address,
        email_key=email_key(address),
        created_at=business_now(),
        activated_at=business_now(),
    )
    await lived(pledge, amount_pence)
    return pledge


async def left_in(*made: MatchFund) -> list[int]:
    """What is left in each source of these funds, in pence."""
    rows = await FundingSource.filter(fund_id__in=[one.id for one in made]).order_by("id")
    return [
        row.cap_pence
        - row.earmarked_pence
        - row.pledged_pence
        - row.confirmed_pence
        - row.paid_pence
        - row.recovered_pence
        for row in rows
    ]


async def authority(fund: MatchFund, signatory: Actor, limit_pence: int = 500_000) -> DecisionAuthority:
    """A decision under which the signatory may bind the funder this year."""
    return await funds.add_authority(
        fund.id,
        person_id=signatory.person_id,
        post="Cabinet Member for Communities",
        decision_number="26/00012",
        limit_pence=limit_pence,
        from_day=business_today() - timedelta(days=10),
        to_day=business_today() + timedelta(days=300),
        by=SYSTEM,
    )


async def a_round(fund: MatchFund, decide_by: date, *, status: str = "planned") -> Round:
    """A round of a fund, whose groups ask until two weeks before the decision."""
    ask_by = decide_by - timedelta(days=14)
    return await Round.create(
        fund_id=fund.id,
        status=status,
        slug=f"round-{fund.id}-{decide_by}",
        name="Winter",
        opens_on=ask_by - timedelta(days=7),
        pitch_by=ask_by,
        scores_by=ask_by,
        meets_on=decide_by,
        decide_by=decide_by,
        created_at=business_now(),
    )
