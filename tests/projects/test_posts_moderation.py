"""What officers do about posts: hidden with a reason, decided on appeal by another, held before an election."""

import pytest

from crowdfund_kent.audit import BACKER, Actor
from crowdfund_kent.cases.kinds import Outcome
from crowdfund_kent.cases.models import Case
from crowdfund_kent.clock import business_now, real_now
from crowdfund_kent.database import execute
from crowdfund_kent.errors import Forbidden, InvalidMove, Refused
from crowdfund_kent.models import AuditRow
from projects import written
from projects.kinds import HideReason, MemberRole, PostKind
from projects.models import Member, Post, PostHiding, Project
from projects.queries import moderation as officers
from projects.queries import posts as queries
from projects.services import moderation, posts
from projects.states import Post as Status
from tests.pledges import make as pledges
from tests.projects import make
from tests.projects.posting import KIM, VISITOR, live, mails, question, quiet, support, update, work

pytestmark = pytest.mark.usefixtures("db")


async def test_hidden_with_a_reason_told_to_its_author_and_decided_on_appeal_by_another_officer() -> None:
    campaign, by = await live()
    first, second = await make.officer(), await make.officer()
    post = await update(campaign, by)
    await moderation.hide(post.id, first, HideReason.PERSONAL, "It names a child.")
    [shown], _ = await queries.public_posts(PostKind.UPDATE, campaign.project_id, 10)
    assert (shown.hidden_for, shown.title, shown.text) == ("personal details", "", "")
    assert await queries.recent_updates(None, 10) == []
    [told] = await mails("posts/group_hidden")
    assert "It names a child." in told["text"]

    await moderation.appeal(post.id, by, "The child's mother agreed.", page="/x")
    with pytest.raises(Refused, match="appealed already"):
        await moderation.appeal(post.id, by, "Again", page="/x")
    with pytest.raises(Refused, match="Decide the appeal"):
        await moderation.show_again(post.id, second)
    with pytest.raises(Forbidden, match="Another officer"):
        await moderation.decide_appeal(post.id, first, upheld=False, answer="No.")
    await moderation.decide_appeal(post.id, second, upheld=True, answer="You are right.")
    [shown], _ = await queries.public_posts(PostKind.UPDATE, campaign.project_id, 10)
    assert (shown.hidden_for, shown.title) == ("", "The first ramp is built")
    acts = await AuditRow.filter(subject=f"post:{post.id}").order_by("id").values_list("act", "person_id")
    assert list(acts) == [
        ("post posted", by.person_id),
        ("post hidden", first.person_id),
        ("post appealed", by.person_id),
        ("post appeal upheld", second.person_id),
        ("post shown again", second.person_id),
    ]
    [answer] = await mails("cases/answered")
    assert "We show it again. You are right." in answer["text"]
    assert not [row for row in await AuditRow.all() if "child" in str(row.details)]


async def test_who_reported_a_post_is_answered_when_it_is_hidden_or_left_on_the_page() -> None:
    campaign, by = await live()
    officer, colleague = await make.officer(), await make.officer()
    rude, harmless = await update(campaign, by), await support(campaign)

    async def reported(post: Post, who: Actor, email: str, key: str) -> Case:
        return await moderation.report(
            post, who, reason=HideReason.ABUSE, text="Look.", page="/x", name="", email=email, form_key=key
        )

    told = await reported(rude, VISITOR, "ann@example.org", "1")
    unnamed = await reported(rude, VISITOR, "", "2")
    own = await reported(rude, officer, "", "3")
    await moderation.hide(rude.id, officer, HideReason.ABUSE, "It insults a neighbour.")
    cases = {case.id: case for case in await Case.all()}
    assert {cases[one.id].outcome for one in (told, unnamed)} == {Outcome.PUT_RIGHT}
    assert cases[own.id].status == "new", "nobody answers what they asked"
    [answer] = await mails("cases/answered")
    assert (answer["to"], "hid it: abuse or threats" in answer["text"]) == ("ann@example.org", True)
    assert "insults a neighbour" not in answer["text"], "that is for its author"

    with pytest.raises(Refused, match="No report of it waits"):
        await moderation.keep(harmless.id, officer, "It is kind.")
    kept = await reported(harmless, VISITOR, "bea@example.org", "4")
    await moderation.keep(harmless.id, colleague, "It is somebody's opinion, and kindly said.")
    assert (await Post.get(id=harmless.id)).status == Status.SHOWN
    assert (await Case.get(id=kept.id)).outcome == Outcome.NOTHING_WRONG
    assert "it stays on the page. It is somebody's opinion" in (await mails("cases/answered"))[-1]["text"]
    assert [one.post.id for one in await officers.reported()] == [rude.id]


