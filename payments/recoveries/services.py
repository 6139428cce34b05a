"""Unspent match asked back, come back by lines of bank statements, or given up; and matches that are closed short."""

from datetime import date

from crowdfund_kent import audit, events, ledger
from crowdfund_kent.accounts.access import require_role
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.accounts.two_people import refuse_same_person, require_first
from crowdfund_kent.audit import SYSTEM, Actor
from crowdfund_kent.clock import business_now
from crowdfund_kent.database import fetch, transaction
from crowdfund_kent.errors import Conflict, Forbidden, NotFound, Refused
from crowdfund_kent.references import new_reference
from payments.match_payments import accounts, owing
from payments.match_payments.booking import booked_at
from payments.match_payments.models import MatchPayment
from payments.match_payments.states import OPEN as OPEN_PAYMENTS
from payments.recoveries import letters
from payments.recoveries.models import Recovery, Shortening
from payments.recoveries.states import MAY_BE_SHORT, OPEN
from payments.recoveries.states import Recovery as Status
from payments.recoveries.states import Shortening as Proposal
from pledges import pots
from pledges.models import MatchDraw, MatchPledge
from pledges.recipients import group_id_for
from projects.access import was_ever_member
from projects.models import Campaign
from projects.states import Campaign as CampaignStatus

AT_ONCE = 100


async def ask_missing() -> int:
    """A recovery for each share of unspent money that is a fund's; its owners are told. By the timetable; safe to repeat."""
    rows = await fetch(
        "SELECT u.id FROM unspent_share u JOIN match_pledge m ON m.id = u.match_pledge_id"
        " LEFT JOIN match_recovery r ON r.share_id = u.id WHERE u.amount_pence > 0 AND r.id IS NULL"
        f" AND m.import_batch_id IS NULL AND NOT m.generated ORDER BY u.id LIMIT {AT_ONCE}"
    )
    for row in rows:
        async with transaction():
            locked = await fetch(
                "SELECT match_pledge_id, amount_pence FROM unspent_share WHERE id = $1 FOR NO KEY UPDATE", row["id"]
            )
            if await Recovery.exists(share_id=row["id"]):
                continue
            made = await Recovery.create(
                status=Status.ASKED,
                share_id=row["id"],
                match_pledge_id=locked[0]["match_pledge_id"],
                reference=new_reference("R"),
                amount_pence=locked[0]["amount_pence"],
                asked_at=business_now(),
            )
            await events.begin(made, SYSTEM, cause="asked", amount_pence=made.amount_pence)
            await _record("recovery asked", made, SYSTEM)
            await letters.ask_back(made)
    return len(rows)


async def came(recovery_id: int, pence: int, booked_on: date, by: Actor, *, for_row: str) -> Recovery:
    """A line of a bank statement brought some or all of it: pot and ledger move. `for_row` names the line."""
    async with transaction():
        found = await _locked(recovery_id)
        still = found.amount_pence - found.came_pence
        if found.status not in OPEN or pence > still:
            raise Conflict("This much is not to come back any more. Look at the recovery again.")
        when = booked_at(booked_on)
        match = await MatchPledge.get(id=found.match_pledge_id)
        before = {row.source_id: row.recovered_pence for row in await MatchDraw.filter(match_pledge_id=match.id)}
        await pots.recover(match, pence, by, for_row=for_row, effective_at=when)
        after = {row.source_id: row.recovered_pence for row in await MatchDraw.filter(match_pledge_id=match.id)}
        by_source = {source_id: after[source_id] - before[source_id] for source_id in sorted(after)}
        await events.move(
            found,
            "came" if pence == still else "came in part",
            by,
            amount_pence=pence,
            effective_at=when,
            came_pence=found.came_pence + pence,
        )
        await ledger.post(
            "match recovered", for_row, accounts.recovery_lines(by_source), when, about=f"match_pledge:{match.id}"
        )
        await _record("recovery came", found, by, amount_pence=pence)
        await letters.thank(found, pence)
    return found


async def propose_short(match_id: int, why: str, by: Actor) -> Shortening:
    """A fund officer proposes that what is still to pay of a match is not paid: its group gave up, or is no more, say."""
    async with transaction():
        match = await _match(match_id)
        await require_role(by, Role.FUND_OFFICER, fund_id=match.fund_id)
        left = await left_to_pay(match)
        if not left:
            raise Refused("Only what is owed and not paid is closed short.", rule="owed")
        await _refuse_under_way(match)
        return await _propose(match, None, left, why, by)


async def left_to_pay(match: MatchPledge) -> int:
    """Pence that the fund owes and has not paid, also because the bank sent them back: these two people can let go of.

    Nothing before the campaign is settled, nor of imported history, which was paid elsewhere.
    """
    if match.status not in MAY_BE_SHORT or match.generated or match.import_batch_id is not None:
        return 0
    if match.campaign_id is not None and not await Campaign.exists(id=match.campaign_id, status=CampaignStatus.SETTLED):
        return 0
    return await owing.to_pay(match)


async def propose_giving_up(recovery_id: int, why: str, by: Actor) -> Shortening:
    """A fund officer proposes that what did not come back is given up."""
    async with transaction():
        found = await _locked(recovery_id)
        match = await _match(found.match_pledge_id)
        await require_role(by, Role.FUND_OFFICER, fund_id=match.fund_id)
        if found.status not in OPEN:
            raise Refused("Nothing is to come back of this any more.", rule="recovery")
        return await _propose(match, found, found.amount_pence - found.came_pence, why, by)


