"""Statements taken in, whole and once: XML carries its own account and balances, those of a CSV are typed and agreed to.

A line that was in another file counts once, also where one file is XML and the other CSV. The same file twice is the same
import. Lines are matched in the same transaction (matching.py).
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from crowdfund_kent import audit, events
from crowdfund_kent.accounts.access import require_role
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.accounts.two_people import refuse_same_person, require_first
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now, business_today
from crowdfund_kent.database import execute, fetch, retrying, transaction
from crowdfund_kent.errors import Conflict, NotFound, Refused
from payments.bank_statements import camt, csv_statement, matching, twins
from payments.bank_statements.kinds import Format
from payments.bank_statements.models import BankLine, BankStatement, TypedStatement
from payments.bank_statements.read import ReadLine, Statement, StatementError, keys_of
from payments.bank_statements.states import Line, Typed

IMPORT_LOCK = 7_205_763


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: its statements, lines that are new, lines that were there, and how many matched by themselves."""

    statements: Sequence[BankStatement]
    new: int
    known: int
    matched: int


async def take_in(content: bytes, by: Actor) -> Imported:
    """A finance approver imports an XML statement. Refused whole, with the reason, or taken in whole."""
    await require_role(by, Role.FINANCE_APPROVER)
    try:
        read = camt.read(content)
    except StatementError as error:
        raise Refused(error.message, rule="statement") from error
    _refuse_future(read)
    return await retrying(lambda: _take_all(content, read, by))


async def _take_all(content: bytes, read: Sequence[Statement], by: Actor) -> Imported:
    new = known = matched = 0
    saved: list[BankStatement] = []
    async with transaction():
        await execute("SELECT pg_advisory_xact_lock($1)", IMPORT_LOCK)
        for number, one in enumerate(read):
            digest = hashlib.sha256(content + number.to_bytes(2)).hexdigest()
            there = await BankStatement.get_or_none(sha256=digest)
            if there is not None:
                saved.append(there)
                known += len(one.lines)
                continue
            done = await _take(one, digest, by)
            saved += done.statements
            new, known, matched = new + done.new, known + done.known, matched + done.matched
        if new:
            await matching.match_waiting(twins.MAY_BE)
    return Imported(saved, new, known, matched)


async def _take(read: Statement, digest: str, by: Actor, agreed_by_id: int | None = None) -> Imported:
    statement = await _save(read, digest, by, agreed_by_id)
    lines = await _save_lines(statement, read, by)
    # banks list the newest first: what went out before what came back of it, whatever the order in the file
    fresh = sorted((line for line in lines if not line.reason), key=lambda line: line.amount_pence > 0)
    matched = [await matching.match(line, statement) for line in fresh]
    return Imported([statement], len(lines), len(read.lines) - len(lines), sum(matched))


def _refuse_future(read: Sequence[Statement]) -> None:
    today = business_today()
    if any(one.to_on > today or any(line.booked_on > today for line in one.lines) for one in read):
        raise Refused("The statement has days that are still to come, so nothing was imported.", rule="statement")


async def enter(content: bytes, typed: csv_statement.Typed, by: Actor) -> TypedStatement:
    """A finance approver types account and balances of a CSV. Nothing of it counts until another one has agreed.

    The same file again is the one that waits; Refused where it was taken in before.
    """
    await require_role(by, Role.FINANCE_APPROVER)
    try:
        read = csv_statement.read(content, typed)
    except StatementError as error:
        raise Refused(error.message, rule="statement") from error
    _refuse_future([read])
    digest = hashlib.sha256(content + (0).to_bytes(2)).hexdigest()
    assert by.person_id is not None
    async with transaction():
        await execute("SELECT pg_advisory_xact_lock($1)", IMPORT_LOCK)
        there = await TypedStatement.get_or_none(sha256=digest, status__in=[Typed.ENTERED, Typed.AGREED])
        if there is not None and there.status == Typed.ENTERED:
            return there
        if there is not None or await BankStatement.exists(sha256=digest):
            raise Refused("This file was taken in before.", rule="once")
        made = await TypedStatement.create(
            status=Typed.ENTERED,
            account=read.account[:40],
            sha256=digest,
            opening_pence=read.opening_pence,
            closing_pence=read.closing_pence,
            from_on=read.from_on,
            to_on=read.to_on,
            lines_in_file=len(read.lines),
            lines=[_kept(line) for line in read.lines],
            entered_by_id=by.person_id,
            entered_at=business_now(),
        )
        await events.begin(made, by, cause="entered")
        await _record("typed statement entered", made, by)
    return made


