"""Subsidy checks: asked of the group, answered and confirmed in writing by an owner, decided by an officer outside it."""

from dataclasses import dataclass
from typing import Final

from crowdfund_kent import audit, events
from crowdfund_kent.accounts.access import require_role
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import SYSTEM, Actor
from crowdfund_kent.clock import business_now, london_day
from crowdfund_kent.database import fetch, transaction
from crowdfund_kent.errors import Conflict, Forbidden, NotFound, Refused
from payments.subsidy import letters, queries, rules
from payments.subsidy.models import SubsidyCheck
from payments.subsidy.states import Subsidy
from pledges.models import MatchPledge
from pledges.recipients import group_id_for
from projects.access import require_member, was_ever_member
from projects.kinds import MemberRole

AT_ONCE: Final = 100


@dataclass(frozen=True, slots=True)
class Answers:
    """What an owner says of the group, and confirms with their name."""

    project_trades: bool
    group_trades: bool
    declared_pence: int
    name: str


async def ask_missing() -> int:
    """Every accepted match without a check gets one, and its group is asked. Run by the timetable; safe to repeat.

    Imported and generated records were decided elsewhere.
    """
    rows = await fetch(
        "SELECT m.id FROM match_pledge m LEFT JOIN subsidy_check s ON s.match_pledge_id = m.id WHERE s.id IS NULL"
        " AND m.status IN ('pledged', 'confirmed') AND m.import_batch_id IS NULL AND NOT m.generated ORDER BY m.id"
        f" LIMIT {AT_ONCE}"
    )
    for row in rows:
        async with transaction():
            await ask(row["id"])
    return len(rows)


async def ask(match_id: int, by: Actor = SYSTEM) -> SubsidyCheck:
    """The check of one match pledge, under the rule set of the day it was signed; the one that is there, if there is one."""
    async with transaction():
        rows = await fetch("SELECT id FROM match_pledge WHERE id = $1 FOR NO KEY UPDATE", match_id)
        if not rows:
            raise NotFound
        there = await SubsidyCheck.get_or_none(match_pledge_id=match_id)
        if there is not None:
            return there
        match = await MatchPledge.get(id=match_id)
        found = await SubsidyCheck.create(
            status=Subsidy.ASKED,
            match_pledge_id=match_id,
            rule_set=rules.rule_set_on(london_day(match.created_at)).key,
            created_at=business_now(),
        )
        await events.begin(found, by, cause="asked")
        await _record("subsidy asked", found, by)
        await letters.tell_owners("asked", found)
    return found


async def answer(check_id: int, given: Answers, by: Actor) -> SubsidyCheck:
    """An owner answers and confirms in writing. Refused without a name under it."""
    if not given.name.strip():
        raise Refused("Enter your name, to confirm that this is right.", rule="confirmation")
    async with transaction():
        found, match = await _locked(check_id)
        await require_member(by, await group_id_for(match), MemberRole.OWNER)
        await events.move(
            found,
            "answered",
            by,
            amount_pence=given.declared_pence,
            project_trades=given.project_trades,
            group_trades=given.group_trades,
            declared_pence=given.declared_pence,
            confirmed_by_id=by.person_id,
            confirmed_name=given.name.strip(),
            confirmed_at=business_now(),
        )
        await _record("subsidy answered", found, by, declared_pence=given.declared_pence)
    return found


async def decide(check_id: int, by: Actor, *, is_enterprise: bool, reason: str) -> SubsidyCheck:
    """A fund officer outside the group says whether it is an enterprise in this, and why. The sum decides the rest."""
    await require_role(by, Role.FUND_OFFICER)
    if not reason.strip():
        raise Refused("Enter why you decide so.", rule="reason")
    async with transaction():
        found, match = await _locked(check_id)
        await _outside(by, match)
        if found.status != Subsidy.ANSWERED:
            raise Conflict("This was decided, or is to be answered again. Look at it again.")
        ours = await queries.ours_pence(match)
        total = rules.total_pence([ours], found.declared_pence or 0)
        cause = rules.finding(rules.rule_set(found.rule_set), is_enterprise=is_enterprise, total=total)
        await events.move(
            found,
            cause,
            by,
            amount_pence=total,
            is_enterprise=is_enterprise,
            reason=reason.strip(),
            ours_pence=ours,
            decided_by_id=by.person_id,
            decided_at=business_now(),
        )
        await _record("subsidy decided", found, by, is_enterprise=is_enterprise, total_pence=total)
        await letters.tell_owners(found.status, found)
    return found


async def ask_again(check_id: int, by: Actor) -> SubsidyCheck:
    """What the group said can't be right, or has changed: it is asked once more, and nothing is paid meanwhile."""
    await require_role(by, Role.FUND_OFFICER)
    async with transaction():
        found, match = await _locked(check_id)
        await _outside(by, match)
        await events.move(found, "asked again", by)
        await _record("subsidy asked again", found, by)
        await letters.tell_owners("asked", found)
    return found


async def one(check_id: int) -> SubsidyCheck:
    """One check with its match, fund and recipient; NotFound."""
    found = await SubsidyCheck.get_or_none(id=check_id).select_related(
        "match_pledge__fund__funder",
        "match_pledge__campaign__project__group",
        "match_pledge__campaign__version",
        "match_pledge__project__group",
    )
    if found is None:
        raise NotFound
    return found


async def _locked(check_id: int) -> tuple[SubsidyCheck, MatchPledge]:
    """The match pledge's row is locked first."""
    await fetch(
        "SELECT id FROM match_pledge WHERE id = (SELECT match_pledge_id FROM subsidy_check WHERE id = $1)"
        " FOR NO KEY UPDATE",
        check_id,
    )
    found = await one(check_id)
    return found, found.match_pledge


async def refuse_officer(match: MatchPledge, by: Actor) -> None:
    """Raises unless they are a fund officer who never was in the group."""
    await require_role(by, Role.FUND_OFFICER)
    await _outside(by, match)


async def _outside(by: Actor, match: MatchPledge) -> None:
    if await was_ever_member(by.person_id, await group_id_for(match)):
        raise Forbidden("You are or were a member of this group. Another officer must do this.")


async def _record(act: str, found: SubsidyCheck, by: Actor, **details: int | bool) -> None:
    await audit.record(act, f"subsidy_check:{found.id}", by, match_pledge_id=found.match_pledge_id, **details)
