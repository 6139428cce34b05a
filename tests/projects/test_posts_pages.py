"""The pages of posts, walked as a group, a resident, a backer and two officers; without script, as everything."""

import io
import re
from datetime import timedelta

import pytest
from PIL import Image
from starlette.applications import Starlette

from crowdfund_kent.accounts.models import Person
from crowdfund_kent.cases.models import Case
from crowdfund_kent.clock import business_now, business_today
from crowdfund_kent.mail import Channel, bounces
from pledges import links, post_mail
from projects import reach, written
from projects.kinds import HideReason, PostKind
from projects.models import Post, Project
from projects.post_rules import EDITABLE
from projects.queries import posts as queries
from projects.routes import asking
from projects.services import moderation, posts
from projects.states import Post as Status
from tests.accounts.make import sign_in
from tests.client import SiteClient
from tests.pledges import make as pledges
from tests.projects import make
from tests.projects.posting import KIM, live, mails, question, update, work

FILM = "https://www.youtube.com/watch?v=dQw4w9WgXcQ"


async def group_of(project_id: int) -> tuple[Project, str, Person]:
    """The project, the address of its posts, and an owner."""
    project = await Project.get(id=project_id).select_related("group")
    owner = await Person.get(id=(await make.owner_of(project.group_id)).person_id)
    return project, f"/groups/{project.group.slug}/projects/{project.slug}/posts", owner


def a_picture() -> tuple[str, bytes, str]:
    file = io.BytesIO()
    Image.new("RGB", (800, 450), "#2f78a3").save(file, "JPEG")
    return "still.jpg", file.getvalue(), "image/jpeg"


async def test_a_group_writes_an_update_looks_at_it_first_and_puts_it_right(client: SiteClient) -> None:
    reach.use(post_mail.how_many)
    campaign, _ = await live()
    await pledges.pledge(campaign, email=KIM)
    project, hub, owner = await group_of(campaign.project_id)
    await sign_in(client, owner)
    page = await (await client.get(hub)).follow("Write an update")
    assert "1 backer gets it by e-mail" in page.main
    page = await page.submit({"title": "", "text": ""}, status=422)
    assert page.errors == ["Enter a title", "Enter the text of your update"]
    filled = {"title": "It stands", "text": f"# At last\n\n{FILM}\n\n<script>alert(1)</script>"}
    hidden = {name: page.form().values[name][0] for name in ("csrf_token", "form_key")}
    page = await client.post(page.path, filled | hidden | {"preview": "yes"})
    assert "Watch the film on YouTube" in page.main
    assert await Post.all().count() == 0
    page = await page.submit(to=re.compile(f"{hub}/\\d+"))
    assert "Your update is on the page" in page.text
    assert "ten minutes" in page.main or "10 minutes" in page.main
    at = page.path
    page = await page.follow("Add a picture")
    page = await page.submit({"picture": a_picture(), "alt": "The first ramp"}, to=at)
    page = await (await page.follow("Change the words")).submit({"title": "It stands!"}, to=at)
    assert "What it said before" in page.main
    page = await page.submit(form="picture", to=at)
    page = await (await page.follow("Take it back")).submit(to=hub)
    assert (await Post.get()).status == Status.TAKEN_BACK
    await client.get(at, status=404)
    await client.get(f"/projects/{project.slug}/updates")


async def test_a_group_thanks_its_backers_with_one_button_and_sees_the_words_first(client: SiteClient) -> None:
    reach.use(post_mail.how_many)
    campaign, _ = await live()
    await pledges.pledge(campaign, email=KIM)
    _, hub, owner = await group_of(campaign.project_id)
    await sign_in(client, owner)
    page = await (await client.get(hub)).follow("Thank your backers")
    assert "Thank you for backing “Tidal pool steps for every body”." in page.main
    assert "Send it to 1 backer" in page.form().buttons
    page = await page.submit(to=re.compile(f"{hub}/\\d+"))
    await work()
    assert [mail["to"] for mail in await mails("posts/thanks")] == [KIM]
    page = await client.get(f"{hub}/thanks")
    assert "less than a week ago" in page.main
    assert [form for form in page.forms if form.method == "post"] == []


