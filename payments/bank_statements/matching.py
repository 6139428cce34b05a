"""What a line of a bank statement pays: by itself where all is exact, else by two people. Then payments, pot and ledger move.

A line may pay several payments at once, as a bank does with a file of payments: all of them, for exactly its amount. A
payment is never paid or returned by a line for which nobody vouches but who prepared or approved it, and nothing is
recovered by one for which nobody vouches but who decided what is asked back, or somebody of the group.
"""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, Final

from crowdfund_kent import audit, events
from crowdfund_kent.accounts.access import require_role
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.accounts.two_people import refuse_same_person
from crowdfund_kent.audit import SYSTEM, Actor
from crowdfund_kent.clock import london_day
from crowdfund_kent.database import fetch, retrying, transaction
from crowdfund_kent.errors import Conflict, Forbidden, NotFound, Refused
from crowdfund_kent.money import pounds_exact
from payments.bank_statements import rules
from payments.bank_statements.models import BankLine, BankLineEvent, BankLinePayment, BankStatement
from payments.bank_statements.states import OF_SEVERAL, Line, Means
from payments.match_payments import booking
from payments.match_payments import services as paying
from payments.match_payments.models import MatchPayment
from payments.match_payments.states import Payment
from payments.recoveries import services as recoveries
from payments.recoveries.models import Recovery
from payments.recoveries.states import OPEN as OPEN_RECOVERIES
from pledges import pots
from pledges.models import MatchPledge, UnspentShare
from pledges.recipients import group_id_for
from projects.access import was_ever_member

_ALONE: Final = (
    "Whoever prepared or approved a payment can't alone say that the bank paid it. Ask a colleague who did neither."
)
_ALONE_BACK: Final = (
    "Whoever decided what is asked back can't alone say that it came. Ask a colleague who did not decide it."
)


async def match(line: BankLine, statement: BankStatement) -> bool:
    """Whether the line matched by itself; else why not stands on it."""
    vouchers, before = _vouchers(statement), line.reason
    named = await _named(rules.references_in(line.reference, line.words), line.amount_pence, vouchers)
    found = rules.decide(line.amount_pence, line.is_return, named, line.booked_on, vouchers)
    if found.means is None:
        await BankLine.filter(id=line.id, status=Line.UNMATCHED).update(reason=found.reason)
        return False
    try:
        async with transaction():
            await _note_several(line, found.means, found.ids)
            await _settle(line, "matched", found.means, found.ids, SYSTEM)
    except (Conflict, Refused) as error:
        line.status = Line.UNMATCHED
        known = getattr(error, "rule", "") == booking.RECOVERED
        why = "some of it was recovered before: two people say it" if known else "it could not be booked"
        # a line that waits is tried again with each import: it is on record when that comes to something else; and a person
        # may have said meanwhile what it is
        if why != before and await BankLine.filter(id=line.id, status=Line.UNMATCHED).update(reason=why):
            rule = getattr(error, "rule", "conflict")
            await audit.record("line not booked", f"bank_line:{line.id}", SYSTEM, rule=rule)
        return False
    return True


# lines that name something of ours and were not looked at by a person yet; what may have come before waits for one
_WAIT: Final = """
SELECT l.id FROM bank_line l WHERE l.status = 'unmatched' AND l.reason NOT IN ('', 'no reference of ours', $1)
AND NOT EXISTS (SELECT 1 FROM bank_line_event e WHERE e.subject_id = l.id AND e.cause <> 'imported')
ORDER BY l.amount_pence > 0, l.booked_on, l.id"""


async def match_waiting(may_be_twin: str) -> int:
    """Look again at lines that waited: what they name may have moved since, by a statement that was imported later than it
    came. Payments before what came back of them. Returns how many matched by themselves now. Safe to repeat."""
    matched = 0
    for row in await fetch(_WAIT, may_be_twin):
        line = await BankLine.get(id=row["id"]).select_related("statement")
        matched += await match(line, line.statement)
    return matched


