"""Who is asked and when, once, not against their choice; and what ends with its round."""

from datetime import timedelta

import pytest

from crowdfund_kent.clock import business_now, business_today, play
from crowdfund_kent.errors import NotFound
from crowdfund_kent.mail import Topic, choices
from crowdfund_kent.mail.keys import key_of
from crowdfund_kent.models import AuditRow, Outbox
from evaluation.surveys import links, queries, services, tasks
from evaluation.surveys.kinds import SurveyKind, Variant
from evaluation.surveys.models import SurveyInvitation, SurveyInvitationEvent, SurveyRound
from evaluation.surveys.personal import let_go
from pledges.models import OfflineGift, Pledge
from projects.models import Campaign, LetterToPost
from projects.states import Campaign as CampaignStatus
from tests.evaluation.surveys.make import BACKER, broken_rules, settled, the_owner
from tests.pledges import gift_make, make
from tests.projects import make as projects


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
    await choices.choose(key_of("silent@example.org"), Topic.QUESTIONS, False, "page")
    await tasks.look()
    asked = await SurveyInvitation.filter(kind="backer").select_related("pledge")
    assert [row.pledge.email for row in asked if row.pledge] == [email]
    assert silent.id not in {row.pledge_id for row in asked}
    assert second.id not in {row.campaign_id for row in asked}


@pytest.mark.usefixtures("db")
async def test_what_was_not_sent_by_the_last_day_is_let_go_of_and_the_round_closes() -> None:
    made = await settled()
    row = await services.invite(queries.Due(SurveyKind.PROJECT, Variant.MATCHED, made.id))
    assert row is not None
    await services.keep(row.id, {"words": "Half of it"})
    assert (await SurveyInvitation.get(id=row.id)).draft == {"words": "Half of it"}
    await play(timedelta(days=240))
    try:
        await tasks.look()
        await tasks.look()
    finally:
        await play(None)
    row = await SurveyInvitation.get(id=row.id)
    assert (row.status, row.draft) == ("lapsed", None)
    assert (await SurveyRound.get(id=row.round_id)).closed_at is not None
    assert await AuditRow.filter(act="survey round closed").count() == 1


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


@pytest.mark.usefixtures("db")
async def test_an_invitation_ends_with_its_round_also_where_the_setting_grew() -> None:
    made = await settled()
    round_ = await services.round_of(SurveyKind.PROJECT, business_today())
    await SurveyRound.filter(id=round_.id).update(last_day=business_today() + timedelta(days=9))
    row = await services.invite(queries.Due(SurveyKind.PROJECT, Variant.MATCHED, made.id))
    assert row is not None
    assert row.closes_on == business_today() + timedelta(days=9)


@pytest.mark.usefixtures("db")
async def test_who_gave_in_cash_is_asked_by_email_or_by_post_and_once_a_year() -> None:
    made = await make.campaign(owner_id=(await projects.person()).id)
    desk = await gift_make.desk()
    ada = await desk.counted(made, name="Ada Reed", email="ada@example.org")
    ben = await desk.counted(made, name="Ben Cobb", postcode="CT9 1AA", address="2 Sea Road, Margate")
    again = await desk.counted(made, name="ben cobb", postcode="ct91aa", address="2 Sea Road, Margate")
    unreached = await desk.counted(made, name="Cleo Dale", postcode="CT9 1AC", address="")
    pledged = await make.pledge(made, 2_000, email="Ada@example.org")
    await OfflineGift.all().update(at_verdict=True)
    await Pledge.filter(id=pledged.id).update(status="collected")
    await Campaign.filter(id=made.id).update(status="settled", settled_at=business_now() - timedelta(days=20))
    assert (ada.email, ben.email) == ("ada@example.org", None)
    await tasks.look()
    await tasks.look()
    rows = await SurveyInvitation.filter(kind="backer").order_by("id")
    assert sorted((row.pledge_id or 0, row.gift_id or 0) for row in rows) == [(0, ben.id), (pledged.id, 0)]
    assert unreached.person_id is None, "nobody can write to her"
    row = next(row for row in rows if row.gift_id == ben.id)
    letter = await LetterToPost.get(name="surveys/invite")
    assert (letter.person_id, again.id in {one.gift_id for one in rows}) == (ben.person_id, False)
    assert "[  ] Yes, as much" not in letter.text, "no fund added money"
    assert "[  ] Perhaps" in letter.text
    assert row.reference in letter.text
    assert links.PAGES.token_of(row.reference) not in letter.text
    officer = await projects.officer()
    assert [one.reference for one in await queries.backers_by_post(business_today())] == [row.reference]
    with pytest.raises(NotFound):
        await services.answer_on_paper(next(one.id for one in rows if one.pledge_id), BACKER, officer)
    await services.answer_on_paper(row.id, {"first": ["yes"], "again": ["maybe"], "words": "Thank you."}, officer)
    assert await queries.backers_by_post(business_today()) == []
    assert await broken_rules() == []
    await play(timedelta(days=420))
    try:
        assert await let_go(business_now()) == 2
    finally:
        await play(None)
    row = await SurveyInvitation.get(id=row.id)
    letter = await LetterToPost.get(id=letter.id)
    assert (row.gift_id, letter.text, letter.unique_key) == (None, "", f"survey letter {letter.id}")
    assert await broken_rules() == []


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize(("days", "asked"), [(364, False), (366, True)])
async def test_twelve_months_on_means_twelve_months(days: int, asked: bool) -> None:
    made = await settled(delivered=days)
    await tasks.look()
    assert await SurveyInvitation.filter(campaign_id=made.id, kind="year").exists() == asked
