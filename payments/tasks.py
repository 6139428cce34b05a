"""What jobs and the timetable ask of payments. Each may run twice, late or never: the rows say what is due."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Final

from crowdfund_kent.clock import business_now, real_now
from crowdfund_kent.database import fetch
from crowdfund_kent.settings import get_settings
from payments import card_limits, card_pages, cards, closing, settlement, tellings, webhooks
from payments.holds.queries import free
from payments.payouts import tasks as payouts
from payments.pump import pump, refund_pump
from payments.reconciling import tasks as reconciling
from payments.settlement import TO_GIVE_BACK
from payments.waking import wake
from pledges import agreeing, services
from pledges.gifts import tasks as gifts
from pledges.states import FINAL

_FINAL: Final = ", ".join(f"'{status}'" for status in sorted(FINAL))
# (task, its argument, what is due): $1 business time, $2 the latest closing_at that still waits for cards, $3 by when
# every backer must have been told that the target is met, $4 the latest closing_at that still waits for gifts
_LOST: Final = f"""
SELECT 'decide_campaign' AS task, c.id FROM campaign c WHERE c.status = 'closing'
  AND (c.closing_at <= $2 OR NOT EXISTS (SELECT 1 FROM pledge p WHERE p.campaign_id = c.id AND p.status = 'pending'))
  AND (c.closing_at <= $4
       OR NOT EXISTS (SELECT 1 FROM offline_gift g WHERE g.campaign_id = c.id AND g.status = 'received'))
UNION ALL
SELECT 'begin_collecting', c.id FROM campaign c WHERE (c.status = 'successful' AND c.collecting_from <= $1
      AND NOT EXISTS (SELECT 1 FROM telling t WHERE t.campaign_id = c.id AND t.what = 'target met'
                      AND (t.done_at IS NULL OR t.done_at > $3)))
  OR (c.status = 'collecting' AND EXISTS
      (SELECT 1 FROM pledge p WHERE p.campaign_id = c.id AND p.status = 'active'))
UNION ALL
SELECT 'settle_campaign', c.id FROM campaign c WHERE c.status = 'collecting' AND {free("'collection:' || c.id")} AND NOT EXISTS
  (SELECT 1 FROM pledge p WHERE p.campaign_id = c.id AND p.status NOT IN ({_FINAL}))
UNION ALL
SELECT 'after_verdict', c.id FROM campaign c WHERE (c.status = 'unsuccessful' AND EXISTS
    (SELECT 1 FROM pledge p WHERE p.campaign_id = c.id AND p.status IN ('active', 'pending')))
  OR (c.status = 'successful' AND EXISTS
    (SELECT 1 FROM pledge p WHERE p.campaign_id = c.id AND p.status = 'pending'))
UNION ALL
SELECT 'tell_backers', t.id FROM telling t WHERE t.done_at IS NULL
UNION ALL
SELECT DISTINCT 'give_all_back', g.campaign_id FROM ({TO_GIVE_BACK}) g
UNION ALL
SELECT 'let_go', c.id FROM campaign c WHERE c.status IN ('cancelled', 'withdrawn') AND (EXISTS
  (SELECT 1 FROM pledge p WHERE p.campaign_id = c.id AND p.status IN ('active', 'pending')) OR EXISTS
  (SELECT 1 FROM match_pledge m WHERE m.campaign_id = c.id AND m.status IN ('earmarked', 'pledged')))
"""
_DUE: Final = f"""
SELECT EXISTS (SELECT 1 FROM collection c JOIN campaign k ON k.id = c.campaign_id WHERE k.status = 'collecting'
         AND {free("'collection:' || c.campaign_id")}
         AND c.done_at IS NULL AND c.next_at <= $1 AND (c.leased_until IS NULL OR c.leased_until < $2)) AS charges,
       EXISTS (SELECT 1 FROM refund WHERE {free("'refund:' || refund.id")}
         AND status IN ('intended', 'unknown', 'pending') AND next_at <= $1
         AND (leased_until IS NULL OR leased_until < $2)) AS refunds
