"""Updates, questions, letters, support, thanks: who may write, who reads what, and what becomes of it."""

from datetime import date, timedelta

import pytest

from crowdfund_kent import outbox
from crowdfund_kent.accounts.models import Person
from crowdfund_kent.audit import BACKER, Actor
from crowdfund_kent.clock import business_now, real_now
from crowdfund_kent.database import fetch
from crowdfund_kent.errors import Forbidden, NotFound, Refused
from crowdfund_kent.mail import Topic, choices
from crowdfund_kent.mail.keys import key_of
from crowdfund_kent.models import AuditRow
from crowdfund_kent.references import new_token
from crowdfund_kent.states import start_of, states_of
from pledges import comments, post_mail
from projects import post_rules, written
from projects.kinds import HideReason, MemberRole, PostKind
from projects.models import Member, Post, PostEvent, PostReply, PostWording, Project
from projects.post_rules import Quiet
from projects.queries import posts as queries
from projects.services import moderation, posts
from projects.states import POST
from projects.states import Campaign as CampaignStatus
from projects.states import Post as Status
from tests.pledges import make as pledges
from tests.projects import make
from tests.projects.posting import KIM, VISITOR, live, mails, question, support, update, work

pytestmark = pytest.mark.usefixtures("db")


# updates -----------------------------------------------------------------------------------------------------


async def test_an_update_is_on_the_page_at_once_and_reaches_each_backer_once(monkeypatch: pytest.MonkeyPatch) -> None:
    campaign, by = await live()
    for email in ("ada@example.org", "ben@example.org", "cleo@example.org", "dan@example.org"):
        await pledges.pledge(campaign, email=email)
    await pledges.pledge(campaign, email="ada+again@example.org")
    await pledges.pledge(campaign, email="waits@example.org", active=False)
    await choices.choose(key_of("ben@example.org"), Topic.UPDATES, False, "page")
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
    await choices.choose(key_of("ben@example.org"), Topic.THANKS, False, "page")
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


# rules -------------------------------------------------------------------------------------------------------


def test_every_status_is_in_the_table_and_a_post_begins_written_and_ends_taken_back() -> None:
    assert states_of(POST) == set(Status)
    assert start_of(POST) == Status.WRITTEN
    assert {status for status in Status if not any(old == status for old, _ in POST)} == {Status.TAKEN_BACK}


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
