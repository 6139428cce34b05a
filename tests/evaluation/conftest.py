"""The pilot's fund and its objectives, as the demo has them."""

from datetime import date
from pathlib import Path

import pytest_asyncio

from crowdfund_kent.audit import SYSTEM
from local.generate_history import FOLDER, FUND
from local.invented import OBJECTIVES
from pledges import funds
from projects.models import Objective

GENERATED = [FOLDER / "projects-generated.csv", FOLDER / "pledges-generated.csv"]


async def make_pilot() -> None:
    """A pot of £300,000 over two sources (domain.md, defaults)."""
    for position, name in enumerate(OBJECTIVES):
        await Objective.create(list_name="crowdfund-kent", name=name, position=position)
    await funds.create_fund(
        funder=await funds.create_funder("kcc", "Kent County Council", "KCC", "GB-LAE-KEN"),
        slug=FUND,
        name="Crowdfund Kent pilot 2021-23",
        objective_list="crowdfund-kent",
        starts_on=date(2021, 3, 1),
        ends_on=date(2023, 2, 28),
        sources=[
            funds.NewSource("Base budget", 15_000_000),
            funds.NewSource("Public Health", 15_000_000, purpose="a named health outcome"),
        ],
        rules=funds.Rules(),
        generated=True,
        by=SYSTEM,
        confirmed_by=SYSTEM,
    )


@pytest_asyncio.fixture
async def pilot(db: None) -> list[Path]:
    """The fund, and the files that fit it."""
    await make_pilot()
    return GENERATED
