"""Statements taken in, whole and once; lines matched by themselves where they are exact, else by two people.

A line that was in another file counts once. The same file twice is the same import. What is matched moves the payment,
the pot and the ledger in the same transaction (match_payments/booking.py, recoveries/services.py).
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from crowdfund_kent import audit, events
from crowdfund_kent.accounts.access import require_role
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.accounts.two_people import refuse_same_person
from crowdfund_kent.audit import SYSTEM, Actor
from crowdfund_kent.clock import business_now, business_today, london_day
from crowdfund_kent.database import execute, fetch, transaction
from crowdfund_kent.errors import Conflict, Forbidden, NotFound, Refused
from crowdfund_kent.money import pounds_exact
from payments.bank_statements import camt, csv_statement, rules
from payments.bank_statements.models import BankLine, BankStatement
from payments.bank_statements.read import Statement, StatementError, keys_of
from payments.bank_statements.states import Line, Means
from payments.match_payments import booking
from payments.match_payments.models import MatchPayment
from payments.match_payments.states import Payment
from payments.recoveries import services as recoveries
from payments.recoveries.models import Recovery
from payments.recoveries.states import OPEN as OPEN_RECOVERIES
from pledges.models import MatchPledge
from pledges.recipients import group_id_for
from projects.access import was_ever_member

IMPORT_LOCK = 7_205_763


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: its statements, lines that are new, lines that were there, and how many matched by themselves."""

    statements: Sequence[BankStatement]
    new: int
    known: int
    matched: int


async def take_in(content: bytes, by: Actor, typed: csv_statement.Typed | None = None) -> Imported:
    """A finance approver imports a file: XML, or with `typed` a CSV. Refused whole, with the reason, or taken in whole."""
    await require_role(by, Role.FINANCE_APPROVER)
    try:
        read = camt.read(content) if typed is None else [csv_statement.read(content, typed)]
    except StatementError as error:
        raise Refused(error.message, rule="statement") from error
    if any(
        one.to_on > business_today() or any(line.booked_on > business_today() for line in one.lines) for one in read
    ):
        raise Refused("The statement has days that are still to come, so nothing was imported.", rule="statement")
    new = known = matched = 0
    saved = []
    async with transaction():
        await execute("SELECT pg_advisory_xact_lock($1)", IMPORT_LOCK)
        for number, one in enumerate(read):
            digest = hashlib.sha256(content + number.to_bytes(2)).hexdigest()
            there = await BankStatement.get_or_none(sha256=digest)
            if there is not None:
                saved.append(there)
                known += len(one.lines)
                continue
            statement = await _save(one, digest, by)
            saved.append(statement)
            lines = await _save_lines(statement, one, by)
            new += len(lines)
            known += len(one.lines) - len(lines)
            for line in lines:
                matched += await _match(line)
    return Imported(saved, new, known, matched)


async def _save(read: Statement, digest: str, by: Actor) -> BankStatement:
    statement = await BankStatement.create(
        format=read.format,
        account=read.account[:40],
        bank_reference=read.bank_reference[:80],
        sha256=digest,
        opening_pence=read.opening_pence,
        closing_pence=read.closing_pence,
        from_on=read.from_on,
        to_on=read.to_on,
        lines_in_file=len(read.lines),
        imported_by_id=by.person_id,
        imported_at=business_now(),
    )
    await audit.record("statement imported", f"bank_statement:{statement.id}", by, lines=len(read.lines))
    return statement


async def _save_lines(statement: BankStatement, read: Statement, by: Actor) -> list[BankLine]:
    keys = keys_of(read)
    there = {row["key"] for row in await fetch("SELECT key FROM bank_line WHERE key = ANY($1::text[])", keys)}
    lines = []
    for number, (line, key) in enumerate(zip(read.lines, keys, strict=True), 1):
        if key in there:
            continue
        made = await BankLine.create(
            status=Line.UNMATCHED,
            statement_id=statement.id,
            number=number,
            key=key,
            booked_on=line.booked_on,
            amount_pence=line.amount_pence,
            is_return=line.is_return,
            reference=line.reference,
            words=line.words,
        )
        await events.begin(made, by, cause="imported", amount_pence=line.amount_pence)
        lines.append(made)
    return lines


