"""Evidence: the same facts give the same bytes, a sample is drawn again by its seed, who did what is told."""

import hashlib
import io
import re
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from crowdfund_kent import audit, ledger
from crowdfund_kent.accounts.models import Person
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import SYSTEM
from crowdfund_kent.clock import business_now, business_today, real_now
from crowdfund_kent.database import fetch
from crowdfund_kent.errors import Forbidden, NotFound, Refused
from evaluation.evidence import access_report, payment_files, sample, segregation
from evaluation.evidence.duties import DUTIES, GROUP_OF, Duty
from evaluation.evidence.models import AuditSample
from evaluation.evidence.packing import File, pack
from evaluation.evidence.sample import Item
from payments.accounts import card_money
from payments.payouts.models import Payout
from pledges import matches, pots
from pledges.models import MatchPledge
from projects.models import Member
from projects.queries import group_id_of
from tests.accounts.make import sign_in
from tests.client import SiteClient
from tests.panel import stage as panel
from tests.pledges import gift_make, pot_make
from tests.projects import make as projects

DAY = date(2026, 11, 1)
YEAR = timedelta(days=365)


def population(*pence: int) -> list[Item]:
    return [Item(f"discharge of match_payment:{number}", DAY, amount) for number, amount in enumerate(pence, 1)]


def test_a_sample_is_the_same_for_its_seed_and_another_for_another() -> None:
    items = population(*range(1_000, 200_000, 1_000))
    first, again, other = (sample.select(items, 20, seed) for seed in ("spring", "spring", "autumn"))
    assert first == again
    assert {item.key for item in first} != {item.key for item in other}
    assert len({item.key for item in first}) == 20
    assert {item.key for item in sample.select(list(reversed(items)), 20, "spring")} == {item.key for item in first}


def test_the_smallest_digest_is_selected_as_anybody_can_compute() -> None:
    items = population(500, 600, 700)
    (chosen,) = sample.select(items, 1, "a seed")
    assert chosen == min(items, key=lambda item: hashlib.sha256(f"a seed|{item.key}".encode()).hexdigest())


@pytest.mark.parametrize(
    ("strata", "size", "shares"),
    [
        ([[1_000] * 50, [100_000] * 50], 10, [1, 9]),  # by money, one at least
        ([[1_000] * 50, [600_000] * 2], 10, [8, 2]),  # never more than a stratum holds
        ([[1_000] * 3, [20_000] * 3, [600_000]], 2, [0, 1, 1]),  # too few for all: the largest first
        ([[1_000] * 3], 9, [3]),
    ],
)
def test_strata_share_a_sample(strata: list[list[int]], size: int, shares: list[int]) -> None:
    assert sample.shares([population(*amounts) for amounts in strata], size) == shares


def test_a_zip_is_the_same_bytes_and_its_index_has_every_digest() -> None:
    files = [File("a.csv", "A & <b>", b"1,2\n", 1), File("b.txt", "Words", "é".encode())]
    first, again = (pack("Evidence <x>", "Of it", files) for _ in range(2))
    assert first == again
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        index = archive.read("index.html").decode()
        assert all(hashlib.sha256(archive.read(file.name)).hexdigest() in index for file in files)
    assert "A &amp; &lt;b&gt;" in index


@pytest.mark.usefixtures("db")
async def test_the_file_of_a_match_pledge_holds_its_decision_history_and_ledger() -> None:
    stage = await panel.stage()
    match = await stage.signed()
    await matches.accept(match.id, stage.owner)
    match = await MatchPledge.get(id=match.id)
    await pots.confirm(match, SYSTEM)
    await pots.pay(match, match.amount_pence, SYSTEM, for_row="match_payment:1")
    (name, first), (_, again) = [await payment_files.match_file(match.reference) for _ in range(2)]
    assert name == f"evidence-{match.reference}.zip"
    assert first == again
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        texts = {entry: archive.read(entry).decode() for entry in archive.namelist()}
    digests = re.findall(r"<code>([0-9a-f]{64})</code>", texts["index.html"])
    assert len(digests) == len(texts) - 1
    for account in ("earmarked", "pledged", "confirmed", "paid"):
        assert f":{account}" in texts["6-ledger.csv"]
    assert f"person {stage.officer.person_id}" in texts["2-decision.csv"]
    assert "award signed" in texts["7-record.csv"]
    assert texts["5-history.csv"].count("match pledge") >= 4
    with pytest.raises(NotFound):
        await payment_files.match_file("M-NONE")