def _vouchers(statement: BankStatement, line: BankLine | None = None, *others: int | None) -> frozenset[int]:
    """Who says that a line is right: who imported or agreed to its statement, who said what it is, who agrees."""
    ids = (statement.imported_by_id, statement.agreed_by_id, line.asked_by_id if line else None, *others)
    return frozenset(one for one in ids if one is not None)


async def _named(references: Sequence[str], amount_pence: int, vouchers: Collection[int] = ()) -> list[rules.Known]:
    """The rows that references name; a schedule's stands for its payments that can be paid, or come back, by this line."""
    payments = list(await MatchPayment.filter(reference__in=list(references)).select_related("schedule"))
    for reference in (one for one in references if one.startswith("S-")):
        of = MatchPayment.filter(schedule__reference=reference).exclude(status=Payment.CANCELLED).order_by("id")
        rows = await of.select_related("schedule")
        wanted = Payment.EXPORTED if amount_pence < 0 else Payment.PAID
        there = {one.id for one in payments}
        payments += [one for one in [row for row in rows if row.status == wanted] or rows if one.id not in there]
    back = await Recovery.filter(reference__in=list(references))
    return [
        *[await _known(one, vouchers) for one in payments],
        *[await _known_recovery(one, vouchers) for one in back],
    ]


async def _known(payment: MatchPayment, vouchers: Collection[int] = ()) -> rules.Known:
    """With the day on which it was paid, else on which its file went out: the bank can't have booked it before."""
    exported_at = payment.schedule.exported_at
    since = payment.paid_on or (london_day(exported_at) if exported_at is not None else date.min)
    acted = [payment.schedule.prepared_by_id, payment.schedule.approved_by_id]
    acted += await _members(vouchers, await _groups_of(payment))
    return rules.Known(
        payment.reference, payment.id, False, payment.amount_pence, payment.status, since, _known_people(acted)
    )


async def _known_recovery(one: Recovery, vouchers: Collection[int] = ()) -> rules.Known:
    """Who decided how much is asked back, proposing or agreeing, does not vouch for it; nor does who is of the group."""
    turn = (await UnspentShare.get(id=one.share_id).select_related("turn")).turn
    acted = [turn.proposed_by_id, turn.decided_by_id, *await _members(vouchers, await _groups_of(one))]
    left = one.amount_pence - one.came_pence
    return rules.Known(one.reference, one.id, True, left, one.status, london_day(one.asked_at), _known_people(acted))


def _known_people(ids: Collection[int | None]) -> frozenset[int]:
    return frozenset(one for one in ids if one is not None)


async def _members(people: Collection[int], group_ids: Collection[int]) -> list[int]:
    """Those of them who are, or were, in one of these groups."""
    return [one for one in people for group_id in sorted(group_ids) if await was_ever_member(one, group_id)]


async def _groups_of(row: MatchPayment | Recovery) -> set[int]:
    """The group whose project it is, and the host that is paid for it."""
    groups = {await group_id_for(await MatchPledge.get(id=row.match_pledge_id))}
    return groups | {row.group_id} if isinstance(row, MatchPayment) else groups


async def _note_several(line: BankLine, means: Means, ids: Sequence[int]) -> None:
    if means in OF_SEVERAL:
        await BankLinePayment.bulk_create(BankLinePayment(line_id=line.id, payment_id=one) for one in ids)


def _whose(means: Means, ids: Sequence[int]) -> dict[str, Any]:
    if means in OF_SEVERAL:
        return {}
    return {"recovery_id": ids[0]} if means is Means.RECOVERY else {"payment_id": ids[0]}


