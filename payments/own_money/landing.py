"""What the council's own money adds to /account."""

from typing import Final

from crowdfund_kent.accounts.landing import LandingLink
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from payments.own_money.models import OwnMove
from payments.own_money.states import OwnMove as Status


async def to_confirm(by: Actor) -> int:
    """Recorded by somebody else."""
    return await OwnMove.filter(status=Status.RECORDED).exclude(recorded_by_id=by.person_id).count()


LINKS: Final = (
    LandingLink(Role.FINANCE_APPROVER, "The council’s own money at the provider", "office_own_money", to_confirm),
    LandingLink(Role.FUND_OFFICER, "The council’s own money at the provider", "office_own_money"),
    LandingLink(Role.AUDITOR, "The council’s own money at the provider", "office_own_money"),
)
