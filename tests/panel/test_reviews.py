"""After the signature: what a group reads before everybody, a review of process, a pitch that comes again, what is kept."""

import re
from datetime import timedelta
from functools import partial

import pytest

from crowdfund_kent import clock
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_today
from crowdfund_kent.errors import Forbidden, InvalidMove, NotFound, Refused
from crowdfund_kent.models import AuditRow, Outbox
from crowdfund_kent.personal import retention
from crowdfund_kent.wiring import compose_personal
from crowdfund_kent.working_days import add_working_days
from panel.kinds import Outcome, ReviewOutcome
from panel.models import Award, Pitch, PitchAnswer, Review, Round
from panel.queries import pitches as queries
from panel.queries.feedback import feedback_of
from panel.services import pitches, reviews, rounds
from panel.states import Pitch as Status
from pledges.models import FundQuestion, MatchPledge
from projects.models import Member
from tests.client import SiteClient
from tests.panel import round_make as make
from tests.panel import rounds_make
from tests.panel.test_award_pages import as_actor
from tests.pledges import pot_make

WORDS = "Nobody read our costs: the page named another sum."
FOUND = "I looked at the papers and the minutes. The sum was the right one."


async def owner_of(pitch: Pitch) -> Actor:
    whole = await queries.pitch_with_all(pitch.id)
    member = await Member.filter(group_id=whole.project.group_id, role="owner").first()
    assert member is not None
    return Actor(member.person_id, "group owner")


async def decided(*outcomes: Outcome) -> tuple[make.Panel, list[Pitch]]:
    """A round whose list is signed: a pitch for each outcome."""
    panel = await make.panel()
    made = [await panel.pitch() for _ in outcomes]
    for pitch in made:
        await panel.scored(pitch, 4, 3, 4)
    await panel.meet()
    for pitch, outcome in zip(made, outcomes, strict=True):
        await panel.carry(pitch, outcome)
    await panel.sign()
    return panel, [await queries.pitch_with_all(pitch.id) for pitch in made]


async def later_round(panel: make.Panel) -> Round:
    """The fund's next round, open today."""
    plan = rounds.Plan(f"Later than {panel.round.name}", rounds_make.days())
    made = await rounds.create_round(panel.fund.id, plan, panel.officer)
    await rounds.move_due_rounds()
    return await Round.get(id=made.id)


async def test_a_group_reads_its_decision_before_everybody_and_asks_how_it_was_handled(client: SiteClient) -> None:
    panel, (pitch, given) = await decided(Outcome.DECLINE, Outcome.AWARD)
    owner = await owner_of(pitch)
    await as_actor(client, owner)
    path = queries.path_of(pitch)
    page = await client.get(path)
    assert "Not this time" in page.main
    page = await page.follow("Read what was decided, and why")
    assert page.summary["Why"].startswith(make.WHY)
    assert page.summary["What else was thought of"].startswith("A smaller amount: then the ramp would wait.")
    assert "Come again." in page.main
    assert [row[2] for row in page.rows("Score of")[:-1]] == ["4.00 of 5", "3.00 of 5", "4.00 of 5"]
    for member in panel.members:
        assert (await rounds_make.person(member)).name not in page.text
    assert page.summary["Project"].startswith(queries.title_of(pitch))
    assert "Until then it is only yours." in page.main
    (mail,) = await Outbox.filter(name="request decided")
    assert mail.body["subject"] == f"KCC has decided about {queries.title_of(pitch)}"
    assert mail.body["text"].count("http://testserver/groups") == 1  # one thing to do
    page = await page.follow("ask somebody who took no part to look at how your request was handled")
    assert (await page.submit({"words": ""}, status=422)).errors == ["Enter what went wrong"]
    page = await page.submit({"words": WORDS}, to=f"{path}/review")
    assert page.summary["What you wrote"] == WORDS
    # who sat, recommended or signed does not answer
    for who in (panel.officer, panel.signatory):
        await make.also(who, Role.FINANCE_APPROVER, panel.fund)
    await as_actor(client, panel.officer)
    page = await (await client.get("/account")).follow("Reviews of process")
    assert page.rows("Reviews")[0][3:] == ["0", "20 working days left"]
    page = await page.follow(queries.title_of(pitch))
    assert "Somebody who took no part must answer." in page.main
    clerk = await pot_make.person("Cleo", Role.FINANCE_APPROVER, fund=panel.fund)
    await as_actor(client, clerk)
    page = await client.get(f"/staff/reviews/{pitch.reference}")
    assert (await page.submit({"answer": FOUND}, status=422)).errors == ["Choose what you found"]
    page = await page.submit({"outcome": "the decision stands", "answer": FOUND}, to="/staff/reviews")
    assert page.rows("Reviews")[0][4] == "answered"
    await as_actor(client, owner)
    page = await client.get(f"{path}/review")
    assert page.summary["Found"] == "The decision stands"
    assert "Cleo" not in page.text
    # a given match is said on the same kind of page, and its offer's own mail tells it
    await as_actor(client, await owner_of(given))
    page = await client.get(f"{queries.path_of(given)}/feedback")
    assert page.summary["What KCC would add"] == "£4,000"
    page = await page.follow("Answer the offer of £4,000")
    assert page.h1 == "KCC offers to add £4,000"