@pytest.mark.usefixtures("db")
async def test_a_sample_is_kept_and_what_comes_later_is_not_in_its_population() -> None:
    for number in range(1, 8):
        await ledger.post("collected", f"charge_attempt:{number}", card_money(7, number * 1_000, 0), business_now())
    approver, today = await projects.staff(Role.FINANCE_APPROVER), business_today()
    row = await sample.draw("cards charged", today, today, 3, "autumn", approver)
    await ledger.post("collected", "charge_attempt:99", card_money(7, 50_000, 0), business_now())
    assert (row.population_count, row.population_pence, len(sample.items_of(row))) == (7, 28_000, 3)
    assert await sample.changed() == []
    chosen, how, whole = await sample.tables(row)
    assert (len(list(chosen.rows)), len(list(whole.rows))) == (3, 7)
    assert ("Seed", "autumn") in list(how.rows)
    with pytest.raises(Refused, match="nothing to draw"):
        await sample.draw("refunds", today, today, 3, "autumn", approver)
    with pytest.raises(Refused):
        await sample.draw("cards charged", today, today - timedelta(days=1), 3, "autumn", approver)
    with pytest.raises(NotFound):
        await sample.draw("people", today, today, 3, "autumn", approver)
    with pytest.raises(Forbidden):
        await sample.draw("cards charged", today, today, 3, "autumn", await projects.officer())


def at(hour: int) -> datetime:
    return datetime(2026, 11, 1, hour, tzinfo=UTC)


def test_one_person_in_two_steps_is_a_finding_and_a_second_role_a_near_miss() -> None:
    duty = next(one for one in DUTIES if one.subject == "award")
    proposed = segregation.Step("proposed", 1, "Kim", "fund officer", at(1))
    roles = [(1, "fund officer", at(0), None), (2, "authorised signatory", at(0), None)]
    signed = segregation.Step("signed or refused", 2, "Ola", "authorised signatory", at(2))
    clean = segregation.item_of(duty, "award:1", [proposed, signed], roles)
    assert (clean.twice, clean.near) == ((), ())
    near = segregation.item_of(duty, "award:1", [proposed, signed], [*roles, (2, "fund officer", at(0), at(3))])
    assert (near.twice, near.near) == ((), (2,))
    ended = segregation.item_of(duty, "award:1", [proposed, signed], [*roles, (2, "fund officer", at(0), at(1))])
    assert ended.near == (), "the second role had ended before"
    same = segregation.Step("signed or refused", 1, "Kim", "authorised signatory", at(2))
    assert segregation.item_of(duty, "award:1", [proposed, same], roles).twice == (1,)


def duty_of(words: str) -> Duty:
    return next(one for one in DUTIES if one.words == words)


def rows_of(subject: str, *acts: tuple[str, int]) -> list[dict[str, object]]:
    return [
        {"subject": subject, "act": act, "person_id": person, "person": "", "role": "", "at": at(number)}
        for number, (act, person) in enumerate(acts)
    ]


def test_what_was_sent_back_is_judged_anew_from_there() -> None:
    duty = duty_of("Money that is left, another purpose, or an end")
    rows = rows_of("delivery_turn:1", ("turn asked", 9), ("turn proposed", 1), ("turn sent back", 2),
                   ("turn proposed", 2), ("turn agreed", 1))  # fmt: skip
    rounds = list(segregation.rounds_of(duty, rows))
    assert [[(step.words, step.person_id) for step in steps] for _, steps in rounds] == [
        [("asked", 9), ("proposed", 1)],
        [("asked", 9), ("proposed", 2), ("agreed", 1)],
    ]
    assert [segregation.item_of(duty, subject, steps, []).twice for subject, steps in rounds] == [(), ()]
    rows = rows_of("delivery_turn:1", ("turn asked", 9), ("turn proposed", 1), ("turn sent back", 2),
                   ("turn proposed", 2), ("turn agreed", 9))  # fmt: skip
    assert segregation.item_of(duty, *list(segregation.rounds_of(duty, rows))[1], []).twice == (9,)


@pytest.mark.parametrize(("since", "inside"), [(0, (7,)), (2, ())])
def test_a_survey_on_paper_by_somebody_of_the_group_is_a_finding(since: int, inside: tuple[int, ...]) -> None:
    duty = duty_of("Survey filled in on paper")
    subject = "survey_invitation:3"
    ((_, steps),) = segregation.rounds_of(duty, rows_of(subject, ("survey answered on paper", 7)))
    item = segregation.item_of(duty, subject, [replace(steps[0], at=at(1))], [])
    (found,) = segregation.with_inside(duty, [item], {subject: [(7, at(since)), (8, at(0))]})
    assert (found.inside, found.is_finding) == (inside, bool(inside))
    assert found.what_of(7) == ("finding: of the group" if inside else "")


def test_every_rule_of_two_people_has_its_duty() -> None:
    """Modules that refuse one person twice record an act that the report knows."""
    acts = {act for duty in DUTIES for _, names, _ in duty.steps for act in names}
    across = {"payments/reconciling/services.py"}  # not two steps of one item
    elsewhere = {"payments/taken_back/services.py", "pledges/matches.py"}  # their acts are named in another module
    root = Path(segregation.__file__).parents[2]
    found = {
        str(path.relative_to(root)): path.read_text()
        for package in ("projects", "pledges", "panel", "payments", "evaluation")
        for path in (root / package).rglob("*.py")
    }
    refusing = {name: text for name, text in found.items() if "refuse_same_person(" in text}
    assert len(refusing) > 30
    unknown = [name for name, text in refusing.items() if not any(f'"{act}"' in text for act in acts)]
    assert set(unknown) == across | elsewhere
    assert len({(duty.words, duty.subject) for duty in DUTIES}) == len(DUTIES)
    assert all(duty.subject in GROUP_OF for duty in DUTIES if duty.outside)