async def _propose(match: MatchPledge, recovery: Recovery | None, pence: int, why: str, by: Actor) -> Shortening:
    if not why.strip():
        raise Refused("Enter why.", rule="reason")
    await _outside(by, match)
    if await Shortening.filter(match_pledge_id=match.id, status=Proposal.PROPOSED).exists():
        raise Refused("A proposal about this match waits already. Decide or withdraw it first.", rule="one proposal")
    assert by.person_id is not None
    made = await Shortening.create(
        status=Proposal.PROPOSED,
        match_pledge_id=match.id,
        recovery_id=recovery.id if recovery is not None else None,
        amount_pence=pence,
        why=why.strip(),
        proposed_by_id=by.person_id,
        proposed_at=business_now(),
    )
    await events.begin(made, by, cause="proposed", amount_pence=pence)
    await _tell("shortening proposed", made, by)
    return made


async def agree(shortening_id: int, by: Actor) -> Shortening:
    """A finance approver who did not propose it, outside the group: the rest is let go of, or given up, now."""
    async with transaction():
        made, match = await _proposal(shortening_id)
        await refuse_decider(made, match, by)
        if made.status != Proposal.PROPOSED:
            raise Conflict("This was decided meanwhile. Look at it again.")
        if made.recovery_id is None:
            await _refuse_under_way(match)
            if await left_to_pay(match) != made.amount_pence:
                raise Conflict("Another amount is to pay now. Withdraw this and propose it again.")
            await pots.close_short(match, by, for_row=f"match_shortening:{made.id}")
            await letters.let_go(match, made)
        else:
            await _give_up(made, by)
        await _decide(made, "agreed", by)
    return made


async def refuse_proposer(match: MatchPledge, by: Actor) -> None:
    """Raises unless they are a fund officer of the fund who never was in the group."""
    await require_role(by, Role.FUND_OFFICER, fund_id=match.fund_id)
    await _outside(by, match)


async def refuse_decider(made: Shortening, match: MatchPledge, by: Actor) -> None:
    """Raises unless they are a finance approver of the fund who did not propose it and never was in the group."""
    await require_role(by, Role.FINANCE_APPROVER, fund_id=match.fund_id)
    refuse_same_person(by, made.proposed_by_id, what="propose and decide this")
    await _outside(by, match)


async def _give_up(made: Shortening, by: Actor) -> None:
    assert made.recovery_id is not None
    found = await _locked(made.recovery_id)
    if found.status not in OPEN or found.amount_pence - found.came_pence != made.amount_pence:
        raise Conflict("Another amount is to come back now. Withdraw this and propose it again.")
    await events.move(found, "given up", by, amount_pence=made.amount_pence)
    await _record("recovery given up", found, by, amount_pence=made.amount_pence)


async def refuse(shortening_id: int, by: Actor) -> Shortening:
    """A finance approver does not agree."""
    async with transaction():
        made, match = await _proposal(shortening_id)
        await refuse_decider(made, match, by)
        await _decide(made, "refused", by)
    return made


async def withdraw(shortening_id: int, by: Actor) -> Shortening:
    """Whoever proposed it takes it back."""
    async with transaction():
        made, _ = await _proposal(shortening_id)
        require_first(by, made.proposed_by_id)
        await _decide(made, "withdrawn", by)
    return made


async def _decide(made: Shortening, cause: str, by: Actor) -> None:
    await events.move(
        made, cause, by, amount_pence=made.amount_pence, decided_by_id=by.person_id, decided_at=business_now()
    )
    await _tell(f"shortening {cause}", made, by)


async def _refuse_under_way(match: MatchPledge) -> None:
    if await MatchPayment.filter(match_pledge_id=match.id, status__in=list(OPEN_PAYMENTS)).exists():
        raise Refused("A payment of this match is under way. Take it out of its schedule first.", rule="under way")


async def _match(match_id: int) -> MatchPledge:
    """Under the locks of its pot, which come first everywhere, and its own."""
    await pots.lock_of([match_id])
    if not await fetch("SELECT id FROM match_pledge WHERE id = $1 FOR NO KEY UPDATE", match_id):
        raise NotFound
    return await MatchPledge.get(id=match_id)


async def _locked(recovery_id: int) -> Recovery:
    """Its pot and the match pledge's row are locked first."""
    found = await Recovery.get_or_none(id=recovery_id)
    if found is None:
        raise NotFound
    await _match(found.match_pledge_id)
    return await Recovery.get(id=recovery_id)


async def _proposal(shortening_id: int) -> tuple[Shortening, MatchPledge]:
    found = await Shortening.get_or_none(id=shortening_id)
    if found is None:
        raise NotFound
    match = await _match(found.match_pledge_id)
    return await Shortening.get(id=shortening_id), match


async def _outside(by: Actor, match: MatchPledge) -> None:
    if await was_ever_member(by.person_id, await group_id_for(match)):
        raise Forbidden("You are or were a member of this group. Somebody else must do this.")


async def _record(act: str, found: Recovery, by: Actor, amount_pence: int | None = None) -> None:
    pence = found.amount_pence if amount_pence is None else amount_pence
    await audit.record(act, f"match_recovery:{found.id}", by, amount_pence=pence, match_pledge_id=found.match_pledge_id)


async def _tell(act: str, made: Shortening, by: Actor) -> None:
    await audit.record(
        act, f"match_shortening:{made.id}", by, amount_pence=made.amount_pence, match_pledge_id=made.match_pledge_id
    )
