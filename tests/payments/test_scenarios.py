"""Every way a collection can go, through the sandbox: each decline code, the bank asked, another card, let off, too late.

Each ends in books that agree with the provider pledge by pledge, and with every rule of `check`.
"""

from dataclasses import replace
from datetime import timedelta

import pytest

from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import BACKER, PROVIDER
from crowdfund_kent.errors import SiteError
from crowdfund_kent.models import Outbox
from payments import accounts, attempts, card_pages, rules
from payments.gateway import ChargeOutcome
from payments.models import CardPage, ChargeAttempt, Collection, SavedCard
from payments.reconciling import queries as reconciling
from payments.reconciling import services as reconciler
from payments.sandbox.cards import DECLINE_CODES, declining_number, family_number
from payments.sandbox.faults import FaultKind
from pledges.models import Pledge
from projects import services
from projects.models import Project
from tests.payments import make
from tests.payments.sandbox.api import save_card
from tests.pledges import pot_make
from tests.projects.make import owner_of
from tests.sandbox import World

pytestmark = pytest.mark.usefixtures("db")
# after these the same card is asked no more (docs.stripe.com/declines/codes: "contact their card issuer", "lost", "expired"
# and what says so itself); written out, so that a change of rules.STOP_AT_ONCE is seen here
STOPS = {
    "card_not_supported",
    "currency_not_supported",
    "do_not_try_again",
    "expired_card",
    "fraudulent",
    "incorrect_number",
    "invalid_account",
    "invalid_number",
    "lost_card",
    "merchant_blacklist",
    "new_account_information_available",
    "no_action_taken",
    "pickup_card",
    "restricted_card",
    "revocation_of_all_authorizations",
    "revocation_of_authorization",
    "security_violation",
    "stolen_card",
    "stop_payment_order",
}


async def books_agree(scene: make.Scene) -> None:
    """Pledge by pledge the provider's record is ours, reconciliation finds nothing, and every rule holds."""
    truth = await scene.world.control.truth()
    for pledge in await Pledge.filter(campaign_id=scene.campaign.id):
        theirs = truth["pledges"].get(pledge.reference, {})
        ours = await ChargeAttempt.filter(pledge_id=pledge.id, status="succeeded").count()
        assert theirs.get("charges", 0) == ours, pledge.reference
        assert theirs.get("refunded_pence", 0) == pledge.refunded_pence, pledge.reference
    assert truth["charged_twice"] == []
    held = truth["charged_pence"] - truth["refunded_pence"]
    assert await make.before_costs(accounts.held_for_campaign(scene.campaign.id)) == -held
    await reconciler.reconcile(scene.campaign.id)
    assert await reconciling.open_differences(scene.campaign.id) == 0
    await make.nothing_is_broken()


async def test_every_decline_code_is_tried_as_its_rule_says_and_ends_in_books_that_agree(provider: World) -> None:
    scene = await make.scene(provider, 20_000)
    paid = await scene.pledge(20_000, family_number(1))
    made = {code: await scene.pledge(200, declining_number(code)) for code in DECLINE_CODES}
    await scene.collect()
    tried = dict.fromkeys(DECLINE_CODES, 1)
    # the day, and how many have been tried so far of those that are tried again; runs twice, as the deadline's jobs may
    for days, times in ((2, 1), (1, 2), (3, 2), (1, 3), (5, 3), (1, 4)):
        await scene.later(days=days)
        await make.rounds()
        tried = {code: 1 if code in STOPS else times for code in DECLINE_CODES}
        found = {code: len(await make.attempts_of(pledge)) for code, pledge in made.items()}
        assert found == tried
    assert await scene.status() == "collecting"
    await scene.later(days=2)
    assert await scene.status() == "settled"
    for code, pledge in made.items():
        assert await make.status_of(pledge) == "dropped", code
        assert not rules.may_try_again(code, None) or code not in STOPS - {"do_not_try_again"}
        (attempt, *_) = await ChargeAttempt.filter(pledge_id=pledge.id)
        assert attempt.decline_code == code
        mails = await make.mails_to(pledge)
        assert mails[:2] == ["receipt", "payments/target_met"]
        assert mails[2:] == ["payments/payment_failed"] * 3 + ["payments/dropped"], code
    for mail in await Outbox.filter(name="payments/payment_failed"):
        assert "be let off" in mail.body["text"]
    assert await make.status_of(paid) == "collected"
    truth = await provider.control.truth()
    assert truth["charges"] == 1
    assert truth["declines"] == len(STOPS) + 4 * (len(DECLINE_CODES) - len(STOPS))
    await books_agree(scene)


async def confirm(scene: make.Scene, pledge: Pledge, *, complete: bool) -> None:
    """What a backer's button does: the bank's page, answered, and back."""
    attempt = await ChargeAttempt.get(pledge_id=pledge.id, status="action required")
    assert attempt.payment_intent is not None
    gateway = scene.world.gateway
    key = f"visit-{pledge.reference}-{complete}"
    answer = await gateway.confirm_on_session(attempt.payment_intent, "http://testserver/back", key)
    assert answer.next_action_url is not None
    await scene.world.control.answer_bank(answer.next_action_url, complete=complete)
    await attempts.apply_charge(await gateway.read_charge(attempt.payment_intent), BACKER)