async def test_a_resident_asks_and_the_group_answers_on_a_phone(client: SiteClient, app: Starlette) -> None:
    campaign, _ = await live()
    project, hub, owner = await group_of(campaign.project_id)
    page = await client.get(f"/projects/{project.slug}")
    page = await page.follow("Ask the group a question")
    page = await page.submit({"text": "", "name": "", "email": "x"}, status=422)
    assert len(page.errors) == 3
    asked = {"text": "Is there a\nrail? <b>now</b>", "name": "Kim Reed", "email": KIM}
    page = await page.submit(asked, to=re.compile(r"/written/Q-\w{4}-\w{4}/\w+"))
    mine = page.path
    assert "We passed it on to the group" in page.text
    assert page.headers["referrer-policy"] == "no-referrer"

    group = SiteClient(app)
    await sign_in(group, owner)
    account = await group.get(hub.removesuffix("/posts"))
    page = await account.follow("1 question or message: please answer")
    assert KIM not in page.html
    page = await page.follow("Answer Kim Reed")
    page = await page.submit({"text": "  "}, status=422)
    page = await page.submit({"text": "Yes, on both sides."}, to=hub)
    assert "Waiting for your answer" not in page.main
    await group.close()

    page = await client.get(f"/projects/{project.slug}/questions")
    assert "Is there a rail? <b>now</b>" in page.main
    assert "A resident asked" in page.main
    assert "Yes, on both sides." in page.main
    page = await (await client.get(mine)).submit(form="name", to=mine)
    assert "Kim Reed asked" in (await client.get(f"/projects/{project.slug}")).main
    page = await (await page.follow("Take it back")).submit(to=mine)
    assert "Is there a rail?" not in (await client.get(f"/projects/{project.slug}/questions")).main


async def test_a_letter_is_read_by_two_only_and_goes_back_and_forth(client: SiteClient, app: Starlette) -> None:
    campaign, by = await live()
    project, hub, owner = await group_of(campaign.project_id)
    page = await client.get(f"/projects/{project.slug}/contact")
    sent = {"text": "May I lend a ladder?", "name": "Kim", "email": KIM}
    page = await page.submit(sent, to=re.compile(r"/written/L-\w{4}-\w{4}/\w+"))
    post = await Post.get(kind=PostKind.LETTER)
    await posts.answer(post.id, by, "Please do.")
    page = await page.submit({"text": "On Friday?"}, to=page.path)
    assert "Please do." in page.main
    group = SiteClient(app)
    await sign_in(group, owner)
    page = await group.get(f"{hub}/{post.id}")
    assert "On Friday?" in page.main
    assert KIM not in page.html
    await group.close()
    assert "ladder" not in (await client.get(f"/projects/{project.slug}")).html


async def test_a_backer_writes_support_and_hears_that_mail_came_back(client: SiteClient) -> None:
    campaign, _ = await live()
    project, _, _ = await group_of(campaign.project_id)
    pledge = await pledges.pledge(campaign, email=KIM)
    private = links.private_path(pledge)
    await bounces.record(KIM, channel=Channel.SMTP, source="report:1:0", status="5.1.1", hard=True)
    page = await client.get(private)
    assert "Our e-mail to k…@example.org came back" in page.main
    page = await page.submit(form="mail-again", to=private)
    assert "came back" not in page.main
    page = await page.follow("Write a message of support")
    page = await page.submit({"text": "We swim there.", "name": "", "name_shown": True}, status=422)
    assert page.errors == ["Enter your name, or do not show it"]
    page = await page.submit({"name": "Kim"}, to=re.compile(r"/written/S-\w{4}-\w{4}/\w+"))
    shown = await client.get(f"/projects/{project.slug}")
    assert "We swim there. Kim," in shown.main
    assert "£20" not in shown.root.all("blockquote")[0].text
    page = await (await client.get(private)).follow("Your message of support")
    page = await (await page.follow("Take it back")).submit(to=page.path)
    assert "We swim there." not in (await client.get(f"/projects/{project.slug}/messages")).main