async def test_the_database_itself_wants_two_people_for_an_appeal() -> None:
    campaign, by = await live()
    officer = await make.officer()
    post = await update(campaign, by)
    await moderation.hide(post.id, officer, HideReason.UNTRUE, "It is not so.")
    await moderation.appeal(post.id, by, "It is.", page="/x")
    await execute("SAVEPOINT one")
    with pytest.raises(Exception, match="post_hiding_two_people"):
        await PostHiding.filter(post_id=post.id).update(
            decided_by_id=officer.person_id, decided_at=business_now(), upheld=False
        )
    await execute("ROLLBACK TO one")


async def test_an_appeal_that_is_turned_down_leaves_it_hidden_and_is_the_end() -> None:
    campaign, _ = await live()
    post = await support(campaign)
    first, second = await make.officer(), await make.officer()
    await moderation.hide(post.id, first, HideReason.ADVERTISING, "It sells towels.")
    [told] = await mails("posts/hidden")
    assert (told["to"], written.private_path(post.reference) in told["text"]) == (KIM, True)
    await moderation.appeal(post.id, BACKER, "They are free.", page="/x")
    await moderation.decide_appeal(post.id, second, upheld=False, answer="They cost £5.")
    assert (await Post.get(id=post.id)).status == Status.HIDDEN
    assert [mail["to"] for mail in await mails("cases/answered")] == [KIM]
    with pytest.raises(Refused):
        await moderation.decide_appeal(post.id, second, upheld=True, answer="Well.")
    await posts.take_back(post.id, BACKER)
    assert (await Post.get(id=post.id)).text == "We swim there.", "what was hidden may have to be looked at again"


async def test_a_question_hidden_before_its_answer_goes_back_to_the_group() -> None:
    campaign, _by = await live()
    post = await question(campaign)
    officer = await make.officer()
    await moderation.hide(post.id, officer, HideReason.ABUSE, "It threatens.")
    await moderation.show_again(post.id, officer)
    assert (await Post.get(id=post.id)).status == Status.WAITING


async def test_nobody_moderates_for_a_group_of_their_own_and_only_officers_do() -> None:
    campaign, by = await live()
    post = await update(campaign, by)
    officer = await make.officer()
    project = await Project.get(id=campaign.project_id)
    await Member.create(
        group_id=project.group_id,
        person_id=officer.person_id,
        role=MemberRole.EDITOR,
        created_at=real_now(),
        ended_at=real_now(),
    )
    for who in (officer, by, VISITOR):
        with pytest.raises(Forbidden):
            await moderation.hide(post.id, who, HideReason.OFF_TOPIC, "No.")
    with pytest.raises(InvalidMove):
        await moderation.let_through(post.id, await make.officer())


async def test_before_an_election_posts_wait_for_an_officer_and_letters_and_pledges_go_on() -> None:
    campaign, by = await live()
    officer = await quiet()
    post, asked = await update(campaign, by), await question(campaign)
    await posts.answer(asked.id, by, "Yes.")
    letter = await question(campaign, "Only for you", kind=PostKind.LETTER)
    await posts.answer(letter.id, by, "Thank you")
    pledge = await pledges.pledge(campaign, email="ada@example.org")
    assert pledge.status == "active"
    words = await support(campaign)
    held = [await Post.get(id=one.id) for one in (post, asked, words)]
    assert {one.status for one in held} == {Status.HELD}
    assert (await Post.get(id=letter.id)).status == Status.ANSWERED
    await work()
    assert await mails("posts/update") == []
    for one in held:
        await moderation.let_through(one.id, officer)
    await work()
    assert {mail["to"] for mail in await mails("posts/update")} == {"ada@example.org", KIM}
    assert (await mails("posts/let_through"))[0]["to"] == KIM
    with pytest.raises(Refused, match="only an officer"):
        await posts.change_update(post.id, by, title="Other", text="Words")
    [period] = await queries.quiet_periods()
    await moderation.end_quiet_period(period.id, officer)
    assert (await update(campaign, by)).status == Status.SHOWN