"""


async def find_lost() -> None:
    """Ask for whatever rows say is due and no job is on its way to do: correctness comes from rows."""
    now = business_now()
    grace = timedelta(minutes=get_settings().closing_grace_minutes)
    delay = timedelta(hours=get_settings().first_charge_delay_hours)
    counting = timedelta(hours=get_settings().gift_count_hours)
    for row in await fetch(_LOST, now, now - grace, now - delay, now - counting):
        await wake(row["task"], row["id"])
    await payouts.find_lost()
    due = (await fetch(_DUE, now, real_now()))[0]
    if due["charges"]:
        await wake("pump")
    if due["refunds"]:
        await wake("refund_pump")
    if await cards.to_detach():
        await wake("detach_cards")
    await reconciling.find_due()


async def campaign_moved(campaign_id: int, new_status: str) -> None:
    """Projects tells that a campaign moved."""
    await closing.moved(campaign_id, new_status)


async def member_joined(group_id: int) -> None:
    """Projects tells that somebody runs a group now."""
    await services.member_joined(group_id)


async def campaign_changed(change_id: int) -> None:
    """An officer agreed to a change of a running campaign: each backer is told."""
    await agreeing.tell(change_id)
    await gifts.tell_of_change(change_id)


async def let_go(campaign_id: int) -> None:
    """Release pledges and match of a campaign that does not happen."""
    await closing.let_go(campaign_id)


async def decide_campaign(campaign_id: int) -> None:
    """The verdict, if its time has come."""
    await closing.decide(campaign_id)


async def after_verdict(campaign_id: int) -> None:
    """What a verdict means for each backer."""
    await closing.after_verdict(campaign_id)


async def tell_backers(telling_id: int) -> None:
    """Go on telling backers what was decided."""
    await tellings.tell(telling_id)


async def give_all_back(campaign_id: int) -> None:
    """Go on deciding what goes back of a campaign that collapsed."""
    await settlement.give_all_back(campaign_id)


async def begin_collecting(campaign_id: int) -> None:
    """Successful -> collecting, if its day has come."""
    await closing.begin_collecting(campaign_id)


async def settle_campaign(campaign_id: int) -> None:
    """Settled or collapsed, if every pledge is final."""
    await settlement.settle(campaign_id)


async def detach_cards() -> None:
    """Let go of saved cards that nobody needs any more."""
    await cards.detach_cards()


async def delete_customers() -> None:
    """Delete customers at the provider after the nights of reconciliation."""
    await cards.delete_customers()


async def apply_provider_event(row_id: int) -> None:
    """Apply what one stored webhook tells."""
    await webhooks.apply_event(row_id)


async def fetch_missed_events() -> None:
    """Store what no webhook brought."""
    await webhooks.fetch_missed()


async def sweep_card_pages() -> None:
    """Card pages whose time is over and of which no webhook told."""
    await card_pages.sweep_expired()


async def purge_events() -> None:
    """Empty webhooks that were applied long ago."""
    await webhooks.purge(get_settings().body_keep_days)


async def watch_card_tests() -> None:
    """Tell officers of campaigns where many cards are refused."""
    await card_limits.tell_officers()


TASKS: Final[dict[str, Callable[..., Awaitable[None]]]] = {
    "reconcile": reconciling.reconcile,
    "campaign_moved": campaign_moved,
    "member_joined": member_joined,
    "campaign_changed": campaign_changed,
    "let_go": let_go,
    "decide_campaign": decide_campaign,
    "after_verdict": after_verdict,
    "tell_backers": tell_backers,
    "give_all_back": give_all_back,
    "begin_collecting": begin_collecting,
    "pump": pump,
    "refund_pump": refund_pump,
    "settle_campaign": settle_campaign,
    "detach_cards": detach_cards,
    "forget_customers": cards.forget_customers,
    "apply_provider_event": apply_provider_event,
    **payouts.TASKS,
}
