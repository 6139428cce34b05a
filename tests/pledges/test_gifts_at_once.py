"""Two people at once on one gift, on connections of their own: it counts once, goes back once, is banked once."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import pytest

from crowdfund_kent import ledger
from crowdfund_kent.errors import SiteError
from crowdfund_kent.models import AuditRow
from crowdfund_kent.references import new_token
from crowdfund_kent.settings import get_settings
from pledges.gifts.kinds import Return
from pledges.gifts.services import banking, returning, taking
from pledges.gifts.states import Cause
from pledges.models import GiftReturn, OfflineGift
from pledges.totals import totals
from tests.pledges import gift_make, make
from tests.pledges.gift_make import PLAIN

pytestmark = pytest.mark.usefixtures("committed")


async def how_many_did(*works: Callable[[], Awaitable[Any]]) -> int:
    """All at once; how many of them were not refused."""
    done = await asyncio.gather(*(work() for work in works), return_exceptions=True)
    for one in done:
        assert not isinstance(one, BaseException) or isinstance(one, SiteError), one
    return sum(not isinstance(one, BaseException) for one in done)


async def test_counted_by_two_at_once_counts_once() -> None:
    desk, campaign = await gift_make.desk(), await make.campaign()
    gift = await desk.take(campaign)
    works = [partial(desk.count, gift, by=by) for by in (desk.counter, desk.finance, desk.officer)]
    assert await how_many_did(*works) == 1
    assert (await totals(campaign.id)).gifts_pence == 2_000
    assert await ledger.balance(f"cash in hand:desk:{desk.desk.id}") == 2_000
    assert await AuditRow.filter(act="gift counted", subject=f"offline_gift:{gift.id}").count() == 1


async def test_one_form_sent_by_two_clicks_at_once_is_one_gift() -> None:
    desk, campaign, key = await gift_make.desk(), await make.campaign(), new_token()
    made = await asyncio.gather(*(taking.take(campaign.id, desk.desk.id, key, PLAIN, desk.taker) for _ in range(4)))
    assert len({one.id for one in made}) == 1
    assert await OfflineGift.filter(campaign_id=campaign.id).count() == 1


async def test_given_back_and_paid_in_at_once_is_one_of_the_two() -> None:
    desk, campaign = await gift_make.desk(), await make.campaign()
    gift = await desk.counted(campaign)
    row = await returning.enter_return(gift.id, Cause.ASKED, Return.CASH, "signed", desk.taker)
    works: list[Callable[[], Awaitable[Any]]] = [
        partial(returning.confirm_return, row.id, by) for by in (desk.counter, desk.finance)
    ]
    works.append(partial(banking.enter_batch, desk.desk.id, [gift.id], "1", 2_000, desk.officer))
    assert await how_many_did(*works) == 1
    assert (await GiftReturn.get(id=row.id)).confirmed_at is not None
    assert await ledger.balance(f"cash in hand:desk:{desk.desk.id}") == 0
    assert (await OfflineGift.get(id=gift.id)).status == "returned"


async def test_cash_at_two_desks_at_once_stays_within_the_limit() -> None:
    one, other, campaign = await gift_make.desk(), await gift_make.desk("Deal Library"), await make.campaign()
    most = get_settings().most_cash_gift_pence
    works = [partial(desk.take, campaign, amount_pence=most * 6 // 10) for desk in (one, other)]
    assert await how_many_did(*works) == 1
    assert sum(gift.amount_pence for gift in await OfflineGift.filter(campaign_id=campaign.id)) <= most
