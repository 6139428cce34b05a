"""Against people who test stolen cards on us: how often cards may be saved, and when officers are told.

The card page is the provider's and checks each card itself; our pages say nothing that it does not say. What we can see is
how many saves failed (`setup_intent.setup_failed`), for which campaign, from where pledges are begun and how many share an
address. How many pledges one card makes count is settings.one_card_pledges (pledges/pledging.py). Honest people share networks (a
village hall) and cards (a family), so ordinary limits are wide, and become narrow only for a campaign while it is hit.
Thresholds are ours [A].

Counted in PostgreSQL, but for networks, which no table of ours keeps (crowdfund_kent/limits.py).
"""

from datetime import timedelta
from typing import Final

from crowdfund_kent.clock import business_now, real_now
from crowdfund_kent.database import fetch, transaction
from crowdfund_kent.limits import TooOften, allows
from crowdfund_kent.settings import get_settings
from payments import letters
from payments.models import CardPage
from pledges.models import Pledge
from pledges.queries import campaign_view

OF_ONE_NETWORK: Final = "300/hour"  # pledges begun: a whole village hall may share one connection
WHILE_HIT: Final = "10/hour"  # the same, for a campaign that is being hit
CONFIRMED: Final = "12/hour"  # how often one pledge's payment is confirmed with its bank
OF_ONE_ADDRESS: Final = 20  # pledges begun with one e-mail address in a day: somebody who helps others
OF_ONE_PLEDGE: Final = 8  # card pages of one pledge in a day
HIT: Final = 20  # cards refused for one campaign in an hour: on an ordinary day it is one or two
HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)

_REFUSED: Final = """
SELECT p.campaign_id AS id, count(*) AS count FROM provider_event e
JOIN pledge p ON p.reference = e.payload #>> '{data,object,metadata,pledge}'
WHERE e.kind = 'setup_intent.setup_failed' AND e.received_at > $1 AND ($2::bigint IS NULL OR p.campaign_id = $2)
GROUP BY p.campaign_id HAVING count(*) >= $3"""


def _try_again(when: str) -> str:
    settings = get_settings()
    return (
        f"Nothing was taken, and your answers are kept. Try again {when}, or phone us on {settings.contact_phone},"
        f" {settings.contact_hours}:"
        " we can also take your pledge by cash or cheque, or help you at a library desk."
    )


async def is_hit(campaign_id: int) -> bool:
    """Whether many cards were refused for this campaign within the hour."""
    return bool(await fetch(_REFUSED, real_now() - HOUR, campaign_id, HIT))


async def refuse_pledge(campaign_id: int, email_key: str, network: str) -> None:
    """Before a pledge is begun. Raises TooOften, which says what to do and when."""
    limit = WHILE_HIT if await is_hit(campaign_id) else OF_ONE_NETWORK
    if not await allows(limit, "pledge", f"{network} {campaign_id}" if limit == WHILE_HIT else network):
        raise TooOften(f"Many pledges were begun from your connection. {_try_again('in an hour')}")
    begun = await Pledge.filter(email_key=email_key, created_at__gt=business_now() - DAY).count()
    if begun >= OF_ONE_ADDRESS:
        raise TooOften(f"Many pledges were begun with your e-mail address today. {_try_again('tomorrow')}")


async def refuse_card(pledge: Pledge) -> None:
    """Before a page for another card. Raises TooOften."""
    pages = await CardPage.filter(pledge_id=pledge.id, created_at__gt=business_now() - DAY).count()
    if pages >= OF_ONE_PLEDGE:
        raise TooOften(f"Several cards were tried for this pledge today. {_try_again('tomorrow')}")


async def refuse_confirming(pledge: Pledge) -> None:
    """Before the bank is asked once more. Raises TooOften."""
    if not await allows(CONFIRMED, "confirm payment", f"pledge {pledge.id}"):
        raise TooOften(f"Your bank was asked several times. {_try_again('in an hour')}")


async def tell_officers() -> int:
    """Once a campaign and day: many cards are refused there. Returns how many campaigns. Run by the timetable."""
    rows = await fetch(_REFUSED, real_now() - HOUR, None, HIT)
    for row in rows:
        async with transaction():
            await letters.to_officers(
                "officers_cards_tested",
                f"cards-tested-{row['id']}-{real_now():%Y-%m-%d}",
                campaign=await campaign_view(row["id"]),
                refused=int(row["count"]),
                while_hit=int(WHILE_HIT.partition("/")[0]),
                page=f"{get_settings().site_url.rstrip('/')}/staff/campaigns/{row['id']}/settlement",
                small=await small_pledges(row["id"]),
            )
    return len(rows)


async def small_pledges(campaign_id: int) -> int:
    """How many pledges of the smallest amount were begun there within the hour: testers give as little as they can."""
    least = get_settings().least_pledge_pence
    return await Pledge.filter(
        campaign_id=campaign_id, amount_pence__lte=2 * least, created_at__gt=business_now() - HOUR
    ).count()


async def card_tries(campaign_id: int) -> int:
    """Cards refused for this campaign within the hour, for officers' pages."""
    rows = await fetch(_REFUSED, real_now() - HOUR, campaign_id, 1)
    return int(rows[0]["count"]) if rows else 0
