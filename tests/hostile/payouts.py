"""Who receives money, and what is paid out: rows that these pages are about."""

from projects import services
from projects.models import Group
from tests.projects import make


async def build(group: Group) -> dict[str, dict[str, str]]:
    """Ids and addresses by the names of routes: the group is asked to receive for another."""
    asking = await make.group(name="Mill Lane planters")
    asked = await services.ask_host(asking.id, group.slug, await make.owner_of(asking))
    return {"group_receiver_answer": {"group": group.slug, "id": str(asked.id), "act": "agree"}}
