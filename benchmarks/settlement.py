"""Collecting from thousands of cards: does the worker keep the pace, at what cost, and is its memory flat?

    make bench-settlement          (N=3000 pledges by default; N=10000 for a larger crowd)

With a real worker (a process of its own), PostgreSQL that writes to the disk, queue and payment sandbox:

1. without a pace, N/5 pledges, beside the ceiling of the sandbox itself in the same run: the same charges asked for by as
   many threads, and nothing else done;
2. at 20 calls a second, N pledges: charged a second beside the pace, and how much of a core the worker used for it, with
   the mails, receipts and letting go of saved cards that go with each charge;
3. the worker's memory when N/3 pledges of the second run were charged, and after N: flat when it is at most a twentieth
   more, for the most that a worker takes is what its lanes and connections take, however many pledges there are.

It ends with 1 below PACE_KEPT of the pace, from CORES of a core on, or where memory is not flat. It tells how much of what
goes with a charge (its fee, its receipt, letting go of its card) was still to be done when the last one was made.

Residents are rows, and their cards are made in the sandbox's own file: the way to a pledge is not what is measured.
"""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

os.environ.setdefault("CROWDFUND_KENT_MODE", "test")
os.environ.setdefault("CROWDFUND_KENT_SECRET_KEY", "a key for benchmarks only")

from crowdfund_kent import database
from crowdfund_kent.clock import business_now, business_today, day_ends, real_now
from crowdfund_kent.references import email_key, new_reference
from crowdfund_kent.settings import get_settings
from local.postgres import LocalPostgres
from local.processes import dies_with_parent
from local.valkey import LocalValkey
from payments.gateway import ChargeOutcome, ChargeRequest, Gateway
from payments.models import Collection, SavedCard
from payments.sandbox import cards
from payments.sandbox.engine import Call
from payments.sandbox.resources import customers, payment_methods
from payments.sandbox.store import Store
from payments.sandbox.world import World
from pledges.links import PAGES
from pledges.models import Pledge, PledgeEvent
from projects.models import Campaign, Group, Project, ProjectVersion

N = int(os.environ.get("N", "3000"))
PACE = int(os.environ.get("PACE", "20"))
AT_ONCE = 32
PACE_KEPT = 0.95
CORES = 0.5
FLAT = 1.05  # memory after N pledges, of that after a third of them
STUCK = 120.0  # seconds without a charge
PENCE = 500
KEY = "sk_test_benchmark"
FREE_KEY = "sk_test_benchmark_ceiling"
ROOT = Path(__file__).parent.parent
TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


def make_cards(state: Path, key: str, count: int) -> list[tuple[str, str]]:
    """(customer, card) of `count` residents, in the sandbox's file before it starts."""
    store = Store(state)
    made = []
    with store.transaction():
        world = World(store, store.world(key), "")
        for number in range(count):
            customer = customers.create(world, Call({"email": f"resident{number}@example.org"}, ()))
            card = cards.find(cards.family_number(number))
            assert card is not None
            method = payment_methods.make(world, card, 8, 2040, "Resident", None)
            world.put({**method, "customer": customer["id"]})
            made.append((customer["id"], method["id"]))
    store.close()
    return made


async def make_campaign(number: int, saved: list[tuple[str, str]]) -> int:
    """A campaign that is being collected: each resident's pledge, card and row that says it is due now."""
    now = business_now()
    group = await Group.create(slug=f"g{number}", name="G", legal_form="other", created_at=now)
    project = await Project.create(group=group, slug=f"p{number}", title="P", created_at=now)
    target = len(saved) * PENCE
    version = await ProjectVersion.create(
        project=project,
        number=1,
        content={"title": "P", "summary": "", "group": {"name": "G"}, "district_code": "E07000114"},
        cost_pence=target,
        revenue_pence=target,
        other_funding_pence=0,
        in_kind_pence=0,
        project_value_pence=target,
        target_pence=target,
        frozen_at=now,
    )
    campaign = await Campaign.create(
        status="collecting",
        project=project,
        version=version,
        last_day=business_today(),
        deadline_at=day_ends(business_today()),
        target_pence=target,
        threshold_bp=9000,
        raised_pence=target,
        decided_at=now,
        collecting_from=now,
        opened_at=now,
        created_at=now,
    )
    references = [new_reference("P") for _ in saved]
    await Pledge.bulk_create(
        (
            Pledge(
                status="collecting",
                campaign_id=campaign.id,
                reference=reference,
                form_key=f"{number}-{place}",
                token_hash=PAGES.hash_of(reference),
                amount_pence=PENCE,
                backer_kind="person",
                email=f"resident{place}@example.org",
                email_key=email_key(f"resident{place}@example.org"),
                card_last4="4242",
                created_at=now,
                activated_at=now,
            )
            for place, reference in enumerate(references)
        ),
        batch_size=1000,
    )
    pledges = await Pledge.filter(campaign_id=campaign.id).order_by("id")
    await PledgeEvent.bulk_create(
        (
            PledgeEvent(
                subject_id=pledge.id,
                old="active",
                new="collecting",
                cause="collection began",
                amount_pence=PENCE,
                effective_at=now,
                recorded_at=real_now(),
            )
            for pledge in pledges
        ),
        batch_size=1000,
    )
    await SavedCard.bulk_create(
        (
            SavedCard(pledge_id=pledge.id, customer=customer, payment_method=card, created_at=now)
            for pledge, (customer, card) in zip(pledges, saved, strict=True)
        ),
        batch_size=1000,
    )
    await Collection.bulk_create(
        (Collection(pledge_id=pledge.id, campaign_id=campaign.id, next_at=now) for pledge in pledges), batch_size=1000
    )
    return int(campaign.id)


