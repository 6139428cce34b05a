"""How long the evaluation takes over a large past, and how it grows from a tenth of it.

    make bench-evaluation       (CAMPAIGNS=10000 PLEDGES=1000000 by default)

The records are written in bulk by SQL into a PostgreSQL of their own. Measured: the whole pack (in a process of its own, with
its largest memory), the report's page when nothing was recorded since it was last asked for, and when something was.
"""

import asyncio
import json
import os
import resource
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from statistics import median

os.environ.setdefault("CROWDFUND_KENT_MODE", "test")
os.environ.setdefault("CROWDFUND_KENT_SECRET_KEY", "a key for benchmarks only")

import httpx2

from crowdfund_kent import audit, database
from crowdfund_kent.app import create_app
from crowdfund_kent.settings import get_settings
from evaluation import cache
from local.postgres import LocalPostgres

CAMPAIGNS = int(os.environ.get("CAMPAIGNS", "10000"))
PLEDGES = int(os.environ.get("PLEDGES", "1000000"))
TENTH = 10
AS_AT = date(2023, 2, 28)
WARM = 15
MOST_SECONDS, MOST_BYTES, MOST_WARM_MS = 60, 1_000_000_000, 300
MOST_KEEPING = 600  # seconds: it measures three days
DISTRICTS = (
    "ARRAY['E07000105','E07000106','E07000107','E07000108','E07000112','E07000109','E07000110','E07000111','E07000113',"
    "'E07000114','E07000115','E07000116']"
)
FORMS = "ARRAY['unincorporated group','registered charity','community interest company','one or two named people']"
# campaign n opens on day n % 640 of the pilot, runs 56 days, and two of three meet their target; half have a match
RECORDS = (
    "INSERT INTO funder (slug, name, short_name, organisation_id) VALUES ('kcc', 'Kent County Council', 'KCC', 'GB-LAE-KEN')",
    "INSERT INTO match_fund (status, funder_id, slug, name, summary, objective_list, starts_on, ends_on, accrual, position,"
    " generated, created_at) SELECT 'open', id, 'pilot', 'Pilot', '', 'crowdfund-kent', '2021-03-01', '2023-02-28', 'flat', 0,"
    " true, '2021-03-01' FROM funder",
    "INSERT INTO funding_source (fund_id, position, name, budget_code, purpose, cap_pence, earmarked_pence, pledged_pence,"
    " confirmed_pence, paid_pence, recovered_pence)"
    " SELECT id, n, 'Source ' || n, '', '', 10000000000000, 0, 0, 0, 0, 0 FROM match_fund, generate_series(1, 2) n",
    f"INSERT INTO community_group (slug, name, legal_form, about, named_people, generated, created_at)"
    f" SELECT 'g' || n, 'Group ' || n, ({FORMS})[1 + n % 4], '', '', true, '2021-03-01' FROM generate_series(1, $1) n",
    f"INSERT INTO project (group_id, slug, title, summary, story, place, district_code, taken_down_kind, taken_down_note,"
    f" generated, created_at) SELECT g.id, 'p' || g.id, 'Project ' || g.id, '', '', '', ({DISTRICTS})[1 + g.id % 12], '', '',"
    f" true, '2021-03-01' FROM community_group g",
    "INSERT INTO project_version (project_id, number, content, cost_pence, revenue_pence, other_funding_pence, in_kind_pence,"
    " project_value_pence, target_pence, frozen_at)"
    " SELECT p.id, 1, jsonb_build_object('title', p.title, 'district_code', p.district_code, 'objective', 'Objective ' ||"
    " p.id % 5, 'group', jsonb_build_object('legal_form', g.legal_form)), 400000 + p.id % 97 * 1000, 0, 0, 50000,"
    " 450000 + p.id % 97 * 1000, 400000 + p.id % 97 * 1000, '2021-03-01'"
    " FROM project p JOIN community_group g ON g.id = p.group_id",
    "INSERT INTO campaign (status, project_id, version_id, last_day, deadline_at, target_pence, threshold_bp,"
    " card_cost_borne_by, if_too_much, opened_at, decided_at, generated, created_at)"
    " SELECT CASE WHEN v.id % 3 = 0 THEN 'unsuccessful' ELSE 'settled' END, v.project_id, v.id, o.day + 55, o.day + 56,"
    " v.target_pence, 9000, 'group', '', o.day, o.day + 56, true, o.day FROM project_version v"
    " CROSS JOIN LATERAL (SELECT date '2021-03-01' + (v.id % 640)::int AS day) o",
    "INSERT INTO campaign_event (subject_id, old, new, cause, effective_at, recorded_at) SELECT c.id, s.old, s.new, s.cause,"
    " c.opened_at + s.days * interval '1 day', c.opened_at + s.days * interval '1 day' FROM campaign c CROSS JOIN LATERAL"
    " (VALUES (1, '', 'draft', 'created', 0), (2, 'draft', 'submitted', 'submitted', 0), (3, 'submitted', 'approved',"
    " 'approved', 0), (4, 'approved', 'live', 'opened', 0), (5, 'live', 'closing', 'deadline', 56), (6, 'closing',"
    " CASE WHEN c.status = 'settled' THEN 'successful' ELSE 'unsuccessful' END,"
    " CASE WHEN c.status = 'settled' THEN 'target met' ELSE 'target missed' END, 56),"
    " (7, 'successful', 'collecting', 'collection began', 58), (8, 'collecting', 'settled', 'threshold met', 72))"
    " s(n, old, new, cause, days) WHERE s.n <= 6 OR c.status = 'settled' ORDER BY c.id, s.n",
    "INSERT INTO match_pledge (status, campaign_id, fund_id, reference, amount_pence, paid_pence, recovered_pence, accrual,"
    " terms, accepted_at, created_at, generated)"
    " SELECT CASE WHEN c.status = 'settled' THEN 'paid' ELSE 'released' END, c.id, f.id, 'M' || c.id, 100000,"
    " CASE WHEN c.status = 'settled' THEN 100000 ELSE 0 END, 0, 'flat', '{}', c.opened_at + interval '28 days',"
    " c.opened_at + interval '20 days', true FROM campaign c, match_fund f WHERE c.id % 2 = 0",
    "INSERT INTO match_draw (match_pledge_id, source_id, amount_pence, paid_pence, recovered_pence)"
    " SELECT m.id, s.id, 50000, m.paid_pence / 2, 0 FROM match_pledge m, funding_source s ORDER BY m.id, s.id",
    "INSERT INTO match_pledge_event (subject_id, old, new, cause, amount_pence, effective_at, recorded_at)"
    " SELECT m.id, s.old, s.new, s.cause, 100000, m.created_at + s.days * interval '1 day',"
    " m.created_at + s.days * interval '1 day' FROM match_pledge m CROSS JOIN LATERAL (VALUES"
    " (1, '', 'earmarked', 'signed', 0), (2, 'earmarked', 'pledged', 'accepted', 8), (3, 'pledged',"
    " CASE WHEN m.status = 'paid' THEN 'confirmed' ELSE 'released' END,"
    " CASE WHEN m.status = 'paid' THEN 'target met' ELSE 'target missed' END, 36), (4, 'confirmed', 'paid', 'paid', 60))"
    " s(n, old, new, cause, days) WHERE s.n < 4 OR m.status = 'paid' ORDER BY m.id, s.n",
    # one backer in five gives twice, one in seven shares a card
    "INSERT INTO pledge (status, campaign_id, reference, form_key, token_hash, amount_pence, backer_kind, email_key, card_key,"
    " name, name_shown, runs_campaign, district_code, created_at, activated_at, refunded_pence, generated)"
    " SELECT CASE WHEN c.status = 'settled' THEN 'collected' ELSE 'released' END, c.id, 'P' || n, 'f' || n, 't' || n,"
    " 500 + n::bigint * 7919 % 20000, 'person', md5('e' || (CASE WHEN n % 5 = 0 THEN n - 1 ELSE n END))"
    " || md5('x' || (CASE WHEN n % 5 = 0 THEN n - 1 ELSE n END)), md5('c' || (CASE WHEN n % 7 = 0 THEN n - 2 ELSE n END)), '',"
    f" false, n % 997 = 0, ({DISTRICTS})[1 + n % 12], c.opened_at + n % 55 * interval '1 day',"
    " c.opened_at + n % 55 * interval '1 day', 0, true FROM generate_series(1, $2) n"
    " JOIN (SELECT *, row_number() OVER (ORDER BY id) AS at FROM campaign) c ON c.at = 1 + n % $1",
    "INSERT INTO pledge_event (subject_id, old, new, cause, amount_pence, effective_at, recorded_at)"
    " SELECT p.id, s.old, s.new, s.cause, p.amount_pence, CASE s.n WHEN 1 THEN p.created_at WHEN 2 THEN p.created_at"
    " WHEN 3 THEN c.decided_at + interval '2 days' ELSE c.decided_at + interval '2 days' END,"
    " p.created_at FROM pledge p JOIN campaign c ON c.id = p.campaign_id CROSS JOIN LATERAL (VALUES"
    " (1, '', 'pending', 'created'), (2, 'pending', 'active', 'card saved'),"
    " (3, 'active', CASE WHEN p.status = 'collected' THEN 'collecting' ELSE 'released' END,"
    " CASE WHEN p.status = 'collected' THEN 'collection began' ELSE 'campaign unsuccessful' END),"
    " (4, 'collecting', 'collected', 'charged')) s(n, old, new, cause)"
    " WHERE s.n < 4 OR p.status = 'collected' ORDER BY p.id, s.n",
)


