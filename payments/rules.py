"""When a card is charged again, when its backer hears of it, when we give up, and what is paid out. Pure.

Times are business time, UTC; amounts pence. Rulings 7 and 8 of the scheme; declines: docs.stripe.com/declines/codes.
"""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

BASIS_POINTS: Final = 10_000
ATTEMPT_DAYS: Final = (0, 3, 7, 13)  # after the first attempt
MAIL_DAYS: Final = (0, 3, 7)
MOST_ATTEMPTS: Final = 8  # the four of the timetable and those with a card the backer gave us since

# An idempotency key may be forgotten after 24 hours: from here on we look before we send again.
KEY_IS_SAFE: Final = timedelta(hours=23)
SHORTEST_WAIT: Final = timedelta(seconds=15)
LONGEST_WAIT: Final = timedelta(hours=1)
# A call that went out this long ago is not under way any more: what cannot be found was never made.
CALL_IS_OVER: Final = timedelta(hours=1)
CARD_KEPT_AFTER_FINAL: Final = timedelta(days=1)
CUSTOMER_KEPT_AFTER_FINAL: Final = timedelta(days=14)

DO_NOT_TRY_AGAIN: Final = "do_not_try_again"
# Asking the bank again would be refused again, and the card schemes count it against us.
STOP_AT_ONCE: Final = frozenset(
    {
        "card_gone",  # ours: the saved card is no longer at the provider
        "card_not_supported",
        "currency_not_supported",
        "expired_card",
        "fraudulent",
        "incorrect_number",
        "invalid_account",
        "invalid_number",
        "lost_card",
        "merchant_blacklist",
        "new_account_information_available",
        "no_action_taken",
        "pickup_card",
        "restricted_card",
        "revocation_of_all_authorizations",
        "revocation_of_authorization",
        "security_violation",
        "stolen_card",
        "stop_payment_order",
    }
)


def may_try_again(decline_code: str | None, advice_code: str | None) -> bool:
    """Whether the same card may be charged again after this decline."""
    return advice_code != DO_NOT_TRY_AGAIN and decline_code not in STOP_AT_ONCE


def must_look(intended_at: datetime, server_error: bool, now: datetime) -> bool:
    """Whether to look for the charge before sending it again: its key may be forgotten, or replays an error."""
    return server_error or now - intended_at >= KEY_IS_SAFE


def wait_for_answer(since: datetime, now: datetime, jitter: float) -> timedelta:
    """How long to wait before asking about an unknown outcome again: as long as it has lasted, within bounds.

    `jitter` is from 0 to 1 and adds up to a quarter, so that many do not come back together.
    """
    wait = min(max(now - since, SHORTEST_WAIT), LONGEST_WAIT)
    return wait * (1 + jitter / 4)


def wait_when_limited(in_a_row: int, jitter: float) -> timedelta:
    """How long to hold back after the provider said "too fast" `in_a_row` times: doubling to 30 seconds, with jitter."""
    return timedelta(seconds=min(0.5 * 2 ** min(in_a_row, 10), 30) * (0.5 + jitter / 2))


def time_left(due: int, a_second: float) -> str:
    """How long `due` take at this pace, in words for officers; empty when nothing is due. Never told too exactly.

    >>> time_left(0, 20), time_left(300, 20), time_left(3_000, 20), time_left(100_000, 20)
    ('', 'less than a minute', 'about 3 minutes', 'about 1 hour 24 minutes')
    """
    if not due:
        return ""
    minutes = math.ceil(due / a_second / 60)
    if minutes <= 1:
        return "less than a minute"
    hours, minutes = divmod(minutes, 60)
    parts = [
        f"{count} {word}{'s' if count > 1 else ''}" for count, word in ((hours, "hour"), (minutes, "minute")) if count
    ]
    return f"about {' '.join(parts)}"


class Do(StrEnum):
    """What is next for one pledge."""

    CHARGE = "charge"
    MAIL = "mail"
    DROP = "drop"
    WAIT = "wait"


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of one pledge that is being collected and has no charge under way.

    waits_for_backer: the issuer wants the backer to authenticate, so asking again without them is useless.
    card_is_new: the backer saved another card since the last attempt.
    """

    ends_at: datetime | None = None
    first_attempt_at: datetime | None = None
    last_attempt_at: datetime | None = None
    attempts: int = 0
    mails: int = 0
    decline_code: str | None = None
    advice_code: str | None = None
    waits_for_backer: bool = False
    card_is_new: bool = False
    let_off: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do now; for WAIT, when to look again."""

    do: Do
    at: datetime | None = None


def next_step(standing: Standing, now: datetime) -> Plan:
    """Let off or out of time: drop. Another card, or a day of the timetable: charge. A day for a mail: mail. Else wait.

    Ruling 8: attempts on days 0, 3, 7, 13; at most three mails about one payment that failed.
    """
    if standing.let_off or (standing.ends_at is not None and now >= standing.ends_at):
        return Plan(Do.DROP)
    first = standing.first_attempt_at
    if first is None:
        return Plan(Do.CHARGE)
    attempt_at = _next_attempt(standing, first, now)
    if attempt_at is not None and attempt_at <= now:
        return Plan(Do.CHARGE)
    mail_at = first + timedelta(days=MAIL_DAYS[standing.mails]) if standing.mails < len(MAIL_DAYS) else None
    if mail_at is not None and mail_at <= now:
        return Plan(Do.MAIL)
    return Plan(Do.WAIT, min((at for at in (attempt_at, mail_at, standing.ends_at) if at is not None), default=None))


def _next_attempt(standing: Standing, first: datetime, now: datetime) -> datetime | None:
    """When to charge next, None when never again by itself."""
    if standing.attempts >= MOST_ATTEMPTS:
        return None
    if standing.card_is_new:
        return now
    if standing.waits_for_backer or not may_try_again(standing.decline_code, standing.advice_code):
        return None
    return next_day(first, standing.last_attempt_at or first)


def next_day(first_attempt_at: datetime, last_attempt_at: datetime) -> datetime | None:
    """The next day of the timetable after the last attempt, None after the fourth."""
    days = (first_attempt_at + timedelta(days=day) for day in ATTEMPT_DAYS)
    return next((at for at in days if at > last_attempt_at), None)


def mails_after(first_attempt_at: datetime, now: datetime) -> int:
    """The count of mails once one is sent now: days that passed without a mail are not made up for."""
    return sum(first_attempt_at + timedelta(days=day) <= now for day in MAIL_DAYS)


def target_is_met(raised_pence: int, target_pence: int) -> bool:
    """The verdict (ruling 2)."""
    return raised_pence >= target_pence


def pays_out(secured_pence: int, target_pence: int, threshold_bp: int) -> bool:
    """Whether enough was secured for a payout (ruling 7)."""
    return secured_pence * BASIS_POINTS >= target_pence * threshold_bp


def least_secured(target_pence: int, threshold_bp: int) -> int:
    """The fewest pence with which pays_out() is true."""
    return -(-target_pence * threshold_bp // BASIS_POINTS)


def cards_deleted_by(
    deadline_at: datetime,
    collecting_from: datetime | None,
    *,
    grace: timedelta,
    delay: timedelta,
    collection: timedelta,
) -> tuple[datetime, datetime]:
    """By when saved cards of a campaign are deleted: if it misses its target, and at the latest if it meets it.

    `collecting_from` once there was a verdict; before it, the verdict may wait for `grace`.
    """
    verdict = deadline_at + grace
    first = collecting_from or verdict + delay
    return verdict + CARD_KEPT_AFTER_FINAL, first + collection + CARD_KEPT_AFTER_FINAL