async def _match(line: BankLine) -> bool:
    """Whether the line matched by itself; else why not stands on it."""
    named = await _named(rules.references_in(line.reference, line.words))
    found = rules.decide(line.amount_pence, line.is_return, named, line.booked_on)
    if found.means is None or found.id is None:
        await BankLine.filter(id=line.id).update(reason=found.reason)
        return False
    try:
        async with transaction():
            await _settle(line, "matched", found.means, found.id, SYSTEM)
    except (Conflict, Refused) as error:
        line.status = Line.UNMATCHED
        await BankLine.filter(id=line.id).update(reason="it could not be booked")
        await audit.record("line not booked", f"bank_line:{line.id}", SYSTEM, rule=getattr(error, "rule", "conflict"))
        return False
    return True


async def _named(references: Sequence[str]) -> list[rules.Known]:
    payments = await MatchPayment.filter(reference__in=list(references)).select_related("schedule")
    back = await Recovery.filter(reference__in=list(references))
    return [
        *(rules.Known(one.reference, one.id, False, one.amount_pence, one.status, _went_out(one)) for one in payments),
        *(
            rules.Known(
                one.reference, one.id, True, one.amount_pence - one.came_pence, one.status, london_day(one.asked_at)
            )
            for one in back
        ),
    ]


def _went_out(payment: MatchPayment) -> date:
    """The day on which it was paid, else on which its file went out: the bank can't have booked it, or its return, before."""
    exported_at = payment.schedule.exported_at
    return payment.paid_on or (london_day(exported_at) if exported_at is not None else date.min)


async def _settle(line: BankLine, cause: str, means: Means, row_id: int, by: Actor, **changes: Any) -> None:
    """The line moves, and what it pays. The unique index lets one line pay a payment, whoever comes second."""
    whose: dict[str, Any] = {"recovery_id": row_id} if means is Means.RECOVERY else {"payment_id": row_id}
    await events.move(line, cause, by, amount_pence=line.amount_pence, means=means, reason="", **whose, **changes)
    if means is Means.PAYMENT:
        await booking.pay(row_id, line.booked_on, by)
    elif means is Means.RETURN:
        await booking.send_back(row_id, line.booked_on, by)
    else:
        await recoveries.came(row_id, line.amount_pence, line.booked_on, by, for_row=f"bank_line:{line.id}")
    await audit.record("line matched", f"bank_line:{line.id}", by, means=str(means), amount_pence=line.amount_pence)


async def ask_match(line_id: int, reference: str, why: str, by: Actor) -> BankLine:
    """A person says what a line is: by the reference of a payment or a recovery, with the reason. Another one must agree.

    A payment is matched in its whole amount only; a recovery also in part. Raises Refused by what does not fit.
    """
    await require_role(by, Role.FUND_OFFICER, Role.FINANCE_APPROVER)
    if not why.strip():
        raise Refused("Enter how you know what this line is.", rule="reason")
    async with transaction():
        line = await _locked(line_id)
        named = await _named(rules.references_in(reference))
        if len(named) != 1:
            raise Refused("Enter the reference of one payment or recovery, like M-7F3K-9Q2M.", rule="reference")
        means = _meant(line, named[0])
        await _refuse_member(by, named[0])
        whose: dict[str, Any] = {"recovery_id": named[0].id} if named[0].is_recovery else {"payment_id": named[0].id}
        await events.move(
            line,
            "match asked",
            by,
            amount_pence=line.amount_pence,
            means=means,
            **whose,
            why=why.strip(),
            asked_by_id=by.person_id,
        )
        await audit.record("line match asked", f"bank_line:{line.id}", by, means=str(means))
    return line


def _meant(line: BankLine, one: rules.Known) -> Means:
    """What a person's match makes of the line; Refused where day, direction, amount or state do not fit."""
    pence = abs(line.amount_pence)
    if line.booked_on < one.since:
        raise Refused(
            f"The bank booked this line on {line.booked_on:%-d %B %Y}, and {one.reference} began on"
            f" {one.since:%-d %B %Y}. It is something else.",
            rule="fits",
        )
    if one.is_recovery:
        if line.amount_pence < 0 or one.status not in OPEN_RECOVERIES or pence > one.open_pence:
            raise Refused(
                f"{pounds_exact(one.open_pence)} of this recovery is to come in. This line does not fit it.",
                rule="fits",
            )
        return Means.RECOVERY
    means, wanted = (Means.PAYMENT, Payment.EXPORTED) if line.amount_pence < 0 else (Means.RETURN, Payment.PAID)
    if one.status != wanted or pence != one.open_pence:
        raise Refused(
            f"This payment is {one.status} and of {pounds_exact(one.open_pence)}. A line is matched with a payment of its own"
            " amount only.",
            rule="fits",
        )
    return means


