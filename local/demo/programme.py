"""The demo's funds: the pilot with its past, and a current programme with dated rules of its own."""

from datetime import date, timedelta
from pathlib import Path
from typing import Final

from crowdfund_kent.accounts.models import StaffRole
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import SYSTEM
from crowdfund_kent.clock import business_now, business_today, real_now
from crowdfund_kent.settings import get_settings
from local.demo.people import SECOND_APPROVER, STAFF, person
from local.generate_history import FOLDER, FUND
from local.invented import OBJECTIVES
from pledges import funds
from pledges.fund_scope import Variant
from pledges.kinds import PlaceKind
from pledges.models import MatchFund
from projects.models import Objective

CURRENT: Final = "crowdfund-kent-2026-28"
HISTORY: Final[tuple[Path, ...]] = (FOLDER / "projects-generated.csv", FOLDER / "pledges-generated.csv")
HEALTH: Final = "a named health outcome"
SOURCES: Final = (
    funds.NewSource("Base budget", 15_000_000, budget_code="CFK-BASE", why="Half of the pot"),
    funds.NewSource("Public Health", 15_000_000, purpose=HEALTH, budget_code="CFK-PH", why="Half of the pot"),
)


SMALL_BY_THE_SEA: Final = Variant(
    "Small groups on the coast", PlaceKind.COASTAL, most_income_pence=1_000_000, least_raised_bp=500, max_share_bp=6000
)


async def make_objectives() -> None:
    """The list that projects choose from. It is ours, for the demo: the fund's officers edit it."""
    for position, name in enumerate(OBJECTIVES):
        await Objective.get_or_create(
            list_name=get_settings().objective_list, name=name, defaults={"position": position}
        )


async def make_funds() -> None:
    """Kent County Council with the pilot's pot and today's."""
    funder = await funds.create_funder("kent-county-council", "Kent County Council", "KCC", "GB-LAE-KEN")
    await funds.create_fund(
        funder=funder,
        slug=FUND,
        name="Crowdfund Kent pilot 2021-23",
        summary="The two-year pilot. Its records here are generated: only their totals are facts.",
        objective_list=get_settings().objective_list,
        starts_on=date(2021, 3, 1),
        ends_on=date(2023, 2, 28),
        sources=SOURCES,
        rules=funds.Rules(why="Half of the target and 65% together as in a partner's fund; 20 backers, 10%: assumed"),
        by=SYSTEM,
        confirmed_by=SYSTEM,
        position=1,
        generated=True,
        at=business_now(),
    )
    await funds.create_fund(
        funder=funder,
        slug=CURRENT,
        name="Crowdfund Kent 2026-28",
        summary="The demo's current programme. KCC adds to what neighbours pledge, for projects of every district.",
        objective_list=get_settings().objective_list,
        starts_on=date(2026, 4, 1),
        ends_on=date(2028, 3, 31),
        sources=SOURCES,
        rules=funds.Rules(
            least_backers=2,
            exclusions=(
                "Events for members only.",
                "Party politics, or promoting a faith.",
                "What a council must do anyway.",
            ),
            variants=(SMALL_BY_THE_SEA,),
            why="The demo's own: two different backers, so that you can try it alone",
        ),
        by=SYSTEM,
        confirmed_by=SYSTEM,
    )


async def make_staff() -> None:
    """One person for each role; the signatory may bind the current fund."""
    fund = await MatchFund.get(slug=CURRENT)
    for one in (*STAFF, SECOND_APPROVER):
        row = await person(one)
        reach = fund.id if one.role is Role.SIGNATORY else None
        await StaffRole.create(person_id=row.id, role=one.role, fund_id=reach, granted_at=real_now())
    signatory = await person(STAFF[1])
    await funds.add_authority(
        fund.id,
        person_id=signatory.id,
        post="Cabinet Member for Community Services",
        decision_number="DEMO/26/00001",
        limit_pence=2_000_000,
        from_day=business_today(),
        to_day=business_today() + timedelta(days=730),
        by=SYSTEM,
    )
