"""What is counted of answers as at a day, what is shown, and what erasing leaves."""

from datetime import timedelta

import pytest

from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now, business_today, play, real_now
from crowdfund_kent.personal import services as personal
from crowdfund_kent.personal.register import Whose, all_parts
from crowdfund_kent.wiring import compose_personal
from evaluation.disclosure import public_figures
from evaluation.indicators import REGISTRY, measured
from evaluation.indicators.kinds import Found
from evaluation.report import report_of
from evaluation.scope import Records, Scope
from evaluation.surveys import services
from evaluation.surveys.models import SurveyInvitation, SurveyWords
from evaluation.surveys.personal import let_go
from pledges.models import Pledge
from tests.evaluation.surveys.make import BACKER, answered, gave_for_match, settled
from tests.projects import make as projects


@pytest.mark.usefixtures("db")
async def test_figures_of_answers_are_as_at_a_day_and_as_known_on_it() -> None:
    made = await settled(backers=14)
    today = business_today()
    rows = await answered(made, 9, BACKER)
    assert await gave_for_match(today) == (None, "too few to tell: fewer than 10 answers")
    tenth, *more = await SurveyInvitation.filter(status="asked", kind="backer").order_by("id")
    await services.answer(tenth.id, BACKER | {"without_match": ["same"]})
    assert await gave_for_match(today) == (9_000, "")
    known = real_now()
    assert await gave_for_match(today - timedelta(days=1)) == (None, "nobody was asked yet")
    await play(timedelta(days=1))
    try:
        await services.answer(rows[0].id, BACKER | {"without_match": ["same"]})
        for row in more[:2]:
            await services.answer(row.id, BACKER | {"without_match": ["unsure"]})
    finally:
        await play(None)
    tomorrow = today + timedelta(days=1)
    assert await gave_for_match(today) == (9_000, ""), "what was changed later changes later figures"
    assert await gave_for_match(tomorrow) == (8_000, ""), "who can’t say is not in it"
    assert await gave_for_match(tomorrow, known) == (9_000, ""), "as known then"
    found = (await measured(Scope(tomorrow, None, Records.REAL))).found
    assert (found["asked_backer_response"].numerator, found["asked_backer_response"].denominator) == (12, 14)
    parts = {part.key: part.value for part in found["asked_backer_without_match"].parts["answer"]}
    assert parts == {"same": 2, "less": 8, "no": 0, "unknown": 0, "unsure": 2}
    shown = public_figures(REGISTRY, found)
    assert {part.key: part.value for part in shown["asked_backer_without_match"].parts["answer"]}["same"] is None
    assert shown["asked_gave_for_match"].hidden, "two of ten would be told"
    assert shown["asked_backer_response"].hidden, "two who did not answer would be told"
    told = dict(found) | {
        "asked_backers": Found(78, 78, people=78),
        "asked_backers_answered": Found(45, 45, people=45),
        "asked_backer_response": Found(5_769, 45, 78, people=33),
    }
    rate = public_figures(REGISTRY, told)["asked_backer_response"]
    assert (rate.value, rate.numerator, rate.denominator) == (6_250, 50, 80), "of both numbers as they are shown"
    (line,) = (await report_of(Scope(tomorrow, None, Records.REAL))).rounds
    assert (line.asked, line.answered) == ("10", "left out"), "two who did not answer would be told"
    assert (await report_of(Scope(today - timedelta(days=1), None, Records.REAL))).rounds == []
    generated = (await measured(Scope(tomorrow, None, Records.GENERATED))).found
    assert generated["asked_backer_response"].why == "of records of the past nobody is asked"


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
    before = await gave_for_match(business_today())
    await personal.erase(all_parts(), whose, Actor(person.id, "person"))
    row = await SurveyInvitation.get(id=rows[0].id)
    assert (row.pledge_id, row.draft) == (None, None)
    assert not await SurveyWords.filter(invitation_id=row.id).exists()
    assert await gave_for_match(business_today()) == before
    assert await let_go(business_now()) == 0
    assert await let_go(business_now() + timedelta(days=420)) == 10
    assert await SurveyWords.all().count() == 0
    assert await SurveyInvitation.exclude(pledge_id=None).count() == 0
