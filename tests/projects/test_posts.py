"""Updates, questions, letters, support, thanks: who may write, who reads what, and what becomes of it."""

from datetime import date, timedelta
from typing import Any

import pytest

from crowdfund_kent import outbox
from crowdfund_kent.accounts.models import Person
from crowdfund_kent.audit import BACKER, Actor
from crowdfund_kent.clock import business_now, business_today, real_now
from crowdfund_kent.database import execute, fetch
from crowdfund_kent.errors import Forbidden, InvalidMove, NotFound, Refused
from crowdfund_kent.mail import Topic, choices
from crowdfund_kent.models import AuditRow, Outbox
from crowdfund_kent.references import new_token
from pledges import comments, post_mail
from pledges.tasks import TASKS
from projects import post_rules, written
from projects.kinds import HideReason, MemberRole, PostKind
from projects.models import Campaign, Member, Post, PostEvent, PostHiding, PostReply, PostWording, Project
from projects.post_rules import Quiet
from projects.queries import posts as queries
from projects.services import moderation, posts
from projects.states import Campaign as CampaignStatus
from projects.states import Post as Status
from tests.pledges import make as pledges
from tests.projects import make

pytestmark = pytest.mark.usefixtures("db")
VISITOR = Actor(None, "visitor")
KIM = "kim@example.org"


async def live() -> tuple[Campaign, Actor]:
    """An open campaign, and an owner of its group."""
    campaign = await make.live_campaign()
    project = await Project.get(id=campaign.project_id)
    return campaign, await make.owner_of(project.group_id)


async def update(campaign: Campaign, by: Actor, title: str = "The first ramp is built") -> Post:
    return await posts.post_update(campaign.project_id, by, title=title, text="It **stands**.", form_key=new_token())


async def question(campaign: Campaign, text: str = "Is it open in winter?", **more: Any) -> Post:
    slug = (await Project.get(id=campaign.project_id)).slug
    given = {"text": text, "name": "Kim Reed", "email": KIM, "form_key": new_token()} | more
    kind = given.pop("kind", PostKind.QUESTION)
    return await posts.ask(await queries.public_project(slug), kind, VISITOR, **given)


async def mails(name: str) -> list[dict[str, str]]:
    return [row.body for row in await Outbox.filter(kind="email", name=name).order_by("id")]


async def work() -> None:
    """What the worker does with the jobs of posts."""
    for row_id in await outbox.due_rows(real_now() + timedelta(hours=1)):
        row = await Outbox.get(id=row_id)
        if row.kind == "job" and row.name in TASKS:
            await outbox.run_row(row_id, TASKS, lambda _: None)  # type: ignore[arg-type,return-value]


async def quiet() -> Actor:
    """From today an officer looks at every new post."""
    officer = await make.officer()
    today = business_today()
    await moderation.add_quiet_period(today, today + timedelta(days=20), "County council election", officer)
    return officer


# updates -----------------------------------------------------------------------------------------------------


async def test_an_update_is_on_the_page_at_once_and_reaches_each_backer_once(monkeypatch: pytest.MonkeyPatch) -> None:
    campaign, by = await live()
    for email in ("ada@example.org", "ben@example.org", "cleo@example.org", "dan@example.org"):
        await pledges.pledge(campaign, email=email)
    await pledges.pledge(campaign, email="ada+again@example.org")
    await pledges.pledge(campaign, email="waits@example.org", active=False)
    await choices.set_choice("ben@example.org", Topic.UPDATES, False)
    monkeypatch.setattr(post_mail, "AT_ONCE", 2)
    assert await post_mail.how_many(campaign.id, Topic.UPDATES) == 3
    post = await update(campaign, by)
    assert (post.status, post.reference[:2]) == (Status.SHOWN, "U-")
    [shown], total = await queries.public_posts(PostKind.UPDATE, campaign.project_id, 10)
    assert (shown.title, total) == ("The first ramp is built", 1)

    assert await outbox.due_rows() == [] or not await mails("posts/update")  # ten minutes to think again
    for _ in range(4):
        await work()
    assert sorted(mail["to"] for mail in await mails("posts/update")) == [
        "ada+again@example.org",
        "cleo@example.org",
        "dan@example.org",
    ]
    assert (await Post.get(id=post.id)).mailed_at is not None
    await post_mail.mail_post(post.id, "")
    assert len(await mails("posts/update")) == 3
    mail = (await mails("posts/update"))[0]
    assert mail["subject"] == "Tidal pool steps for every body: The first ramp is built"
    assert " writes:\n\nThe first ramp is built\n\nIt **stands**.\n\n" in mail["text"]
    assert f"/updates#{post.reference}" in mail["text"]
    assert "/e-mails/" in mail["text"].split("\n--\n")[0]


