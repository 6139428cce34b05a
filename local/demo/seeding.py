"""Make the demo's data once. What is there already stays as it is."""

from collections.abc import Callable
from typing import Final

from crowdfund_kent import audit, outbox
from crowdfund_kent.clock import play as play_clock
from crowdfund_kent.database import transaction
from crowdfund_kent.models import AuditRow
from evaluation.history import import_history
from local.demo import (
    afterwards,
    asking,
    books,
    campaigns,
    care,
    council,
    evaluating,
    fund_words,
    gift_aid,
    gifts,
    giving,
    helping,
    own_money,
    panel,
    payouts,
    pots,
    reports,
    requests,
    shares,
    small_grants,
    surveys,
    talk,
)
from local.demo.programme import HISTORY, make_funds, make_objectives, make_staff
from local.demo.stage import Stage
from panel.tasks import move_rounds
from payments.provider import close_gateway
from payments.tasks import find_lost
from pledges.models import MatchFund
from projects.tasks import close_due

FIRST_DAY: Final = -110
DONE: Final = "demo made"


async def seed(progress: Callable[[str], None]) -> None:
    """Funds, people, the pilot's past and the current programme; nothing when funds are there."""
    from worker import JOBS

    if await AuditRow.filter(act=DONE).exists():
        return
    if await MatchFund.all().exists():
        progress("    was not finished last time. For all of it: `make clean-data`, then `make run` again")
        return
    stage = Stage(JOBS, (close_due, find_lost, move_rounds))
    try:
        await stage.at(FIRST_DAY)
        progress("    the funds and the pilot's past")
        async with transaction():
            await make_objectives()
            await make_funds()
            await make_staff()
            await import_history(HISTORY)
        progress("    this year's campaigns")
        await campaigns.play(stage)
        await helping.play(stage)
        await giving.play(stage)
        await gifts.play(stage)
        await talk.play(stage)
        await care.play(stage)
        await afterwards.play(stage)
        await reports.play(stage)
        await shares.play(stage)
        await gift_aid.play()
        await payouts.play(stage)
        await fund_words.play(stage)
        await small_grants.play(stage)
        await panel.play(stage)
        await asking.play(stage)
        await pots.play(stage)
        await requests.play(stage)
        await council.play(stage)
        await own_money.play(stage)
        await books.play(stage)
        await surveys.play(stage)
        await evaluating.play()
        async with transaction():
            await audit.record(DONE, "demo:1", audit.SYSTEM)
    finally:
        await play_clock(None)
    while await audit.seal():
        pass
    await outbox.close_queue()
    close_gateway()
