"""Answering by link, on a phone or on paper: saved, sent, changed, declined."""

from datetime import timedelta

import pytest

from crowdfund_kent.accounts.models import Person
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now, business_today, day_ends, play
from crowdfund_kent.errors import Forbidden, NotFound, Refused
from evaluation.surveys import about_you, links, queries, services, tasks
from evaluation.surveys.kinds import SurveyKind, Variant
from evaluation.surveys.models import SurveyAnswer, SurveyInvitation, SurveyInvitationEvent, SurveyWords
from evaluation.surveys.questionnaires import CURRENT
from projects.models import Campaign, LetterToPost, Member
from tests.client import SiteClient
from tests.evaluation.surveys.make import BACKER, WITHOUT, answered, broken_rules, settled, the_owner
from tests.projects import make as projects


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
    assert links.PAGES.token_of(row.reference) not in letter.text
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
        await links.by_private_link(row.reference, links.PAGES.token_of("S-2222-2222"))
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
async def test_what_surveys_write_keeps_their_rules() -> None:
    made = await settled(backers=2)
    row, other = await answered(made, 2, BACKER)
    await services.answer(row.id, BACKER | {"again": ["no"]})
    await about_you.send(links.ticket_of(other), {})
    assert await broken_rules() == []
    assert day_ends(row.closes_on) > business_now()