async def fill(url: str, campaigns: int, pledges: int) -> None:
    """So many records, in bulk, with the guards of ordinary writes off for it."""
    await database.migrate(url)
    await database.open_database(url, 2)
    async with database.transaction():
        await database.execute("SET LOCAL session_replication_role = replica")
        for statement in RECORDS:
            values = [number for place, number in (("$1", campaigns), ("$2", pledges)) if place in statement]
            await database.execute(statement, *values)
    await database.execute("ANALYZE")
    await database.close_database()


async def pack(folder: Path) -> None:
    """What `crowdfund-kent evaluate` does; prints seconds and the largest memory of this process."""
    from evaluation.pack.services import evaluate

    await database.open_database(pool=2)
    begun = time.perf_counter()
    written = await evaluate(AS_AT, None, "generated", folder)
    told = {
        "seconds": time.perf_counter() - begun,
        "bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        "pdf_bytes": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024,
        "files": len(written),
    }
    await database.close_database()
    print(json.dumps(told))


async def page() -> dict[str, float]:
    """Milliseconds of the report's page: the first time, the middle of the next ones, and the first one of a process that finds
    what the worker kept, after something was recorded.
    """
    await database.open_database(pool=4)
    site = create_app()
    site.state.database_is_open = True
    taken = []
    async with httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=site), base_url=get_settings().site_url, timeout=600
    ) as browser:
        for _ in range(WARM + 1):
            begun = time.perf_counter()
            answer = await browser.get(f"/evaluation/{AS_AT}")
            taken.append((time.perf_counter() - begun) * 1000)
            assert answer.status_code == 200, answer.text[:500]
        await cache.keep_for_pages(MOST_KEEPING)
        async with database.transaction():
            await audit.record("benchmark", "campaign:1", audit.SYSTEM)
        cache.forget()
        begun = time.perf_counter()
        answer = await browser.get(f"/evaluation/{AS_AT}")
        kept = (time.perf_counter() - begun) * 1000
        assert "as we knew it at" in answer.text, answer.text[:500]
    await database.close_database()
    return {"cold": taken[0], "warm": median(taken[1:]), "kept": kept}


