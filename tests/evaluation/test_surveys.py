"""Surveys: who is asked and when, answering by link, what is counted as at a day, and what nobody can find out."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import pytest

from crowdfund_kent.accounts.models import Person
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now, business_today, day_ends, play, real_now
from crowdfund_kent.database import fetch
from crowdfund_kent.errors import Forbidden, NotFound, Refused
from crowdfund_kent.mail import Topic, choices
from crowdfund_kent.models import AuditRow, Outbox
from crowdfund_kent.personal import services as personal
from crowdfund_kent.personal.register import Whose, all_parts
from crowdfund_kent.wiring import compose_personal, run_all_checks
from evaluation.disclosure import public_figures
from evaluation.indicators import REGISTRY, measured
from evaluation.indicators.kinds import Found
from evaluation.report import report_of
from evaluation.scope import Records, Scope
from evaluation.surveys import about_you, links, queries, rules, services, tasks
from evaluation.surveys.kinds import SurveyKind, Variant
from evaluation.surveys.models import (
    AboutYouCount,
    SurveyAnswer,
    SurveyInvitation,
    SurveyInvitationEvent,
    SurveyRound,
    SurveyWords,
)
from evaluation.surveys.personal import let_go
from evaluation.surveys.questionnaires import ABOUT_YOU, ALL, CURRENT, NOT_SAID
from pledges.models import Pledge
from pledges.states import Match
from projects.models import Campaign, Delivery, LetterToPost, Member
from projects.states import Campaign as CampaignStatus
from tests.accounts.make import sign_in
from tests.client import SiteClient
from tests.lived import lived
from tests.pledges import make
from tests.projects import make as projects

WITHOUT = {"without_match": ["no"], "unlocked": ["people", "skills"], "effort": ["right"]}
BACKER = {"without_match": ["less"], "first": ["yes"], "again": ["yes"]}


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [
        (date(2026, 1, 1), date(2026, 1, 1), date(2026, 3, 31)),
        (date(2026, 11, 29), date(2026, 10, 1), date(2026, 12, 31)),
        (date(2024, 6, 30), date(2024, 4, 1), date(2024, 6, 30)),
    ],
)
def test_a_round_is_a_quarter(day: date, first: date, last: date) -> None:
    assert rules.quarter_of(day) == first
    assert rules.quarter_ends(first) == last


@pytest.mark.parametrize(("today", "due"), [(1, False), (27, False), (28, True), (42, True), (43, False)])
def test_a_reminder_comes_two_weeks_before_the_last_day(today: int, due: bool) -> None:
    invited, days = date(2026, 3, 1), rules.Days(42, 14)
    closes = rules.closes_on(invited, days)
    assert rules.reminder_due(invited, closes, invited + timedelta(days=today), days) == due


def test_only_what_was_offered_is_an_answer() -> None:
    asked = CURRENT[SurveyKind.PROJECT].of(Variant.MATCHED)
    given = {
        "without_match": ["maybe"],
        "unlocked": ["skills", "gold", "people"],
        "words": "x" * 2_000,
        "anyway": ["no"],
    }
    taken = rules.taken(asked, given)
    assert taken == {"unlocked": ["people", "skills"], "words": "x" * 1_000}
    assert [one.key for one in rules.unanswered(asked, taken)] == ["without_match", "effort"]
    unlocked = next(one for one in asked if one.key == "unlocked")
    assert rules.contradiction(unlocked, ["nothing", "people"])
    assert rules.contradiction(unlocked, ["nothing"]) is None


def test_every_question_that_must_be_answered_has_a_way_out() -> None:
    for survey in ALL.values():
        for question in survey.questions:
            assert not question.is_needed or {"unsure", "nothing"} & set(question.names), question.key
            assert all("," not in key for key in question.names)
    assert all(NOT_SAID in question.names for question in ABOUT_YOU)


async def settled(
    *, backers: int = 0, matched: bool = True, delivered: int | None = None, days_ago: int = 20
) -> Campaign:
    """A settled campaign with an owner; `delivered`: so many days ago."""
    owner = await projects.person()
    made = await make.campaign(owner_id=owner.id)
    pledges = [await make.pledge(made, 2_000) for _ in range(backers)]
    await Campaign.filter(id=made.id).update(status="settled", settled_at=business_now() - timedelta(days=days_ago))
    await Pledge.filter(id__in=[one.id for one in pledges]).update(status="collected")
    if matched:
        await make.match(made, 10_000, Match.PAID, accepted=True)
    if delivered is not None:
        today = business_today()
        made_one = await Delivery.create(
            campaign_id=made.id,
            status="delivered",
            start_by=today,
            finish_by=today,
            report_by=today,
            finished_at=business_now() - timedelta(days=delivered),
            created_at=business_now(),
        )
        await lived(made_one)
    return made


async def the_owner(made: Campaign) -> Person:
    member = await Member.get(group__projects__campaigns__id=made.id)
    return await Person.get(id=member.person_id)


@pytest.mark.usefixtures("db")
async def test_each_group_and_each_backer_is_asked_once_when_the_time_has_come() -> None:
    after = await settled(delivered=1)
    year = await settled(delivered=370)
    backed = await settled(backers=3, matched=False)
    early = await settled(backers=1, days_ago=3)
    missed = await make.campaign(CampaignStatus.UNSUCCESSFUL, owner_id=(await projects.person()).id)
    await tasks.look()
    rows = {row.campaign_id: row for row in await SurveyInvitation.all()}
    assert (rows[after.id].kind, rows[after.id].variant) == ("project", "matched")
    assert (rows[year.id].kind, rows[year.id].variant) == ("year", "matched")
    assert (rows[backed.id].kind, rows[backed.id].variant) == ("backer", "crowd")
    assert await SurveyInvitation.filter(campaign_id=backed.id).count() == 3
    assert early.id not in rows, "two weeks after settlement"
    assert missed.id not in rows, "thirty days after the verdict"
    await tasks.look()
    assert await SurveyInvitation.all().count() == 5
    assert await Outbox.filter(kind="email", name="surveys/invite").count() == 5
    (mail,) = [one for one in await make.mails(str((await the_owner(after)).email)) if "/surveys/" in one["text"]]
    assert links.path_of(rows[after.id]) in mail["text"]
    assert "You can choose which e-mails you get" in mail["text"]
    await play(timedelta(days=31))
    try:
        await tasks.look()
    finally:
        await play(None)
    late = await SurveyInvitation.get(campaign_id=missed.id)
    assert (late.kind, late.variant) == ("project", "missed")
    assert await SurveyInvitation.filter(campaign_id=early.id).count() == 1
    assert await SurveyInvitationEvent.filter(cause="reminded").count() == 5, "the first five, once"
    assert await Outbox.filter(kind="email", name="surveys/remind").count() == 5


@pytest.mark.usefixtures("db")
async def test_a_backer_is_asked_once_a_year_and_not_against_their_choice() -> None:
    first, second = await settled(backers=1), await settled()
    email = str((await Pledge.get(campaign_id=first.id)).email)
    again = await make.campaign(owner_id=(await projects.person()).id)
    await make.pledge(again, email=email)
    silent = await make.pledge(again, email="silent@example.org")
    refunded = await make.pledge(again, email="refunded@example.org")
    await Campaign.filter(id=again.id).update(status="settled", settled_at=business_now() - timedelta(days=20))
    await Pledge.filter(campaign_id=again.id).update(status="collected")
    await Pledge.filter(id=refunded.id).update(status="refunded")
    await choices.set_choice("silent@example.org", Topic.QUESTIONS, False)
    await tasks.look()
    asked = await SurveyInvitation.filter(kind="backer").select_related("pledge")
    assert [row.pledge.email for row in asked if row.pledge] == [email]
    assert silent.id not in {row.pledge_id for row in asked}
    assert second.id not in {row.campaign_id for row in asked}


@pytest.mark.usefixtures("db")
async def test_an_owner_without_email_gets_the_questions_by_post_and_an_officer_enters_them() -> None:
    made = await settled()
    person = await the_owner(made)
    await Person.filter(id=person.id).update(email=None)
    row = await services.invite(queries.Due(SurveyKind.PROJECT, Variant.MATCHED, made.id))
    assert row is not None
    letter = await LetterToPost.get(person_id=person.id)
    assert "[  ] Yes, but smaller" in letter.text
    assert row.reference in letter.text
    assert links.token_of(row.reference) not in letter.text
    officer = await projects.officer()
    with pytest.raises(Forbidden):
        await services.answer_on_paper(row.id, WITHOUT, Actor(person.id, Role.FUND_OFFICER))
    group_id = (await Campaign.get(id=made.id).select_related("project")).project.group_id
    insider = await projects.officer()
    await Member.create(group_id=group_id, person_id=insider.person_id, role="helper", created_at=business_now())
    with pytest.raises(Forbidden, match="member of this group"):
        await services.answer_on_paper(row.id, WITHOUT, insider)
    await services.answer_on_paper(row.id, WITHOUT, officer)
    event = await SurveyInvitationEvent.filter(subject_id=row.id).order_by("-id").first()
    assert event is not None
    assert (event.cause, event.by_id) == ("answered on paper", officer.person_id)
    with pytest.raises(Refused, match="answered already"):
        await services.answer_on_paper(row.id, WITHOUT, officer)
    await about_you.enter(row.round_id, {"age": "65 or over"}, officer)
    with pytest.raises(Refused, match="No more sheets"):
        await about_you.enter(row.round_id, {"age": "65 or over"}, officer)


async def test_a_group_answers_on_a_phone_saves_comes_back_sends_and_changes(db: None, client: SiteClient) -> None:
    made = await settled()
    row = await services.invite(queries.Due(SurveyKind.PROJECT, Variant.MATCHED, made.id))
    assert row is not None
    path = links.path_of(row)
    page = await client.get(path)
    kept = page.form().values | {"q_words": ["Ask a mason."], "then": ["later"]}
    page = await client.post(path, kept, to=path)
    assert "Saved" in page.text
    assert page.form().values["q_words"] == ["Ask a mason."]
    assert await SurveyAnswer.all().count() == 0
    page = await page.submit({}, status=422)
    assert page.errors[0].startswith("Choose an answer: Would your project")
    sent: dict[str, str | list[str]] = {
        "q_without_match": "smaller",
        "q_unlocked": ["people", "skills"],
        "q_effort": "right",
    }
    page = await page.submit(dict(sent), to=path)
    assert "We have your answers" in page.text
    assert page.summary["Is there anything else that we should know?"] == "Ask a mason."
    page = await client.get(f"{path}?change=1")
    page = await page.submit({"q_without_match": "no", "q_words": ""}, to=path)
    assert page.summary[CURRENT[SurveyKind.PROJECT].question("without_match").words] == "No"
    assert await SurveyWords.all().count() == 0
    assert [one.choices for one in await SurveyAnswer.filter(question="without_match").order_by("id")] == [
        "smaller",
        "no",
    ]
    assert await SurveyAnswer.filter(question="effort").count() == 1, "what did not change is not written again"
    assert "☐" in (await client.get(f"{path}/paper")).text
    with pytest.raises(NotFound):
        await links.by_private_link(row.reference, links.token_of("S-2222-2222"))
    await play(timedelta(days=43))
    try:
        page = await client.get(f"{path}?change=1")
        assert "The last day for this is over" in page.text
        with pytest.raises(Refused, match="last day"):
            await services.answer(row.id, WITHOUT)
    finally:
        await play(None)


async def test_who_declines_is_left_alone_and_may_think_again(db: None, client: SiteClient) -> None:
    made = await settled(backers=1, days_ago=20)
    await tasks.look()
    row = await SurveyInvitation.get(campaign_id=made.id)
    page = await (await client.get(links.path_of(row))).follow("I would rather not answer")
    await page.submit({}, to=links.path_of(row))
    assert (await SurveyInvitation.get(id=row.id)).status == "declined"
    assert await queries.to_remind(business_today() + timedelta(days=30)) == []
    await services.answer(row.id, BACKER)
    assert (await SurveyInvitation.get(id=row.id)).status == "answered"


@pytest.mark.usefixtures("db")
async def test_what_was_not_sent_by_the_last_day_is_let_go_of_and_the_round_closes() -> None:
    made = await settled()
    row = await services.invite(queries.Due(SurveyKind.PROJECT, Variant.MATCHED, made.id))
    assert row is not None
    await services.keep(row.id, {"words": "Half of it"})
    assert (await SurveyInvitation.get(id=row.id)).draft == {"words": "Half of it"}
    await play(timedelta(days=150))
    try:
        await tasks.look()
        await tasks.look()
    finally:
        await play(None)
    row = await SurveyInvitation.get(id=row.id)
    assert (row.status, row.draft) == ("lapsed", None)
    assert (await SurveyRound.get(id=row.round_id)).closed_at is not None
    assert await AuditRow.filter(act="survey round closed").count() == 1


async def answered(made: Campaign, count: int, given: rules.Given) -> list[SurveyInvitation]:
    """So many backers of a campaign answered."""
    await tasks.look()
    rows = await SurveyInvitation.filter(campaign_id=made.id, kind="backer").order_by("id").limit(count)
    for row in rows:
        await services.answer(row.id, given)
    return rows


@pytest.mark.usefixtures("db")
async def test_trouble_with_one_is_not_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    await settled(backers=3)
    invite, begun = services.invite, list[queries.Due]()

    async def fails_once(due: queries.Due) -> None:
        begun.append(due)
        if len(begun) == 1:
            raise RuntimeError
        await invite(due)

    monkeypatch.setattr(services, "invite", fails_once)
    await tasks.look()
    before = await SurveyInvitation.filter(kind="backer").count()
    await tasks.look()
    assert (before, await SurveyInvitation.filter(kind="backer").count()) == (2, 3)


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
    assert "shown from 5 answers on" in page.main
    assert "Yes, but less" not in page.main
    await answered(made, 5, BACKER)
    page = await client.get(f"/staff/evaluation/surveys/rounds/{row.round_id}")
    assert ["Yes, but less", "5"] in page.rows("Would you have pledged if no council or fund had added money?")


async def _share(day: date, known: datetime | None = None) -> tuple[int | None, str]:
    found = (await measured(Scope(day, known, Records.REAL))).found["asked_gave_for_match"]
    return found.value, found.why


@pytest.mark.usefixtures("db")
async def test_figures_of_answers_are_as_at_a_day_and_as_known_on_it() -> None:
    made = await settled(backers=14)
    today = business_today()
    rows = await answered(made, 9, BACKER)
    assert await _share(today) == (None, "too few to tell: fewer than 10 answers")
    tenth, *more = await SurveyInvitation.filter(status="asked", kind="backer").order_by("id")
    await services.answer(tenth.id, BACKER | {"without_match": ["same"]})
    assert await _share(today) == (9_000, "")
    known = real_now()
    assert await _share(today - timedelta(days=1)) == (None, "nobody was asked yet")
    await play(timedelta(days=1))
    try:
        await services.answer(rows[0].id, BACKER | {"without_match": ["same"]})
        for row in more[:2]:
            await services.answer(row.id, BACKER | {"without_match": ["unsure"]})
    finally:
        await play(None)
    tomorrow = today + timedelta(days=1)
    assert await _share(today) == (9_000, ""), "what was changed later changes later figures"
    assert await _share(tomorrow) == (8_000, ""), "who can’t say is not in it"
    assert await _share(tomorrow, known) == (9_000, ""), "as known then"
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
async def test_sheets_are_told_once_their_round_is_over() -> None:
    made = await settled(backers=12)
    for row in await answered(made, 12, BACKER):
        await about_you.send(links.ticket_of(row), {"age": "under 25"})
    last = (await SurveyRound.all())[0].last_day
    assert (await measured(Scope(last, None, Records.REAL))).found["about_age"].value is None
    await play(timedelta(days=(last - business_today()).days + 1))
    try:
        assert await services.close_rounds() == 1
        with pytest.raises(Refused):
            await about_you.enter(row.round_id, {}, await projects.officer())
    finally:
        await play(None)
    found = (await measured(Scope(last, None, Records.REAL))).found
    assert found["about_age"].value == 12
    assert {part.key: part.value for part in found["about_sex"].parts["answer"]}[NOT_SAID] == 12
    assert (await measured(Scope(last - timedelta(days=1), None, Records.REAL))).found["about_age"].value is None


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
    before = await _share(business_today())
    await personal.erase(all_parts(), whose, Actor(person.id, "person"))
    row = await SurveyInvitation.get(id=rows[0].id)
    assert (row.pledge_id, row.draft) == (None, None)
    assert not await SurveyWords.filter(invitation_id=row.id).exists()
    assert await _share(business_today()) == before
    assert await let_go(business_now()) == 0
    assert await let_go(business_now() + timedelta(days=420)) == 10
    assert await SurveyWords.all().count() == 0
    assert await SurveyInvitation.exclude(pledge_id=None).count() == 0


async def _broken() -> Sequence[str]:
    return [one.rule for one in await run_all_checks() if one.count and ("survey" in one.rule or "asked" in one.rule)]


@pytest.mark.usefixtures("db")
async def test_what_surveys_write_keeps_their_rules() -> None:
    made = await settled(backers=2)
    row, other = await answered(made, 2, BACKER)
    await services.answer(row.id, BACKER | {"again": ["no"]})
    await about_you.send(links.ticket_of(other), {})
    assert await _broken() == []
    assert day_ends(row.closes_on) > business_now()


@pytest.mark.usefixtures("db")
async def test_the_order_of_invitations_tells_nothing_of_whose_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """Once nothing leads from an invitation to a pledge, its place among the others must not either."""
    made = await settled(backers=4)
    shuffled: list[list[str]] = []

    class Mixed:
        def shuffle(self, given: list[queries.Due]) -> None:
            shuffled.append([one.email for one in given])
            given.reverse()

    monkeypatch.setattr(tasks, "SystemRandom", Mixed)
    await tasks.look()
    rows = await SurveyInvitation.filter(campaign_id=made.id).order_by("id").select_related("pledge")
    assert [row.pledge.email for row in rows if row.pledge] == shuffled[0][::-1]


async def test_who_answered_on_paper_gets_no_second_sheet_by_link(db: None, client: SiteClient) -> None:
    made = await settled()
    row = await services.invite(queries.Due(SurveyKind.PROJECT, Variant.MATCHED, made.id))
    assert row is not None
    await services.answer_on_paper(row.id, WITHOUT, await projects.officer())
    assert "/about-you/" not in (await client.get(links.path_of(row))).text
    await about_you.enter(row.round_id, {"age": "65 or over"}, await projects.officer())
    assert not await _broken()


@pytest.mark.usefixtures("db")
async def test_an_invitation_ends_with_its_round_also_where_the_setting_grew() -> None:
    made = await settled()
    round_ = await services.round_of(SurveyKind.PROJECT, business_today())
    await SurveyRound.filter(id=round_.id).update(last_day=business_today() + timedelta(days=9))
    row = await services.invite(queries.Due(SurveyKind.PROJECT, Variant.MATCHED, made.id))
    assert row is not None
    assert row.closes_on == business_today() + timedelta(days=9)