async def test_a_report_is_decided_by_one_officer_and_the_appeal_by_another(client: SiteClient, app: Starlette) -> None:
    campaign, _by = await live()
    project, hub, owner = await group_of(campaign.project_id)
    post = await update(campaign, _by)
    page = await (await client.get(f"/projects/{project.slug}")).follow("Report the update")
    page = await page.submit({}, status=422)
    page = await page.submit({"reason": "personal details", "text": "My son", "email": KIM})
    assert "You get an e-mail" in page.main
    assert (await Case.get()).subject == f"post:{post.id}"

    officer, other, group = SiteClient(app), SiteClient(app), SiteClient(app)
    first, second = await make.officer(), await make.officer()
    await sign_in(officer, await Person.get(id=first.person_id))
    await sign_in(other, await Person.get(id=second.person_id))
    await sign_in(group, owner)
    page = await (await officer.get("/account")).follow("Posts to look at")
    assert [row[0] for row in page.rows("Reported")] == ["The first ramp is built"]
    page = await page.follow("The first ramp is built")
    await (await page.follow("Leave it on the page")).submit({}, status=422)
    page = await (await page.follow("Hide it")).submit({}, status=422)
    page = await page.submit({"reason": "personal details", "words": "A child."}, to=f"/staff/posts/{post.id}")
    assert "hidden by the Council: personal details" in (await client.get(f"/projects/{project.slug}")).main
    page = await group.get(f"{hub}/{post.id}")
    page = await page.follow("Say that this is wrong")
    page = await page.submit({"text": "His mother said yes."}, to=f"{hub}/{post.id}")

    page = await officer.get(f"/staff/posts/{post.id}")
    assert "another officer decides" in page.main
    page = await officer.get(f"/staff/posts/{post.id}/appeal")
    refused = await officer.http.post(
        page.path, data={"csrf_token": page.form().values["csrf_token"][0], "upheld": "yes", "answer": "Yes"}
    )
    assert refused.status_code == 403
    page = await (await other.get("/staff/posts")).follow("The first ramp is built")
    page = await page.follow("Decide the appeal")
    page = await page.submit({"upheld": "yes", "answer": "Agreed."}, to=f"/staff/posts/{post.id}")
    assert "Appeal upheld" in page.main
    assert "hidden by" not in (await client.get(f"/projects/{project.slug}")).main
    for one in (officer, other, group):
        await one.close()


async def test_officers_enter_the_days_before_an_election_and_let_posts_through(client: SiteClient) -> None:
    campaign, by = await live()
    officer = await make.officer()
    await sign_in(client, await Person.get(id=officer.person_id))
    page = await client.get("/staff/quiet-periods")
    today, later = business_today(), business_today() + timedelta(days=30)

    def days(name: str, day: object) -> dict[str, str]:
        year, month, number = str(day).split("-")
        return {f"{name}-day": number, f"{name}-month": month, f"{name}-year": year}

    wrong = {"words": "County"} | days("from_day", later) | days("to_day", today)
    page = await page.submit(wrong, status=422)
    assert page.errors == ["The last day must be on or after the first day"]
    page = await page.submit(wrong | days("from_day", today) | days("to_day", later), to="/staff/quiet-periods")
    post = await update(campaign, by)
    assert post.status == Status.HELD
    page = await (await client.get("/staff/posts")).follow("The first ramp is built")
    page = await page.submit(form="let-through", to=f"/staff/posts/{post.id}")
    assert (await Post.get(id=post.id)).status == Status.SHOWN
    page = await (await client.get("/staff/quiet-periods")).follow("End it")
    page = await page.submit(to="/staff/quiet-periods")
    assert "No days are entered" in page.main


