"""What every move in a pot has in common: its locks, the counters of its sources, its draws, the ledger and the record."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

from crowdfund_kent import audit, ledger
from crowdfund_kent.audit import Actor
from crowdfund_kent.database import execute, fetch
from crowdfund_kent.errors import MovedAlready
from pledges import match_accounts as accounts
from pledges.models import MatchDraw, MatchPledge
from pledges.states import Match

LEFT: Final = "cap_pence - earmarked_pence - pledged_pence - confirmed_pence - paid_pence - recovered_pence"
PLACE_OF: Final = {Match.EARMARKED: "earmarked", Match.PLEDGED: "pledged"}  # all later ones hold in "confirmed"


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


async def lock_of(match_ids: Collection[int]) -> None:
    """All that moving these matches locks, in the one order: campaigns, projects, funds, then sources, each by id.

    For whoever moves several in one transaction, before anything else is locked: two of them never wait for each other.
    """
    rows = await fetch(
        "SELECT campaign_id, project_id, fund_id FROM match_pledge WHERE id = ANY($1::bigint[])", list(match_ids)
    )
    for table, column in (("campaign", "campaign_id"), ("project", "project_id"), ("match_fund", "fund_id")):
        ids = sorted({row[column] for row in rows if row[column] is not None})
        await fetch(f"SELECT id FROM {table} WHERE id = ANY($1::bigint[]) ORDER BY id FOR NO KEY UPDATE", ids)
    funds = sorted({row["fund_id"] for row in rows})
    await fetch("SELECT id FROM funding_source WHERE fund_id = ANY($1::bigint[]) ORDER BY id FOR NO KEY UPDATE", funds)


async def locked_draws(match: MatchPledge) -> list[MatchDraw]:
    """What each source bears of a match, by source, under all locks of the pot."""
    await lock(match.campaign_id, [match.fund_id], project_id=match.project_id)
    await fetch("SELECT id FROM funding_source WHERE fund_id = $1 ORDER BY id FOR NO KEY UPDATE", match.fund_id)
    # as they are under the lock: another payment or recovery of the same match may have been quicker
    await match.refresh_from_db(fields=["paid_pence", "recovered_pence"])
    return await MatchDraw.filter(match_pledge_id=match.id).order_by("source_id")


async def shift(
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
    await move_counters(moved, old, new)
    await post(kind, source_of(match), moved, old, new, effective_at, match)
    await tell(f"match {match.status}", match, by, match.amount_pence)


async def move_counters(moved: Sequence[tuple[int, int]], old: str, new: str) -> None:
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


async def note_on_draws(column: str, draws: Sequence[MatchDraw], parts: Sequence[int]) -> None:
    """Add each part to this column of its draw, in pence."""
    for draw, part in zip(draws, parts, strict=True):
        if part:
            await execute(f"UPDATE match_draw SET {column} = {column} + $2 WHERE id = $1", draw.id, part)


async def post(
    kind: str,
    source: str,
    moved: Sequence[tuple[int, int]],
    old: str,
    new: str,
    effective_at: datetime | None,
    match: MatchPledge,
) -> None:
    """The movement in the memorandum, from one place of each source to another."""
    lines = [
        line
        for source_id, amount in moved
        for line in ((accounts.place(source_id, new), amount), (accounts.place(source_id, old), -amount))
    ]
    await ledger.post(kind, source, lines, effective_at, about=source_of(match))


async def tell(act: str, match: MatchPledge, by: Actor, amount_pence: int) -> None:
    """The audit row."""
    whose = {"campaign_id": match.campaign_id} if match.campaign_id is not None else {"project_id": match.project_id}
    await audit.record(act, source_of(match), by, amount_pence=amount_pence, fund_id=match.fund_id, **whose)


def source_of(match: MatchPledge) -> str:
    """How ledger and record name a match."""
    return f"match_pledge:{match.id}"
