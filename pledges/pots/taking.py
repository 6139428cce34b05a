"""A fund offers: earmarked, pledged when the group accepts, confirmed when the campaign succeeds, or let go again."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crowdfund_kent import events
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now
from crowdfund_kent.database import execute, fetch, transaction
from crowdfund_kent.drill import point
from crowdfund_kent.errors import MovedAlready, Refused
from crowdfund_kent.money import pounds_exact
from crowdfund_kent.references import new_reference
from pledges import pot_warnings
from pledges.calculator import share_by_left
from pledges.kinds import Accrual
from pledges.models import MatchDraw, MatchPledge
from pledges.pots.places import LEFT, PLACE_OF, lock, locked_draws, post, shift, source_of, tell
from pledges.states import Fund, Match


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
    await post("earmark", source_of(match), draws, "available", "earmarked", effective_at, match)
    await tell("match earmarked", match, by, amount)
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
        draws = await locked_draws(match)
        await events.move(
            match,
            cause,
            by,
            amount_pence=match.amount_pence,
            effective_at=effective_at,
            accepted_at=now,
            accepted_terms_id=terms_id,
        )
        await shift(match, draws, "pledge", "earmarked", "pledged", by, effective_at)


async def confirm(
    match: MatchPledge, by: Actor, *, cause: str = "target met", effective_at: datetime | None = None
) -> None:
    """Pledged -> confirmed: the campaign succeeded, and no clock lets it lapse any more (ruling 12)."""
    async with transaction():
        draws = await locked_draws(match)
        await events.move(match, cause, by, amount_pence=match.amount_pence, effective_at=effective_at)
        await shift(match, draws, "confirm", "pledged", "confirmed", by, effective_at)


async def release(match: MatchPledge, cause: str, by: Actor, *, effective_at: datetime | None = None) -> None:
    """Let go of what is held, without money moving: earmarked, pledged or confirmed pence are left again. Once.

    A second call is refused: InvalidMove when `match` says that it is released, MovedAlready when another request was
    faster. `cause` as in states.MATCH.
    """
    async with transaction():
        draws = await locked_draws(match)
        held = PLACE_OF.get(Match(match.status), "confirmed")
        await events.move(match, cause, by, amount_pence=match.amount_pence, effective_at=effective_at)
        await shift(match, draws, "release", held, "available", by, effective_at)
