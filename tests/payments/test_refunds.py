"""Money back: asked for once, known or unknown, never taken for granted."""

from dataclasses import replace
from typing import Any

import pytest

from crowdfund_kent.audit import PROVIDER, SYSTEM
from crowdfund_kent.database import transaction
from crowdfund_kent.models import AuditRow
from payments import accounts, refunds
from payments.gateway import RefundAnswer, RefundOutcome
from payments.models import ChargeAttempt, Refund
from payments.sandbox.faults import FaultKind
from pledges import pledging
from pledges.models import Pledge
from tests.payments import make
from tests.sandbox import World

pytestmark = pytest.mark.usefixtures("db")
REFUND = "/v1/refunds"


async def collected(provider: World, card: str = make.OK) -> tuple[make.Scene, Pledge]:
    scene = await make.scene(provider, 2_000)
    pledge = await scene.pledge(2_000, card)
    await scene.collect()
    return scene, await Pledge.get(id=pledge.id)


async def ask(pledge: Pledge) -> Refund:
    """An officer's decision, as far as this package goes."""
    async with transaction():
        locked = await pledging.lock(pledge.id)
        return await refunds.ask(locked, await ChargeAttempt.get(pledge_id=pledge.id), refunds.COLLAPSED, SYSTEM)


async def status_of(refund: Refund) -> str:
    return (await Refund.get(id=refund.id)).status


async def test_a_refund_is_decided_once_and_given_once(provider: World) -> None:
    _, pledge = await collected(provider)
    refund = await ask(pledge)
    assert (await ask(pledge)).id == refund.id
    await make.rounds()
    assert await status_of(refund) == "succeeded"
    assert await make.status_of(pledge) == "refunded"
    assert (await Pledge.get(id=pledge.id)).refunded_pence == 2_000
    assert await make.before_costs(accounts.PROVIDER_BALANCE) == 0
    assert (await provider.control.truth())["refunds"] == 1


@pytest.mark.parametrize(
    "kind",
    [FaultKind.DROP_BEFORE, FaultKind.DROP_AFTER, FaultKind.ERROR_BEFORE, FaultKind.ERROR_AFTER, FaultKind.LIMITED],
)
async def test_a_lost_answer_never_gives_back_twice(provider: World, kind: FaultKind) -> None:
    scene, pledge = await collected(provider)
    await provider.control.add_fault(kind, path=REFUND, method="POST")
    refund = await ask(pledge)
    await make.rounds()
    if kind is not FaultKind.LIMITED:  # nothing happened then, and the pump asks again by itself
        assert await status_of(refund) == "unknown"
    await scene.later(minutes=5)
    assert await status_of(refund) == "succeeded"
    truth = await provider.control.truth()
    assert (truth["refunds"], truth["refunded_pence"]) == (1, 2_000)
    await make.nothing_is_broken()


async def test_a_refund_resumed_25_hours_later_is_looked_for(provider: World) -> None:
    scene, pledge = await collected(provider)
    await provider.control.add_fault(FaultKind.DROP_AFTER, path=REFUND, method="POST")
    refund = await ask(pledge)
    await make.rounds()
    await scene.later(hours=25)
    assert await status_of(refund) == "succeeded"
    assert (await provider.control.truth())["refunds"] == 1


async def test_a_pending_refund_is_followed_to_its_end(provider: World) -> None:
    scene, pledge = await collected(provider, make.REFUND_PENDING)
    refund = await ask(pledge)
    await make.rounds()
    assert await status_of(refund) == "pending"
    assert await make.status_of(pledge) == "collected"
    await scene.later(days=1, minutes=1)
    assert await status_of(refund) == "succeeded"
    assert await make.status_of(pledge) == "refunded"
    await make.nothing_is_broken()


async def test_a_refund_that_fails_later_puts_the_money_back_into_our_books(provider: World) -> None:
    scene, pledge = await collected(provider, make.REFUND_FAILS)
    refund = await ask(pledge)
    await make.rounds()
    assert await make.status_of(pledge) == "refunded"
    await scene.pass_time(minutes=2)
    intent = (await ChargeAttempt.get(pledge_id=pledge.id)).payment_intent
    assert intent is not None
    for _ in range(2):
        found = await provider.gateway.look_for_refund(intent, pledge.reference, refund.key)
        assert found is not None
        await refunds.apply_refund(found, PROVIDER)
    assert await status_of(refund) == "failed"
    assert await make.status_of(pledge) == "collected"
    assert (await Pledge.get(id=pledge.id)).refunded_pence == 0
    assert await make.before_costs(accounts.PROVIDER_BALANCE) == 2_000
    await make.nothing_is_broken()


@pytest.mark.parametrize(
    ("wrong", "changes"),
    [
        ("currency", {"currency": "eur"}),
        ("amount", {"amount_pence": 1_999}),
        ("pledge", {"pledge_reference": "P-2222-2222"}),
    ],
)
async def test_a_refund_that_does_not_agree_changes_nothing(
    provider: World, wrong: str, changes: dict[str, Any]
) -> None:
    _, pledge = await collected(provider)
    refund = await ask(pledge)
    answer = RefundAnswer(
        RefundOutcome.SUCCEEDED,
        refund="re_1",
        amount_pence=2_000,
        currency="gbp",
        pledge_reference=pledge.reference,
        key=refund.key,
    )
    await refunds.apply_refund(replace(answer, **changes), PROVIDER)
    assert await status_of(refund) == "intended"
    assert await make.before_costs(accounts.PROVIDER_BALANCE) == 2_000
    assert [row.details["why"] for row in await AuditRow.filter(act="refund refused")] == [wrong]


async def test_a_refund_of_somebody_elses_is_none_of_ours(provider: World) -> None:
    await collected(provider)
    await refunds.apply_refund(RefundAnswer(RefundOutcome.SUCCEEDED, refund="re_1", key="other"), PROVIDER)
    assert await Refund.all().count() == 0
