"""When a pledge may be made, changed and counted, and how long its card page lives. Pure; `now` is business time, UTC."""

from datetime import datetime, timedelta
from typing import Final

from projects.states import Campaign as CampaignStatus

# what the provider allows for a hosted page (docs/sandbox.md); a minute is left for the call to travel
SHORTEST_PAGE: Final = timedelta(minutes=30)
LONGEST_PAGE: Final = timedelta(hours=24)
SPARE: Final = timedelta(minutes=1)
SHORT_WORD: Final = timedelta(minutes=30)  # in the last half hour the page says how little time is left
BASIS_POINTS: Final = 10_000

_NOT_NOW: Final[dict[CampaignStatus, str]] = {
    CampaignStatus.SUSPENDED: "This campaign is paused while something is checked. Come back later: nothing was taken.",
    CampaignStatus.CLOSING: "This campaign has closed and its pledges are being counted. Nothing was taken.",
    CampaignStatus.CANCELLED: "This campaign was cancelled. Nothing was taken.",
    CampaignStatus.UNSUCCESSFUL: "This campaign ended without meeting its target. Nothing was taken.",
}
_ENDED: Final = "This campaign has ended and takes no more pledges. Nothing was taken."
TOO_LATE: Final = "The last day of this campaign is over, so it takes no more pledges. Nothing was taken."


def _before(moment: datetime, deadline_at: datetime | None) -> bool:
    return deadline_at is not None and moment < deadline_at


def why_no_pledge(status: str, deadline_at: datetime | None, now: datetime) -> str | None:
    """None while a new pledge may be made, else the words for the resident."""
    if status == CampaignStatus.LIVE:
        return None if _before(now, deadline_at) else TOO_LATE
    return _NOT_NOW.get(CampaignStatus(status), _ENDED)


def may_change(status: str, deadline_at: datetime | None, now: datetime) -> bool:
    """Whether a backer may change or cancel now: until the deadline, without a reason. A suspended deadline waits."""
    if status == CampaignStatus.SUSPENDED:
        return True
    return status == CampaignStatus.LIVE and _before(now, deadline_at)


def card_counts(status: str, deadline_at: datetime | None, saved_at: datetime) -> bool:
    """Whether a card saved at `saved_at` makes its pledge count: before the deadline, and before the verdict.

    While the campaign is closing, cards saved in time still count (docs/states.md).
    """
    if status == CampaignStatus.SUSPENDED:
        return True
    return status in {CampaignStatus.LIVE, CampaignStatus.CLOSING} and _before(saved_at, deadline_at)


def card_page_ends(deadline_at: datetime, now: datetime) -> datetime:
    """When a card page opened now ends: min(24 hours, deadline), but at least the provider's 30 minutes."""
    return max(min(now + LONGEST_PAGE - SPARE, deadline_at), now + SHORTEST_PAGE + SPARE)


def minutes_left(deadline_at: datetime, now: datetime) -> int | None:
    """Whole minutes, in the last half hour only."""
    left = deadline_at - now
    if not timedelta() < left <= SHORT_WORD:
        return None
    return max(1, int(left.total_seconds()) // 60)


def card_cost(amount_pence: int, cost_bp: int, fixed_pence: int) -> int:
    """What the provider keeps of one payment: a share, rounded half up to a penny, and a fixed part."""
    return (2 * amount_pence * cost_bp + BASIS_POINTS) // (2 * BASIS_POINTS) + fixed_pence


def cover_of(amount_pence: int, cost_bp: int, fixed_pence: int) -> int:
    """What a backer adds so that the group keeps all of `amount_pence` after the card cost (ruling 9).

    ceil((p + fixed) / (1 - rate)) - p: the cost is taken of the whole charge, so the cover pays for its own cost too.

    >>> cover_of(1000, 150, 20)
    36
    """
    whole = -(-(amount_pence + fixed_pence) * BASIS_POINTS // (BASIS_POINTS - cost_bp))
    return whole - amount_pence
