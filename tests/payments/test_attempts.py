"""One pledge at the real sandbox: every outcome of a charge, every way in which an answer can be lost."""

from dataclasses import replace
from typing import Any

import pytest
from tortoise.exceptions import IntegrityError

from crowdfund_kent.audit import BACKER, PROVIDER, SYSTEM
from crowdfund_kent.clock import business_now
from crowdfund_kent.database import execute, transaction
from crowdfund_kent.errors import Refused
from crowdfund_kent.models import AuditRow, LedgerMovement
from payments import accounts, attempts, closing
from payments.gateway import ChargeAnswer, ChargeOutcome
from payments.models import ChargeAttempt, Refund
from payments.sandbox.faults import FaultKind
from pledges.models import Pledge
from tests.payments import make
from tests.sandbox import World

pytestmark = pytest.mark.usefixtures("db")
CHARGE = "/v1/payment_intents"


async def two(provider: World, card: str) -> tuple[make.Scene, Pledge]:
    """A campaign with one good pledge that alone meets everything, and one with `card`; collection has begun."""
    scene = await make.scene(provider, 10_000)
    await scene.pledge(10_000)
    pledge = await scene.pledge(2_500, card)
    await scene.collect()
    return scene, pledge


async def test_a_good_card_is_charged_once_with_what_was_promised(provider: World) -> None:
    _, pledge = await two(provider, make.OK)
    assert await make.status_of(pledge) == "collected"
    assert await make.attempts_of(pledge) == [(1, "succeeded")]
    mine = (await provider.control.truth())["pledges"][pledge.reference]
    assert (mine["charges"], mine["charged_pence"]) == (1, 2_500)
    attempt = await ChargeAttempt.get(pledge_id=pledge.id)
    assert attempt.key == f"charge-{pledge.reference}-1"
    assert attempt.parameters["transfer_group"] == f"campaign-{pledge.campaign_id}"
    assert await make.mails_to(pledge) == [
        "receipt",
        "payments/target_met",
        "payments/collected",
        "payments/settled",
    ]


async def test_a_card_without_money_is_tried_on_four_days_and_then_dropped(provider: World) -> None:
    scene, pledge = await two(provider, make.NO_MONEY)
    assert await make.status_of(pledge) == "failed"
    for days, count in ((2, 1), (1, 2), (3, 2), (1, 3), (5, 3), (1, 4)):
        await scene.later(days=days)
        assert len(await make.attempts_of(pledge)) == count
    assert await scene.status() == "collecting"
    await scene.later(days=1)
    assert await make.status_of(pledge) == "dropped"
    assert await make.attempts_of(pledge) == [(number, "declined") for number in range(1, 5)]
    assert (await make.mails_to(pledge))[2:] == ["payments/payment_failed"] * 3 + ["payments/dropped"]
    assert await scene.status() == "settled"
    assert (await provider.control.truth())["pledges"][pledge.reference]["declines"] == 4
    intents = (await provider.control.truth())["payment_intents"]
    assert intents == {"succeeded": 1, "canceled": 4}
    await make.nothing_is_broken()


async def test_a_card_that_must_not_be_tried_again_is_left_alone(provider: World) -> None:
    scene, pledge = await two(provider, make.DECLINES)
    await ChargeAttempt.filter(pledge_id=pledge.id).update(decline_code="stolen_card")
    await scene.later(days=13, hours=12)
    assert await make.attempts_of(pledge) == [(1, "declined")]
    # the worker slept over days 3 and 7: one mail makes up for both
    assert (await make.mails_to(pledge))[2:] == ["payments/payment_failed"] * 2
    await scene.later(days=1)
    assert await make.status_of(pledge) == "dropped"


async def test_a_bank_that_asks_for_the_backer_waits_with_mails_and_without_further_tries(provider: World) -> None:
    scene, pledge = await two(provider, make.ASKS_BANK)
    assert await make.status_of(pledge) == "action required"
    assert await make.attempts_of(pledge) == [(1, "action required")]
    for days in (3, 4):
        await scene.later(days=days)
    assert (await make.mails_to(pledge))[2:] == ["payments/payment_failed"] * 3
    await scene.later(days=7)
    assert await make.status_of(pledge) == "dropped"
    assert await make.attempts_of(pledge) == [(1, "void")]
    assert (await provider.control.truth())["payment_intents"] == {"succeeded": 1, "canceled": 1}