async def _settle(line: BankLine, cause: str, means: Means, ids: Sequence[int], by: Actor, **changes: Any) -> None:
    """The line moves, and what it pays: all of it or nothing. A payment's own status lets one line pay it."""
    await _lock(means, ids)
    whose = _whose(means, ids)
    await events.move(line, cause, by, amount_pence=line.amount_pence, means=means, reason="", **whose, **changes)
    for row_id in sorted(ids):
        if means in (Means.PAYMENT, Means.SEVERAL):
            await booking.pay(row_id, line.booked_on, by)
        elif means is Means.RECOVERY:
            pence = line.amount_pence
            await recoveries.came(row_id, pence, line.booked_on, by, for_row=f"bank_line:{line.id}")
        else:
            await booking.send_back(row_id, line.booked_on, by, by_two=cause == "match agreed")
    await audit.record("line matched", f"bank_line:{line.id}", by, means=str(means), amount_pence=line.amount_pence)


async def _lock(means: Means, ids: Sequence[int]) -> None:
    """All that the line will move, before anything of it does, in the one order: pots, then groups, holds and matches."""
    model = Recovery if means is Means.RECOVERY else MatchPayment
    match_ids = [row.match_pledge_id for row in await model.filter(id__in=list(ids))]
    await pots.lock_of(match_ids)
    if means is not Means.RECOVERY:
        await paying.lock_all(ids)


async def ask_match(line_id: int, references: str, why: str, by: Actor) -> BankLine:
    """A person says what a line is, with the reason: by the reference of a payment, a recovery or a schedule, or of several
    payments. Another person must agree.

    Payments are matched in their whole amount only, a recovery also in part. Raises Refused by what does not fit.
    """
    await require_role(by, Role.FUND_OFFICER, Role.FINANCE_APPROVER)
    if not why.strip():
        raise Refused("Enter how you know what this line is.", rule="reason")
    async with transaction():
        line = await _locked(line_id)
        typed = rules.references_in(references)
        named = await _named(typed, line.amount_pence)
        if not named or len({one.is_recovery for one in named}) != 1 or (named[0].is_recovery and len(named) > 1):
            raise Refused(
                "Enter the reference of one payment, recovery or schedule, or of several payments, like M-7F3K-9Q2M.",
                rule="reference",
            )
        means, ids = _meant(line, named), [one.id for one in named]
        await _refuse_member(by, named)
        await _note_several(line, means, ids)
        await events.move(
            line,
            "match asked",
            by,
            amount_pence=line.amount_pence,
            means=means,
            **_whose(means, ids),
            why=why.strip(),
            asked_by_id=by.person_id,
        )
        await audit.record("line match asked", f"bank_line:{line.id}", by, means=str(means))
    return line


def _meant(line: BankLine, named: Sequence[rules.Known]) -> Means:
    """What a person's match makes of the line; Refused where day, direction, amount or state do not fit."""
    pence, out = abs(line.amount_pence), line.amount_pence < 0
    for one in named:
        if line.booked_on < one.since:
            raise Refused(
                f"The bank booked this line on {line.booked_on:%-d %B %Y}, and {one.reference} began on"
                f" {one.since:%-d %B %Y}. It is something else.",
                rule="fits",
            )
    if named[0].is_recovery:
        (one,) = named
        if out or one.status not in OPEN_RECOVERIES or pence > one.open_pence:
            raise Refused(
                f"{pounds_exact(one.open_pence)} of this recovery is to come in. This line does not fit it.",
                rule="fits",
            )
        return Means.RECOVERY
    wanted = Payment.EXPORTED if out else Payment.PAID
    wrong = next((one for one in named if one.status != wanted), None)
    together = sum(one.open_pence for one in named)
    if wrong is not None or pence != together:
        of = wrong or named[0]
        told = f"This payment is {of.status} and of {pounds_exact(of.open_pence)}. A line is matched with a payment of its own"
        raise Refused(
            f"{told} amount only."
            if len(named) == 1
            else f"{of.reference} is {of.status}."
            if wrong is not None
            else f"These payments are {pounds_exact(together)} together, and the line is of {pounds_exact(pence)}.",
            rule="fits",
        )
    if len(named) == 1:
        return Means.PAYMENT if out else Means.RETURN
    return Means.SEVERAL if out else Means.SEVERAL_BACK


