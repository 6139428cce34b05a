"""What is counted of answers as at a day, what is shown, and what erasing leaves."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now, business_today, play, real_now
from crowdfund_kent.personal import services as personal
from crowdfund_kent.personal.register import Whose, all_parts
from crowdfund_kent.wiring import compose_personal
from evaluation.pack import printing
from evaluation.pack.building import build
from evaluation.pack.tables import as_json, breakdowns
from evaluation.report import report_of, silence
from evaluation.scope import Records, Scope
from evaluation.surveys import queries, rules, services
from evaluation.surveys.kinds import SurveyKind, Variant
from evaluation.surveys.models import SurveyInvitation, SurveyRound, SurveyWords
from evaluation.surveys.personal import let_go
from pledges.models import Pledge
from tests.evaluation.surveys.make import BACKER, answered, end_rounds, gave_for_match, settled
from tests.projects import make as projects

SAME = BACKER | {"without_match": ["same"]}
UNSURE = BACKER | {"without_match": ["unsure"]}


async def a_round(backers: int, answers: Sequence[rules.Given], later: int = 0) -> list[SurveyInvitation]:
    """Backers of one campaign, asked so many days from now; the first of them answer like this."""
    await play(timedelta(days=later))
    try:
        made = await settled(backers=backers)
        rows = []
        for pledge in await Pledge.filter(campaign_id=made.id).order_by("id"):
            due = queries.Due(SurveyKind.BACKER, Variant.MATCHED, made.id, pledge.id, str(pledge.email))
            row = await services.invite(due)
            assert row is not None
            rows.append(row)
        for row, given in zip(rows, answers, strict=False):
            await services.answer(row.id, given)
    finally:
        await play(None)
    return rows


async def public(day: date, known: datetime | None = None) -> dict[str, Any]:
    """Everything about surveys that anybody can have as at a day: page, API, files and pack are made of it."""
    scope = Scope(day, known, Records.REAL)
    report = await report_of(scope)
    plain = as_json(report)
    figures = {key: one for key, one in plain["figures"].items() if key.startswith(("asked_", "about_"))}
    rows = [row for row in breakdowns(report).rows if str(row[0]).startswith(("asked_", "about_"))]
    return {"figures": figures, "rounds": plain["surveys"], "rows": rows}


@pytest.mark.usefixtures("db")
async def test_what_one_backer_says_changes_nothing_that_anybody_can_see() -> None:
    """Subtraction of two days, of two editions, of two days on which it was known, while the round is open."""
    rows = await a_round(20, [BACKER] * 10)
    today = business_today()
    known, seen = real_now(), await public(today)
    assert seen["figures"]["asked_gave_for_match"]["why"] == "no round is over yet: answers are told once it is"
    assert seen["rounds"]["rounds"][0]["answered"] == "not over"
    for row in rows[10:13]:
        await services.answer(row.id, SAME)
    await services.answer(rows[0].id, UNSURE)
    await services.decline(rows[19].id)
    tomorrow = today + timedelta(days=1)
    assert await public(today) == seen
    assert await public(tomorrow) == await public(tomorrow, known) == seen
    last = await end_rounds()
    assert await public(last - timedelta(days=1)) == seen, "as at a day before it was over"
    assert await public(last, known) == seen, "as known before it was over"
    told = await public(last)
    assert told["figures"]["asked_backer_without_match"]["value"] == 10
    assert (await public(today - timedelta(days=1)))["rounds"] == {"rounds": [], "missing": [silence.NOBODY]}


@pytest.mark.usefixtures("db")
async def test_a_small_round_waits_for_the_next_and_no_subtraction_gives_it() -> None:
    await a_round(20, [*[BACKER] * 9, *[SAME] * 6, UNSURE])
    first = await end_rounds()
    seen = await public(first)
    assert await gave_for_match(first) == (6_000, ""), "who can’t say is not in it"
    share = seen["figures"]["asked_gave_for_match"]
    assert (share["value"], share["words"]) == (None, "left out"), "of so few, rounded numbers make no share"
    parts = {part["key"]: part["value"] for part in seen["figures"]["asked_backer_without_match"]["parts"]["answer"]}
    assert parts == {"same": 10, "less": 10, "no": None, "unknown": None, "unsure": None}
    assert seen["figures"]["asked_backer_response"]["words"] == "left out"
    assert [seen["figures"][key]["value"] for key in ("asked_backers", "asked_backers_answered")] == [20, 20]
    await a_round(4, [SAME] * 3, later=220)
    second = await end_rounds()
    assert second > first
    held = await public(second)
    assert held["figures"] == seen["figures"], "three answers would be had by subtraction"
    assert held["rows"] == seen["rows"]
    assert [one["answered"] for one in held["rounds"]["rounds"]] == ["20", "left out"]
    known = real_now()
    await a_round(8, [BACKER] * 7, later=410)
    third = await end_rounds()
    assert (await public(third, known))["figures"] == seen["figures"]
    assert await gave_for_match(third) == (6_400, ""), "16 of 25: ten answers came at once"
    assert await gave_for_match(second) == (6_000, "")


@pytest.mark.usefixtures("db")
async def test_of_the_past_nobody_is_asked_and_the_report_says_so_plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printing, "can_print", lambda: False)
    day = business_today()
    report = await report_of(Scope(day, None, Records.GENERATED))
    assert report.lines["asked_backer_response"].found.why == "of records of the past nobody is asked"
    assert report.said == [silence.GENERATED]
    assert (await report_of(Scope(day, None, Records.REAL))).said == [silence.NOBODY]
    await a_round(1, [])
    first, *others = (await report_of(Scope(day, None, Records.REAL))).said
    assert first == silence.NO_GROUP
    assert others[0] == "Groups, when their project is over: nobody had been asked by this day."
    assert others[2].startswith("Backers: the first round is open until ")
    await end_rounds()
    last = (await SurveyRound.all())[0].last_day
    assert (await report_of(Scope(last, None, Records.REAL))).said[3].startswith("Backers: fewer than ten had answered")
    page = (await build(day, None, Records.REAL)).files["report.html"].decode()
    assert silence.NO_GROUP in page


@pytest.mark.usefixtures("db")
async def test_erasing_a_backer_takes_their_words_and_leaves_numbers_of_nobody() -> None:
    compose_personal()
    made = await settled(backers=11)
    rows = await answered(made, 11, BACKER | {"words": "Written by Kim of Mill Lane"})
    pledge = await Pledge.get(id=rows[0].pledge_id)
    person = await projects.person(str(pledge.email))
    whose = Whose(person.id, str(pledge.email))
    told = [
        sheet for sheet in await personal.collect(all_parts(), whose) if sheet.title == "Questions that we asked you"
    ]
    assert any("Written by Kim" in str(line) for line in told[0].rows)
    last = await end_rounds()
    before = await gave_for_match(last)
    assert before == (10_000, "")
    await personal.erase(all_parts(), whose, Actor(person.id, "person"))
    row = await SurveyInvitation.get(id=rows[0].id)
    assert (row.pledge_id, row.draft) == (None, None)
    assert not await SurveyWords.filter(invitation_id=row.id).exists()
    assert await gave_for_match(last) == before
    assert await let_go(business_now()) == 0
    assert await let_go(business_now() + timedelta(days=420)) == 10
    assert await SurveyWords.all().count() == 0
    assert await SurveyInvitation.exclude(pledge_id=None).count() == 0
