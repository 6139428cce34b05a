"""The pot: money of a fund is reserved and moved here and nowhere else.

A source's pence stand in one of the places earmarked, pledged, confirmed, paid, recovered, or are left. Each move is
one UPDATE that takes from one place and adds to the next, guarded by its WHERE and the number of rows it touched;
the match pledge's status, its event, its draws, the memorandum movement and the audit row are written in the same
transaction. The database refuses a counter below 0 and a sum above the cap (CHECK), whatever happens here.

Locks, always in this order: campaign row, fund rows by id, sources by id. Every function opens its own transaction,
or works in the caller's, and never waits for anything but the database.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from crowdfund_kent import audit, events, ledger
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now
from crowdfund_kent.database import execute, fetch, transaction
from crowdfund_kent.drill import point
from crowdfund_kent.errors import MovedAlready, Refused
from crowdfund_kent.money import pounds_exact, split_pence
from crowdfund_kent.references import new_reference
from pledges import match_accounts as accounts
from pledges import pot_warnings
from pledges.calculator import share_by_left
from pledges.kinds import Accrual
from pledges.models import MatchDraw, MatchPledge
from pledges.states import Fund, Match

LEFT: Final = "cap_pence - earmarked_pence - pledged_pence - confirmed_pence - paid_pence - recovered_pence"
PLACE_OF: Final = {Match.EARMARKED: "earmarked", Match.PLEDGED: "pledged"}  # all later ones hold in "confirmed"


@dataclass(frozen=True, slots=True)
class Offer:
    """What a new match pledge records besides its fund and amount.

    `fitting`: ids of the sources with a purpose that this award fits, with the officer's reason in `terms`; sources
    without a purpose are always drawn (ruling 5). `terms` is kept for ever: no personal text. `project_id`: instead of a
    campaign, of a fund that works without a crowd.
    """

    campaign_id: int | None
    terms: dict[str, Any]
    accrual: Accrual = Accrual.FLAT
    fitting: Collection[int] = ()
    authority_id: int | None = None
    proposed_by_id: int | None = None
    signed_by_id: int | None = None
    accept_by: datetime | None = None
    generated: bool = False
    import_batch_id: int | None = None
    project_id: int | None = None


@dataclass(frozen=True, slots=True)
class SourceLeft:
    """A source that may be drawn, and what is left in it, in pence."""

    id: int
    left_pence: int


async def lock(campaign_id: int | None, fund_ids: Collection[int], *, project_id: int | None = None) -> dict[int, str]:
    """Lock a campaign, or a project that needs no crowd, then funds by id, until the transaction ends.

    Whoever moves money in a pot holds these. Returns the status of each fund.
    """
    if campaign_id is not None:
        await fetch("SELECT id FROM campaign WHERE id = $1 FOR NO KEY UPDATE", campaign_id)
    if project_id is not None:
        await fetch("SELECT id FROM project WHERE id = $1 FOR NO KEY UPDATE", project_id)
    rows = await fetch(
        "SELECT id, status FROM match_fund WHERE id = ANY($1::bigint[]) ORDER BY id FOR NO KEY UPDATE", list(fund_ids)
    )
    return {row["id"]: row["status"] for row in rows}


async def sources_left(fund_id: int, fitting: Collection[int] = (), *, locked: bool = False) -> list[SourceLeft]:
    """Sources of a fund that an award may draw, in the order in which they share an odd penny."""
    rows = await fetch(
        f"SELECT id, {LEFT} AS left_pence FROM funding_source"
        " WHERE fund_id = $1 AND (purpose = '' OR id = ANY($2::bigint[])) ORDER BY id"
        + (" FOR NO KEY UPDATE" if locked else ""),
        fund_id,
        list(fitting),
    )
    return [SourceLeft(row["id"], row["left_pence"]) for row in rows]


async def take_exact(
    fund_id: int,
    amount_pence: int,
    offer: Offer,
    by: Actor,
    *,
    cause: str = "signed",
    effective_at: datetime | None = None,
) -> MatchPledge:
    """Earmark the whole amount, or refuse it whole (Refused, rule "pot"): an award is never silently smaller.

    Refused too by a fund that is a draft (rule "fund days") or closed (rule "fund closed").
    Raises ValueError for an amount of nothing. Nothing is written when it is refused.
    """
    if amount_pence <= 0:
        raise ValueError("an award is of something")
    async with transaction():
        funds = await lock(offer.campaign_id, [fund_id], project_id=offer.project_id)
        _refuse_not_open(funds[fund_id])
        sources = await sources_left(fund_id, offer.fitting, locked=True)
        parts = share_by_left([source.left_pence for source in sources], amount_pence)
        if parts is None:
            left = sum(source.left_pence for source in sources)
            raise Refused(
                f"{pounds_exact(left)} is left in the pot for this project, so {pounds_exact(amount_pence)} can't be"
                " offered. Ask for no more than is left.",
                rule="pot",
            )
        return await _earmark(fund_id, sources, parts, offer, by, cause, effective_at)


async def take_up_to(
    fund_ids: Sequence[int],
    amount_pence: int,
    offer: Offer,
    by: Actor,
    *,
    cause: str = "reserved",
    effective_at: datetime | None = None,
) -> list[MatchPledge]:
    """Earmark as much of the amount as the funds hold, in the order given: the first one's last penny first.

    One match pledge for each fund that gave something; an empty list, and no row, when they are dry. A fund that is a
    draft or closed gives nothing.
    """
    if amount_pence <= 0:
        raise ValueError("a reservation is of something")
    taken: list[MatchPledge] = []
    async with transaction():
        funds = await lock(offer.campaign_id, fund_ids, project_id=offer.project_id)
        wanted = amount_pence
        for fund_id in fund_ids:
            if funds[fund_id] != Fund.OPEN:
                continue
            sources = await sources_left(fund_id, offer.fitting, locked=True)
            given = min(wanted, sum(source.left_pence for source in sources))
            if given <= 0:
                continue
            parts = share_by_left([source.left_pence for source in sources], given)
            assert parts is not None
            taken.append(await _earmark(fund_id, sources, parts, offer, by, cause, effective_at))
            wanted -= given
    return taken


def _refuse_not_open(status: str) -> None:
    if status == Fund.CLOSED:
        raise Refused("This fund is closed, so it offers nothing new.", rule="fund closed")
    if status == Fund.DRAFT:
        raise Refused("This fund is not open yet, so it offers nothing.", rule="fund days")


async def _earmark(
    fund_id: int,
    sources: Sequence[SourceLeft],
    parts: Sequence[int],
    offer: Offer,
    by: Actor,
    cause: str,
    effective_at: datetime | None,
) -> MatchPledge:
    draws = [(source.id, part) for source, part in zip(sources, parts, strict=True) if part]
    amount = sum(part for _, part in draws)
    touched = await execute(
        f"UPDATE funding_source s SET earmarked_pence = s.earmarked_pence + d.amount"
        f" FROM unnest($1::bigint[], $2::bigint[]) AS d(id, amount) WHERE s.id = d.id AND {LEFT} >= d.amount",
        [source_id for source_id, _ in draws],
        [part for _, part in draws],
    )
    if touched != len(draws):
        raise MovedAlready("pot")
    point("amid a take")
    match = await MatchPledge.create(
        status=Match.EARMARKED,
        campaign_id=offer.campaign_id,
        project_id=offer.project_id,
        fund_id=fund_id,
        reference=new_reference("M"),
        amount_pence=amount,
        accrual=offer.accrual,
        terms=await _kept(fund_id, offer),
        authority_id=offer.authority_id,
        proposed_by_id=offer.proposed_by_id,
        signed_by_id=offer.signed_by_id,
        accept_by=offer.accept_by,
        created_at=effective_at or business_now(),
        generated=offer.generated,
        import_batch_id=offer.import_batch_id,
    )
    await MatchDraw.bulk_create(
        MatchDraw(match_pledge_id=match.id, source_id=source_id, amount_pence=part) for source_id, part in draws
    )
    await events.begin(match, by, cause=cause, amount_pence=amount, effective_at=effective_at)
    await _post("earmark", _source(match), draws, "available", "earmarked", effective_at, match)
    await _tell("match earmarked", match, by, amount)
    if not offer.generated and offer.import_batch_id is None:  # history warns nobody
        await pot_warnings.look(fund_id, amount)
    point("before a take is committed")
    return match


async def _kept(fund_id: int, offer: Offer) -> dict[str, Any]:
    """The terms, with the share of the target after which a bridging match counts: a later change of the fund changes nothing."""
    if offer.accrual != Accrual.BRIDGING or "start_bp" in offer.terms:
        return offer.terms
    rows = await fetch("SELECT start_bp FROM match_fund WHERE id = $1", fund_id)
    return {**offer.terms, "start_bp": rows[0]["start_bp"]}


async def pledge(
    match: MatchPledge,
    by: Actor,
    *,
    cause: str = "accepted",
    effective_at: datetime | None = None,
    terms_id: int | None = None,
) -> None:
    """Earmarked -> pledged: the group accepted, under these terms of the fund. From now on it may count as raised."""
    now = effective_at or business_now()
    async with transaction():
        draws = await _locked_draws(match)
        await events.move(
            match,
            cause,
            by,
            amount_pence=match.amount_pence,
            effective_at=effective_at,
            accepted_at=now,
            accepted_terms_id=terms_id,
        )
        await _shift(match, draws, "pledge", "earmarked", "pledged", by, effective_at)


async def confirm(
    match: MatchPledge, by: Actor, *, cause: str = "target met", effective_at: datetime | None = None
) -> None:
    """Pledged -> confirmed: the campaign succeeded, and no clock lets it lapse any more (ruling 12)."""
    async with transaction():
        draws = await _locked_draws(match)
        await events.move(match, cause, by, amount_pence=match.amount_pence, effective_at=effective_at)
        await _shift(match, draws, "confirm", "pledged", "confirmed", by, effective_at)


async def release(match: MatchPledge, cause: str, by: Actor, *, effective_at: datetime | None = None) -> None:
    """Let go of what is held, without money moving: earmarked, pledged or confirmed pence are left again. Once.

    A second call is refused: InvalidMove when `match` says that it is released, MovedAlready when another request was
    faster. `cause` as in states.MATCH.
    """
    async with transaction():
        draws = await _locked_draws(match)
        held = PLACE_OF.get(Match(match.status), "confirmed")
        await events.move(match, cause, by, amount_pence=match.amount_pence, effective_at=effective_at)
        await _shift(match, draws, "release", held, "available", by, effective_at)


async def pay(
    match: MatchPledge,
    amount_pence: int,
    by: Actor,
    *,
    for_row: str,
    effective_at: datetime | None = None,
    by_source: Mapping[int, int] | None = None,
) -> None:
    """Confirmed -> paid, in part or whole, by a bank statement line; `for_row` names it ("match_payment:7").

    Each source bears its part of what is still to pay, or what `by_source` says (source id -> pence). Refused above what is
    still to pay; the cash is posted by the caller.
    """
    async with transaction():
        draws = await _locked_draws(match)
        to_pay = [draw.amount_pence - draw.short_pence - draw.paid_pence for draw in draws]
        still = sum(to_pay)
        if not 0 < amount_pence <= still:
            raise Refused(
                f"{pounds_exact(still)} of this match is still to pay. Enter that or less.", rule="still to pay"
            )
        parts = (
            split_pence(amount_pence, to_pay) if by_source is None else _given(amount_pence, by_source, draws, to_pay)
        )
        await events.move(
            match,
            "paid" if amount_pence == still else "paid in part",
            by,
            amount_pence=amount_pence,
            effective_at=effective_at,
            paid_pence=match.paid_pence + amount_pence,
        )
        await _note_on_draws("paid_pence", draws, parts)
        moved = [(draw.source_id, part) for draw, part in zip(draws, parts, strict=True) if part]
        await _counters(moved, "confirmed", "paid")
        await _post("discharge", for_row, moved, "confirmed", "paid", effective_at, match)
        await _tell("match paid", match, by, amount_pence)


async def unpay(
    match: MatchPledge,
    amount_pence: int,
    by: Actor,
    *,
    for_row: str,
    by_source: Mapping[int, int],
    effective_at: datetime | None = None,
) -> None:
    """Paid -> confirmed: the bank sent a payment back, and it is to pay once more. `by_source`: as it was paid.

    Also of a match that was closed short or of which some was recovered: it stays so. Refused above what was paid and not
    recovered; the cash is posted by the caller.
    """
    async with transaction():
        draws = await _locked_draws(match)
        if not 0 < amount_pence <= match.paid_pence - match.recovered_pence:
            raise Refused("This much was not paid, or some of it came back already.", rule="paid")
        parts = _given(amount_pence, by_source, draws, [draw.paid_pence - draw.recovered_pence for draw in draws])
        await events.move(
            match,
            "payment returned" if amount_pence == match.paid_pence else "payment returned in part",
            by,
            amount_pence=amount_pence,
            effective_at=effective_at,
            paid_pence=match.paid_pence - amount_pence,
        )
        await _note_on_draws("paid_pence", draws, [-part for part in parts])
        moved = [(draw.source_id, part) for draw, part in zip(draws, parts, strict=True) if part]
        await _counters(moved, "paid", "confirmed")
        await _post("discharge returned", for_row, moved, "paid", "confirmed", effective_at, match)
        await _tell("match payment returned", match, by, amount_pence)


def _given(
    amount_pence: int, by_source: Mapping[int, int], draws: Sequence[MatchDraw], most: Sequence[int]
) -> list[int]:
    """What the caller says of each source, in the order of `draws`: all of it, and of no source more than `most`."""
    parts = [by_source.get(draw.source_id, 0) for draw in draws]
    if sum(parts) != amount_pence or sum(by_source.values()) != amount_pence:
        raise ValueError("the parts are not the amount")
    if any(not 0 <= part <= limit for part, limit in zip(parts, most, strict=True)):
        raise Refused("A source does not hold this part of it any more. Look at the match again.", rule="sources")
    return parts


async def put_back(source_id: int, amount_pence: int, *, for_row: str, effective_at: datetime | None = None) -> None:
    """Recovered -> left again, in one source: what two people decided (pot_moving.py). Under the locks of the pot."""
    await _counters([(source_id, amount_pence)], "recovered", "available")
    lines = [
        (accounts.place(source_id, "available"), amount_pence),
        (accounts.place(source_id, "recovered"), -amount_pence),
    ]
    await ledger.post("return", for_row, lines, effective_at)


async def close_short(match: MatchPledge, by: Actor, *, effective_at: datetime | None = None) -> None:
    """Part paid -> closed short: what was not paid is let go."""
    rest = match.amount_pence - match.paid_pence
    async with transaction():
        draws = await _locked_draws(match)
        await events.move(match, "closed short", by, amount_pence=rest, effective_at=effective_at)
        short = [draw.amount_pence - draw.paid_pence for draw in draws]
        await _note_on_draws("short_pence", draws, short)
        moved = [(draw.source_id, part) for draw, part in zip(draws, short, strict=True) if part]
        await _counters(moved, "confirmed", "available")
        await _post("release", _source(match), moved, "confirmed", "available", effective_at, match)
        await _tell("match closed short", match, by, rest)


async def recover(
    match: MatchPledge, amount_pence: int, by: Actor, *, for_row: str, effective_at: datetime | None = None
) -> None:
    """Paid -> recovered, in part or whole: unspent money came back. It is not left again by itself (ruling 18).

    In part, too, where the bank sent some of it back before: that is still to pay.
    """
    async with transaction():
        draws = await _locked_draws(match)
        still = match.paid_pence - match.recovered_pence
        if not 0 < amount_pence <= still:
            raise Refused(f"{pounds_exact(still)} of this match can come back. Enter that or less.", rule="paid")
        is_all = amount_pence == still and not sum(
            draw.amount_pence - draw.short_pence - draw.paid_pence for draw in draws
        )
        parts = split_pence(amount_pence, [draw.paid_pence - draw.recovered_pence for draw in draws])
        await events.move(
            match,
            "recovered" if is_all else "recovered in part",
            by,
            amount_pence=amount_pence,
            effective_at=effective_at,
            recovered_pence=match.recovered_pence + amount_pence,
        )
        await _note_on_draws("recovered_pence", draws, parts)
        moved = [(draw.source_id, part) for draw, part in zip(draws, parts, strict=True) if part]
        await _counters(moved, "paid", "recovered")
        await _post("recover", for_row, moved, "paid", "recovered", effective_at, match)
        await _tell("match recovered", match, by, amount_pence)


async def _locked_draws(match: MatchPledge) -> list[MatchDraw]:
    await lock(match.campaign_id, [match.fund_id], project_id=match.project_id)
    await fetch("SELECT id FROM funding_source WHERE fund_id = $1 ORDER BY id FOR NO KEY UPDATE", match.fund_id)
    # as they are under the lock: another payment or recovery of the same match may have been quicker
    await match.refresh_from_db(fields=["paid_pence", "recovered_pence"])
    return await MatchDraw.filter(match_pledge_id=match.id).order_by("source_id")


async def _shift(
    match: MatchPledge,
    draws: Sequence[MatchDraw],
    kind: str,
    old: str,
    new: str,
    by: Actor,
    effective_at: datetime | None,
) -> None:
    """All of a match pledge from one place to the next."""
    moved = [(draw.source_id, draw.amount_pence) for draw in draws]
    await _counters(moved, old, new)
    await _post(kind, _source(match), moved, old, new, effective_at, match)
    await _tell(f"match {match.status}", match, by, match.amount_pence)


async def _counters(moved: Sequence[tuple[int, int]], old: str, new: str) -> None:
    """One UPDATE: from one place of each source to another, refused unless every source had the pence there."""
    add = "" if new == "available" else f", {new}_pence = s.{new}_pence + d.amount"
    touched = await execute(
        f"UPDATE funding_source s SET {old}_pence = s.{old}_pence - d.amount{add}"
        f" FROM unnest($1::bigint[], $2::bigint[]) AS d(id, amount) WHERE s.id = d.id AND s.{old}_pence >= d.amount",
        [source_id for source_id, _ in moved],
        [amount for _, amount in moved],
    )
    if touched != len(moved):
        raise MovedAlready("pot")


async def _note_on_draws(column: str, draws: Sequence[MatchDraw], parts: Sequence[int]) -> None:
    for draw, part in zip(draws, parts, strict=True):
        if part:
            await execute(f"UPDATE match_draw SET {column} = {column} + $2 WHERE id = $1", draw.id, part)


async def _post(
    kind: str,
    source: str,
    moved: Sequence[tuple[int, int]],
    old: str,
    new: str,
    effective_at: datetime | None,
    match: MatchPledge,
) -> None:
    lines = [
        line
        for source_id, amount in moved
        for line in ((accounts.place(source_id, new), amount), (accounts.place(source_id, old), -amount))
    ]
    await ledger.post(kind, source, lines, effective_at, about=_source(match))


async def _tell(act: str, match: MatchPledge, by: Actor, amount_pence: int) -> None:
    whose = {"campaign_id": match.campaign_id} if match.campaign_id is not None else {"project_id": match.project_id}
    await audit.record(act, _source(match), by, amount_pence=amount_pence, fund_id=match.fund_id, **whose)


def _source(match: MatchPledge) -> str:
    return f"match_pledge:{match.id}"
