"""Whatever residents, funds, banks and officers do, in whatever order: nothing is collected or given back twice.

A stateful machine over pledges, match, the deadline, charges, declines, other cards, being let off, refunds by two people,
disputes, payouts and the passing of days, with the payment sandbox. A short run in `make test`, a long one in `make drill`.
"""

import asyncio
import contextvars
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, ClassVar, TypeVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import BACKER, SYSTEM, Actor
from crowdfund_kent.database import fetch
from crowdfund_kent.errors import SiteError
from crowdfund_kent.personal import retention
from payments import attempts, card_pages, pump, refund_proposals, refunds, webhooks
from payments.gateway import GatewayError
from payments.gateway.transport import Transport
from payments.models import CardPage, ChargeAttempt, Collection, Refund
from payments.payouts import paying
from payments.payouts import tasks as payouts
from payments.payouts.models import Recipient, Reversal, Transfer
from payments.payouts.reversals import BY_HAND
from payments.sandbox.cards import declining_number, family_number
from payments.sandbox.control import SandboxRefused
from payments.sandbox.faults import FaultKind
from payments.taken_back import services as taken_back
from pledges import pledging, pots
from pledges.models import MatchFund, MatchPledge, Pledge
from projects.queries import group_id_of
from tests.payments import make
from tests.pledges import pot_make
from tests.sandbox import World

pytestmark = pytest.mark.usefixtures("db")
T = TypeVar("T")
CAP = 6_000
TARGET = 10_000
CARDS = (
    family_number(1),
    family_number(2),
    make.DECLINES,
    make.ASKS_BANK,
    make.NO_MONEY,
    make.REFUND_PENDING,
    make.REFUND_FAILS,
    declining_number("stolen_card"),
)
WHICH = st.integers(0, 7)


