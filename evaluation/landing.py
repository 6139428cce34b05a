"""What the evaluation adds to /account."""

from typing import Final

from crowdfund_kent.accounts.landing import LandingLink
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from evaluation.models import Pack


async def _being_built(_by: Actor) -> int:
    return await Pack.filter(ready_at=None, failed_at=None).count()


LINKS: Final = tuple(
    LandingLink(role, "The evaluation: packs being built", "staff_evaluation", _being_built)
    for role in (Role.FUND_OFFICER, Role.AUDITOR)
)
