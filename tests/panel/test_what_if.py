"""A signed list replayed: under its own rules the same to the penny, under others what changes, and nothing is written."""

from dataclasses import replace
from datetime import timedelta

import pytest

from crowdfund_kent.accounts.models import Person
from crowdfund_kent.clock import advance, business_today
from crowdfund_kent.database import execute, fetch
from panel.kinds import Outcome
from panel.models import Decision, Round
from panel.queries.what_if import list_of, not_as_signed, replayed
from panel.weighing import same
from panel.what_if import Case, Changes, Replay, replay
from pledges import funds
from pledges.calculator import Terms
from tests.accounts.make import sign_in
from tests.client import SiteClient
from tests.panel.round_make import panel
from tests.panel.test_round_record import signed_round

TERMS = Terms(1_000_000, 1_000_000, 5_000, 2_000_000, 6_500, 0, 700_000, 120_000)
POT = [(1, False, 700_000)]


def case(rank: int, **more: object) -> Case:
    """One that asked for £4,000 of a target of £10,000 and passed, without money unless told."""
    made = Case(
        reference=f"R-{rank}",
        title=f"Pitch {rank}",
        district="Swale",
        places=(),
        rank=rank,
        score_bp=8_000,
        asked_pence=400_000,
        signed_pence=0,
        terms=TERMS,
        backers=20,
        crowd_pence=120_000,
        least_backers=20,
        least_raised_bp=1_000,
    )
    return replace(made, **more)  # type: ignore[arg-type]


ONE = case(1, signed_pence=400_000)
PART = case(2, signed_pence=300_000, terms=replace(TERMS, pot_available_pence=300_000), district="Thanet")


def pence(found: Replay) -> list[int]:
    return [row.pence for row in found.rows]


@pytest.mark.parametrize(
    ("cases", "changes", "wanted", "why"),
    [
        ([ONE, PART], Changes(), [400_000, 300_000], "As signed"),
        ([ONE, PART], Changes(pot_pence=800_000), [400_000, 400_000], "What it asked for"),
        ([ONE, PART], Changes(pot_pence=500_000), [400_000, 100_000], "No more, because of what is left in the pot"),
        ([ONE, PART], Changes(pot_pence=0), [0, 0], "Nothing, because of what is left in the pot"),
        ([ONE, PART], Changes(max_share_bp=2_000), [200_000, 200_000], "No more, because of the fund's largest share"),
        ([ONE], Changes(max_amount_pence=150_050), [150_000], "No more, because of the fund's largest amount"),
        ([ONE], Changes(combined_share_bp=1_000), [100_000], "No more, because of the share that all public"),
        ([ONE], Changes(pass_bp=8_001), [0], "Under the pass mark"),
        ([ONE], Changes(least_backers=21), [0], "20 of the 21 different backers"),
        ([ONE], Changes(least_raised_bp=1_201), [0], "The crowd has pledged £1,200 of the £1,201"),
        ([case(1, signed_pence=250_000)], Changes(max_share_bp=9_000), [250_000], "As signed"),
        ([case(1, score_bp=5_900)], Changes(), [0], "Under the pass mark"),
        ([case(1, score_bp=5_900)], Changes(pass_bp=5_000), [400_000], "What it asked for"),
        ([case(1, score_bp=None)], Changes(pass_bp=0), [0], "Under the pass mark"),
        ([case(1, backers=19)], Changes(), [0], "19 of the 20 different backers"),
        ([case(1, backers=19)], Changes(least_backers=19, max_share_bp=3_000), [300_000], "No more, because of"),
        ([case(1, backers=0)], Changes(least_backers=0, least_raised_bp=0), [0], "Nobody has pledged yet"),
        ([case(1, backers=0, asks_crowd=False)], Changes(pass_bp=0), [0], "The panel’s own judgement"),
        ([case(1)], Changes(pot_pence=900_000), [0], "The panel’s own judgement"),
        ([case(1, terms=None, stopped="It could take no money")], Changes(pass_bp=0), [0], "It could take no money"),
        (
            [case(1, terms=replace(TERMS, pot_available_pence=0))],
            Changes(pot_pence=700_000),
            [400_000],
            "What it asked for",
        ),
        (
            [ONE, case(2, terms=replace(TERMS, pot_available_pence=300_000))],
            Changes(),
            [400_000, 0],
            "No room in the pot",
        ),
        (
            [ONE, case(2, terms=replace(TERMS, pot_available_pence=300_000))],
            Changes(pass_bp=8_000, pot_pence=800_000),
            [400_000, 400_000],
            "What it asked for",
        ),
    ],
)
def test_what_each_gets_under_other_rules(cases: list[Case], changes: Changes, wanted: list[int], why: str) -> None:
    found = replay(cases, POT, 6_000, changes)
    assert pence(found) == wanted
    assert found.rows[-1].why.startswith(why)
    assert found.left_pence == found.pot_pence - sum(wanted) >= 0