async def agree_match(line_id: int, by: Actor) -> BankLine:
    """A finance approver who never asked for a match of this line agrees: all that it pays moves now, or nothing does."""
    await require_role(by, Role.FINANCE_APPROVER)
    return await retrying(lambda: _agree(line_id, by))


async def _agree(line_id: int, by: Actor) -> BankLine:
    async with transaction():
        line = await _locked(line_id)
        if line.status != Line.ASKED or line.means is None:
            raise Conflict("This line was decided meanwhile. Look at it again.")
        known = await refuse_agreeing(line, by)
        means = _meant(line, known)
        if means != line.means:
            raise Conflict("This line was decided meanwhile. Look at it again.")
        await _settle(line, "match agreed", means, [one.id for one in known], by, decided_by_id=by.person_id)
    return line


async def refuse_agreeing(line: BankLine, by: Actor) -> list[rules.Known]:
    """Raises unless they are a finance approver who never said what this line is, outside the group, and somebody who acted
    on nothing of it vouches with them. Returns what the line is said to be."""
    await require_role(by, Role.FINANCE_APPROVER)
    asked = [one.by_id for one in await BankLineEvent.filter(subject_id=line.id, cause="match asked")]
    refuse_same_person(by, line.asked_by_id, *asked, what="ask for a match and agree to it")
    vouchers = _vouchers(await BankStatement.get(id=line.statement_id), line, by.person_id)
    known = await known_of(line, vouchers)
    await _refuse_member(by, known)
    if any(one.acted and vouchers <= one.acted for one in known):
        raise Refused(_ALONE_BACK if line.means == Means.RECOVERY else _ALONE, rule="two people")
    return known


async def payments_of(line: BankLine) -> list[MatchPayment]:
    """The payments that a line pays, or that somebody says it pays; none for a recovery."""
    if line.payment_id is not None:
        return await MatchPayment.filter(id=line.payment_id).select_related("schedule")
    of_line = MatchPayment.filter(lines_of_several__line_id=line.id).order_by("id")
    return await of_line.select_related("schedule")


async def own_in(line: BankLine) -> int:
    """Pence of payments that come back in this line that would be their groups' own money."""
    return await booking.own_if_back(await payments_of(line))


async def known_of(line: BankLine, vouchers: Collection[int] = ()) -> list[rules.Known]:
    """What somebody says that a line is, as it stands now."""
    if line.recovery_id is not None:
        return [await _known_recovery(await Recovery.get(id=line.recovery_id), vouchers)]
    return [await _known(one, vouchers) for one in await payments_of(line)]


async def refuse_match(line_id: int, by: Actor) -> BankLine:
    """It is not what somebody said, or they take it back: the line waits again."""
    await require_role(by, Role.FUND_OFFICER, Role.FINANCE_APPROVER)
    async with transaction():
        line = await _locked(line_id)
        await events.move(line, "match refused", by, means=None, payment_id=None, recovery_id=None, asked_by_id=None)
        await BankLinePayment.filter(line_id=line.id).delete()
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


async def _refuse_member(by: Actor, named: Collection[rules.Known]) -> None:
    """Neither of a group whose project it is, nor of the host that is paid for it."""
    groups: set[int] = set()
    for one in named:
        groups |= await _groups_of(
            await Recovery.get(id=one.id) if one.is_recovery else await MatchPayment.get(id=one.id)
        )
    if by.person_id is not None and await _members([by.person_id], groups):
        raise Forbidden("You are or were a member of the group that this is about. Somebody else must do this.")


async def _locked(line_id: int) -> BankLine:
    found = await BankLine.select_for_update().get_or_none(id=line_id)
    if found is None:
        raise NotFound
    return found