def _kept(line: ReadLine) -> list[Any]:
    return [line.booked_on.isoformat(), line.amount_pence, line.reference, line.words, line.is_return]


def lines_of(made: TypedStatement) -> list[ReadLine]:
    """The lines that wait for the second person, as they were read."""
    return [
        ReadLine(date.fromisoformat(day), pence, reference, words, is_return)
        for day, pence, reference, words, is_return in made.lines or []
    ]


async def agree(typed_id: int, by: Actor) -> Imported:
    """A finance approver who did not type it has laid it beside the bank's own page: its lines count from now on."""
    await require_role(by, Role.FINANCE_APPROVER)
    return await retrying(lambda: _agree(typed_id, by))


async def _agree(typed_id: int, by: Actor) -> Imported:
    async with transaction():
        await execute("SELECT pg_advisory_xact_lock($1)", IMPORT_LOCK)
        made = await _locked(typed_id)
        if made.status != Typed.ENTERED:
            raise Conflict("This statement was decided meanwhile. Look at it again.")
        refuse_same_person(by, made.entered_by_id, what="type a bank statement and agree to it")
        read = Statement(
            Format.CSV,
            made.account,
            "",
            made.opening_pence,
            made.closing_pence,
            made.from_on,
            made.to_on,
            lines_of(made),
        )
        typist = Actor(made.entered_by_id, by.role)
        done = await _take(read, made.sha256, typist, by.person_id)
        await matching.match_waiting(twins.MAY_BE)
        await _decide(made, "agreed", by, statement_id=done.statements[0].id)
    return done


async def refuse(typed_id: int, by: Actor) -> TypedStatement:
    """It is not what the bank's page says: nothing of it counts, and its lines are forgotten."""
    await require_role(by, Role.FINANCE_APPROVER)
    async with transaction():
        made = await _locked(typed_id)
        refuse_same_person(by, made.entered_by_id, what="type a bank statement and decide about it")
        await _decide(made, "refused", by)
    return made


async def withdraw(typed_id: int, by: Actor) -> TypedStatement:
    """Whoever typed it takes it back: that decides nothing."""
    async with transaction():
        made = await _locked(typed_id)
        require_first(by, made.entered_by_id, "typed")
        await _decide(made, "withdrawn", by)
    return made


async def _decide(made: TypedStatement, cause: str, by: Actor, **changes: Any) -> None:
    await events.move(made, cause, by, lines=None, decided_by_id=by.person_id, decided_at=business_now(), **changes)
    await _record(f"typed statement {cause}", made, by)


async def _locked(typed_id: int) -> TypedStatement:
    found = await TypedStatement.select_for_update().get_or_none(id=typed_id)
    if found is None:
        raise NotFound
    return found


async def _record(act: str, made: TypedStatement, by: Actor) -> None:
    await audit.record(act, f"typed_statement:{made.id}", by, lines=made.lines_in_file)


async def _save(read: Statement, digest: str, by: Actor, agreed_by_id: int | None) -> BankStatement:
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
        agreed_by_id=agreed_by_id,
    )
    await audit.record("statement imported", f"bank_statement:{statement.id}", by, lines=len(read.lines))
    return statement


async def _save_lines(statement: BankStatement, read: Statement, by: Actor) -> list[BankLine]:
    """The lines that are new. One that came in another file already is left out, or waits where that is not certain."""
    keys = keys_of(read)
    there = {row["key"] for row in await fetch("SELECT key FROM bank_line WHERE key = ANY($1::text[])", keys)}
    fresh = [number for number, key in enumerate(keys) if key not in there]
    before = await twins.before(statement, [read.lines[number] for number in fresh], there)
    lines = []
    for number, twin in zip(fresh, before.take([read.lines[number] for number in fresh]), strict=True):
        line = read.lines[number]
        if twin is twins.Twin.SAME:
            continue
        made = await BankLine.create(
            status=Line.UNMATCHED,
            statement_id=statement.id,
            number=number + 1,
            key=keys[number],
            booked_on=line.booked_on,
            amount_pence=line.amount_pence,
            is_return=line.is_return,
            reference=line.reference,
            words=line.words,
            reason=twins.MAY_BE if twin is twins.Twin.MAY_BE else "",
        )
        await events.begin(made, by, cause="imported", amount_pence=line.amount_pence)
        lines.append(made)
    return lines


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