async def measured(server: LocalPostgres, name: str, campaigns: int, pledges: int) -> dict[str, float]:
    """All of it over one size of past."""
    import asyncpg

    connection = await asyncpg.connect(server.url("postgres"))
    await connection.execute(f"CREATE DATABASE {name}")
    await connection.close()
    url = server.url(name)
    os.environ["DATABASE_URL"] = url
    get_settings.cache_clear()
    begun = time.perf_counter()
    await fill(url, campaigns, pledges)
    filled = time.perf_counter() - begun
    with tempfile.TemporaryDirectory(prefix="ck-pack-") as folder:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "benchmarks.evaluation", "pack", folder, stdout=asyncio.subprocess.PIPE
        )
        told, _ = await process.communicate()
    if process.returncode:
        raise SystemExit("the pack failed")
    found = json.loads(told) | await page()
    print(
        f"{campaigns:>7,} campaigns, {pledges:>9,} pledges (written in {filled:.0f} s): pack {found['seconds']:.1f} s,"
        f" {found['bytes'] / 1e6:.0f} MB (PDF apart {found['pdf_bytes'] / 1e6:.0f} MB), {found['files']} files;"
        f" page first {found['cold']:.0f} ms, warm {found['warm']:.0f} ms, first from what the worker kept"
        f" {found['kept']:.0f} ms",
        flush=True,
    )
    return dict(found)


async def run(server: LocalPostgres) -> None:
    """A tenth, then all of it; the ratio is what holds on other machines."""
    small = await measured(server, "tenth", CAMPAIGNS // TENTH, PLEDGES // TENTH)
    large = await measured(server, "whole", CAMPAIGNS, PLEDGES)
    for name, words in (
        ("seconds", "pack"),
        ("bytes", "memory"),
        ("cold", "page, first"),
        ("warm", "page, warm"),
        ("kept", "page, kept"),
    ):
        print(f"  {words:<12} grows by {large[name] / small[name]:.1f} for ten times the records")
    slowest = max(large["warm"], large["kept"])
    within = large["seconds"] <= MOST_SECONDS and large["bytes"] <= MOST_BYTES and slowest <= MOST_WARM_MS
    print(f"within {MOST_SECONDS} s, {MOST_BYTES // 10**6} MB and {MOST_WARM_MS} ms: {'yes' if within else 'NO'}")
    if not within and (CAMPAIGNS, PLEDGES) == (10_000, 1_000_000):
        raise SystemExit(1)


def main() -> None:
    """A PostgreSQL of its own, with its safety on."""
    if sys.argv[1:2] == ["pack"]:
        asyncio.run(pack(Path(sys.argv[2])))
        return
    with tempfile.TemporaryDirectory(prefix="ck-bench-") as folder, LocalPostgres(Path(folder) / "pg") as postgres:
        asyncio.run(run(postgres))


if __name__ == "__main__":
    main()