async def agree_match(line_id: int, by: Actor) -> BankLine:
    """A finance approver who did not ask for it agrees: the payment or recovery moves now, or nothing does."""
    await require_role(by, Role.FINANCE_APPROVER)
    async with transaction():
        line = await _locked(line_id)
        if line.status != Line.ASKED or line.means is None:
            raise Conflict("This line was decided meanwhile. Look at it again.")
        refuse_same_person(by, line.asked_by_id, what="ask for a match and agree to it")
        row_id = line.recovery_id if line.means == Means.RECOVERY else line.payment_id
        assert row_id is not None
        (known,) = await _known(Means(line.means), row_id)
        _meant(line, known)
        await _refuse_member(by, known)
        await _settle(line, "match agreed", Means(line.means), row_id, by, decided_by_id=by.person_id)
    return line


async def _known(means: Means, row_id: int) -> list[rules.Known]:
    if means is Means.RECOVERY:
        return await _named([(await Recovery.get(id=row_id)).reference])
    return await _named([(await MatchPayment.get(id=row_id)).reference])


async def refuse_match(line_id: int, by: Actor) -> BankLine:
    """It is not what somebody said, or they take it back: the line waits again."""
    await require_role(by, Role.FUND_OFFICER, Role.FINANCE_APPROVER)
    async with transaction():
        line = await _locked(line_id)
        await events.move(line, "match refused", by, means=None, payment_id=None, recovery_id=None, asked_by_id=None)
        await audit.record("line match refused", f"bank_line:{line.id}", by)
    return line


async def set_aside(line_id: int, why: str, by: Actor) -> BankLine:
    """The line has nothing to do with this programme. It stays visible, and can be looked at again."""
    await require_role(by, Role.FINANCE_APPROVER)
    if not why.strip():
        raise Refused("Enter what this line is.", rule="reason")
    async with transaction():
        line = await _locked(line_id)
        await events.move(line, "not ours", by, why=why.strip(), decided_by_id=by.person_id)
        await audit.record("line not ours", f"bank_line:{line.id}", by)
    return line


async def look_again(line_id: int, by: Actor) -> BankLine:
    """A line that was set aside waits again."""
    await require_role(by, Role.FINANCE_APPROVER)
    async with transaction():
        line = await _locked(line_id)
        await events.move(line, "looked at again", by, decided_by_id=None)
        await audit.record("line looked at again", f"bank_line:{line.id}", by)
    return line


async def _refuse_member(by: Actor, one: rules.Known) -> None:
    """Neither of the group whose project it is, nor of the host that is paid for it."""
    row = await Recovery.get(id=one.id) if one.is_recovery else await MatchPayment.get(id=one.id)
    groups = {await group_id_for(await MatchPledge.get(id=row.match_pledge_id))}
    if isinstance(row, MatchPayment):
        groups.add(row.group_id)
    for group_id in sorted(groups):
        if await was_ever_member(by.person_id, group_id):
            raise Forbidden("You are or were a member of the group that this is about. Somebody else must do this.")


async def standings(found: Sequence[BankStatement]) -> dict[int, str]:
    """Statement id -> how it stands to those before it of the same account, for whoever looks for gaps and made-up files."""
    rows = await fetch(
        "SELECT s.id, EXISTS (SELECT 1 FROM bank_statement b WHERE b.account = s.account"
        " AND (b.from_on, b.id) < (s.from_on, s.id)) AS has_before,"
        " EXISTS (SELECT 1 FROM bank_statement b WHERE b.account = s.account AND b.id <> s.id AND b.to_on <= s.to_on"
        " AND b.closing_pence = s.opening_pence) AS follows FROM bank_statement s WHERE s.id = ANY($1::bigint[])",
        [one.id for one in found],
    )
    words = {True: "Goes on from the one before", False: "Does not begin where another one ended"}
    return {row["id"]: words[row["follows"]] if row["has_before"] else "First of this account" for row in rows}


async def _locked(line_id: int) -> BankLine:
    found = await BankLine.select_for_update().get_or_none(id=line_id)
    if found is None:
        raise NotFound
    return found
