"""The pump: a short job that takes rows that are due, works on a few at once, and asks for itself again.

Rows say what is due; a lease keeps two workers off one row, and the keys keep both harmless if they meet. Business time
says when something is due, real time how long a lease lasts.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final
from uuid import uuid4
from weakref import WeakKeyDictionary

import structlog

from crowdfund_kent.audit import SYSTEM
from crowdfund_kent.clock import business_now, real_now
from crowdfund_kent.database import fetch, transaction
from crowdfund_kent.drill import point
from crowdfund_kent.settings import get_settings
from payments import attempts, letters, pace, refunds, rules
from payments.gateway import ChargeAnswer, ChargeOutcome, GatewayError
from payments.holds.queries import free, held_for
from payments.models import ChargeAttempt, Collection
from payments.provider import gateway
from payments.rules import Do, Standing
from payments.states import Attempt as Status
from payments.waking import go_on_with
from pledges import pledging
from pledges.queries import campaign_view
from pledges.states import STILL_TO_COLLECT
from projects.models import Campaign

Work = Callable[[int], Awaitable[bool]]
NOT_NOW: Final = timedelta(hours=1)  # after a fault of ours, until somebody has looked at it
_CLAIM_COLLECTION: Final = f"""
UPDATE collection SET leased_until = $2, lease = $3 WHERE id = (
    SELECT c.id FROM collection c JOIN campaign k ON k.id = c.campaign_id AND k.status = 'collecting'
    WHERE {free("'collection:' || c.campaign_id")}
    AND c.done_at IS NULL AND c.next_at <= $1 AND (c.leased_until IS NULL OR c.leased_until < $4)
    ORDER BY c.next_at, c.id LIMIT 1 FOR UPDATE OF c SKIP LOCKED)
