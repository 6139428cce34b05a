"""What was confirmed is paid, comes back from the bank, is recovered, or is closed short of what was promised."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from crowdfund_kent import events, ledger
from crowdfund_kent.audit import Actor
from crowdfund_kent.database import transaction
from crowdfund_kent.errors import Refused
from crowdfund_kent.money import pounds_exact, split_pence
from pledges import match_accounts as accounts
from pledges.models import MatchDraw, MatchPledge
from pledges.pots.places import locked_draws, move_counters, note_on_draws, post, source_of, tell


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
        draws = await locked_draws(match)
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
        await note_on_draws("paid_pence", draws, parts)
        moved = [(draw.source_id, part) for draw, part in zip(draws, parts, strict=True) if part]
        await move_counters(moved, "confirmed", "paid")
        await post("discharge", for_row, moved, "confirmed", "paid", effective_at, match)
        await tell("match paid", match, by, amount_pence)


async def still_paid(match: MatchPledge, by_source: Mapping[int, int]) -> dict[int, int]:
    """Of these parts of a payment (source id -> pence), what still stands as paid: it was not recovered. Under the locks."""
    draws = {draw.source_id: draw for draw in await locked_draws(match)}
    return {
        source_id: min(pence, draws[source_id].paid_pence - draws[source_id].recovered_pence)
        for source_id, pence in by_source.items()
    }


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
        draws = await locked_draws(match)
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
        await note_on_draws("paid_pence", draws, [-part for part in parts])
        moved = [(draw.source_id, part) for draw, part in zip(draws, parts, strict=True) if part]
        await move_counters(moved, "paid", "confirmed")
        await post("discharge returned", for_row, moved, "paid", "confirmed", effective_at, match)
        await tell("match payment returned", match, by, amount_pence)


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
    await move_counters([(source_id, amount_pence)], "recovered", "available")
    lines = [
        (accounts.place(source_id, "available"), amount_pence),
        (accounts.place(source_id, "recovered"), -amount_pence),
    ]
    await ledger.post("return", for_row, lines, effective_at)


async def close_short(
    match: MatchPledge, by: Actor, *, for_row: str | None = None, effective_at: datetime | None = None
) -> None:
    """What was confirmed and is not paid, or was sent back, is let go: -> closed short. `for_row` names the decision.

    Refused where nothing is left to pay.
    """
    async with transaction():
        draws = await locked_draws(match)
        short = [draw.amount_pence - draw.paid_pence - draw.short_pence for draw in draws]
        if not (rest := sum(short)):
            raise Refused("Nothing of this match is left to pay.", rule="paid")
        await events.move(match, "closed short", by, amount_pence=rest, effective_at=effective_at)
        await note_on_draws("short_pence", draws, short)
        moved = [(draw.source_id, part) for draw, part in zip(draws, short, strict=True) if part]
        await move_counters(moved, "confirmed", "available")
        await post("release", for_row or source_of(match), moved, "confirmed", "available", effective_at, match)
        await tell("match closed short", match, by, rest)


async def recover(
    match: MatchPledge, amount_pence: int, by: Actor, *, for_row: str, effective_at: datetime | None = None
) -> None:
    """Paid -> recovered, in part or whole: unspent money came back. It is not left again by itself (ruling 18).

    In part, too, where the bank sent some of it back before: that is still to pay.
    """
    async with transaction():
        draws = await locked_draws(match)
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
        await note_on_draws("recovered_pence", draws, parts)
        moved = [(draw.source_id, part) for draw, part in zip(draws, parts, strict=True) if part]
        await move_counters(moved, "paid", "recovered")
        await post("recover", for_row, moved, "paid", "recovered", effective_at, match)
        await tell("match recovered", match, by, amount_pence)