async def test_another_groups_feedback_is_not_there_and_nothing_before_the_signature(client: SiteClient) -> None:
    panel, (pitch,) = await decided(Outcome.DECLINE)
    stranger = await owner_of(await panel_pitch())
    await as_actor(client, stranger)
    for end in ("", "/feedback", "/review", "/again", "/check", "/amount"):
        await client.get(queries.path_of(pitch) + end, status=404)
    waiting = await panel_pitch()
    await as_actor(client, await owner_of(waiting))
    whole = await queries.pitch_with_all(waiting.id)
    await client.get(f"{queries.path_of(whole)}/feedback", status=404)
    await client.get(f"{queries.path_of(whole)}/review", status=404)
    assert panel.round.id != waiting.round_id


async def panel_pitch() -> Pitch:
    return await (await make.panel()).pitch()


@pytest.mark.usefixtures("db")
async def test_a_review_is_asked_by_an_owner_within_its_days_once() -> None:
    _, (pitch,) = await decided(Outcome.DECLINE)
    owner = await owner_of(pitch)
    editor = await pot_make.person("Ed")
    await Member.create(
        group_id=pitch.project.group_id, person_id=editor.person_id, role="editor", created_at=clock.business_now()
    )
    with pytest.raises(Forbidden):
        await reviews.ask(pitch.id, WORDS, editor)
    with pytest.raises(NotFound):
        await reviews.ask(pitch.id, WORDS, await pot_make.person("Xan"))
    today = business_today()
    first = await reviews.ask(pitch.id, WORDS, owner)
    assert (await reviews.ask(pitch.id, "Other words, sent twice.", owner)).id == first.id
    assert first.answer_by == add_working_days(today, 20)
    assert await AuditRow.filter(act="review asked").count() == 1
    assert await Outbox.filter(name="request review_asked").count() == 1


@pytest.mark.usefixtures("db")
async def test_after_twenty_working_days_it_is_too_late_to_ask() -> None:
    panel, (pitch, other) = await decided(Outcome.DECLINE, Outcome.DEFER)
    last = add_working_days(business_today(), 20)
    await rounds_make.pass_days(last)
    await reviews.ask(pitch.id, WORDS, await owner_of(pitch))
    await rounds_make.pass_days(last + timedelta(days=1))
    with pytest.raises(Refused) as refused:
        await reviews.ask(other.id, WORDS, await owner_of(other))
    assert refused.value.rule == "review days"
    waiting = await (await make.panel()).pitch()
    with pytest.raises(Refused, match="Nothing is decided yet"):
        await reviews.ask(waiting.id, WORDS, await owner_of(waiting))
    assert panel.round.id != waiting.round_id


@pytest.mark.usefixtures("db")
async def test_whoever_took_part_or_has_an_interest_does_not_answer() -> None:
    panel, (pitch,) = await decided(Outcome.DECLINE)
    owner = await owner_of(pitch)
    review = await reviews.ask(pitch.id, WORDS, owner)
    answer = partial(reviews.answer, review.id, ReviewOutcome.STANDS, FOUND)
    for who in (*panel.members, panel.signatory, panel.officer, owner):
        await make.also(who, Role.FINANCE_APPROVER, panel.fund)
        with pytest.raises(Forbidden):
            await answer(who)
    backer = await pot_make.person("Bea", Role.FUND_OFFICER, fund=panel.fund)
    assert pitch.campaign is not None
    await pot_make.card_pledge(pitch.campaign, 500, email=str((await rounds_make.person(backer)).email))
    with pytest.raises(Forbidden, match="interest"):
        await answer(backer)
    with pytest.raises(Forbidden):
        await answer(await pot_make.person("Far", Role.FUND_OFFICER, fund=await pot_make.fund(1)))
    clerk = await pot_make.person("Cleo", Role.FUND_OFFICER, fund=panel.fund)
    before = await MatchPledge.all().count(), await Award.all().count()
    answered = await answer(clerk)
    assert (answered.status, answered.answered_by_id) == ("answered", clerk.person_id)
    with pytest.raises(InvalidMove):
        await answer(await pot_make.person("Dot", Role.FUND_OFFICER, fund=panel.fund))
    assert (await MatchPledge.all().count(), await Award.all().count()) == before
    assert await AuditRow.filter(act="review answered").count() == 1