def test_a_source_with_a_purpose_is_drawn_by_what_fits_it_only() -> None:
    sources = [(1, False, 300_000), (2, True, 400_000)]
    fitting = case(1, signed_pence=400_000, fitting=(2,), terms=replace(TERMS, pot_available_pence=700_000))
    other = case(2, signed_pence=128_500, terms=replace(TERMS, pot_available_pence=128_571))
    found = replay([fitting, other], sources, 6_000, Changes())
    assert pence(found) == [400_000, 128_500]
    assert pence(replay([fitting, other], sources, 6_000, Changes(pot_pence=1_400_000))) == [400_000, 400_000]
    assert pence(replay([other], sources, 6_000, Changes())) == [300_000]


def test_who_gains_and_who_loses_by_district_and_kind_of_place() -> None:
    cases = [replace(ONE, places=("coastal", "rural")), replace(PART, backers=25)]
    found = replay(cases, POT, 6_000, Changes(least_backers=21))
    assert [(one.name, one.signed_pence, one.pence, one.change_pence) for one in found.by_district] == [
        ("Swale", 400_000, 0, -400_000),
        ("Thanet", 300_000, 400_000, 100_000),
    ]
    assert [(one.name, one.change_pence) for one in found.by_place] == [
        ("coastal", -400_000),
        ("rural", -400_000),
        ("not recorded", 100_000),
    ]
    assert [row.case.rank for row in found.changed] == [1, 2]
    assert sum(one.pence for one in found.by_district) == found.pence == 400_000


async def test_a_round_replayed_a_year_later_gives_the_same_terms(db: None) -> None:
    p, pitches = await signed_round()
    before = await replayed(await Round.get(id=p.round.id).select_related("fund__funder"), Changes())
    await funds.set_rules(
        p.fund.id,
        funds.Rules(max_share_bp=1_000, max_amount_pence=10_000, combined_share_bp=1_000, least_backers=90),
        business_today() + timedelta(days=1),
        p.officer,
    )
    await p.accept(pitches[0])
    await advance(timedelta(days=365))
    round_ = await Round.get(id=p.round.id).select_related("fund__funder")
    after = await replayed(round_, Changes())
    assert after == before
    assert [row.pence for row in after.rows] == [400_000, 300_000, 0]
    assert not after.changed
    kept = await Decision.filter(pitch__round_id=round_.id)
    assert all(same(one.calculation) for one in kept)
    assert await not_as_signed() == []
    cases, sources = await list_of(round_)
    assert sources[0][2] == 700_000
    assert [one.rank for one in cases] == [1, 2, 3]


async def test_the_page_replays_and_changes_no_row(client: SiteClient) -> None:
    p, pitches = await signed_round()
    await sign_in(client, await Person.get(id=p.officer.person_id))
    path = f"/staff/rounds/{p.round.slug}/what-if"
    # whoever is barred from one of the list waits until everybody can read it
    before = await _rows()
    page = await client.get(path)
    assert "This decides nothing" in page.main
    assert "this is what was signed, to the penny" in page.main
    assert [row[3:6] for row in page.rows("The list under these rules")] == [
        ["£4,000.00", "£4,000.00", "none"],
        ["£3,000.00", "£3,000.00", "none"],
        ["£0.00", "£0.00", "none"],
    ]
    page = await client.get(f"{path}?pot=10,000&pass_mark=40&max_share=45")
    assert [row[4:6] for row in page.rows("The list under these rules")] == [
        ["£4,000.00", "none"],
        ["£4,000.00", "+£1,000.00"],
        ["£1,000.00", "+£1,000.00"],
    ]
    assert page.rows("By district")[-1][1:] == ["£7,000.00", "£9,000.00", "+£2,000.00"]
    page = await client.get(f"{path}?pass_mark=140&pot=x", status=422)
    assert page.errors == ["Enter an amount using figures 0 to 9, like 20 or 1,000.00", "Enter a number from 0 to 100"]
    assert "to the penny" in page.main
    assert (await client.http.post(path)).status_code == 405
    assert await _rows() == before
    other = await panel()
    await client.get(f"/staff/rounds/{other.round.slug}/what-if", status=403)
    await sign_in(client, await Person.get(id=p.signatory.person_id))
    await client.get(path)
    await execute(
        "INSERT INTO pitch_interest (pitch_id, person_id, nature, bar, words, found, recorded_at)"
        " VALUES ($1, $2, 'family', 'bars', '', 'declared', now())",
        pitches[2].id,
        p.signatory.person_id,
    )
    await client.get(path, status=403)
    assert Outcome.DECLINE in {one.outcome for one in await Decision.all()}


async def _rows() -> list[tuple[str, int]]:
    """How often each table of this database was written to in this transaction."""
    rows = await fetch(
        "SELECT relname::text AS name, (n_tup_ins + n_tup_upd + n_tup_del)::bigint AS n FROM pg_stat_xact_user_tables"
        " WHERE relname NOT IN ('session') ORDER BY 1"
    )
    return [(row["name"], row["n"]) for row in rows]