async def another_card(scene: make.Scene, pledge: Pledge, number: str) -> None:
    """What a backer's other button does."""
    url = await card_pages.open_new_card_page(await Pledge.get(id=pledge.id))
    assert await scene.world.control.fill_card_page(url, number) is not None
    page = await CardPage.filter(pledge_id=pledge.id, purpose="new card").order_by("-id").first()
    assert page is not None
    await card_pages.refresh(page, BACKER)


async def test_what_backers_do_about_a_payment_that_failed(provider: World) -> None:
    """Seven neighbours: paid, confirmed by link, confirmed at the second try, another card, two cards, let off, silent."""
    scene = await make.scene(provider, 14_000)
    paid = await scene.pledge(10_000)
    confirms, wavers = [await scene.pledge(1_000, make.ASKS_BANK) for _ in range(2)]
    changes, again, let_off, silent = [await scene.pledge(1_000, make.DECLINES) for _ in range(4)]
    await scene.collect()
    assert [await make.status_of(one) for one in (confirms, wavers)] == ["action required"] * 2
    text = await make.mail_text(confirms, "payments/payment_failed")
    assert "confirm the payment with your bank" in text
    assert provider.url not in text, "the link leads to our page, never to a card page"

    await confirm(scene, confirms, complete=True)
    assert await make.status_of(confirms) == "collected"
    await confirm(scene, wavers, complete=False)
    await make.rounds()
    assert await make.status_of(wavers) in {"failed", "action required"}
    await another_card(scene, changes, family_number(5))
    await another_card(scene, again, make.NO_MONEY)
    await attempts.let_off(let_off.id, BACKER)
    await make.rounds()
    assert await make.status_of(changes) == "collected"
    assert await make.status_of(again) == "failed"
    assert await make.status_of(let_off) == "dropped"
    await another_card(scene, again, family_number(6))
    await another_card(scene, wavers, family_number(7))
    await make.rounds()
    assert [await make.status_of(one) for one in (again, wavers)] == ["collected"] * 2
    owner = await owner_of((await Project.get(id=scene.campaign.project_id)).group_id)
    for who in (owner, await pot_make.person("Officer", Role.FUND_OFFICER)):
        with pytest.raises(SiteError):
            await services.cancel(scene.campaign.id, who, "We changed our minds.")
    for _ in range(5):
        await scene.later(days=3)
    assert await make.status_of(silent) == "dropped"
    assert await scene.status() == "settled"
    await make.rounds()
    mails = await make.mails_to(silent)
    assert mails.count("payments/payment_failed") == 3
    assert (await make.mails_to(let_off)).count("payments/payment_failed") == 1
    assert (await make.mails_to(paid))[-2:] == ["payments/collected", "payments/settled"]
    truth = await provider.control.truth()
    assert (truth["charges"], truth["charged_pence"], truth["saved_cards"]) == (5, 14_000, 0)
    assert await Collection.filter(done_at=None).count() == 0
    await books_agree(scene)


async def test_money_that_comes_after_a_pledge_was_given_up_goes_back(provider: World) -> None:
    """A request that was lost for two weeks arrives at the provider in the end."""
    scene = await make.scene(provider, 10_000)
    late = await scene.pledge(10_000, family_number(1))
    await scene.close()
    await provider.control.add_fault(FaultKind.DROP_BEFORE, method="POST", path="/v1/payment_intents", count=None)
    await scene.later(hours=48, minutes=1)
    (attempt,) = await ChargeAttempt.filter(pledge_id=late.id)
    assert attempt.status == "unknown"
    for _ in range(8):
        await scene.later(days=2)
    assert await make.attempts_of(late) == [(1, "void")]
    assert await make.status_of(late) == "dropped"
    assert await scene.status() == "collapsed"
    await provider.control.clear_faults()
    saved = await SavedCard.get(pledge_id=late.id)
    assert saved.detached_at is not None, "its card was let go of, so that the provider refuses what comes too late"
    answer = await provider.gateway.charge(attempts.request_of(attempt))
    assert (answer.outcome, answer.code) == (ChargeOutcome.DECLINED, "card_gone")
    # and had the card still been there: a payment of the attempt's own facts is booked, and goes back at once
    customer, card = await another_customers_card(scene, attempt)
    taken = await provider.gateway.charge(
        replace(attempts.request_of(attempt), customer=customer, payment_method=card, key="late")
    )
    assert taken.outcome is ChargeOutcome.SUCCEEDED
    await attempts.apply_charge(replace(taken, customer=str(attempt.parameters["customer"])), PROVIDER)
    await make.rounds()
    assert await make.status_of(late) == "refunded"
    assert (await make.mails_to(late))[-1] == "refunded" or "payments/refunded" in await make.mails_to(late)
    truth = await provider.control.truth()
    assert (truth["charged_pence"], truth["refunded_pence"]) == (10_000, 10_000)
    await books_agree(scene)


async def another_customers_card(scene: make.Scene, attempt: ChargeAttempt) -> tuple[str, str]:
    """A customer and card at the provider that work."""
    saved = await save_card(scene.world, reference=str(attempt.parameters["pledge_reference"]))
    assert saved.customer is not None
    assert saved.payment_method is not None
    return saved.customer, saved.payment_method


def test_the_codes_at_which_we_stop_are_those_written_here() -> None:
    known = {code for code in DECLINE_CODES if not rules.may_try_again(code, None)}
    assert known == STOPS - {"do_not_try_again"}, "that one comes with an advice that says the same"
    assert not rules.may_try_again("do_not_try_again", "do_not_try_again")
    assert timedelta(days=rules.ATTEMPT_DAYS[-1]) < timedelta(days=14)
