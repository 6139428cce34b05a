"""The timetable is whole: every job that anybody asks for has its task, every line keeps its time, a burst works."""

import ast
import asyncio
import os
import sys
from pathlib import Path

import pytest
from arq.cron import CronJob

from crowdfund_kent import outbox
from crowdfund_kent.models import CheckRun, Outbox
from crowdfund_kent.settings import get_settings
from tests.drills.processes import QUICK
from tests.sandbox import World
from worker import JOBS, WorkerSettings

ROOT = Path(__file__).parent.parent
PACKAGES = ("crowdfund_kent", "projects", "pledges", "panel", "payments", "evaluation", "local")


def names_asked_for() -> set[str]:
    """The first argument of every call of outbox.job() and wake() in the site, where it is written out."""
    found = set()
    for package in PACKAGES:
        for file in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text())):
                if isinstance(node, ast.Call) and ast.unparse(node.func) in {"outbox.job", "wake"} and node.args:
                    first = node.args[0]
                    if isinstance(first, ast.Constant) and isinstance(first.value, str):
                        found.add(first.value)
    return found


def test_every_job_that_is_asked_for_has_a_task() -> None:
    asked = names_asked_for()
    assert {"pump", "refund_pump", "settle_campaign", "decide_campaign"} <= asked
    assert asked - set(JOBS) == set()


def test_jobs_that_are_named_by_a_constant_have_a_task_too() -> None:
    from payments.webhooks import JOB as WEBHOOK
    from projects.services.moving import JOB as MOVED

    assert {WEBHOOK, MOVED} <= set(JOBS)


def test_the_queue_knows_one_function_and_keeps_no_results() -> None:
    assert [function.name for function in WorkerSettings.functions] == [outbox.RUN]
    assert WorkerSettings.keep_result == 0
    assert WorkerSettings.job_timeout == get_settings().job_timeout_seconds


def test_every_line_of_the_timetable_has_a_name_of_its_own() -> None:
    names = [line.name for line in WorkerSettings.cron_jobs]
    assert len(set(names)) == len(names)
    assert all(names)


def test_the_lines_that_correctness_rests_on_come_every_few_seconds() -> None:
    by_name = {line.name: line for line in WorkerSettings.cron_jobs}
    for name in ("sweep outbox", "find lost work", "close campaigns", "seal audit"):
        seconds = by_name[name].second
        assert isinstance(seconds, set)
        assert len(seconds) >= 12
        assert by_name[name].minute is None


@pytest.mark.parametrize("line", WorkerSettings.cron_jobs, ids=lambda line: line.name)
async def test_a_line_does_its_work_over_an_empty_database(committed: str, line: CronJob) -> None:
    if line.name == "fetch missed events":
        pytest.skip("asks the provider: tests/payments does, with a sandbox")
    await line.coroutine({})
    if line.name == "check":
        assert [run.broken for run in await CheckRun.all()] == [0]


async def test_a_worker_process_runs_what_is_in_the_outbox_and_ends_in_order(
    committed: str, world: World, tmp_path: Path
) -> None:
    await outbox.job("settle_campaign", 1)
    await outbox.email("test", to="kim@example.org", subject="Hello", text="Hello")
    environment = os.environ | {
        "STRIPE_API_KEY": world.api_key,
        "STRIPE_WEBHOOK_SECRET": world.webhook_secret,
        "STRIPE_BASE_URL": world.url,
        **{f"CROWDFUND_KENT_{name.upper()}": str(value) for name, value in QUICK.items()},
    }
    with (tmp_path / "worker.log").open("wb") as log:
        worker = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "arq", "worker.WorkerSettings", cwd=ROOT, env=environment, stdout=log, stderr=log
        )
        try:
            async with asyncio.timeout(30):
                while not await Outbox.filter(name="test", done_at__not_isnull=True).exists():  # noqa: ASYNC110
                    await asyncio.sleep(0.1)
                while not await Outbox.filter(name="settle_campaign", attempts__gt=0, claimed_until=None).exists():  # noqa: ASYNC110
                    await asyncio.sleep(0.1)
        finally:
            worker.terminate()
            ended = await worker.wait()
    assert ended == 0, (tmp_path / "worker.log").read_text()[-3000:]
    job = await Outbox.get(name="settle_campaign")
    assert job.done_at is None
    assert "NotFound" in (job.last_error or "")
