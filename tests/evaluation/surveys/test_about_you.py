"""The sheet about whoever answers: counted, and nobody can find out whose it was."""

from datetime import timedelta

import pytest

from crowdfund_kent.accounts.models import Person
from crowdfund_kent.clock import business_today, real_now
from crowdfund_kent.database import fetch
from crowdfund_kent.errors import NotFound, Refused
from evaluation.disclosure import public_figures
from evaluation.indicators import REGISTRY, measured
from evaluation.scope import Records, Scope
from evaluation.surveys import about_you, links, queries, services
from evaluation.surveys.kinds import SurveyKind, Variant
from evaluation.surveys.models import AboutYouCount, SurveyRound
from evaluation.surveys.questionnaires import ABOUT_YOU, CURRENT, NOT_SAID
from tests.accounts.make import sign_in
from tests.client import SiteClient
from tests.evaluation.surveys.make import BACKER, WITHOUT, answered, broken_rules, end_rounds, settled
from tests.projects import make as projects


@pytest.mark.usefixtures("db")
async def test_the_sheet_about_people_leads_to_nobody() -> None:
    made = await settled(backers=2)
    one, _ = await answered(made, 2, BACKER)
    before = {row["table"]: row["n"] for row in await _rows_of_all_tables()}
    ticket = links.ticket_of(one)
    assert one.reference not in ticket
    await about_you.send(ticket, {"age": "25 to 44", "sex": "female", "religion": "made up"})
    with pytest.raises(Refused):
        await about_you.send(ticket, {"age": "25 to 44"})
    with pytest.raises(NotFound):
        await about_you.send(f"{one.round_id}-{'0' * 56}", {})
    after = {row["table"]: row["n"] for row in await _rows_of_all_tables()}
    assert {table for table in after if after[table] != before[table]} == {"survey_about_you", "survey_about_you_used"}
    counted = {(row.question, row.answer): row.count for row in await AboutYouCount.all()}
    assert counted[("age", "25 to 44")] == 1
    assert counted[("religion", NOT_SAID)] == 1, "what was not offered, or left out, is not said"
    columns = await fetch(
        "SELECT column_name AS name FROM information_schema.columns WHERE table_name IN ('survey_about_you',"
        " 'survey_about_you_used')"
    )
    assert {row["name"] for row in columns} == {"id", "round_id", "question", "answer", "count", "hash"}


async def _rows_of_all_tables() -> list[dict[str, object]]:
    tables = await fetch("SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'")
    every = " UNION ALL ".join(
        f'SELECT \'{row["name"]}\' AS "table", count(*) AS n FROM "{row["name"]}"' for row in tables
    )
    return await fetch(every)


async def test_a_sheet_by_its_page_and_the_pages_for_everybody(db: None, client: SiteClient) -> None:
    made = await settled(backers=5)
    row, *_ = await answered(made, 4, BACKER)
    page = await (await client.get(links.path_of(row))).follow("Questions about you")
    page = await page.submit({"q_age": "under 25"}, to=f"/about-you/{links.ticket_of(row)}")
    assert "This was sent already" in page.text
    assert row.reference not in page.text
    page = await client.get("/evaluation/questions")
    for survey in CURRENT.values():
        assert all(question.words in page.text for question in survey.questions)
    officer = await projects.officer()
    await sign_in(client, await Person.get(id=officer.person_id))
    page = await client.get("/staff/evaluation/surveys")
    assert page.rows("Rounds")[0][1:6] == ["5", "0", "4", "0", "80.0%"]
    page = await client.get(f"/staff/evaluation/surveys/rounds/{row.round_id}")
    assert "from 5 answers on" in page.main
    assert "Yes, but less" not in page.main
    await answered(made, 5, BACKER)
    page = await client.get(f"/staff/evaluation/surveys/rounds/{row.round_id}")
    assert "Yes, but less" not in page.main, "yesterday's page and today's would tell what one answered"
    over = business_today() - timedelta(days=1)
    await SurveyRound.all().update(first_day=over - timedelta(days=60), last_day=over, closed_at=real_now())
    page = await client.get(f"/staff/evaluation/surveys/rounds/{row.round_id}")
    assert ["Yes, but less", "5"] in page.rows("Would you have pledged if no council or fund had added money?")


@pytest.mark.usefixtures("db")
async def test_sheets_are_told_once_their_round_is_over() -> None:
    made = await settled(backers=12)
    for row in await answered(made, 12, BACKER):
        await about_you.send(links.ticket_of(row), {"age": "under 25"})
    last = (await SurveyRound.all())[0].last_day
    assert (await measured(Scope(last, None, Records.REAL))).found["about_age"].value is None
    assert await end_rounds() == last
    with pytest.raises(Refused):
        await about_you.enter(row.round_id, {}, await projects.officer())
    found = (await measured(Scope(last, None, Records.REAL))).found
    assert found["about_age"].value == 12
    assert {part.key: part.value for part in found["about_sex"].parts["answer"]}[NOT_SAID] == 12
    assert (await measured(Scope(last - timedelta(days=1), None, Records.REAL))).found["about_age"].value is None
    shown = public_figures(REGISTRY, found)
    assert {part.key: part.value for part in shown["about_age"].parts["answer"]} == {
        "under 25": 10,
        **dict.fromkeys(("25 to 44", "45 to 64", "65 or over", NOT_SAID)),
    }, "that all of them are under 25 is not told of any"
    # a small round that follows changes nothing before it holds ten sheets with the next
    late = await SurveyRound.create(
        kind="year", version=1, first_day=last, last_day=last + timedelta(days=9), closed_at=real_now()
    )
    for question in ABOUT_YOU:
        await AboutYouCount.create(round_id=late.id, question=question.key, answer=NOT_SAID, count=1)
    day = last + timedelta(days=30)
    assert (await measured(Scope(day, None, Records.REAL))).found["about_age"].value == 12
    await AboutYouCount.filter(round_id=late.id).update(count=10)
    assert (await measured(Scope(day, None, Records.REAL))).found["about_age"].value == 22


async def test_who_answered_on_paper_gets_no_second_sheet_by_link(db: None, client: SiteClient) -> None:
    made = await settled()
    row = await services.invite(queries.Due(SurveyKind.PROJECT, Variant.MATCHED, made.id))
    assert row is not None
    await services.answer_on_paper(row.id, WITHOUT, await projects.officer())
    assert "/about-you/" not in (await client.get(links.path_of(row))).text
    await about_you.enter(row.round_id, {"age": "65 or over"}, await projects.officer())
    assert not await broken_rules()
