"""Whatever order money moves in, no pot is overspent and every record of it agrees (a stateful machine)."""

import asyncio
import contextvars
from collections.abc import Coroutine
from typing import Any, ClassVar, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from crowdfund_kent.audit import SYSTEM
from crowdfund_kent.errors import InvalidMove, Refused
from crowdfund_kent.invariants import run
from pledges import pots
from pledges.fund_queries import pot_of
from pledges.kinds import Accrual
from pledges.models import MatchFund, MatchPledge
from projects.models import Campaign
from tests.pledges import pot_make as make

pytestmark = pytest.mark.usefixtures("db")
T = TypeVar("T")
AMOUNTS = st.integers(1, 400)


class PotMachine(RuleBasedStateMachine):
    """Steps run in a thread; each waits for a coroutine on the test's loop, in the test's transaction."""

    loop: ClassVar[asyncio.AbstractEventLoop]
    context: ClassVar[contextvars.Context]
    campaign: ClassVar[Campaign]
    payments: ClassVar[int] = 0
    matches = Bundle("matches")

    def wait(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return self.context.copy().run(asyncio.run_coroutine_threadsafe, coroutine, self.loop).result()

    @initialize(caps=st.lists(st.integers(0, 600), min_size=1, max_size=3), health=st.integers(0, 300))
    def a_fund(self, caps: list[int], health: int) -> None:
        self.fund: MatchFund = self.wait(make.fund(*caps, health, purposes=("a named health outcome",)))
        self.health_id = self.wait(pot_of(self.fund)).purposes[0].id
        self.expected: dict[int, int] = {}  # match id -> what it holds, paid or not
        self.cap = sum(caps) + health

    def offer(self, fits: bool) -> pots.Offer:
        return pots.Offer(
            self.campaign.id,
            {},
            accrual=Accrual.POUND_FOR_POUND,  # several of one fund on one campaign
            fitting=[self.health_id] if fits else [],
        )

    def room(self, fits: bool) -> int:
        fitting = [self.health_id] if fits else []
        return sum(source.left_pence for source in self.wait(pots.sources_left(self.fund.id, fitting)))

    @rule(target=matches, amount=AMOUNTS, fits=st.booleans())
    def earmark_all_or_nothing(self, amount: int, fits: bool) -> Any:
        room = self.room(fits)
        try:
            match = self.wait(pots.take_exact(self.fund.id, amount, self.offer(fits), SYSTEM))
        except Refused:
            assert amount > room
            return None
        assert amount <= room
        assert match.amount_pence == amount
        self.expected[match.id] = amount
        return match.id

    @rule(target=matches, amount=AMOUNTS, fits=st.booleans())
    def earmark_what_there_is(self, amount: int, fits: bool) -> Any:
        room = self.room(fits)
        taken = self.wait(pots.take_up_to([self.fund.id], amount, self.offer(fits), SYSTEM))
        assert sum(match.amount_pence for match in taken) == min(amount, room)
        for match in taken:
            self.expected[match.id] = match.amount_pence
        return taken[0].id if taken else None

    def try_move(self, match_id: int | None, move: Any) -> MatchPledge | None:
        """The match after the move; None where its status does not allow it."""
        if match_id is None:
            return None
        match = self.wait(_get(match_id))
        try:
            self.wait(move(match))
        except (InvalidMove, Refused):
            return None
        return match

    @rule(match_id=matches)
    def accept(self, match_id: int | None) -> None:
        self.try_move(match_id, lambda match: pots.pledge(match, SYSTEM))

    @rule(match_id=matches)
    def confirm(self, match_id: int | None) -> None:
        self.try_move(match_id, lambda match: pots.confirm(match, SYSTEM))

    @rule(match_id=matches, cause=st.sampled_from(["verdict", "target missed", "campaign cancelled", "collapsed"]))
    def release(self, match_id: int | None, cause: str) -> None:
        if self.try_move(match_id, lambda match: pots.release(match, cause, SYSTEM)):
            assert match_id is not None
            self.expected[match_id] = 0

    @rule(match_id=matches, amount=AMOUNTS)
    def pay(self, match_id: int | None, amount: int) -> None:
        PotMachine.payments += 1
        key = f"match_payment:{PotMachine.payments}"
        self.try_move(match_id, lambda match: pots.pay(match, amount, SYSTEM, for_row=key))

    @rule(match_id=matches)
    def pay_the_rest(self, match_id: int | None) -> None:
        PotMachine.payments += 1
        key = f"match_payment:{PotMachine.payments}"
        self.try_move(
            match_id, lambda match: pots.pay(match, match.amount_pence - match.paid_pence, SYSTEM, for_row=key)
        )

    @rule(match_id=matches)
    def close_short(self, match_id: int | None) -> None:
        match = self.try_move(match_id, lambda match: pots.close_short(match, SYSTEM))
        if match:
            self.expected[match.id] = match.paid_pence

    @rule(match_id=consumes(matches), amount=AMOUNTS)
    def recover(self, match_id: int | None, amount: int) -> None:
        PotMachine.payments += 1
        key = f"match_recovery:{PotMachine.payments}"
        self.try_move(match_id, lambda match: pots.recover(match, amount, SYSTEM, for_row=key))

    @invariant()
    def every_penny_is_in_one_place(self) -> None:
        if not hasattr(self, "fund"):
            return
        together = self.wait(pot_of(self.fund)).together
        assert together.cap_pence == self.cap
        assert 0 <= together.left_pence == self.cap - sum(self.expected.values())

    @invariant()
    def every_record_agrees(self) -> None:
        broken = [finding for finding in self.wait(run(make.pot_rules())) if finding.count]
        assert not broken, broken


async def _get(match_id: int) -> MatchPledge:
    return await MatchPledge.get(id=match_id)


async def test_no_order_of_moves_overspends_a_pot() -> None:
    PotMachine.loop = asyncio.get_running_loop()
    PotMachine.context = contextvars.copy_context()
    PotMachine.campaign = await make.live_campaign()
    quick = settings(
        max_examples=12, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )
    await asyncio.to_thread(run_state_machine_as_test, PotMachine, settings=quick)