async def test_what_was_put_off_comes_again_with_its_answers(client: SiteClient) -> None:
    panel, (pitch,) = await decided(Outcome.DEFER)
    asked = await FundQuestion.create(fund_id=panel.fund.id, words="Who gains?", created_at=clock.business_now())
    gone = await FundQuestion.create(
        fund_id=panel.fund.id, words="Old?", created_at=clock.business_now(), retired_at=clock.business_now()
    )
    for one in (asked, gone):
        await PitchAnswer.create(pitch_id=pitch.id, question_id=one.id, words="All of us.")
    owner = await owner_of(pitch)
    await as_actor(client, owner)
    page = await client.get(f"{queries.path_of(pitch)}/again")
    assert "No later round" in page.main
    later = await later_round(panel)
    assert pitch.campaign is not None
    pitch.campaign.last_day = later.decide_by + timedelta(days=1)
    await pitch.campaign.save(update_fields=["last_day"])
    page = await client.get(f"{queries.path_of(pitch)}/again")
    option = page.form().options("round")[0]
    page = await page.submit({"round": option}, to=re.compile(r"/groups/[\w-]+/pitches/R-[\w-]+"))
    made = await queries.pitch_by_reference(page.path.rsplit("/", 1)[1])
    assert (made.came_from_id, made.status, made.why, made.asked_pence) == (
        pitch.id,
        Status.DRAFT,
        pitch.why,
        pitch.asked_pence,
    )
    assert await queries.answers_of(made.id) == {asked.id: "All of us."}
    assert (await pitches.come_again(pitch.id, later.id, owner)).id == made.id


@pytest.mark.usefixtures("db")
async def test_what_was_declined_comes_again_only_after_a_review_said_so() -> None:
    panel, (pitch,) = await decided(Outcome.DECLINE)
    owner, later = await owner_of(pitch), await later_round(panel)
    assert pitch.campaign is not None
    pitch.campaign.last_day = later.decide_by + timedelta(days=1)
    await pitch.campaign.save(update_fields=["last_day"])
    with pytest.raises(Refused) as refused:
        await pitches.come_again(pitch.id, later.id, owner)
    assert refused.value.rule == "comes again"
    review = await reviews.ask(pitch.id, WORDS, owner)
    clerk = await pot_make.person("Cleo", Role.FUND_OFFICER, fund=panel.fund)
    await reviews.answer(review.id, ReviewOutcome.AGAIN, FOUND, clerk)
    assert (await Pitch.get(id=pitch.id)).status == Status.DECLINED  # the decision itself does not change
    made = await pitches.come_again(pitch.id, later.id, owner)
    assert made.came_from_id == pitch.id
    stranger = await pot_make.person("Xan")
    with pytest.raises(NotFound):
        await pitches.come_again(pitch.id, later.id, stranger)


@pytest.mark.usefixtures("db")
async def test_what_a_group_wrote_goes_two_years_after_the_decision_and_the_numbers_stay() -> None:
    compose_personal()
    panel, (declined, given) = await decided(Outcome.DECLINE, Outcome.AWARD)
    question = await FundQuestion.create(fund_id=panel.fund.id, words="Who?", created_at=clock.business_now())
    for one in (declined, given):
        await PitchAnswer.create(pitch_id=one.id, question_id=question.id, words="Hidden words.")
    await clock.advance(timedelta(days=728))
    assert (await retention.waiting())["requests without a match"] == 0
    await clock.advance(timedelta(days=4))
    assert (await retention.waiting())["requests without a match"] == 1
    gone = await retention.run()
    assert gone["requests without a match"] == 1
    assert (await retention.run())["requests without a match"] == 0
    left = await queries.pitch_with_all(declined.id)
    assert (left.why, left.asked_pence) == ("", declined.asked_pence)
    assert left.forgotten_at is not None
    assert await queries.answers_of(declined.id) == {question.id: ""}
    assert await queries.answers_of(given.id) == {question.id: "Hidden words."}
    assert (await feedback_of(left)).recommendation.reasons == make.WHY
    assert await AuditRow.filter(act="pitch forgotten", subject=f"pitch:{declined.id}").count() == 1
    assert not await pitches.may_come_again(left)
    assert not await Review.all().exists()
