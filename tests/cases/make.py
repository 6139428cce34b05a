"""Cases and the officers who answer them, by the services."""

from itertools import count
from typing import Any

from crowdfund_kent.accounts.models import Person, StaffRole
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from crowdfund_kent.cases import services
from crowdfund_kent.cases.kinds import Kind
from crowdfund_kent.cases.models import Case
from crowdfund_kent.clock import real_now
from crowdfund_kent.models import Outbox

VISITOR = Actor(None, "visitor")
_number = count(1)


async def officer(name: str = "Robin Vale", role: Role = Role.FUND_OFFICER) -> Actor:
    """Somebody who answers."""
    person = await Person.create(email=f"care{next(_number)}@example.org", name=name, created_at=real_now())
    await StaffRole.create(person_id=person.id, role=role, granted_at=real_now())
    return Actor(person.id, role)


async def case(kind: Kind = Kind.COMPLAINT, email: str = "kim@example.org", **more: Any) -> Case:
    """Something that Kim asks, by e-mail."""
    given: dict[str, Any] = {"text": "Nobody rang me back.", "by": VISITOR} | more
    return await services.open_case(kind, email=email, **given)


async def mails(name: str, to: str = "kim@example.org") -> list[dict[str, Any]]:
    """E-mails cases/<name> to this address, oldest first."""
    rows = await Outbox.filter(kind="email", name=f"cases/{name}").order_by("id")
    return [row.body for row in rows if row.body["to"] == to]
