"""The operator's timetable: every job and every cron line, nothing else. Run with `crowdfund-kent worker`."""

from typing import Any, ClassVar, Final

import evaluation.cache
import evaluation.pack.asking
import evaluation.snapshots
import evaluation.surveys.tasks
import panel.tasks
import payments.books.tasks
import payments.match_payments.tasks
import payments.payouts.tasks
import payments.tasks
import pledges.tasks
import projects.tasks
from crowdfund_kent import audit, jobs, outbox
from crowdfund_kent.accounts.tasks import sweep_accounts
from crowdfund_kent.cases.tasks import tell_late
from crowdfund_kent.personal import retention
from crowdfund_kent.settings import get_settings
from crowdfund_kent.unheld_files import remove_unheld
from panel.stored import HOLDERS as ANSWERS
from payments.provider import close_gateway, one_try_a_call
from pledges.agreeing import remind
from pledges.help_offers import lapse
from pledges.matches import release_stale_offers
from pledges.reporting import look_at_reports
from projects.retention import warn
from projects.services.delivery import begin_missing_deliveries, look_at_days
from projects.stored import HOLDERS

JOBS: Final = {
    **projects.tasks.TASKS,
    **pledges.tasks.TASKS,
    **panel.tasks.TASKS,
    **payments.tasks.TASKS,
    **payments.match_payments.tasks.TASKS,
}
SECONDS: Final = set(range(0, 60, get_settings().outbox_sweep_seconds))


async def started(_context: dict[str, Any]) -> None:
    """Open what jobs need, and look at once for what a worker before us left."""
    one_try_a_call()
    await jobs.open_all()
    await outbox.sweep()
    await payments.tasks.find_lost()


async def remove_unheld_files() -> None:
    """What nobody's page shows any more."""
    await remove_unheld((*HOLDERS, *ANSWERS, *evaluation.pack.asking.HOLDERS))


async def stopped(_context: dict[str, Any]) -> None:
    """Close it again."""
    close_gateway()
    await jobs.close_all()


class WorkerSettings:
    """What arq reads."""

    functions: ClassVar = [jobs.runner(JOBS)]
    cron_jobs: ClassVar = [
        jobs.line("sweep outbox", outbox.sweep, second=SECONDS),
        jobs.line("close campaigns", projects.tasks.close_due, second=SECONDS),
        jobs.line("find lost work", payments.tasks.find_lost, second=SECONDS),
        jobs.line("seal audit", audit.seal, second=set(range(0, 60, 5))),
        jobs.line("sweep card pages", payments.tasks.sweep_card_pages, second=20),
        jobs.line("watch for card tests", payments.tasks.watch_card_tests, second=50),
        jobs.line("end suspensions", projects.tasks.cancel_overdue_suspensions, second=30),
        jobs.line("release stale offers", release_stale_offers, second=40),
        jobs.line("move rounds", panel.tasks.move_rounds, second=10),
        jobs.line("look after council money", payments.match_payments.tasks.look_after_council_money, second=50),
        jobs.line("ask again for a yes", remind, minute=45),
        jobs.line("begin missing deliveries", begin_missing_deliveries, minute=50),
        jobs.line("build packs", evaluation.pack.asking.build_due, second=set(range(0, 60, 10)), timeout=300),
        jobs.line(
            "take snapshots", evaluation.snapshots.take_due, minute=set(range(0, 60, 10)), second=15, timeout=120
        ),
        jobs.line(
            "measure for the report",
            evaluation.cache.keep_for_pages,
            minute=set(range(5, 60, 10)),
            second=45,
            timeout=300,
        ),
        jobs.line("expect missing payouts", payments.payouts.tasks.expect_missing, minute=52),
        jobs.line("look at days of delivery", look_at_days, minute=55),
        jobs.line("look at reports", look_at_reports, minute=57),
        jobs.line("ask how it went", evaluation.surveys.tasks.look, minute=20, timeout=300),
        jobs.line("fetch missed events", payments.tasks.fetch_missed_events, minute=25),
        jobs.line("delete customers", payments.tasks.delete_customers, minute=35),
        jobs.line("tell late cases", tell_late, hour=8, minute=30),
        jobs.line("let go of what is old", retention.run, hour=3, minute=20, timeout=600),
        jobs.line("warn of drafts that end", warn, hour=8, minute=45),
        jobs.line("check", jobs.check, minute={0, 15, 30, 45}, timeout=600),
        jobs.line("forget unconfirmed offers of help", lapse, hour=3, minute=0),
        jobs.line("purge outbox", outbox.purge, hour=3, minute=5),
        jobs.line("remove unheld files", remove_unheld_files, hour=3, minute=40, timeout=600),
        jobs.line("keep the books of each day", payments.books.tasks.keep_days, hour=2, minute=10, timeout=600),
        jobs.line("purge events", payments.tasks.purge_events, hour=3, minute=10),
        jobs.line("sweep sessions and sign-ins", sweep_accounts, minute=50),
    ]
    on_startup = started
    on_shutdown = stopped
    redis_settings = jobs.queue_address()
    job_timeout = get_settings().job_timeout_seconds
    # on a stop, what is under way may end; what is cut off after that is found by its row
    job_completion_wait = 5
    keep_result = 0
    max_jobs = 20
    poll_delay = 0.2
    health_check_interval = 60
