"""The list of objectives that settings.objective_list names, kept by officers."""

from crowdfund_kent import audit
from crowdfund_kent.accounts.access import require_role
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import real_now
from crowdfund_kent.database import execute, transaction
from crowdfund_kent.errors import NotFound, Refused
from crowdfund_kent.settings import get_settings
from projects.models import Objective, Project


async def add_objective(name: str, by: Actor) -> Objective:
    """A further objective at the end of the list. Refused for one that is there; a retired one comes back."""
    await require_role(by, Role.FUND_OFFICER)
    list_name = get_settings().objective_list
    async with transaction():
        await execute("LOCK TABLE objective IN SHARE ROW EXCLUSIVE MODE")  # two of one name at once
        same = await Objective.filter(list_name=list_name, name__iexact=name).first()
        if same is not None and same.retired_at is None:
            raise Refused(f"“{same.name}” is in the list already.", rule="objective once")
        if same is not None:
            same.retired_at = None
            await same.save(update_fields=["retired_at"])
            await audit.record("bring back objective", f"objective:{same.id}", by)
            return same
        position = await Objective.filter(list_name=list_name).count()
        made = await Objective.create(list_name=list_name, name=name, position=position)
        await audit.record("add objective", f"objective:{made.id}", by)
    return made


async def rename_objective(objective_id: int, name: str, by: Actor) -> Objective:
    """Another name, as long as no project has chosen it: what people chose does not change under them."""
    await require_role(by, Role.FUND_OFFICER)
    async with transaction():
        found = await _locked(objective_id)
        if await Project.filter(objective_id=objective_id).exists():
            raise Refused("A project has chosen this objective. Retire it and add another.", rule="objective in use")
        if await Objective.filter(list_name=found.list_name, name__iexact=name).exclude(id=objective_id).exists():
            raise Refused(f"“{name}” is in the list already.", rule="objective once")
        found.name = name
        await found.save(update_fields=["name"])
        await audit.record("rename objective", f"objective:{objective_id}", by)
    return found


async def retire_objective(objective_id: int, by: Actor) -> Objective:
    """No new project chooses it; those that did keep it."""
    await require_role(by, Role.FUND_OFFICER)
    async with transaction():
        found = await _locked(objective_id)
        if found.retired_at is None:
            found.retired_at = real_now()
            await found.save(update_fields=["retired_at"])
            await audit.record("retire objective", f"objective:{objective_id}", by)
    return found


async def _locked(objective_id: int) -> Objective:
    found = await Objective.select_for_update().get_or_none(id=objective_id, list_name=get_settings().objective_list)
    if found is None:
        raise NotFound
    return found
