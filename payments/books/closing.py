"""Closing a period of the books: one proposes, another closes, and nothing is posted into it any more.

Closing takes the posting lock alone: it waits for every posting that is under way, and those after it see the close. In
the same transaction each statement of the period is computed and kept with its digest; `check` computes them anew. A
period is never opened again: what is learned later counts from the first open moment and keeps when it was true.
"""

import hashlib
import json
from datetime import date
from typing import Any, Final

from crowdfund_kent import audit, events, ledger
from crowdfund_kent.accounts.access import require_role
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.accounts.two_people import refuse_same_person
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now, business_today, day_begins, day_ends, london_day
from crowdfund_kent.database import execute, fetch, transaction
from crowdfund_kent.errors import Conflict, NotFound, Refused
from payments.books import figures, rules
from payments.books.models import BookPeriod, ClosedStatement
from payments.books.states import Period as Status

WHAT: Final = "propose and close a period"


def digest_of(facts: Any) -> str:
    """SHA-256 over facts in a canonical form."""
    return hashlib.sha256(json.dumps(facts, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


async def next_first_day() -> date | None:
    """The first day that is not closed: after the last period, else that of the first movement; None without any."""
    last = await BookPeriod.filter(status=Status.CLOSED).order_by("-until_day").first()
    if last is not None:
        return london_day(last.locked_before)
    rows = await fetch("SELECT min(effective_at) AS at FROM ledger_movement")
    return london_day(rows[0]["at"]) if rows[0]["at"] is not None else None


async def propose(until_day: date, why: str, by: Actor) -> BookPeriod:
    """A finance approver proposes to close every day up to `until_day`. Raises Refused."""
    await require_role(by, Role.FINANCE_APPROVER)
    if not why.strip():
        raise Refused("Enter what this period is, such as the month or the year end.")
    async with transaction():
        await _alone()
        if await BookPeriod.filter(status=Status.PROPOSED).exists():
            raise Refused("Another period waits to be closed. Close it or take it back first.")
        from_day = await next_first_day()
        if from_day is None:
            raise Refused("The books have no movement yet, so there is nothing to close.")
        if refused := rules.why_not_closed(from_day, until_day, business_today()):
            raise Refused(refused)
        assert by.person_id is not None
        period = await BookPeriod.create(
            status=Status.PROPOSED,
            from_day=from_day,
            until_day=until_day,
            locked_before=day_ends(until_day),
            why=why.strip(),
            proposed_by_id=by.person_id,
            proposed_at=business_now(),
        )
        await events.begin(period, by)
        await audit.record("period proposed", f"book_period:{period.id}", by, until_day=until_day.isoformat())
    return period


async def close(period_id: int, by: Actor) -> BookPeriod:
    """Another finance approver closes it, for good. Twice is no error. Raises Refused, Conflict."""
    await require_role(by, Role.FINANCE_APPROVER)
    async with transaction():
        await _alone()
        period = await one(period_id)
        refuse_same_person(by, period.proposed_by_id, what=WHAT)
        if period.status == Status.CLOSED:
            return period
        if period.status != Status.PROPOSED:
            raise Conflict("This period was taken back. Propose it again.")
        digest = await _keep_statements(period)
        now = business_now()
        await events.move(
            period, "closed", by, effective_at=now, closed_by_id=by.person_id, closed_at=now, digest=digest
        )
        await audit.record("period closed", f"book_period:{period.id}", by, until_day=period.until_day.isoformat())
    return period


async def withdraw(period_id: int, by: Actor) -> None:
    """Take back a proposal that nobody has acted on. Any finance approver may: it decides nothing."""
    await require_role(by, Role.FINANCE_APPROVER)
    async with transaction():
        await _alone()
        period = await one(period_id)
        if period.status == Status.WITHDRAWN:
            return
        if period.status == Status.CLOSED:
            raise Conflict("This period is closed, and stays closed.")
        await events.move(period, "withdrawn", by)
        await audit.record("period withdrawn", f"book_period:{period.id}", by)


async def one(period_id: int) -> BookPeriod:
    """The period of this id; NotFound without one."""
    found = await BookPeriod.get_or_none(id=period_id)
    if found is None:
        raise NotFound
    return found


async def _alone() -> None:
    """Until this transaction ends nobody posts, and everything that was posted is seen."""
    await execute("SELECT pg_advisory_xact_lock($1)", ledger.POSTING_LOCK)


async def computed(period: BookPeriod) -> dict[str, list[list[Any]]]:
    """What every statement of the period says, by its scope: from the ledger, as it is now."""
    rows = await figures.flows(figures.PROGRAMME, day_begins(period.from_day), day_ends(period.until_day))
    return {scope.key: figures.as_json(of) for scope, of in figures.by_scope(rows).items()}


async def _keep_statements(period: BookPeriod) -> str:
    """Keeps each statement; the digest over all of theirs."""
    found = await computed(period)
    digests = {key: digest_of(facts) for key, facts in found.items()}
    await ClosedStatement.bulk_create(
        ClosedStatement(period_id=period.id, scope=key, figures=facts, digest=digests[key])
        for key, facts in found.items()
    )
    return digest_of(digests)


async def changed_statements() -> list[str]:
    """Closed statements that the ledger does not give any more, or that are missing: for `check`."""
    offenders = []
    for period in await BookPeriod.filter(status=Status.CLOSED).order_by("id"):
        kept = {row.scope: row for row in await ClosedStatement.filter(period_id=period.id)}
        digests = {key: digest_of(facts) for key, facts in (await computed(period)).items()}
        offenders += [
            f"book_period {period.id} {key}"
            for key in sorted(kept.keys() | digests.keys())
            if key not in kept
            or kept[key].digest != digests.get(key)
            or digest_of(kept[key].figures) != kept[key].digest
        ]
        if digest_of({key: row.digest for key, row in kept.items()}) != period.digest:
            offenders.append(f"book_period {period.id}")
    return offenders
