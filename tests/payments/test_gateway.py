"""The gateway against a real server: what it answers when all is well and when banks refuse."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from payments.gateway import (
    CardPageStatus,
    ChargeAnswer,
    ChargeOutcome,
    Gateway,
    GatewayNotFound,
    GatewayRefused,
    GatewayUnavailable,
    RefundOutcome,
)
from tests.payments.sandbox.api import (
    ALWAYS_AUTHENTICATES,
    AUTHENTICATES,
    AUTHENTICATES_THEN_POOR,
    DECLINED_LATER,
    OK,
    REFUND_FAILS,
    REFUND_PENDS,
    open_page,
    request_for,
    save_card,
)
from tests.sandbox import WEBHOOK_SECRET, World, free_port

BACK = "http://localhost/pledge/back"


async def test_a_card_page_saves_a_card_and_takes_nothing(world: World) -> None:
    page = await open_page(world, "P-77")
    assert (page.status, page.pledge_reference) == (CardPageStatus.OPEN, "P-77")
    assert page.url is not None
    assert await world.control.fill_card_page(page.url) == f"http://localhost/back?page={page.id}"
    done = await world.gateway.read_card_page(page.id)
    assert (done.status, done.url, done.setup_intent) == (CardPageStatus.COMPLETE, None, page.setup_intent)
    assert done.setup_intent is not None
    card = await world.gateway.read_saved_card(done.setup_intent)
    assert card.usable
    assert (card.brand, card.last4, card.customer, card.pledge_reference) == ("visa", "4242", page.customer, "P-77")
    assert card.fingerprint
    truth = await world.control.truth()
    assert (truth["charges"], truth["saved_cards"]) == (0, 1)


async def test_the_same_card_has_the_same_fingerprint_and_another_card_another(world: World) -> None:
    first, again, other = [
        (await save_card(world, number, reference)).fingerprint
        for number, reference in ((OK, "P-1"), (OK, "P-2"), ("4242424240000002", "P-3"))
    ]
    assert first == again
    assert first != other


async def test_a_page_asked_for_twice_with_one_key_is_one_page(world: World) -> None:
    until = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=2)
    assert await open_page(world, expires_at=until) == await open_page(world, expires_at=until)


async def test_expiring_a_page_tells_the_truth_whatever_it_was(world: World) -> None:
    page = await open_page(world, "P-1")
    assert (await world.gateway.expire_card_page(page.id)).status is CardPageStatus.EXPIRED
    assert (await world.gateway.expire_card_page(page.id)).status is CardPageStatus.EXPIRED
    saved = await open_page(world, "P-2")
    assert saved.url is not None
    await world.control.fill_card_page(saved.url)
    assert (await world.gateway.expire_card_page(saved.id)).status is CardPageStatus.COMPLETE
    with pytest.raises(GatewayNotFound):
        await world.gateway.expire_card_page("cs_test_none")


async def test_a_page_open_for_less_than_half_an_hour_is_refused(world: World) -> None:
    with pytest.raises(GatewayRefused) as refused:
        await open_page(world, expires_at=datetime.now(UTC) + timedelta(minutes=29))
    assert refused.value.param == "expires_at"


async def test_a_good_card_is_charged_once_however_often_we_ask_with_one_key(world: World) -> None:
    card = await save_card(world)
    answers = [await world.gateway.charge(request_for(card)) for _ in range(3)]
    assert answers[0] == answers[1] == answers[2]
    assert answers[0].outcome is ChargeOutcome.SUCCEEDED
    assert (answers[0].amount_pence, answers[0].currency, answers[0].pledge_reference) == (2500, "gbp", "P-1")
    assert answers[0].charge is not None
    truth = await world.control.truth()
    assert (truth["charges"], truth["charged_pence"], truth["charged_twice"]) == (1, 2500, [])


@pytest.mark.parametrize(
    ("number", "outcome", "code", "decline_code"),
    [
        (OK, ChargeOutcome.SUCCEEDED, None, None),
        (AUTHENTICATES, ChargeOutcome.SUCCEEDED, None, None),
        (ALWAYS_AUTHENTICATES, ChargeOutcome.ACTION_REQUIRED, "authentication_required", "authentication_required"),
        (AUTHENTICATES_THEN_POOR, ChargeOutcome.DECLINED, "card_declined", "insufficient_funds"),
        (DECLINED_LATER, ChargeOutcome.DECLINED, "card_declined", "generic_decline"),
    ],
)
async def test_each_card_that_can_be_saved_is_charged_as_its_bank_decides(
    world: World, number: str, outcome: ChargeOutcome, code: str | None, decline_code: str | None
) -> None:
    card = await save_card(world, number)
    answer = await world.gateway.charge(request_for(card))
    assert (answer.outcome, answer.code, answer.decline_code) == (outcome, code, decline_code)
    truth = await world.control.truth()
    assert truth["charges"] == (outcome is ChargeOutcome.SUCCEEDED)
    # however it is asked, the answer is the same
    assert await world.gateway.charge(request_for(card)) == answer
    assert answer.payment_intent is not None
    read = await world.gateway.read_charge(answer.payment_intent)
    assert (read.outcome, read.code, read.decline_code) == (outcome, code, decline_code)


async def test_a_decline_says_how_the_issuer_wants_it_repeated(world: World) -> None:
    card = await save_card(world, AUTHENTICATES_THEN_POOR)
    assert (await world.gateway.charge(request_for(card))).advice_code == "try_again_later"


async def test_a_backer_who_authenticates_pays(world: World) -> None:
    card = await save_card(world, ALWAYS_AUTHENTICATES)
    asked = await world.gateway.charge(request_for(card))
    assert asked.payment_intent is not None
    waiting = await world.gateway.confirm_on_session(asked.payment_intent, BACK, "visit 1")
    assert waiting.outcome is ChargeOutcome.ACTION_REQUIRED
    assert waiting.next_action_url is not None
    # a second click leads to the same page
    assert await world.gateway.confirm_on_session(asked.payment_intent, BACK, "visit 2") == waiting
    back = await world.control.answer_bank(waiting.next_action_url)
    assert back is not None
    assert back.startswith(f"{BACK}?payment_intent={asked.payment_intent}")
    assert back.endswith("redirect_status=succeeded")
    paid = await world.gateway.confirm_on_session(asked.payment_intent, BACK, "visit 3")
    assert (paid.outcome, paid.amount_pence) == (ChargeOutcome.SUCCEEDED, 2500)
    assert (await world.control.truth())["charges"] == 1


async def test_a_backer_whose_authentication_failed_may_try_again(world: World) -> None:
    card = await save_card(world, ALWAYS_AUTHENTICATES)
    intent = (await world.gateway.charge(request_for(card))).payment_intent
    assert intent is not None
    waiting = await world.gateway.confirm_on_session(intent, BACK, "visit 1")
    assert waiting.next_action_url is not None
    back = await world.control.answer_bank(waiting.next_action_url, complete=False)
    assert back is not None
    assert back.endswith("redirect_status=failed")
    failed = await world.gateway.read_charge(intent)
    assert (failed.outcome, failed.code) == (ChargeOutcome.DECLINED, "payment_intent_authentication_failure")
    again = await world.gateway.confirm_on_session(intent, BACK, "visit 2")
    assert again.next_action_url is not None
    await world.control.answer_bank(again.next_action_url)
    assert (await world.gateway.read_charge(intent)).outcome is ChargeOutcome.SUCCEEDED


async def test_looking_finds_the_attempt_and_never_takes_a_decline_for_money(world: World) -> None:
    card = await save_card(world, DECLINED_LATER)
    assert card.customer is not None

    async def look(attempt: int, reference: str = "P-1") -> ChargeAnswer | None:
        assert card.customer is not None
        return await world.gateway.look_for_charge(
            customer=card.customer, attempt_number=attempt, pledge_reference=reference
        )

    assert await look(1) is None
    await world.gateway.charge(request_for(card, 1))
    found = await look(1)
    assert found is not None
    assert (found.outcome, found.decline_code) == (ChargeOutcome.DECLINED, "generic_decline")
    assert await look(2) is None
    assert await look(1, "P-2") is None
    assert (await world.control.truth())["charges"] == 0


async def test_looking_reads_every_page_of_a_long_list(world: World) -> None:
    card = await save_card(world)
    await asyncio.gather(*(world.gateway.charge(request_for(card, n)) for n in range(1, 104)))
    assert card.customer is not None
    for attempt in (1, 103):
        found = await world.gateway.look_for_charge(
            customer=card.customer, attempt_number=attempt, pledge_reference="P-1"
        )
        assert found is not None
        assert (found.attempt_number, found.outcome) == (attempt, ChargeOutcome.SUCCEEDED)


async def test_looking_when_nobody_answers_is_unknown_not_none() -> None:
    gateway = Gateway("sk_test_1", WEBHOOK_SECRET, f"http://127.0.0.1:{free_port()}", max_network_retries=0)
    try:
        found = await gateway.look_for_charge(customer="cus_1", attempt_number=1, pledge_reference="P-1")
        assert found is not None
        assert found.outcome is ChargeOutcome.UNKNOWN
        with pytest.raises(GatewayUnavailable):
            await gateway.create_customer(pledge_reference="P-1", key="k")
    finally:
        gateway.close()


async def test_cancelling_voids_a_payment_unless_it_was_paid_first(world: World) -> None:
    declined = await world.gateway.charge(request_for(await save_card(world, DECLINED_LATER, "P-1")))
    assert declined.payment_intent is not None
    assert (await world.gateway.cancel_charge(declined.payment_intent)).outcome is ChargeOutcome.VOID
    assert (await world.gateway.cancel_charge(declined.payment_intent)).outcome is ChargeOutcome.VOID
    paid = await world.gateway.charge(request_for(await save_card(world, OK, "P-2")))
    assert paid.payment_intent is not None
    assert (await world.gateway.cancel_charge(paid.payment_intent)).outcome is ChargeOutcome.SUCCEEDED


async def test_a_cancelled_payment_can_not_be_paid_any_more(world: World) -> None:
    card = await save_card(world, ALWAYS_AUTHENTICATES)
    intent = (await world.gateway.charge(request_for(card))).payment_intent
    assert intent is not None
    waiting = await world.gateway.confirm_on_session(intent, BACK, "visit 1")
    await world.gateway.cancel_charge(intent)
    assert waiting.next_action_url is not None
    assert await world.control.answer_bank(waiting.next_action_url) is None
    assert (await world.gateway.confirm_on_session(intent, BACK, "visit 2")).outcome is ChargeOutcome.VOID
    assert (await world.control.truth())["charges"] == 0


async def test_money_goes_back_in_parts_and_never_more_than_was_taken(world: World) -> None:
    charged = await world.gateway.charge(request_for(await save_card(world)))
    intent = charged.payment_intent
    assert intent is not None
    assert charged.charge is not None
    part = await world.gateway.refund(charge_or_intent=intent, amount_pence=1000, pledge_reference="P-1", key="r1")
    assert (part.outcome, part.amount_pence, part.payment_intent) == (RefundOutcome.SUCCEEDED, 1000, intent)
    assert part == await world.gateway.refund(
        charge_or_intent=intent, amount_pence=1000, pledge_reference="P-1", key="r1"
    )
    with pytest.raises(GatewayRefused) as refused:
        await world.gateway.refund(charge_or_intent=intent, amount_pence=1501, pledge_reference="P-1", key="r2")
    assert refused.value.param == "amount"
    rest = await world.gateway.refund(
        charge_or_intent=charged.charge, amount_pence=1500, pledge_reference="P-1", key="r3"
    )
    assert rest.outcome is RefundOutcome.SUCCEEDED
    more = await world.gateway.refund(charge_or_intent=intent, amount_pence=1, pledge_reference="P-1", key="r4")
    assert (more.outcome, more.code) == (RefundOutcome.FAILED, "charge_already_refunded")
    truth = await world.control.truth()
    assert (truth["refunds"], truth["refunded_pence"]) == (2, 2500)


async def test_a_refund_is_found_by_its_key(world: World) -> None:
    intent = (await world.gateway.charge(request_for(await save_card(world)))).payment_intent
    assert intent is not None
    assert await world.gateway.look_for_refund(intent, "P-1", "r1") is None
    made = await world.gateway.refund(charge_or_intent=intent, amount_pence=1000, pledge_reference="P-1", key="r1")
    assert await world.gateway.look_for_refund(intent, "P-1", "r1") == made
    assert await world.gateway.look_for_refund(intent, "P-1", "r2") is None


@pytest.mark.parametrize(
    ("number", "at_first", "later", "back"),
    [
        (REFUND_PENDS, RefundOutcome.PENDING, RefundOutcome.SUCCEEDED, 2500),
        (REFUND_FAILS, RefundOutcome.SUCCEEDED, RefundOutcome.FAILED, 0),
    ],
)
async def test_a_refund_may_be_decided_later(
    world: World, number: str, at_first: RefundOutcome, later: RefundOutcome, back: int
) -> None:
    intent = (await world.gateway.charge(request_for(await save_card(world, number)))).payment_intent
    assert intent is not None
    made = await world.gateway.refund(charge_or_intent=intent, amount_pence=2500, pledge_reference="P-1", key="r1")
    assert made.outcome is at_first
    await world.control.set_clock(61)
    found = await world.gateway.look_for_refund(intent, "P-1", "r1")
    assert found is not None
    assert found.outcome is later
    assert (await world.control.truth())["refunded_pence"] == back


async def test_a_card_let_go_can_not_be_charged(world: World) -> None:
    card = await save_card(world)
    assert card.payment_method is not None
    await world.gateway.detach_card(card.payment_method)
    await world.gateway.detach_card(card.payment_method)
    answer = await world.gateway.charge(request_for(card))
    assert (answer.outcome, answer.code) == (ChargeOutcome.DECLINED, "card_gone")
    truth = await world.control.truth()
    assert (truth["saved_cards"], truth["charges"]) == (0, 0)


async def test_a_card_let_go_before_the_backer_authenticates_can_not_be_charged(world: World) -> None:
    card = await save_card(world, ALWAYS_AUTHENTICATES)
    asked = await world.gateway.charge(request_for(card))
    assert card.payment_method is not None
    assert asked.payment_intent is not None
    await world.gateway.detach_card(card.payment_method)
    answer = await world.gateway.confirm_on_session(asked.payment_intent, BACK, "visit 1")
    assert (answer.outcome, answer.code, answer.payment_intent) == ("declined", "card_gone", asked.payment_intent)


async def test_deleting_a_customer_lets_go_of_the_cards_too(world: World) -> None:
    card = await save_card(world)
    assert card.customer is not None
    await world.gateway.delete_customer(card.customer)
    await world.gateway.delete_customer(card.customer)
    await world.gateway.delete_customer("cus_never")
    truth = await world.control.truth()
    assert (truth["saved_cards"], truth["customers"]) == (0, 0)
