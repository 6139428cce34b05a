"""When a gift may be taken, counted, banked, given back or handed on; and how a giver is known. Pure."""

import re
import unicodedata
from datetime import date, datetime, timedelta
from typing import Final

from crowdfund_kent.money import pounds
from pledges.gifts.kinds import Return, Way, Wish
from pledges.gifts.states import Cause, Gift
from pledges.rules import may_change
from projects.states import Campaign as Status

POSTCODE: Final = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?)([0-9][A-Z]{2})", re.ASCII)
_TITLES: Final = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr", "rev", "revd", "sir", "lady", "cllr", "prof"})
TOGETHER: Final = frozenset({Status.UNSUCCESSFUL, Status.COLLAPSED, Status.CANCELLED})  # campaigns whose gifts go back
_OF_END: Final = {
    Status.UNSUCCESSFUL: Cause.MISSED,
    Status.COLLAPSED: Cause.COLLAPSED,
    Status.CANCELLED: Cause.CANCELLED,
}


def postcode(text: str) -> str | None:
    """ct11aa -> CT1 1AA; None for what is no postcode of the United Kingdom. A right form is not existence.

    >>> postcode(" ct9 1ab")
    'CT9 1AB'
    """
    found = POSTCODE.fullmatch(re.sub(r"\s", "", text).upper())
    return f"{found[1]} {found[2]}" if found else None


def plain_name(name: str) -> str:
    """The name that tells people apart: letters only, small, without accents and titles.

    >>> plain_name("Mrs  Zoë O'Neill")
    'zoe oneill'
    """
    plain = unicodedata.normalize("NFKD", name).casefold()
    words = ["".join(letter for letter in word if letter.isalnum()) for word in plain.replace("-", " ").split()]
    kept = [word for word in words if word]
    while len(kept) > 1 and kept[0] in _TITLES:
        kept = kept[1:]
    return " ".join(kept)


def why_not_taken(
    way: Way,
    amount_pence: int,
    cash_before_pence: int,
    *,
    nameless: bool,
    most_cash_pence: int,
    most_nameless_pence: int,
) -> str | None:
    """None while this gift may be taken, else why not. `cash_before_pence`: by the same giver, to the same campaign."""
    if nameless and amount_pence > most_nameless_pence:
        return f"Without a name we take up to {pounds(most_nameless_pence)}. Ask for the giver’s name and postcode."
    if way == Way.CASH and amount_pence + cash_before_pence > most_cash_pence:
        before = f" This giver has given {pounds(cash_before_pence)} in cash already." if cash_before_pence else ""
        return f"We take up to {pounds(most_cash_pence)} in cash from one giver.{before} Ask for a cheque or a card."
    return None


def why_not_on(received_on: date, opened_on: date, today: date) -> str | None:
    """None for a day on which the gift may have been received."""
    if received_on > today:
        return "The day the gift was received can’t be in the future"
    if received_on < opened_on:
        return "The campaign was not open on that day. Enter the day on which the gift was handed over"
    return None


def may_be_counted(status: str) -> bool:
    """Until the verdict: what was not counted by then goes back."""
    return status in {Status.LIVE, Status.SUSPENDED, Status.CLOSING}


def waits_for_counting(closing_at: datetime, now: datetime, hours: int) -> bool:
    """Whether a verdict still waits for gifts that were received in time and that nobody has counted."""
    return now < closing_at + timedelta(hours=hours)


def return_causes(
    gift: str, way: str, campaign: str, deadline_at: datetime | None, now: datetime, *, handed_on: bool = False
) -> list[Cause]:
    """Why a gift in this state may go back now, the likeliest first.

    Of one that was handed to the group only the bank can still say something: it does not pay the cheque.
    """
    if handed_on:
        return [Cause.BOUNCED] if way == Way.CHEQUE and gift == Gift.BANKED else []
    causes = []
    ended = _OF_END.get(Status(campaign))
    if ended is not None:
        causes.append(ended)
    if gift == Gift.RECEIVED:
        causes.append(Cause.NOT_COUNTED if not may_be_counted(campaign) and ended is None else Cause.MISTAKE)
    if may_change(campaign, deadline_at, now):
        causes.append(Cause.ASKED)
    if way == Way.CHEQUE and gift in {Gift.COUNTED, Gift.BANKED}:
        causes.append(Cause.BOUNCED)
    return causes


def ways_back(way: str, gift: str, cause: Cause) -> list[Return]:
    """How a gift can go back: a cheque that the bank did not pay is simply gone; one not banked can be handed back."""
    if cause == Cause.BOUNCED:
        return [Return.UNPAID]
    if way == Way.CHEQUE:
        return [Return.CHEQUE] if gift == Gift.BANKED else [Return.OWN_CHEQUE]
    return [Return.CHEQUE, Return.CASH] if gift == Gift.BANKED else [Return.CASH, Return.CHEQUE]


def goes_to_group(campaign: str, wish: str, *, at_verdict: bool) -> bool:
    """Whether a banked gift goes to the group: the campaign is settled, or it failed and the giver wished so."""
    if campaign == Status.SETTLED:
        return at_verdict
    return campaign in TOGETHER and wish == Wish.TO_GROUP
