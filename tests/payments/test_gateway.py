"""The gateway against a real server: what it answers when all is well, when banks refuse and when answers are lost."""

import asyncio
import json
import time
from datetime import UTC, datetime, timedelta

import pytest
import stripe

from payments.gateway import (
    BadSignature,
    CardPage,
    CardPageStatus,
    ChargeAnswer,
    ChargeOutcome,
    Gateway,
    GatewayKeyReused,
    GatewayNotAllowed,
    GatewayNotFound,
    GatewayRefused,
    GatewayUnavailable,
    RefundAnswer,
    RefundOutcome,
    SavedCard,
    answer_from,
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
from tests.sandbox import WEBHOOK_SECRET, World, free_port, new_world

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


# what is lost on the way

FAULTS = [
    # fault, what we are told, charges then, what the same key brings, charges then
    ("drop_before", ChargeOutcome.UNKNOWN, 0, ChargeOutcome.SUCCEEDED, 1),
    ("drop_after", ChargeOutcome.UNKNOWN, 1, ChargeOutcome.SUCCEEDED, 1),
    ("limited", ChargeOutcome.LIMITED, 0, ChargeOutcome.SUCCEEDED, 1),
    ("error_before", ChargeOutcome.UNKNOWN, 0, ChargeOutcome.SUCCEEDED, 1),
    ("error_after", ChargeOutcome.UNKNOWN, 1, ChargeOutcome.UNKNOWN, 1),
]


@pytest.mark.parametrize(("fault", "told", "charges", "again", "at_last"), FAULTS)
async def test_each_fault_is_told_as_it_is_and_the_same_key_never_charges_twice(
    world: World, fault: str, told: ChargeOutcome, charges: int, again: ChargeOutcome, at_last: int
) -> None:
    card = await save_card(world)
    await world.control.add_fault(fault, path="/v1/payment_intents", method="POST")
    answer = await world.gateway.charge(request_for(card))
    assert answer.outcome is told
    assert (answer.pledge_reference, answer.amount_pence, answer.attempt_number) == ("P-1", 2500, 1)
    assert (await world.control.truth())["charges"] == charges
    found = await world.gateway.look_for_charge(customer=card.customer or "", attempt_number=1, pledge_reference="P-1")
    assert (found is not None and found.outcome is ChargeOutcome.SUCCEEDED) is bool(charges)
    assert (await world.gateway.charge(request_for(card))).outcome is again
    assert (await world.control.truth())["charges"] == at_last


async def test_a_stored_500_is_replayed_and_looking_tells_the_truth(world: World) -> None:
    card = await save_card(world)
    await world.control.add_fault("error_after", path="/v1/payment_intents")
    for _ in range(2):
        answer = await world.gateway.charge(request_for(card))
        assert (answer.outcome, answer.server_error) == (ChargeOutcome.UNKNOWN, True)
    found = await world.gateway.look_for_charge(customer=card.customer or "", attempt_number=1, pledge_reference="P-1")
    assert found is not None
    assert found.outcome is ChargeOutcome.SUCCEEDED


async def test_an_answer_that_comes_too_late_is_unknown(world: World) -> None:
    hasty = Gateway(world.api_key, WEBHOOK_SECRET, world.url, timeout=0.3, max_network_retries=0)
    try:
        card = await save_card(world)
        await world.control.add_fault("slow", path="/v1/payment_intents", seconds=1)
        assert (await hasty.charge(request_for(card))).outcome is ChargeOutcome.UNKNOWN
        # its key is still in use: no refusal either
        assert (await hasty.charge(request_for(card))).outcome is ChargeOutcome.UNKNOWN
    finally:
        hasty.close()
    async with asyncio.timeout(10):
        while (await world.gateway.charge(request_for(card))).outcome is not ChargeOutcome.SUCCEEDED:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    assert (await world.control.truth())["charges"] == 1


async def test_the_sdk_repeats_a_lost_call_with_the_same_key(sandbox_url: str) -> None:
    world = new_world(sandbox_url, max_network_retries=2)
    try:
        card = await save_card(world)
        await world.control.add_fault("drop_after", path="/v1/payment_intents")
        assert (await world.gateway.charge(request_for(card))).outcome is ChargeOutcome.SUCCEEDED
        assert (await world.control.truth())["charges"] == 1
    finally:
        world.gateway.close()


async def test_too_many_requests_after_a_lost_answer_is_unknown_not_limited(sandbox_url: str) -> None:
    world = new_world(sandbox_url, max_network_retries=1)
    try:
        card = await save_card(world)
        await world.control.add_fault("drop_after", path="/v1/payment_intents")
        await world.control.add_fault("limited", path="/v1/payment_intents", skip=1)
        assert (await world.gateway.charge(request_for(card))).outcome is ChargeOutcome.UNKNOWN
        assert [row["status"] for row in (await world.control.log())[-2:]] == [None, 429]
        assert (await world.control.truth())["charges"] == 1
    finally:
        world.gateway.close()


async def test_a_lost_refund_is_unknown_and_found_by_looking(world: World) -> None:
    intent = (await world.gateway.charge(request_for(await save_card(world)))).payment_intent
    assert intent is not None
    await world.control.add_fault("drop_after", path="/v1/refunds")
    lost = await world.gateway.refund(charge_or_intent=intent, amount_pence=500, pledge_reference="P-1", key="r1")
    assert lost.outcome is RefundOutcome.UNKNOWN
    found = await world.gateway.look_for_refund(intent, "P-1", "r1")
    assert found is not None
    assert found.outcome is RefundOutcome.SUCCEEDED
    await world.control.add_fault("limited", path="/v1/refunds")
    limited = await world.gateway.refund(charge_or_intent=intent, amount_pence=500, pledge_reference="P-1", key="r2")
    assert limited.outcome is RefundOutcome.LIMITED


async def test_no_more_calls_are_under_way_than_agreed(sandbox_url: str) -> None:
    world = new_world(sandbox_url, concurrency=2)
    try:
        await world.control.add_fault("slow", path="/v1/customers", count=4, seconds=0.15)
        begun = time.monotonic()
        await asyncio.gather(*(world.gateway.create_customer(pledge_reference=f"P-{n}", key=f"k{n}") for n in range(4)))
        assert time.monotonic() - begun >= 0.3
    finally:
        world.gateway.close()


# our own faults


async def test_faults_of_ours_are_raised(world: World) -> None:
    card = await save_card(world)
    await world.gateway.charge(request_for(card))
    with pytest.raises(GatewayKeyReused):
        await world.gateway.charge(request_for(card, amount_pence=2600))
    with pytest.raises(GatewayRefused) as small:
        await world.gateway.charge(request_for(card, 2, amount_pence=29))
    assert small.value.code == "amount_too_small"
    with pytest.raises(GatewayNotFound):
        await world.gateway.read_charge("pi_none")
    stranger = Gateway("no key of theirs", WEBHOOK_SECRET, world.url, max_network_retries=0)
    try:
        with pytest.raises(GatewayNotAllowed):
            await stranger.charge(request_for(card))
    finally:
        stranger.close()


# events


def _signed(payload: bytes, secret: str = WEBHOOK_SECRET, at: int | None = None) -> str:
    return str(stripe.WebhookSignature.generate_signature_header(payload.decode(), secret, at))


EVENT = json.dumps(
    {
        "id": "evt_1",
        "object": "event",
        "type": "payment_intent.succeeded",
        "created": 1_700_000_000,
        "data": {"object": {"id": "pi_1", "object": "payment_intent"}},
    }
).encode()


def test_a_signed_webhook_is_read(world: World) -> None:
    event = world.gateway.read_webhook(EVENT, _signed(EVENT))
    assert (event.id, event.type, event.payment_intent) == ("evt_1", "payment_intent.succeeded", "pi_1")
    assert event.created == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("raw", "signature"),
    [
        (EVENT, _signed(EVENT, "whsec_of_somebody_else")),
        (EVENT.replace(b"pi_1", b"pi_2"), _signed(EVENT)),
        (EVENT, _signed(EVENT, at=int(time.time()) - 301)),
        (EVENT, ""),
        (EVENT, "t=now,v1=none"),
        (b"\xff\xfe", "t=1,v1=00"),
        (b"[]", _signed(b"[]")),
        (b"not json", _signed(b"not json")),
    ],
    ids=["wrong secret", "altered", "old", "none", "garbage", "not text", "no event", "not json"],
)
def test_any_other_webhook_is_refused(world: World, raw: bytes, signature: str) -> None:
    with pytest.raises(BadSignature):
        world.gateway.read_webhook(raw, signature)