async def test_public_pages_of_posts_have_one_address_and_change_their_tag(client: SiteClient) -> None:
    campaign, by = await live()
    project, _, _ = await group_of(campaign.project_id)
    path = f"/projects/{project.slug}/updates"
    before = await client.get(path)
    assert "There are no updates yet" in before.main
    assert "set-cookie" not in before.headers
    answer = await client.http.get(path, headers={"If-None-Match": before.headers["etag"]})
    assert answer.status_code == 304
    for number in range(3):
        await update(campaign, by, f"Number {number}")
    after = await client.get(path)
    assert after.headers["etag"] != before.headers["etag"]
    assert after.main.index("Number 2") < after.main.index("Number 0")
    for odd in ("?page=1", "?page=0", "?page=x", "?page=2", "?other=1"):
        await client.get(f"{path}{odd}", to=path)
    for kind in ("updates", "questions", "messages", "ask", "contact"):
        await client.get(f"/projects/nothing/{kind}", status=404)
    await client.get("/report/U-0000-0000", status=404)


async def test_what_is_not_ones_own_is_not_there(client: SiteClient) -> None:
    campaign, by = await live()
    _, hub, _ = await group_of(campaign.project_id)
    post, asked = await update(campaign, by), await question(campaign)
    other, _ = await live()
    _, other_hub, stranger = await group_of(other.project_id)
    await sign_in(client, stranger)
    for path in (hub, f"{hub}/{post.id}", f"{other_hub}/{post.id}", f"{other_hub}/{asked.id}"):
        await client.get(path, status=404)
    await client.get(f"/written/{post.reference}/{written.PAGES.token_of(post.reference)}", status=404)
    await client.get(f"/written/{asked.reference}/{'0' * 40}", status=404)
    await client.get(f"/report/{asked.reference}", status=404)


async def test_the_hour_is_over_while_the_form_is_open(client: SiteClient) -> None:
    campaign, by = await live()
    _, hub, owner = await group_of(campaign.project_id)
    post = await update(campaign, by)
    await sign_in(client, owner)
    page = await client.get(f"{hub}/{post.id}/change")
    await Post.filter(id=post.id).update(written_at=business_now() - EDITABLE)
    page = await page.submit({"title": "Too late"}, status=422)
    assert page.errors == ["An update can be changed within an hour. Post another that puts it right."]
    assert page.form().values["title"] == ["Too late"]


async def test_who_asks_too_often_keeps_every_word_and_gets_a_telephone_number(
    client: SiteClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(*_: object) -> bool:
        return False

    campaign, by = await live()
    project, _, _ = await group_of(campaign.project_id)
    post = await update(campaign, by)
    monkeypatch.setattr(asking, "allows", never)
    page = await client.get(f"/projects/{project.slug}/ask")
    page = await page.submit({"text": "Is it steep?", "name": "Kim", "email": KIM}, status=429)
    assert "03000 000 000" in page.errors[0]
    assert page.form().values["text"] == ["Is it steep?"]
    page = await (await client.get(f"/report/{post.reference}")).submit({"reason": "advertising"}, status=429)
    assert await Post.filter(kind=PostKind.QUESTION).count() == await Case.all().count() == 0


async def test_the_newest_updates_for_feeds_are_in_order_and_without_what_is_hidden(client: SiteClient) -> None:
    campaign, by = await live()
    first, second = await update(campaign, by, "One"), await update(campaign, by, "Two")
    found = await queries.recent_updates(None, 10)
    assert [one.title for one in found] == ["Two", "One"]
    assert found[0].path.endswith(f"/updates#{second.reference}")
    await moderation.hide(second.id, await make.officer(), HideReason.LAW, "A song.")
    assert [one.id for one in await queries.recent_updates(campaign.project_id, 10)] == [first.id]
    assert await queries.recent_updates(campaign.project_id + 1, 10) == []