async def test_the_backer_authenticates_and_the_pledge_is_collected(provider: World) -> None:
    scene, pledge = await two(provider, make.ASKS_BANK)
    attempt = await ChargeAttempt.get(pledge_id=pledge.id)
    assert attempt.payment_intent is not None
    answer = await provider.gateway.confirm_on_session(attempt.payment_intent, "http://127.0.0.1/back", "visit-1")
    assert answer.next_action_url is not None
    await provider.control.answer_bank(answer.next_action_url)
    # the browser never came back, and no webhook either: the next look finds it
    await scene.later(days=3)
    assert await make.status_of(pledge) == "collected"
    assert await make.attempts_of(pledge) == [(1, "succeeded")]
    assert await scene.status() == "settled"


async def test_an_authentication_that_fails_is_a_decline_and_the_old_payment_is_closed_first(provider: World) -> None:
    scene, pledge = await two(provider, make.ASKS_BANK)
    attempt = await ChargeAttempt.get(pledge_id=pledge.id)
    assert attempt.payment_intent is not None
    answer = await provider.gateway.confirm_on_session(attempt.payment_intent, "http://127.0.0.1/back", "visit-1")
    assert answer.next_action_url is not None
    await provider.control.answer_bank(answer.next_action_url, complete=False)
    await attempts.apply_charge(await provider.gateway.read_charge(attempt.payment_intent), BACKER)
    assert await make.status_of(pledge) == "failed"
    await scene.later(days=3)
    assert await make.attempts_of(pledge) == [(1, "declined"), (2, "action required")]
    assert (await provider.gateway.read_charge(attempt.payment_intent)).outcome is ChargeOutcome.VOID


@pytest.mark.parametrize(
    ("kind", "charges_at_once"),
    [
        (FaultKind.DROP_BEFORE, 0),
        (FaultKind.ERROR_BEFORE, 0),
        (FaultKind.DROP_AFTER, 1),
        (FaultKind.ERROR_AFTER, 1),
    ],
)
async def test_a_lost_answer_is_unknown_until_it_is_known(
    provider: World, kind: FaultKind, charges_at_once: int
) -> None:
    scene = await make.scene(provider, 2_000)
    pledge = await scene.pledge(2_000)
    await scene.close()
    await provider.control.add_fault(kind, method="POST", path=CHARGE)
    await scene.later(hours=49)
    assert await make.attempts_of(pledge) == [(1, "unknown")]
    assert await make.status_of(pledge) == "collecting"
    assert (await provider.control.truth())["charges"] == charges_at_once
    assert await scene.status() == "collecting"
    await scene.later(minutes=2)
    assert await make.attempts_of(pledge) == [(1, "succeeded")]
    assert await scene.status() == "settled"
    truth = await provider.control.truth()
    assert (truth["charges"], truth["charged_pence"]) == (1, 2_000)
    await make.nothing_is_broken()


async def test_a_stored_error_is_looked_up_and_not_sent_again(provider: World) -> None:
    scene = await make.scene(provider, 2_000)
    pledge = await scene.pledge(2_000)
    await scene.close()
    await provider.control.add_fault(FaultKind.ERROR_AFTER, method="POST", path=CHARGE)
    await scene.later(hours=49)
    assert (await ChargeAttempt.get(pledge_id=pledge.id)).server_error
    await scene.later(minutes=2)
    assert await make.status_of(pledge) == "collected"
    sent = [row for row in await provider.control.log() if (row["method"], row["path"]) == ("POST", CHARGE)]
    assert len(sent) == 1


async def test_a_charge_resumed_25_hours_later_is_looked_for_because_its_key_is_forgotten(provider: World) -> None:
    scene = await make.scene(provider, 2_000)
    pledge = await scene.pledge(2_000)
    await scene.close()
    await provider.control.add_fault(FaultKind.DROP_AFTER, method="POST", path=CHARGE)
    await scene.later(hours=49)
    await scene.later(hours=25)
    assert await make.attempts_of(pledge) == [(1, "succeeded")]
    assert (await provider.control.truth())["charges"] == 1


async def test_a_decline_whose_answer_was_lost_is_never_taken_for_money(provider: World) -> None:
    scene = await make.scene(provider, 2_000)
    await scene.pledge(2_000)
    pledge = await scene.pledge(2_000, make.DECLINES)
    await scene.close()
    await provider.control.add_fault(FaultKind.ERROR_AFTER, method="POST", path=CHARGE, count=2)
    await scene.later(hours=49)
    await scene.later(minutes=2)
    assert await make.attempts_of(pledge) == [(1, "declined")]
    assert await make.status_of(pledge) == "failed"