async def ceiling(url: str, saved: list[tuple[str, str]]) -> float:
    """Charges a second that the sandbox takes when nothing else is done, from AT_ONCE threads."""
    gateway = Gateway(FREE_KEY, "whsec_none", url, timeout=25, max_network_retries=0, concurrency=AT_ONCE)
    waiting = list(enumerate(saved))

    async def lane() -> None:
        while waiting:
            number, (customer, card) = waiting.pop()
            request = ChargeRequest(
                pledge_reference=f"P-{number}",
                attempt_number=1,
                customer=customer,
                payment_method=card,
                amount_pence=PENCE,
                transfer_group="campaign-0",
                key=f"ceiling-{customer}",
            )
            answer = await gateway.charge(request)
            assert answer.outcome is ChargeOutcome.SUCCEEDED, answer

    begun = time.perf_counter()
    await asyncio.gather(*(lane() for _ in range(AT_ONCE)))
    took = time.perf_counter() - begun
    gateway.close()
    return len(saved) / took


def used(pid: int) -> tuple[float, float]:
    """(seconds of CPU, megabytes of memory) of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return (int(fields[11]) + int(fields[12])) / TICKS, pages * PAGE / 2**20


@dataclass(frozen=True, slots=True)
class Found:
    """Pledges charged a second; cores used meanwhile by the worker, the sandbox and the database; megabytes of the worker.

    `behind`: fees, receipts and cards that were still to be seen to when the last pledge was charged.
    """

    a_second: float
    cores: float
    sandbox_cores: float
    database_cores: float
    early: float
    late: float
    behind: dict[str, int]


async def collected(campaign_id: int) -> int:
    """How many pledges are collected by now."""
    rows = await database.fetch(
        "SELECT count(*) AS count FROM pledge WHERE campaign_id = $1 AND status = 'collected'", campaign_id
    )
    return int(rows[0]["count"])


async def left_behind() -> dict[str, int]:
    """What goes with charges and is not done yet."""
    rows = await database.fetch(
        "SELECT (SELECT count(*) FROM card_fee WHERE known_at IS NULL) AS fees,"
        " (SELECT count(*) FROM outbox WHERE name = 'payments/collected' AND done_at IS NULL) AS receipts,"
        " (SELECT count(*) FROM saved_card s JOIN pledge p ON p.id = s.pledge_id AND p.status = 'collected'"
        "  WHERE s.detached_at IS NULL) AS cards"
    )
    return {name: int(count) for name, count in rows[0].items()}


@dataclass(frozen=True, slots=True)
class Watched:
    """The processes whose work is counted."""

    worker: int
    sandbox: int
    postgres: int

    def seconds(self) -> tuple[float, float, float]:
        """CPU so far of worker, sandbox, and PostgreSQL with all that it started."""
        started = Path(f"/proc/{self.postgres}/task/{self.postgres}/children").read_text().split()
        servers = (self.postgres, *map(int, started))
        return used(self.worker)[0], used(self.sandbox)[0], sum(used(pid)[0] for pid in servers)


async def measured(worker: subprocess.Popen[bytes], watched: Watched, campaign_id: int, pledges: int) -> Found:
    """While the worker runs: between the first tenth and the last pledge."""
    begun, memory, first, from_cpu = 0.0, 0.0, 0, (0.0, 0.0, 0.0)
    before, since = 0, time.perf_counter()
    while True:
        assert worker.poll() is None, "the worker ended"
        done = await collected(campaign_id)
        if done > before:
            before, since = done, time.perf_counter()
        assert time.perf_counter() - since < STUCK, f"{done} of {pledges} are collected, and no more come"
        if done >= pledges // 10 and not begun:
            from_cpu, begun, first = watched.seconds(), time.perf_counter(), done
        if done >= pledges // 3 and not memory:
            memory = used(worker.pid)[1]
        if done >= pledges:
            took = time.perf_counter() - begun
            cores = [(now - then) / took for now, then in zip(watched.seconds(), from_cpu, strict=True)]
            return Found(
                a_second=(done - first) / took,
                cores=cores[0],
                sandbox_cores=cores[1],
                database_cores=cores[2],
                early=memory,
                late=used(worker.pid)[1],
                behind=await left_behind(),
            )
        await asyncio.sleep(0.1)


@contextmanager
def program(folder: Path, *command: str, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process that ends with this one; what it says is shown when something goes wrong."""
    with (folder / "said").open("wb") as said:
        started = subprocess.Popen(
            dies_with_parent([sys.executable, "-m", *command], signal.SIGKILL),
            cwd=ROOT,
            env={name: value for name, value in (os.environ | environment).items() if value},
            stdout=said,
            stderr=said,
        )
        try:
            yield started
        except BaseException:
            print((folder / "said").read_text()[-3000:])
            raise
        finally:
            started.terminate()
            started.wait(30)