async def test_events_are_listed_from_a_moment_on_oldest_first(world: World) -> None:
    begun = datetime.now(UTC)
    await save_card(world)
    types = ["checkout.session.completed", "setup_intent.succeeded", "setup_intent.created"]
    events = await world.gateway.list_events(begun - timedelta(seconds=1), types)
    assert [event.type for event in events] == [
        "setup_intent.created",
        "setup_intent.succeeded",
        "checkout.session.completed",
    ]
    await world.control.set_clock(3600)
    assert await world.gateway.list_events(begun + timedelta(seconds=3000), types) == []


async def test_more_events_than_a_page_holds_are_all_listed_in_order(world: World) -> None:
    card = await save_card(world)
    await asyncio.gather(*(world.gateway.charge(request_for(card, n)) for n in range(1, 104)))
    events = await world.gateway.list_events(datetime.now(UTC) - timedelta(hours=1), ["payment_intent.succeeded"])
    assert len({event.id for event in events}) == 103
    assert [event.created for event in events] == sorted(event.created for event in events)


async def test_events_carry_the_same_shapes_as_answers(world: World) -> None:
    card = await save_card(world)
    charged = await world.gateway.charge(request_for(card))
    assert charged.payment_intent is not None
    refund = await world.gateway.refund(
        charge_or_intent=charged.payment_intent, amount_pence=500, pledge_reference="P-1", key="r1"
    )
    events = await world.gateway.list_events(
        datetime.now(UTC) - timedelta(hours=1),
        ["checkout.session.completed", "setup_intent.succeeded", "payment_intent.succeeded", "refund.created", "charge.refunded"],
    )  # fmt: skip
    answers = {event.type: answer_from(event) for event in events}
    assert answers["payment_intent.succeeded"] == charged
    assert answers["refund.created"] == refund
    assert answers["charge.refunded"] is None
    page, saved = answers["checkout.session.completed"], answers["setup_intent.succeeded"]
    assert isinstance(page, CardPage)
    assert page.status is CardPageStatus.COMPLETE
    assert isinstance(saved, SavedCard)
    assert (saved.usable, saved.payment_method, saved.last4) == (True, card.payment_method, "")
    assert isinstance(answers["refund.created"], RefundAnswer)
    assert {event.payment_intent for event in events if event.type in ("charge.refunded", "refund.created")} == {
        charged.payment_intent
    }