async def test_too_fast_is_no_attempt_and_the_same_key_goes_again(provider: World) -> None:
    scene = await make.scene(provider, 2_000)
    pledge = await scene.pledge(2_000)
    await scene.close()
    await provider.control.add_fault(FaultKind.LIMITED, method="POST", path=CHARGE, count=2)
    for _ in range(4):
        await scene.later(minutes=1, hours=24 if await scene.status() == "successful" else 0)
    await scene.later(hours=2)
    assert await make.attempts_of(pledge) == [(1, "succeeded")]
    sent = [row for row in await provider.control.log() if (row["method"], row["path"]) == ("POST", CHARGE)]
    assert [row["status"] for row in sent] == [429, 429, 200]
    assert len({row["key"] for row in sent}) == 1


async def succeeded(provider: World) -> tuple[make.Scene, Pledge, ChargeAnswer]:
    """A pledge whose charge is under way here and has succeeded at the provider."""
    scene = await make.scene(provider, 2_000)
    pledge = await scene.pledge(2_000)
    await scene.close()
    await provider.control.add_fault(FaultKind.DROP_AFTER, method="POST", path=CHARGE)
    await scene.later(hours=49)
    answer = await attempts.look(await ChargeAttempt.get(pledge_id=pledge.id))
    assert answer is not None
    assert answer.outcome is ChargeOutcome.SUCCEEDED
    return scene, pledge, answer


@pytest.mark.parametrize(
    ("wrong", "changes"),
    [
        ("currency", {"currency": "usd"}),
        ("amount", {"amount_pence": 1_999}),
        ("amount", {"amount_pence": 200_000}),
        ("pledge", {"pledge_reference": "P-2222-2222", "payment_intent": None}),
        ("attempt", {"attempt_number": 2, "payment_intent": None}),
        ("customer", {"customer": "cus_other"}),
    ],
)
async def test_an_answer_that_does_not_agree_books_nothing(
    provider: World, wrong: str, changes: dict[str, Any]
) -> None:
    _, pledge, answer = await succeeded(provider)
    movements = await LedgerMovement.all().count()
    await attempts.apply_charge(replace(answer, **changes), PROVIDER)
    assert await make.attempts_of(pledge) == [(1, "unknown")]
    assert await make.status_of(pledge) == "collecting"
    assert await LedgerMovement.all().count() == movements
    refused = await AuditRow.filter(act="charge refused")
    assert [row.details["why"] for row in refused] == ([wrong] if wrong not in ("pledge", "attempt") else [])


async def test_applying_is_monotonic_whatever_the_order_and_the_repeats(provider: World) -> None:
    _, pledge, answer = await succeeded(provider)
    stale = [
        replace(answer, outcome=outcome, charge=None, decline_code="generic_decline")
        for outcome in (ChargeOutcome.DECLINED, ChargeOutcome.ACTION_REQUIRED, ChargeOutcome.VOID)
    ]
    for found in (stale[1], stale[0], answer, *stale, answer, replace(answer, outcome=ChargeOutcome.UNKNOWN)):
        await attempts.apply_charge(found, PROVIDER)
    assert await make.attempts_of(pledge) == [(1, "succeeded")]
    assert await make.status_of(pledge) == "collected"
    assert await make.before_costs(accounts.PROVIDER_BALANCE) == 2_000
    assert await LedgerMovement.filter(kind="collected").count() == 1
    await make.nothing_is_broken()


async def test_a_late_success_of_a_dropped_pledge_is_given_back_at_once(provider: World) -> None:
    scene, pledge = await two(provider, make.ASKS_BANK)
    attempt = await ChargeAttempt.get(pledge_id=pledge.id)
    await attempts.let_off(pledge.id, BACKER)
    await make.rounds()
    assert await make.status_of(pledge) == "dropped"
    assert await make.attempts_of(pledge) == [(1, "void")]
    late = ChargeAnswer(
        ChargeOutcome.SUCCEEDED,
        payment_intent=attempt.payment_intent,
        charge="ch_late",
        amount_pence=2_500,
        currency="gbp",
        pledge_reference=pledge.reference,
        attempt_number=1,
        customer=attempt.parameters["customer"],
    )
    await attempts.apply_charge(late, PROVIDER)
    assert await make.status_of(pledge) == "collected"
    refund = await Refund.get(pledge_id=pledge.id)
    assert (refund.reason, refund.status, refund.amount_pence) == ("late success", "intended", 2_500)
    assert await scene.status() in {"collecting", "settled"}


