"""An officer's look at a project that asks a fund for money without a crowd: its words and costs are frozen, as they
are when a campaign is approved. Nobody looks at what they wrote."""

from collections.abc import Collection
from typing import Any, Final

from crowdfund_kent import audit
from crowdfund_kent.accounts.access import require_role
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now, business_today
from crowdfund_kent.database import execute, transaction
from crowdfund_kent.errors import Forbidden, Refused
from projects import queries, rules
from projects.access import was_ever_member
from projects.kinds import MUST_BE_CHECKED, CheckItem
from projects.models import Evidence, ProjectVersion
from projects.queries.looks import referee_of
from projects.queries.steps import steps_of
from projects.services.approving import freeze

# without these no fund gives anything: what every campaign needs, and the two that a small grant rests on
MUST_BE_LOOKED_AT: Final = tuple(
    item for item in CheckItem if item in MUST_BE_CHECKED | {CheckItem.DOUBLE, CheckItem.REFEREE}
)
_OF_CAMPAIGNS: Final = frozenset({"match", "last-day", "too-much"})


async def open_steps(project_id: int) -> list[rules.Step]:
    """What the group has not written or given yet, of what a look needs."""
    project = await queries.project_with_group(project_id)
    found = await steps_of(project, None)
    return [step for step in found if step.problem and step.key not in _OF_CAMPAIGNS]


async def refuse_part_in(project_id: int, group_id: int, by: Actor) -> None:
    """Forbidden for somebody who was in the group, or gave a paper for the project."""
    if await was_ever_member(by.person_id, group_id):
        raise Forbidden("You are or were a member of this group, or helped it. Another officer must do this.")
    if await Evidence.filter(project_id=project_id, uploaded_by_id=by.person_id).exists():
        raise Forbidden("You gave a paper for this project. Another officer must do this.")


async def look_at(
    project_id: int, checked: Collection[CheckItem], by: Actor, *, fund_id: int | None = None
) -> ProjectVersion:
    """Freeze the project as it stands, with what this officer checked of it (MUST_BE_LOOKED_AT, each of them).

    `fund_id`: the fund that is asked, for an officer of that fund alone.
    The version keeps in `content["looked"]`: when, in which role, the items, and the papers by id and digest; no name.
    Refused where something is missing, where the group has named no referee, or where it was funded before.
    """
    await require_role(by, Role.FUND_OFFICER, fund_id=fund_id)
    async with transaction():
        await execute("SELECT id FROM project WHERE id = $1 FOR NO KEY UPDATE", project_id)
        project = await queries.project_with_group(project_id)
        await refuse_part_in(project_id, project.group_id, by)
        if await queries.was_funded(project_id):
            raise Refused("This project met its target before.", rule="never the same project twice")
        left = await open_steps(project_id)
        if left:
            listed = ", ".join(step.title.lower() for step in left)
            raise Refused(f"Something is missing: {listed}. Ask the group for it.", rule="complete")
        if await referee_of(project_id) is None:
            raise Refused("The group has not said who knows them. Ask it to name somebody first.", rule="referee")
        unchecked = [item for item in MUST_BE_LOOKED_AT if item not in checked]
        if unchecked:
            raise Refused(f"Check these first: {'; '.join(unchecked)}.", rule="checklist")
        version = await freeze(project_id, looked=await _looked(project_id, checked))
        await audit.record("project looked at", f"project:{project_id}", by, version_id=version.id)
    return version


async def _looked(project_id: int, checked: Collection[CheckItem]) -> dict[str, Any]:
    papers = await queries.evidence_of(project_id)
    return {
        "at": business_now().isoformat(),
        "day": business_today().isoformat(),
        "role": Role.FUND_OFFICER.value,
        "items": [item.value for item in CheckItem if item in checked],
        "evidence": [{"id": one.id, "kind": one.kind, "sha256": one.sha256} for one in papers],
    }
