"""Cards that are saved around the deadline, at the real sandbox."""

import pytest

from crowdfund_kent.audit import BACKER, PROVIDER
from payments import card_pages
from payments.gateway import GatewayUnavailable
from payments.models import CardPage, SavedCard
from payments.sandbox.faults import FaultKind
from pledges.pledging import Answers
from tests.payments import make
from tests.sandbox import World

pytestmark = pytest.mark.usefixtures("db")


async def test_a_card_saved_in_time_of_which_we_hear_within_the_half_hour_counts(provider: World) -> None:
    scene = await make.scene(provider, 2_000)
    answers = Answers(2_000, "slow@example.org", "", name_shown=False)
    started = await card_pages.start(scene.campaign.id, "slow", answers, BACKER)
    assert await provider.control.fill_card_page(str(started.url)) is not None
    await provider.control.add_fault(FaultKind.DROP_BEFORE, path="/v1/checkout/*", count=None)
    with pytest.raises(GatewayUnavailable):  # the job fails while the provider is away, and comes again
        await scene.close()
    assert await scene.status() == "closing"
    await provider.control.clear_faults()
    page = await CardPage.get(pledge_id=started.pledge.id)
    await card_pages.refresh(page, PROVIDER)
    await scene.later(minutes=1)
    assert await scene.status() == "successful"
    assert await make.status_of(started.pledge) == "active"


async def test_whoever_saved_a_card_of_which_we_heard_after_the_verdict_is_told_and_never_charged(
    provider: World,
) -> None:
    scene = await make.scene(provider, 2_000)
    await scene.pledge(2_000)
    answers = Answers(5_000, "slow@example.org", "", name_shown=False)
    started = await card_pages.start(scene.campaign.id, "slow", answers, BACKER)
    assert await provider.control.fill_card_page(str(started.url)) is not None
    await provider.control.add_fault(FaultKind.DROP_BEFORE, path="/v1/checkout/*", count=None)
    for minutes in (0, 31):
        try:
            await scene.later(days=0 if minutes else 41, minutes=minutes)
        except Exception:
            continue
    assert await scene.status() == "successful"
    await provider.control.clear_faults()
    page = await CardPage.get(pledge_id=started.pledge.id)
    for _ in range(2):
        await card_pages.refresh(page, PROVIDER)
    assert await make.status_of(started.pledge) == "expired"
    assert await make.mails_to(started.pledge) == ["too_late"]
    await scene.later(hours=49)
    assert await scene.status() == "settled"
    truth = await provider.control.truth()
    assert (truth["charged_pence"], truth["saved_cards"]) == (2_000, 0)
    assert (
        await SavedCard.filter(pledge_id=started.pledge.id, detached_at=None).exclude(payment_method=None).count() == 0
    )
    await make.nothing_is_broken()