async def test_who_was_let_off_hears_once_and_is_never_charged(provider: World) -> None:
    scene, pledge = await two(provider, make.NO_MONEY)
    await attempts.let_off(pledge.id, BACKER)
    await attempts.let_off(pledge.id, BACKER)
    await make.rounds()
    assert await make.status_of(pledge) == "dropped"
    assert await scene.status() == "settled"
    await scene.later(days=20)
    assert await make.attempts_of(pledge) == [(1, "declined")]
    assert (await make.mails_to(pledge)).count("payments/dropped") == 1
    with pytest.raises(Refused, match="no failed payment"):
        await attempts.let_off(pledge.id, BACKER)


async def test_a_wish_to_be_let_off_outlives_a_provider_that_does_not_answer(provider: World) -> None:
    scene, pledge = await two(provider, make.ASKS_BANK)
    await attempts.let_off(pledge.id, BACKER)
    await provider.control.add_fault(FaultKind.DROP_BEFORE, path="/v1/payment_intents/*", count=None)
    await make.rounds()
    assert await make.status_of(pledge) == "action required"
    await provider.control.clear_faults()
    await scene.later(hours=2)
    assert await make.status_of(pledge) == "dropped"


async def test_a_second_open_attempt_of_one_pledge_is_refused_by_the_database(provider: World) -> None:
    _, pledge = await two(provider, make.ASKS_BANK)
    first = await ChargeAttempt.get(pledge_id=pledge.id)
    with pytest.raises(IntegrityError, match="charge_attempt_one_open"):
        async with transaction():
            await ChargeAttempt.create(
                status="intended",
                pledge_id=pledge.id,
                number=2,
                key="another",
                amount_pence=first.amount_pence,
                parameters=first.parameters,
                intended_at=business_now(),
            )
    assert await attempts.intend(pledge.id, SYSTEM) is None


async def test_a_second_payment_of_one_pledge_is_given_back_and_the_first_stays(provider: World) -> None:
    scene, pledge = await two(provider, make.NO_MONEY)
    await scene.later(days=3)
    first, second = await ChargeAttempt.filter(pledge_id=pledge.id).order_by("number")
    for attempt in (second, first):  # both turn out to have succeeded
        answer = ChargeAnswer(
            ChargeOutcome.SUCCEEDED,
            payment_intent=attempt.payment_intent,
            charge=f"ch_{attempt.number}",
            amount_pence=2_500,
            currency="gbp",
            pledge_reference=pledge.reference,
            attempt_number=attempt.number,
            customer=attempt.parameters["customer"],
        )
        await attempts.apply_charge(answer, PROVIDER)
    assert await make.status_of(pledge) == "collected"
    assert [(r.attempt_id, r.reason) for r in await Refund.all()] == [(first.id, "charged twice")]
    await make.nothing_is_broken()


async def test_without_a_saved_card_nothing_is_sent(provider: World) -> None:
    scene = await make.scene(provider, 2_000)
    pledge = await scene.pledge(2_000)
    await scene.close()
    await execute("UPDATE saved_card SET payment_method = NULL")
    await scene.later(hours=49)
    assert await make.attempts_of(pledge) == []
    assert (await provider.control.truth())["charges"] == 0
    next_at = (await make.collection_of(pledge)).next_at
    assert next_at is not None
    assert next_at > business_now()


async def test_what_a_later_release_stored_is_left_to_a_worker_of_that_release(provider: World) -> None:
    scene = await make.scene(provider, 2_000)
    pledge = await scene.pledge(2_000)
    await scene.close()
    await scene.pass_time(hours=48, minutes=1)
    await closing.begin_collecting(scene.campaign.id)
    attempt = await attempts.intend(pledge.id, after=0)
    assert attempt is not None
    assert attempts.request_of(attempt).key == attempt.key
    await ChargeAttempt.filter(id=attempt.id).update(parameters={**attempt.parameters, "version": 2, "more": "words"})
    await make.rounds()
    assert await make.attempts_of(pledge) == [(1, "intended")]
    assert (await provider.control.truth())["charges"] == 0
    old = {name: value for name, value in attempt.parameters.items() if name != "version"}
    await ChargeAttempt.filter(id=attempt.id).update(parameters=old)
    await scene.later(hours=2)
    assert await make.attempts_of(pledge) == [(1, "succeeded")]
    await make.nothing_is_broken()