@pytest.mark.usefixtures("db")
async def test_the_groups_of_items_are_read_for_every_duty() -> None:
    for number, sql in enumerate(GROUP_OF.values()):
        assert await fetch(f"SELECT * FROM ({sql}) g (id, group_id) WHERE g.id = $1", number) == []


@pytest.mark.usefixtures("db")
async def test_who_counts_a_gift_of_their_own_group_is_found_in_the_record() -> None:
    desk = await gift_make.desk()
    gift = await desk.counted(await pot_make.live_campaign())
    assert await segregation.findings() == []
    group_id = await group_id_of(gift.campaign_id)
    assert desk.counter.person_id is not None
    await Member.create(
        group_id=group_id, person_id=desk.counter.person_id, role="editor", created_at=real_now() - timedelta(days=1)
    )
    assert await segregation.findings() == [f"offline_gift {gift.id}"]


@pytest.mark.usefixtures("db")
async def test_the_report_reads_the_record_and_finds_a_forged_act() -> None:
    stage = await panel.stage()
    await stage.signed()
    begins, ends = real_now() - YEAR, real_now() + timedelta(minutes=1)
    found = await segregation.report(begins, ends)
    award = next(item for item in found if item.subject.startswith("award:"))
    assert [step.words for step in award.steps] == ["proposed", "signed or refused"]
    assert await segregation.findings() == []
    await audit.record("award signed", award.subject, stage.officer)
    assert await segregation.findings() == [award.subject.replace(":", " ")]
    assert (await segregation.report(begins, ends))[0].subject == award.subject, "findings come first"


@pytest.mark.usefixtures("db")
async def test_roles_tell_who_gave_them_and_when_they_were_used() -> None:
    used, idle = await projects.staff(Role.FUND_OFFICER), await projects.staff(Role.FINANCE_APPROVER)
    await audit.record("award proposed", "award:1", used)
    found = {one.person_id: one for one in await access_report.held()}
    assert used.person_id is not None
    assert idle.person_id is not None
    assert (found[used.person_id].last_act, found[used.person_id].acts) == ("award proposed", 1)
    assert (found[idle.person_id].last_used_at, found[idle.person_id].acts) == (None, 0)
    assert not found[idle.person_id].is_unused


async def test_pages_and_files_of_evidence(db: None, client: SiteClient) -> None:
    stage = await panel.stage()
    match = await stage.signed()
    approver = await projects.staff(Role.FINANCE_APPROVER)
    await sign_in(client, await Person.get(id=approver.person_id))
    page = await client.get("/staff/evidence")
    page = await page.submit({"reference": "M-NONE"}, status=422)
    assert "We know no match pledge" in page.text
    answer = await client.http.get(f"/staff/evidence/match/{match.reference}.zip")
    assert answer.headers["content-type"] == "application/zip"
    page = await client.get("/staff/evidence/samples/new")
    page = await page.submit({"population": "awards signed", "size": "1", "seed": "=1+1"}, to="/staff/evidence")
    assert "The sample is drawn" in page.text
    row = (await AuditSample.all())[0]
    assert f"earmark of match_pledge:{match.id}" in (await client.get(f"/staff/evidence/samples/{row.id}")).text
    for path in (f"samples/{row.id}.csv", f"samples/{row.id}.ods", "access.ods", "access.csv", "segregation.csv"):
        assert (await client.http.get(f"/staff/evidence/{path}")).status_code == 200, path
    assert "0 findings" in (await client.get("/staff/evidence/segregation")).text
    page = await client.get("/staff/evidence/access")
    assert "Roles that somebody holds" in page.text
    assert "You can’t move money" in page.text or "can't move money" in page.text
    auditor = await projects.staff(Role.AUDITOR)
    await sign_in(client, await Person.get(id=auditor.person_id))
    await client.get("/staff/evidence")
    await client.get(f"/staff/evidence/samples/{row.id}")


async def test_the_page_finds_the_file_of_a_payout_by_its_number(db: None, client: SiteClient) -> None:
    campaign = await pot_make.live_campaign()
    payout = await Payout.create(status="waiting", campaign_id=campaign.id, created_at=business_now())
    auditor = await projects.staff(Role.AUDITOR)
    await sign_in(client, await Person.get(id=auditor.person_id))
    page = await client.get("/staff/evidence")
    assert "payout" in (await page.submit({"reference": str(payout.id + 1)}, status=422)).text
    answer = await client.http.get(f"/staff/evidence?reference={payout.id}")
    assert answer.headers["location"].endswith(f"/staff/evidence/payout/{payout.id}.zip")
    answer = await client.http.get(f"/staff/evidence/payout/{payout.id}.zip")
    assert answer.headers["content-type"] == "application/zip"
    assert (await client.http.get(f"/staff/evidence/payout/{payout.id + 1}.zip")).status_code == 404