class SettlementMachine(RuleBasedStateMachine):
    """Steps run in a thread; each waits for a coroutine on the test's loop, in the test's transaction."""

    loop: ClassVar[asyncio.AbstractEventLoop]
    context: ClassVar[contextvars.Context]
    world: ClassVar[World]
    officer: ClassVar[Actor]
    approver: ClassVar[Actor]

    def wait(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return self.context.copy().run(asyncio.run_coroutine_threadsafe, coroutine, self.loop).result()

    def refusing(self, coroutine: Coroutine[Any, Any, Any]) -> bool:
        """Whether it was done: what is not allowed now is refused in words, and never breaks anything."""
        try:
            self.wait(coroutine)
        except (SiteError, card_pages.NotOpened):
            return False
        return True

    @initialize(crowd=st.sampled_from([2_000, 5_000, 9_500]), account=st.booleans())
    def a_campaign(self, crowd: int, account: bool) -> None:
        self.wait(self.world.control.clear_faults())
        self.scene: make.Scene = self.wait(make.scene(self.world, TARGET, account=account))
        self.fund: MatchFund = self.wait(pot_make.fund(CAP))
        self.pledges: list[Pledge] = [self.wait(self.scene.pledge(crowd, family_number(3)))]

    def one(self, which: int) -> Pledge:
        return self.wait(_pledge(self.pledges[which % len(self.pledges)].id))

    # residents and funds

    @rule(pence=st.sampled_from([200, 1_500, 4_000]), card=st.sampled_from(CARDS))
    def somebody_pledges(self, pence: int, card: str) -> None:
        async def pledge() -> None:
            self.pledges.append(await self.scene.pledge(pence, card))

        self.refusing(pledge())

    @rule(which=WHICH)
    def a_backer_cancels(self, which: int) -> None:
        self.refusing(pledging.cancel(self.one(which).id, BACKER))

    @rule(which=WHICH, pence=st.sampled_from([300, 2_500]))
    def a_backer_changes_the_amount(self, which: int, pence: int) -> None:
        self.refusing(pledging.change(self.one(which).id, BACKER, amount_pence=pence))

    @rule(pence=st.sampled_from([1_000, 4_000, 7_000]))
    def a_fund_adds(self, pence: int) -> None:
        async def add() -> None:
            known = await MatchPledge.exists(campaign_id=self.scene.campaign.id)  # a fund adds once to each
            if (await self.scene.now()).status == "live" and not known:
                match = await pots.take_exact(self.fund.id, pence, pots.Offer(self.scene.campaign.id, {}), SYSTEM)
                await pots.pledge(match, SYSTEM)

        self.refusing(add())

    # time

    @rule()
    def the_deadline_comes(self) -> None:
        self.wait(self.scene.later(days=41))

    @rule(hours=st.sampled_from([1, 49, 75]))
    def hours_pass(self, hours: int) -> None:
        self.wait(self.scene.later(hours=hours))

    @rule()
    def two_weeks_pass(self) -> None:
        self.wait(self.scene.later(days=15))

    @rule(kind=st.sampled_from([FaultKind.DROP_AFTER, FaultKind.ERROR_AFTER, FaultKind.DROP_BEFORE, FaultKind.LIMITED]))
    def the_provider_stumbles(self, kind: FaultKind) -> None:
        self.wait(self.world.control.add_fault(kind, method="POST", path="/v1/*", count=1))

    @rule()
    def the_group_can_receive(self) -> None:
        """Late: the payout waited for its account."""

        async def fill_in() -> None:
            group_id = await group_id_of(self.scene.campaign.id)
            if not await Recipient.exists(group_id=group_id):
                await make.ready_account(self.world, group_id)
                await make.rounds()

        self.refusing(fill_in())

    @rule()
    def payouts_run_twice(self) -> None:
        async def twice() -> None:
            for _ in range(2):
                await paying.work(self.scene.campaign.id)
                await payouts.transfer_pump()
                await payouts.reversal_pump()
            await make.rounds()

        self.wait(twice())

    @rule()
    def workers_run_twice(self) -> None:
        async def twice() -> None:
            for _ in range(2):
                await pump.pump()
                await pump.refund_pump()
            await make.rounds()

        self.wait(twice())

    @rule()
    def what_webhooks_lost_is_fetched(self) -> None:
        async def fetched() -> None:
            await webhooks.fetch_missed()
            await make.rounds()

        self.wait(fetched())

    # a payment that failed, and money back

    @rule(which=WHICH, card=st.sampled_from(CARDS))
    def a_backer_gives_another_card(self, which: int, card: str) -> None:
        async def another() -> None:
            pledge = self.pledges[which % len(self.pledges)]
            url = await card_pages.open_new_card_page(await _pledge(pledge.id))
            if await self.world.control.fill_card_page(url, card) is not None:
                page = await CardPage.filter(pledge_id=pledge.id, purpose="new card").order_by("-id").first()
                assert page is not None
                await card_pages.refresh(page, BACKER)

        self.refusing(another())

    @rule(which=WHICH)
    def a_backer_confirms_with_the_bank(self, which: int) -> None:
        async def confirm() -> None:
            attempt = await ChargeAttempt.get_or_none(pledge_id=self.one_id(which), status="action required")
            if attempt is None or attempt.payment_intent is None:
                return
            key = f"visit-{attempt.id}-{await ChargeAttempt.all().count()}"
            answer = await self.world.gateway.confirm_on_session(attempt.payment_intent, "http://testserver/back", key)
            if answer.next_action_url is not None:
                await self.world.control.answer_bank(answer.next_action_url)
            await attempts.apply_charge(await self.world.gateway.read_charge(attempt.payment_intent), BACKER)

        self.wait(confirm())

    def one_id(self, which: int) -> int:
        return int(self.pledges[which % len(self.pledges)].id)

    @rule(which=WHICH)
    def a_backer_asks_to_be_let_off(self, which: int) -> None:
        async def ask() -> None:
            if await Collection.exists(pledge_id=self.one_id(which)):
                await attempts.let_off(self.one_id(which), BACKER)

        self.refusing(ask())

    @rule(which=WHICH, agrees=st.booleans(), part=st.sampled_from([None, 150, 700]))
    def two_officers_give_a_payment_back(self, which: int, agrees: bool, part: int | None) -> None:
        async def both() -> None:
            proposal = await refund_proposals.ask_refund(self.one_id(which), self.officer, "They asked.", part)
            decide = refund_proposals.agree if agrees else refund_proposals.refuse
            await decide(proposal.id, self.approver)
            await make.rounds()

        self.refusing(both())

    @rule(which=WHICH, won=st.booleans(), decided=st.booleans(), hundredths=st.sampled_from([30, 100]))
    def a_bank_takes_a_payment_back(self, which: int, won: bool, decided: bool, hundredths: int) -> None:
        """All of it or a part, also of one that is going back already; refunds may be on their way."""

        async def dispute() -> None:
            attempt = await ChargeAttempt.filter(pledge_id=self.one_id(which), status="succeeded").first()
            if attempt is None:
                return
            left = attempt.amount_pence - sum(
                one.amount_pence
                for one in await Refund.filter(attempt_id=attempt.id, status__in=["succeeded", "pending"])
            )
            with suppress(SandboxRefused):  # disputed already, or nothing is left of it
                made = await self.world.control.dispute(
                    str(attempt.payment_intent), amount_pence=max(1, left * hundredths // 100)
                )
                await webhooks.fetch_missed()
                await make.rounds()
                if decided:
                    await self.world.control.decide_dispute(made, won=won)
                    await webhooks.fetch_missed()
                    await make.rounds()

        self.wait(dispute())

    @rule(which=WHICH, pence=st.sampled_from([50, 400]), refund=st.booleans())
    def somebody_moves_money_in_the_providers_dashboard(self, which: int, pence: int, refund: bool) -> None:
        """A refund or a reversal without a key of ours, and two people send what was taken back again."""

        async def by_hand() -> None:
            hand = Transport(self.world.api_key, self.world.url, 10, 0, 1)
            attempt = await ChargeAttempt.filter(pledge_id=self.one_id(which), status="succeeded").first()
            sent = await Transfer.filter(attempt__pledge_id=self.one_id(which), status="succeeded").first()
            with suppress(GatewayError):
                if refund and attempt is not None:
                    asked: Any = {"payment_intent": str(attempt.payment_intent), "amount": pence}
                    await hand.call(lambda client: client.v1.refunds.create(asked))
                elif not refund and sent is not None:
                    number = str(sent.provider_transfer)
                    await hand.call(lambda client: client.v1.transfers.reversals.create(number, {"amount": pence}))
            hand.close()
            await webhooks.fetch_missed()
            await make.rounds()
            row = await Reversal.filter(reason=BY_HAND, transfer__attempt__pledge_id=self.one_id(which)).first()
            if row is not None:
                made = await taken_back.propose(row.id, sends=True, why="A slip.", by=self.officer)
                await taken_back.agree(made.id, self.approver)
                await make.rounds()

        self.refusing(by_hand())

    # what always holds

    @invariant()
    def nothing_is_taken_or_given_back_twice(self) -> None:
        if not hasattr(self, "scene"):
            return
        truth = self.wait(self.world.control.truth())
        assert truth["charged_twice"] == []
        assert truth["transferred_twice"] == []
        for reference, found in truth["pledges"].items():
            assert found["refunded_pence"] <= found["charged_pence"], reference
            assert found["reversed_pence"] <= found["transferred_pence"], reference
            assert found["transferred_pence"] - found["reversed_pence"] <= found["charged_pence"], reference

    @invariant()
    def pots_are_within_their_caps_and_the_ledger_balances(self) -> None:
        if hasattr(self, "scene"):
            self.wait(_pots_and_ledger())

    def teardown(self) -> None:
        """In the end time passes until nothing is open: every rule holds, and the provider's record is ours."""
        if hasattr(self, "scene"):
            self.wait(self._end())

    async def _end(self) -> None:
        await self.world.control.clear_faults()
        await self.scene.later(days=41)
        for _ in range(9):
            await self.scene.later(days=2)
        status = await self.scene.status()
        assert status in {"settled", "collapsed", "unsuccessful", "cancelled"}, status
        truth = await self.world.control.truth()
        for pledge in await Pledge.filter(campaign_id=self.scene.campaign.id):
            theirs = truth["pledges"].get(pledge.reference, {})
            assert (
                theirs.get("charges", 0) == await ChargeAttempt.filter(pledge_id=pledge.id, status="succeeded").count()
            )
            sent = await Transfer.filter(attempt__pledge_id=pledge.id, status__in=["succeeded", "reversed"])
            assert theirs.get("transferred_pence", 0) == sum(row.amount_pence for row in sent)
            assert theirs.get("reversed_pence", 0) == sum(row.reversed_pence for row in sent)
            if status == "collapsed":
                owed = await Refund.filter(pledge_id=pledge.id, reason__in=refunds.OWED).count()
                assert pledge.status != "collected" or owed, "what was collected goes back"
        await retention.run()  # many months have gone by: what the timetable lets go of each night
        await make.nothing_is_broken()


async def _pledge(pledge_id: int) -> Pledge:
    return await Pledge.get(id=pledge_id)


async def _pots_and_ledger() -> None:
    (row,) = await fetch(
        "SELECT (SELECT count(*) FROM funding_source WHERE least(earmarked_pence, pledged_pence, confirmed_pence, paid_pence,"
        " recovered_pence) < 0 OR earmarked_pence + pledged_pence + confirmed_pence + paid_pence + recovered_pence > cap_pence)"
        " AS over, (SELECT coalesce(sum(amount_pence), 0)::bigint FROM ledger_line) AS sum,"
        " (SELECT count(*) FROM pledge WHERE refunded_pence > amount_pence) AS too_much"
    )
    assert (row["over"], row["sum"], row["too_much"]) == (0, 0, 0), row


async def run_machine(world: World, examples: int, steps: int) -> None:
    SettlementMachine.loop = asyncio.get_running_loop()
    SettlementMachine.context = contextvars.copy_context()
    SettlementMachine.world = world
    SettlementMachine.officer = await pot_make.person("Officer", Role.FUND_OFFICER)
    SettlementMachine.approver = await pot_make.person("Approver", Role.FINANCE_APPROVER)
    chosen = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
        # to shrink would play on in the same transaction and time
        phases=(Phase.explicit, Phase.generate),
        derandomize=examples < 10,
    )
    await asyncio.to_thread(run_state_machine_as_test, SettlementMachine, settings=chosen)


async def test_no_order_of_events_takes_money_twice(provider: World) -> None:
    await run_machine(provider, 2, 8)


@pytest.mark.drill
async def test_no_order_of_events_takes_money_twice_in_many_tries(provider: World) -> None:
    await run_machine(provider, 25, 20)