async def test_an_update_taken_back_within_ten_minutes_reaches_nobody() -> None:
    campaign, by = await live()
    await pledges.pledge(campaign)
    post = await update(campaign, by)
    await posts.take_back_by_group(post.id, by)
    await work()
    assert await mails("posts/update") == []
    assert await queries.public_posts(PostKind.UPDATE, campaign.project_id, 10) == ([], 0)
    with pytest.raises(Refused):
        await posts.take_back_by_group(post.id, by)


async def test_an_update_can_be_put_right_within_the_hour_and_what_it_said_is_kept() -> None:
    campaign, by = await live()
    post = await update(campaign, by)
    changed = await posts.change_update(post.id, by, title="The first ramp is up", text="It stands.")
    assert changed.changed_at is not None
    await posts.change_update(post.id, by, title="The first ramp is up", text="It stands.")
    [kept] = await PostWording.filter(post_id=post.id)
    assert (kept.number, kept.title, kept.text) == (1, "The first ramp is built", "It **stands**.")
    await Post.filter(id=post.id).update(written_at=business_now() - post_rules.EDITABLE)
    with pytest.raises(Refused, match="within an hour"):
        await posts.change_update(post.id, by, title="Later", text="Later")


async def test_only_who_writes_for_the_group_posts_and_only_once_its_campaign_is_public() -> None:
    campaign, _ = await live()
    stranger, helper = Actor((await make.person()).id, "x"), await make.person()
    project = await Project.get(id=campaign.project_id)
    await Member.create(group_id=project.group_id, person_id=helper.id, role=MemberRole.HELPER, created_at=real_now())
    for who, error in ((stranger, NotFound), (Actor(helper.id, "x"), Forbidden)):
        with pytest.raises(error):
            await update(campaign, who)
    draft = await make.campaign(CampaignStatus.DRAFT)
    owner = await make.owner_of((await Project.get(id=draft.project_id)).group_id)
    with pytest.raises(Refused, match="once your campaign is open"):
        await update(draft, owner)


async def test_a_second_click_posts_once_and_the_fourth_update_of_a_day_waits() -> None:
    campaign, by = await live()
    key = new_token()
    for _ in range(2):
        await posts.post_update(campaign.project_id, by, title="One", text="Text", form_key=key)
    assert await Post.filter(kind=PostKind.UPDATE).count() == 1
    await update(campaign, by)
    await update(campaign, by)
    with pytest.raises(Refused, match="tomorrow"):
        await update(campaign, by)
    await Post.all().update(written_at=business_now() - timedelta(days=2))
    await update(campaign, by)


# questions and letters ---------------------------------------------------------------------------------------


async def test_a_question_goes_to_the_group_and_is_shown_with_its_answer() -> None:
    campaign, by = await live()
    post = await question(campaign, name_shown=True)
    assert post.status == Status.WAITING
    [to_group] = await mails("posts/group_asked")
    owner = await Person.get(id=by.person_id)
    assert to_group["to"] == owner.email
    assert "Is it open in winter?" in to_group["text"]
    assert KIM not in str(to_group)
    [receipt] = await mails("posts/received")
    assert receipt["to"] == KIM
    assert "winter" not in receipt["text"], "nobody can make us send their words to a stranger"
    assert written.private_path(post.reference) in receipt["text"]
    assert await queries.public_posts(PostKind.QUESTION, campaign.project_id, 10) == ([], 0)

    await posts.answer(post.id, by, "Yes, **every** day.")
    [shown], _ = await queries.public_posts(PostKind.QUESTION, campaign.project_id, 10)
    assert (shown.text, shown.name) == ("Is it open in winter?", "Kim Reed")
    assert [reply.text for reply in shown.replies] == ["Yes, **every** day."]
    [answer] = await mails("posts/answered")
    assert (answer["to"], "Yes, **every** day." in answer["text"]) == (KIM, True)
    await posts.answer(post.id, by, "But not on Sundays.")
    [shown], _ = await queries.public_posts(PostKind.QUESTION, campaign.project_id, 10)
    assert len(shown.replies) == 2