RETURNING id"""
_CLAIM_REFUND: Final = f"""
UPDATE refund SET leased_until = $2 WHERE id = (
    SELECT id FROM refund
    WHERE status IN ('intended', 'unknown', 'pending') AND next_at <= $1 AND (leased_until IS NULL OR leased_until < $3)
      AND {free("'refund:' || refund.id")}
    ORDER BY next_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING id"""
log = structlog.get_logger()
_places: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[tuple[str, int], asyncio.Semaphore]] = WeakKeyDictionary()


async def pump() -> None:
    """Charge what is due, for settings.pump_work_seconds; then ask to go on if there is more."""
    await run_lanes("pump", _claim_collection, work_on)


async def refund_pump() -> None:
    """Give back what is due, in the same way."""
    await run_lanes("refund_pump", _claim_refund, refunds.work)


async def run_lanes(job: str, claim: Callable[[], Awaitable[int | None]], work: Work) -> None:
    """Work until no row is due, or until time is up: then the first lane that is free asks for the next job.

    The other lanes still have calls under way and turns that were given to them, so the next job begins beside them and
    no turn is lost between the two. It takes over lane by lane: settings.pump_concurrency bounds both together.
    """
    settings = get_settings()
    lanes = _Lanes(job, claim, work, settings.pump_concurrency, time.monotonic() + settings.pump_work_seconds)
    if settings.pump_concurrency == 1:  # in the caller's own task, and so in its transaction if a test has one
        await lanes.run()
    else:
        await lanes.run_all()


def _places_of(job: str, count: int) -> asyncio.Semaphore:
    """How many rows all jobs of this name work on at once in this process."""
    return _places.setdefault(asyncio.get_running_loop(), {}).setdefault((job, count), asyncio.Semaphore(count))


class _Lanes:
    """The lanes of one job. Each that finds a row opens the next, so that one row due does not set all of them looking."""

    def __init__(
        self, job: str, claim: Callable[[], Awaitable[int | None]], work: Work, count: int, until: float
    ) -> None:
        self._job, self._claim, self._work = job, claim, work
        self._count, self._until = count, until
        self._places = _places_of(job, count)
        self._group: asyncio.TaskGroup | None = None
        self._open = 0
        self._looking = False  # one is about to look for its first row: it opens the next itself
        self._asked = False
        self._failed: list[Exception] = []

    async def run_all(self) -> None:
        async with asyncio.TaskGroup() as self._group:
            self._open_one()
        if self._failed:  # only now: what the other lanes have in hand is brought to its end
            raise self._failed[0]

    def _open_one(self) -> None:
        if self._group is not None and not self._looking and self._open < self._count:
            self._open, self._looking = self._open + 1, True
            self._group.create_task(self._one())

    async def _one(self) -> None:
        try:
            await self.run(new=True)
        except Exception as error:
            self._failed.append(error)
        finally:
            self._open -= 1

    async def run(self, *, new: bool = False) -> None:
        """One lane, to its end."""
        limited = 0
        while time.monotonic() < self._until:
            async with self._places:
                try:
                    row_id = await self._claim()
                finally:
                    if new:
                        new = self._looking = False
                if row_id is None:
                    return
                self._open_one()
                try:
                    limited = limited + 1 if await self._work(row_id) else 0
                except Exception:  # one row's trouble is not the others': its lease ends, and it is taken up again
                    log.exception("row put aside", row=row_id)
            if limited:  # each lane holds back by itself, so all of them together slow down
                wait = rules.wait_when_limited(limited, random.random()).total_seconds()  # noqa: S311 - jitter
                await asyncio.sleep(min(wait, max(0.0, self._until - time.monotonic())))
        if not self._asked:
            self._asked = True
            await go_on_with(self._job)


async def _claim_collection() -> int | None:
    now = real_now()
    lease = timedelta(seconds=get_settings().lease_seconds)
    rows = await fetch(_CLAIM_COLLECTION, business_now(), now + lease, uuid4().hex, now)
    return int(rows[0]["id"]) if rows else None


async def _claim_refund() -> int | None:
    now = real_now()
    rows = await fetch(_CLAIM_REFUND, business_now(), now + timedelta(seconds=get_settings().lease_seconds), now)
    return int(rows[0]["id"]) if rows else None


async def work_on(collection_id: int) -> bool:
    """Take one pledge a step further. True when the provider said "too fast". No transaction is open meanwhile."""
    collection = await Collection.get(id=collection_id).select_related("pledge")
    try:
        answer = await _step(collection)
    except GatewayError as error:  # a fault of ours: nothing was taken by this call; officers see the pledge stand
        log.error("charge not accepted", pledge=collection.pledge_id, error=error.message)
        await _next(collection, business_now() + NOT_NOW)
        return False
    if answer is not None and answer.outcome is ChargeOutcome.LIMITED:
        wait = rules.wait_when_limited(1, random.random())  # noqa: S311 - jitter
        await _next(collection, business_now() + wait)
        return True
    if answer is None or answer.outcome is not ChargeOutcome.SUCCEEDED:  # else it is done, and its lease ended with it
        await Collection.filter(id=collection.id).update(leased_until=None, lease=None)
    return False


async def _next(collection: Collection, at: datetime | None) -> None:
    await Collection.filter(id=collection.id, done_at=None).update(next_at=at, leased_until=None, lease=None)


async def _step(collection: Collection) -> ChargeAnswer | None:
    attempt = await attempts.newest(collection.pledge_id)
    if attempt is not None and attempt.status in attempts.NOT_KNOWN:
        return await _find_out(collection, attempt)
    if attempt is not None and attempt.status == Status.ACTION_REQUIRED and attempt.payment_intent is not None:
        # the backer may have authenticated and never come back to us
        await pace.turn(pace.READ)
        answer = await gateway().read_charge(attempt.payment_intent)
        if answer.outcome is not ChargeOutcome.ACTION_REQUIRED:
            return await _learn(collection, attempt, answer)
    now = business_now()
    plan = rules.next_step(await _standing(collection, attempt), now)
    if plan.do is Do.CHARGE:
        return await _charge(collection, attempt)
    if plan.do is Do.DROP:
        return await _drop(collection, attempt)
    if plan.do is Do.MAIL:
        await _mail(collection, now)
    else:
        await _next(collection, plan.at)
    return None


async def _standing(collection: Collection, attempt: ChargeAttempt | None) -> Standing:
    card = await attempts.current_card(collection.pledge_id) if attempt is not None else None
    return Standing(
        ends_at=await _ends_at(collection),
        first_attempt_at=collection.first_attempt_at,
        last_attempt_at=attempt.intended_at if attempt else None,
        attempts=collection.attempts,
        mails=collection.mails,
        decline_code=attempt.decline_code if attempt else None,
        advice_code=attempt.advice_code if attempt else None,
        waits_for_backer=attempt is not None and attempt.status == Status.ACTION_REQUIRED,
        card_is_new=card is not None and attempt is not None and card.payment_method != _card_of(attempt),
        let_off=collection.let_off_at is not None,
    )


def _card_of(attempt: ChargeAttempt) -> str:
    return str(attempt.parameters["payment_method"])


async def _ends_at(collection: Collection) -> datetime | None:
    """Two weeks after the campaign's first attempt nothing is tried any more (ruling 7)."""
    campaign = await Campaign.get(id=collection.campaign_id)
    first = campaign.first_attempt_at
    if first is None:
        return None
    # while the charging was held nobody could pay: that time is added
    held = await held_for(f"collection:{collection.campaign_id}", first)
    return first + timedelta(days=get_settings().collection_days) + held


async def _find_out(collection: Collection, attempt: ChargeAttempt) -> ChargeAnswer | None:
    """An attempt whose row is there and whose outcome is not: sent for the first time, or looked for, or sent again."""
    now = business_now()
    ends_at = await _ends_at(collection)
    over = collection.let_off_at is not None or (ends_at is not None and now >= ends_at)
    # the age alone asks for a look: a note that it went out may be missing
    if over or rules.must_look(attempt.intended_at, attempt.server_error, now):
        found = await attempts.look(attempt)
        if over and found is not None and found.outcome is ChargeOutcome.UNKNOWN:
            found = await _end(collection, found, ends_at, now)
        if found is not None:
            return await _learn(collection, attempt, found)
        if over:
            if attempt.sent_at is None or now - attempt.sent_at >= rules.CALL_IS_OVER:
                await attempts.void(attempt)
            else:
                await _next(collection, attempt.sent_at + rules.CALL_IS_OVER)
            return None
    return await _send(collection, attempt)


async def _end(collection: Collection, found: ChargeAnswer, ends_at: datetime | None, now: datetime) -> ChargeAnswer:
    """A payment that is still "processing" when nothing is tried any more: cancelled where the provider lets us.

    Where not, the campaign can't be settled before the provider says what became of it, and officers are told, once.
    """
    if found.payment_intent is not None:
        await pace.turn(pace.CANCEL)
        found = await gateway().cancel_charge(found.payment_intent)
        await pace.heard(pace.CANCEL, too_fast=found.outcome is ChargeOutcome.LIMITED)
    if found.outcome is ChargeOutcome.UNKNOWN and ends_at is not None and now >= ends_at + rules.CALL_IS_OVER:
        await letters.payment_stuck(collection.campaign_id)
    return found


async def _send(collection: Collection, attempt: ChargeAttempt) -> ChargeAnswer | None:
    answer = await attempts.send(attempt)
    return await _learn(collection, attempt, answer) if answer is not None else None


async def _learn(collection: Collection, attempt: ChargeAttempt, answer: ChargeAnswer) -> ChargeAnswer:
    if answer.outcome is ChargeOutcome.UNKNOWN:
        await attempts.note_unknown(attempt, answer)
        now = business_now()
        await _next(collection, now + rules.wait_for_answer(attempt.intended_at, now, random.random()))  # noqa: S311
    elif answer.outcome is not ChargeOutcome.LIMITED:
        known = await attempts.apply_charge(answer, SYSTEM)
        if known is not None and known.status == attempt.status:  # refused: it does not agree with ours
            await _next(collection, business_now() + NOT_NOW)
    return answer


async def _cancel(collection: Collection, attempt: ChargeAttempt | None) -> ChargeAnswer | None:
    """Make sure that the newest payment can't succeed any more. None when it can't; else what stands in the way."""
    if attempt is None or attempt.payment_intent is None or attempt.status in (Status.VOID, Status.SUCCEEDED):
        return None
    await pace.turn(pace.CANCEL)
    answer = await gateway().cancel_charge(attempt.payment_intent)
    await pace.heard(pace.CANCEL, too_fast=answer.outcome is ChargeOutcome.LIMITED)
    if answer.outcome is ChargeOutcome.VOID:
        await attempts.apply_charge(answer, SYSTEM)
        return None
    return await _learn(collection, attempt, answer)


async def _charge(collection: Collection, attempt: ChargeAttempt | None) -> ChargeAnswer | None:
    in_the_way = await _cancel(collection, attempt)
    if in_the_way is not None:
        return in_the_way
    fresh = await attempts.intend(collection.pledge_id, after=attempt.number if attempt else 0)
    if fresh is None:
        log.error("nothing to charge", pledge=collection.pledge_id)
        await _next(collection, business_now() + NOT_NOW)
        return None
    point("after the row")
    return await _send(collection, fresh)


async def _drop(collection: Collection, attempt: ChargeAttempt | None) -> ChargeAnswer | None:
    in_the_way = await _cancel(collection, attempt)
    if in_the_way is not None:
        return in_the_way
    cause = "let off" if collection.let_off_at is not None else "gave up"
    if not await attempts.drop(collection.pledge_id, cause, SYSTEM):
        await _next(collection, business_now() + NOT_NOW)
    return None


async def _mail(collection: Collection, now: datetime) -> None:
    """Tell the backer of a payment that failed: at most three times, each with a way out."""
    async with transaction():
        pledge = await pledging.lock(collection.pledge_id)
        current = await Collection.get(id=collection.id)
        first = current.first_attempt_at
        if pledge.status not in STILL_TO_COLLECT or first is None or current.mails != collection.mails:
            return
        mails = max(rules.mails_after(first, now), current.mails + 1)
        await Collection.filter(id=current.id).update(mails=mails)
        attempt = await attempts.newest(pledge.id)
        await letters.to_backer(
            "payment_failed",
            pledge,
            await campaign_view(pledge.campaign_id),
            f"payment-failed-{pledge.id}-{mails}",
            authenticate=attempt is not None and attempt.status == Status.ACTION_REQUIRED,
            may_try_again=attempt is not None and rules.may_try_again(attempt.decline_code, attempt.advice_code),
            last_mail=mails >= len(rules.MAIL_DAYS),
            ends_at=await _ends_at(current),
        )
