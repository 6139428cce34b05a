"""A payment that stays "processing": unknown is a state, cancelled after two weeks where the provider lets us."""

from dataclasses import replace

import pytest

from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.models import Outbox
from payments.gateway import ChargeAnswer, ChargeOutcome, ChargeRequest
from tests.payments import make
from tests.projects.make import staff
from tests.sandbox import World

pytestmark = pytest.mark.usefixtures("db")


class Processing:
    """A provider whose bank does not answer: the payment is there, and neither taken nor refused."""

    def __init__(self) -> None:
        self.may_cancel = False
        self.answer: ChargeAnswer | None = None
        self.charged = 0

    async def charge(self, request: ChargeRequest) -> ChargeAnswer:
        self.charged += 1
        self.answer = ChargeAnswer(
            ChargeOutcome.UNKNOWN,
            payment_intent="pi_processing",
            amount_pence=request.amount_pence,
            currency="gbp",
            pledge_reference=request.pledge_reference,
            attempt_number=request.attempt_number,
            customer=request.customer,
        )
        return self.answer

    async def look_for_charge(self, **_who: object) -> ChargeAnswer | None:
        return self.answer

    async def cancel_charge(self, _payment_intent: str) -> ChargeAnswer:
        assert self.answer is not None
        if self.may_cancel:
            self.answer = replace(self.answer, outcome=ChargeOutcome.VOID)
        return self.answer


@pytest.fixture
def processing(provider: World, monkeypatch: pytest.MonkeyPatch) -> Processing:
    found = Processing()
    for name in ("charge", "look_for_charge", "cancel_charge"):
        monkeypatch.setattr(provider.gateway, name, getattr(found, name))
    return found


async def test_it_is_cancelled_after_two_weeks_and_the_campaign_ends(provider: World, processing: Processing) -> None:
    processing.may_cancel = True
    scene = await make.scene(provider, 2_000)
    pledge = await scene.pledge(2_000)
    await scene.collect()
    assert await make.attempts_of(pledge) == [(1, "unknown")]
    await scene.later(days=13)
    assert await make.attempts_of(pledge) == [(1, "unknown")], "nothing is tried while the first is not known"
    await scene.later(days=1, hours=2)
    assert await make.attempts_of(pledge) == [(1, "void")]
    assert await make.status_of(pledge) == "dropped"
    assert await scene.status() == "collapsed"
    assert await Outbox.filter(name="payments/officers_payment_stuck").count() == 0
    await make.nothing_is_broken()


async def test_where_it_can_not_be_cancelled_officers_are_told_once_and_nothing_is_decided(
    provider: World, processing: Processing
) -> None:
    await staff(Role.FUND_OFFICER, email="officer@example.org")
    await staff(Role.FINANCE_APPROVER, email="finance@example.org")
    scene = await make.scene(provider, 2_000)
    pledge = await scene.pledge(2_000)
    await scene.collect()
    for _ in range(4):
        await scene.later(days=4)
    assert await scene.status() == "collecting"
    assert await make.attempts_of(pledge) == [(1, "unknown")]
    mails = await Outbox.filter(name="payments/officers_payment_stuck").order_by("id")
    assert sorted(row.body["to"] for row in mails) == ["finance@example.org", "officer@example.org"]
    assert f"/staff/campaigns/{scene.campaign.id}/settlement" in mails[0].body["text"]
    # the provider lets go of it in the end
    processing.may_cancel = True
    await scene.later(hours=2)
    assert await make.status_of(pledge) == "dropped"
    assert await scene.status() == "collapsed"