async def test_a_question_that_is_not_answered_in_public_tells_why() -> None:
    campaign, by = await live()
    post = await question(campaign)
    await posts.decline(post.id, by, "It names a neighbour.")
    [told] = await mails("posts/declined")
    assert (told["to"], "It names a neighbour." in told["text"]) == (KIM, True)
    assert await queries.public_posts(PostKind.QUESTION, campaign.project_id, 10) == ([], 0)
    with pytest.raises(Refused):
        await posts.answer(post.id, by, "Well")


async def test_a_letter_goes_between_two_and_gives_away_no_address() -> None:
    campaign, by = await live()
    post = await question(campaign, "May I help with the rail?", kind=PostKind.LETTER, name_shown=True)
    assert not post.name_shown
    await posts.answer(post.id, by, "Yes please.")
    assert (await Post.get(id=post.id)).status == Status.ANSWERED
    await posts.write_again(post.id, VISITOR, "When?")
    assert (await Post.get(id=post.id)).status == Status.WAITING
    await posts.answer(post.id, by, "On Friday.")
    owner = await Person.get(id=by.person_id)
    for mail in await mails("posts/answered"):
        assert str(owner.email) not in str(mail)
        assert mail["to"] == KIM
    for mail in await mails("posts/group_asked"):
        assert KIM not in str(mail)
    assert [reply.by_group for reply in await queries.replies_of(post.id)] == [True, False, True]
    assert await queries.public_posts(PostKind.LETTER, campaign.project_id, 10) == ([], 0)
    with pytest.raises(Refused):
        await posts.decline(post.id, by, "No")


async def test_one_address_asks_a_group_five_times_a_day_and_a_form_sent_twice_once() -> None:
    campaign, _ = await live()
    key = new_token()
    for _ in range(2):
        await question(campaign, form_key=key)
    assert await Post.all().count() == 1
    for number in range(4):
        await question(campaign, f"Number {number}?")
    with pytest.raises(Refused, match="five times"):
        await question(campaign, "And again?")
    await question(campaign, "Somebody else?", email="ben@example.org")


async def test_a_group_that_nobody_is_left_in_is_asked_nothing() -> None:
    campaign = await pledges.campaign()
    with pytest.raises(Refused, match="Nobody of this group"):
        await question(campaign)


async def test_what_a_visitor_takes_back_leaves_no_word_name_or_address() -> None:
    campaign, by = await live()
    post = await question(campaign, name_shown=True)
    await posts.answer(post.id, by, "Yes.")
    await posts.take_back(post.id, VISITOR)
    gone = await Post.get(id=post.id)
    assert (gone.status, gone.text, gone.author_name, gone.author_email) == (Status.TAKEN_BACK, "", "", None)
    assert await queries.public_posts(PostKind.QUESTION, campaign.project_id, 10) == ([], 0)
    with pytest.raises(Refused):
        await posts.answer(post.id, by, "Still there?")


# messages of support and thanks ------------------------------------------------------------------------------


async def support(campaign: Campaign, name_shown: bool = True) -> Post:
    pledge = await pledges.pledge(campaign, email=KIM)
    return await comments.write_support(pledge.id, BACKER, text="We swim there.", name="Kim", name_shown=name_shown)


async def test_a_backer_supports_with_or_without_a_name_and_takes_it_back() -> None:
    campaign, _ = await live()
    pledge = await pledges.pledge(campaign, email=KIM)
    first = await comments.write_support(pledge.id, BACKER, text="We swim there.", name="Kim", name_shown=True)
    again = await comments.write_support(pledge.id, BACKER, text="Once more", name="Kim", name_shown=True)
    assert again.id == first.id
    [shown], _ = await queries.public_posts(PostKind.SUPPORT, campaign.project_id, 10)
    assert (shown.name, shown.text) == ("Kim", "We swim there.")
    await posts.show_name(first.id, False, BACKER)
    [shown], _ = await queries.public_posts(PostKind.SUPPORT, campaign.project_id, 10)
    assert shown.name == ""
    await posts.take_back(first.id, BACKER)
    assert (await comments.write_support(pledge.id, BACKER, text="New", name="", name_shown=False)).id != first.id
    waits = await pledges.pledge(campaign, active=False)
    with pytest.raises(Refused, match="Only backers"):
        await comments.write_support(waits.id, BACKER, text="Me too", name="", name_shown=False)