async def worked(folder: Path, servers: tuple[int, int], campaign_id: int, pledges: int, pace: int) -> Found:
    """One worker charges one campaign; then it ends. `servers`: the processes of the sandbox and of PostgreSQL."""
    with program(
        folder, "arq", "worker.WorkerSettings", CROWDFUND_KENT_CALLS_A_SECOND=str(pace), PYTHONWARNINGS="ignore"
    ) as worker:
        return await measured(worker, Watched(worker.pid, *servers), campaign_id, pledges)


async def run(
    folder: Path, url: str, servers: tuple[int, int], saved: list[tuple[str, str]], free: list[tuple[str, str]]
) -> list[str]:
    """Each measure in turn; what was found is printed. Returns what falls short of what is promised."""
    await database.migrate(get_settings().database_url)
    await database.open_database(get_settings().database_url, 4)
    few = N // 5
    third = len(free) // 3
    rates = [await ceiling(url, free[:third])]
    campaign = await make_campaign(1, saved[:few])
    fast = await worked(folder, servers, campaign, few, 0)
    rates += [await ceiling(url, free[third * part : third * (part + 1)]) for part in (1, 2)]
    most = median(rates)
    print(f"without a pace, {few} pledges: the sandbox alone takes {most:.0f} charges a second from {AT_ONCE} threads;")
    print(
        f"  the worker charges {fast.a_second:.1f} a second: {fast.a_second / most:.2f} of it, {fast.cores:.2f} cores"
    )
    await database.execute("UPDATE outbox SET done_at = now() WHERE done_at IS NULL")  # the next worker begins afresh
    await database.execute("UPDATE saved_card SET detached_at = now()")
    campaign = await make_campaign(2, saved[few:])
    paced = await worked(folder, servers, campaign, N, PACE)
    print(f"at {PACE} a second, {N} pledges: {paced.a_second:.2f} a second, {paced.a_second / PACE:.1%} of the pace;")
    print(
        f"  the worker used {paced.cores:.2f} of a core, the sandbox {paced.sandbox_cores:.2f},"
        f" the database {paced.database_cores:.2f}"
    )
    print(f"  still to be seen to then: {', '.join(f'{count} {name}' for name, count in paced.behind.items())}")
    print(f"memory of the worker: {paced.early:.0f} MB after {N // 3} pledges, {paced.late:.0f} MB after {N}")
    rows = await database.fetch(
        "SELECT count(*) AS charges, count(DISTINCT pledge_id) AS pledges FROM charge_attempt WHERE status = 'succeeded'"
    )
    assert (rows[0]["charges"], rows[0]["pledges"]) == (N + few, N + few)
    await database.close_database()
    return short_of(paced)


def short_of(paced: Found) -> list[str]:
    """What was promised and not kept, in words."""
    return [
        words
        for words, kept in (
            (f"below {PACE_KEPT:.0%} of the pace", paced.a_second >= PACE_KEPT * PACE),
            (f"the worker used {CORES} of a core or more", paced.cores < CORES),
            ("the worker's memory grows with the pledges", paced.late <= FLAT * paced.early),
        )
        if not kept
    ]


def free_port() -> int:
    """A port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main() -> int:
    """Servers of its own."""
    with (
        tempfile.TemporaryDirectory(prefix="ck-bench-") as folder,
        LocalPostgres(Path(folder) / "pg") as postgres,
        LocalValkey(Path(folder) / "queue") as queue,
    ):
        state, port = Path(folder) / "sandbox.sqlite", free_port()
        saved = make_cards(state, KEY, N + N // 5)
        free = make_cards(state, FREE_KEY, max(N // 5, 150))
        url = f"http://127.0.0.1:{port}"
        os.environ |= {
            "DATABASE_URL": postgres.url(),
            "REDIS_URL": queue.url(),
            "STRIPE_API_KEY": KEY,
            "STRIPE_WEBHOOK_SECRET": "whsec_none",
            "STRIPE_BASE_URL": url,
            "CROWDFUND_KENT_PUMP_CONCURRENCY": str(AT_ONCE),
        }
        get_settings.cache_clear()
        beside = Path(folder) / "sandbox"
        beside.mkdir()
        listen = ("--port", str(port), "--state", str(state))
        with program(beside, "payments.sandbox", *listen, CROWDFUND_KENT_MODE="") as sandbox:
            assert postgres.process is not None
            servers = (sandbox.pid, postgres.process.pid)
            short = asyncio.run(run(Path(folder), url, servers, saved, free))
    for words in short:
        print(f"NOT KEPT: {words}")
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(main())