async def test_thanks_go_to_who_wants_them_once_a_week() -> None:
    campaign, by = await live()
    for email in ("ada@example.org", "ben@example.org"):
        await pledges.pledge(campaign, email=email)
    await choices.set_choice("ben@example.org", Topic.THANKS, False)
    assert await post_mail.how_many(campaign.id, Topic.THANKS) == 1
    taken = await posts.thank(campaign.project_id, by, text="Thank yuo")
    await posts.take_back_by_group(taken.id, by)
    post = await posts.thank(campaign.project_id, by, text="Thank you")
    await work()
    [mail] = await mails("posts/thanks")
    assert (mail["to"], mail["topic"]) == ("ada@example.org", str(Topic.THANKS))
    with pytest.raises(Refused, match="less than a week ago"):
        await posts.thank(campaign.project_id, by, text="And again")
    await Post.filter(id=post.id).update(written_at=business_now() - timedelta(days=7))
    await posts.thank(campaign.project_id, by, text="And again")


# officers ----------------------------------------------------------------------------------------------------


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


# rules -------------------------------------------------------------------------------------------------------

MAY: Quiet = Quiet(date(2021, 3, 22), date(2021, 5, 6), "County")
LONG: Quiet = Quiet(date(2021, 5, 1), date(2021, 7, 1), "General")


@pytest.mark.parametrize(
    ("day", "found"),
    [
        (date(2021, 3, 21), None),
        (date(2021, 3, 22), MAY),
        (date(2021, 5, 1), LONG),
        (date(2021, 5, 6), LONG),
        (date(2021, 7, 1), LONG),
        (date(2021, 7, 2), None),
    ],
)
def test_both_days_of_a_period_are_in_it(day: date, found: Quiet | None) -> None:
    assert post_rules.quiet_on(day, [MAY, LONG]) == found


@pytest.mark.parametrize(
    ("kind", "shown", "answered", "cause"),
    [
        (PostKind.UPDATE, True, False, "shown again"),
        (PostKind.UPDATE, False, False, "shown again"),
        (PostKind.QUESTION, False, False, "given back"),
        (PostKind.QUESTION, True, True, "shown again"),
        (PostKind.QUESTION, False, True, "shown again"),
        (PostKind.LETTER, False, True, "given back"),
    ],
)
def test_where_a_hidden_post_comes_back_to(kind: PostKind, shown: bool, answered: bool, cause: str) -> None:
    assert post_rules.after_hiding(kind, business_now() if shown else None, answered) == cause


async def test_every_change_of_what_is_shown_changes_the_stamp_of_its_page() -> None:
    campaign, by = await live()
    slug = (await Project.get(id=campaign.project_id)).slug
    seen = [(await queries.public_project(slug)).stamp]

    async def changed() -> None:
        stamp = (await queries.public_project(slug)).stamp
        assert stamp not in seen
        seen.append(stamp)

    post = await update(campaign, by)
    await changed()
    await posts.change_update(post.id, by, title="Other", text="Words")
    await changed()
    words = await support(campaign)
    await changed()
    await posts.show_name(words.id, False, BACKER)
    await changed()
    await Post.filter(id=words.id).update(author_name="", text="")  # erased, as a person may ask
    await changed()
    await moderation.hide(post.id, await make.officer(), HideReason.UNTRUE, "No.")
    await changed()


async def test_no_event_holds_what_anybody_wrote() -> None:
    campaign, by = await live()
    post = await question(campaign, "A secret of Kim Reed")
    await posts.answer(post.id, by, "Another secret")
    rows = [str(vars(one)) for one in await PostEvent.all()] + [str(vars(one)) for one in await AuditRow.all()]
    assert not [row for row in rows if "ecret" in row or "Kim" in row or KIM in row]
    assert await PostReply.all().count() == 1
    assert await fetch("SELECT 1 FROM post WHERE status = 'written'") == []
