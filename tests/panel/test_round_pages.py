"""The way of a round on its pages: planned by an officer, declared by members, a reserve called, interests raised."""

from datetime import date, timedelta

from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_today
from panel.kinds import Nature
from panel.models import Interest, PitchInterest, Round, Seat
from panel.queries.rounds import called_pitch
from panel.services import interests, rounds, seats
from panel.services.interests import Said
from tests.accounts.make import sign_in
from tests.client import SiteClient
from tests.panel import rounds_make as make
from tests.pledges import pot_make


async def as_actor(client: SiteClient, actor: Actor) -> None:
    await sign_in(client, await make.person(actor))


def typed(name: str, day: date) -> dict[str, str]:
    return {f"{name}-day": str(day.day), f"{name}-month": str(day.month), f"{name}-year": str(day.year)}


async def test_an_officer_gives_places_plans_a_round_and_changes_it(client: SiteClient) -> None:
    fund = await pot_make.fund(20_000_000)
    officer = await pot_make.person("Olu", Role.FUND_OFFICER, fund=fund)
    member = await pot_make.person("Mem", Role.PANEL_MEMBER, fund=fund)
    await as_actor(client, officer)
    page = await (await client.get("/staff/rounds")).follow(f"The panel of {fund.name}")
    assert "This one has 0" in page.main
    page = await page.follow("Give a place")
    today = business_today()
    page = await page.submit({}, status=422)
    assert page.errors[:3] == [
        "Choose who gets the place",
        "Choose what the place is",
        "Enter the post, like Put forward by the social sector",
    ]
    sent = {"person": str(member.person_id), "kind": "chair", "post": "Put forward by the social sector"}
    sent |= typed("from_day", today) | typed("to_day", today + timedelta(days=365))
    page = await page.submit(sent, status=422)
    assert page.errors == ["The chair needs the role of panel chair for this fund. An administrator gives it."]
    page = await page.submit(sent | {"kind": "member"}, to=f"/staff/funds/{fund.slug}/panel")
    assert page.rows("Who sits now")[0][:2] == ["Put forward by the social sector Mem", "member"]

    page = await (await client.get("/staff/rounds")).follow(f"Plan a round of {fund.name}")
    days = make.days()
    sent = {"name": "Autumn 2026", "place": "Sessions House", **typed("opens_on", days.opens_on)}
    sent |= typed("pitch_by", days.pitch_by) | typed("scores_by", days.scores_by)
    sent |= typed("meets_on", days.pitch_by + timedelta(days=60))
    page = await page.submit(sent, status=422)
    assert "the fund's rules ask for a decision by then" in page.errors[0]
    page = await page.submit(sent | typed("meets_on", days.meets_on), to="/staff/rounds/kcc-autumn-2026")
    assert "planned" in page.main
    assert "working days left" in page.summary["Decide by"]
    await rounds.move_due_rounds()
    page = await page.follow("Change the round")
    page = await page.submit(typed("opens_on", days.opens_on + timedelta(days=1)), status=422)
    assert page.errors == ["The round has opened: its first day stays."]
    page = await page.submit({**typed("opens_on", days.opens_on), "quorum": "2"}, to="/staff/rounds/kcc-autumn-2026")
    assert page.summary["Quorum"] == "2 members"
    page = await page.follow("Change the criteria")
    page = await page.submit({"lines": "Joy: Will people smile?\n\nFit"}, to="/staff/rounds/kcc-autumn-2026")
    assert "Joy: Will people smile?" in page.main
    page = await page.follow("Cancel the round")
    page = await page.submit({"reason": "The fund is empty."}, to="/staff/rounds/kcc-autumn-2026")
    assert "cancelled" in page.main
    assert (await Round.get(slug="kcc-autumn-2026")).minutes == "The fund is empty."
    page = await (await client.get(f"/staff/funds/{fund.slug}/panel")).follow("End the place of Mem")
    await page.submit(to=f"/staff/funds/{fund.slug}/panel")
    assert (await Seat.get(person_id=member.person_id)).ended_on == today


async def test_a_member_declares_before_anything_is_read_and_barred_papers_stay_shut(client: SiteClient) -> None:
    panel = await make.panel()
    free, barred = await make.pitch(panel.round), await make.pitch(panel.round)
    home = f"/panel/{panel.round.slug}"
    await panel.close()
    await as_actor(client, panel.ann)
    page = await client.get("/panel")
    assert "Say which groups you have an interest in, by " in page.main
    page = await client.get(home)
    assert "£" not in page.main  # no amounts, no papers: groups and titles
    assert [row[1] for row in page.rows("What groups ask for")] == ["not declared"] * 2
    await client.get(f"{home}/pitches/{free.reference}", status=422)
    page = await page.follow("Declare interests in this round")
    assert barred.project.group.name in page.main
    page = await page.submit({f"nature_{free.id}": "other", f"nature_{barred.id}": "family"}, status=422)
    assert page.errors == ["Say in a few words what the interest is"]
    words = {f"words_{free.id}": "I have been to its concerts.", f"words_{barred.id}": "My sister."}
    page = await page.submit(words, to=home)
    assert [row[1] for row in page.rows("What groups ask for")] == ["declared only", "barred"]
    assert "Read and score 1 pitch, by " in page.main
    assert await client.get(f"{home}/pitches/{free.reference}")
    shut = await client.get(f"{home}/pitches/{barred.reference}", status=403)
    assert "Your family has an interest in it." in shut.main
    page = await client.get(f"{home}/interests")
    assert "You have declared on everything that was sent in." in page.main
    page = await page.follow("I remember another interest")
    page = await page.submit({"pitch": str(free.id), "nature": "money", "words": "My firm will build it."}, to=home)
    assert [row[1] for row in page.rows("What groups ask for")] == ["barred"] * 2
    await client.get(f"{home}/pitches/{free.reference}", status=403)


async def test_who_has_no_place_or_is_not_called_reads_nothing(client: SiteClient) -> None:
    panel = await make.panel()
    pitch = await make.pitch(panel.round)
    papers = f"/panel/{panel.round.slug}/pitches/{pitch.reference}"
    outsider = await pot_make.person("Out", Role.PANEL_MEMBER, fund=panel.fund)
    await as_actor(client, outsider)
    for path in (papers, f"/panel/{panel.round.slug}", f"/panel/{panel.round.slug}/interests"):
        page = await client.get(path, status=403)
        assert "You have no place on this fund's panel for this round." in page.main
    await as_actor(client, panel.reserve)
    page = await client.get(papers, status=403)
    assert "You see papers once you are called" in page.main
    page = await client.get(f"/panel/{panel.round.slug}")
    assert called_pitch(pitch) in page.main
    assert page.links.count((called_pitch(pitch), papers)) == 0


async def test_the_chair_raises_an_interest_on_a_page_and_a_member_can_not(client: SiteClient) -> None:
    panel = await make.panel()
    pitch = await make.pitch(panel.round)
    await interests.declare(panel.round.id, {pitch.id: Said(Nature.OTHER, "I know its treasurer.")}, panel.ann)
    row = await PitchInterest.get(person_id=panel.ann.person_id)
    raising = f"/panel/{panel.round.slug}/interests/{row.id}/raise"
    await as_actor(client, panel.ben)
    await client.get(raising, status=403)
    await as_actor(client, panel.chair)
    page = await (await client.get(f"/panel/{panel.round.slug}")).follow("Bar Ann from")
    assert page.path == raising
    page = await page.submit({}, status=422)
    # a forged field does not make it milder
    page = await page.submit({"words": "The treasurer is a cousin."}, to=f"/panel/{panel.round.slug}")
    assert "Told, and not barring" not in page.main
    assert await PitchInterest.filter(person_id=panel.ann.person_id, bar="bars").count() == 1


async def test_an_officer_sees_who_is_missing_and_calls_a_reserve(client: SiteClient) -> None:
    panel = await make.panel(quorum=3)
    pitch = await make.pitch(panel.round)
    await make.declare_nothing(panel.round, panel.chair, panel.ben, panel.reserve)
    await interests.declare(panel.round.id, {pitch.id: Said(Nature.MONEY)}, panel.ann)
    await panel.close()
    await as_actor(client, panel.officer)
    page = await client.get(f"/staff/rounds/{panel.round.slug}")
    (row,) = page.rows("What groups ask for")
    assert row[1:3] == ["£4,000", "1 missing"]
    assert "Ann (money)" in row[4]
    page = await page.follow("call a reserve")
    page = await page.follow("Call Res")
    page = await page.submit(
        {"reason": "A member has an interest in this one."}, to=f"/staff/rounds/{panel.round.slug}/attendance"
    )
    assert page.rows("Who may vote")[0][2] == "enough"
    await rounds.begin_meeting(panel.round.id, panel.chair)
    page = await client.get(f"/staff/rounds/{panel.round.slug}/attendance")
    there = [str(panel.seat(who).id) for who in (panel.chair, panel.ann, panel.ben, panel.reserve)]
    page = await page.submit({"present": there[1:], "chaired": there[0]}, status=422)
    assert page.errors == ["Choose somebody who is there to chair."]
    page = await page.submit({"present": there, "chaired": there[0]}, to=f"/staff/rounds/{panel.round.slug}/attendance")
    assert page.rows("Who may vote")[0][1:3] == ["3, 3 needed", "enough"]
    # no reserve is called where a quorum holds
    page = await client.get(f"/staff/rounds/{panel.round.slug}/reserves/{panel.seat(panel.reserve).id}")
    assert "only where a quorum would fail" in page.main


async def test_the_register_is_kept_by_oneself_and_by_an_officer(client: SiteClient) -> None:
    panel = await make.panel()
    pitch = await make.pitch(panel.round)
    await as_actor(client, panel.ann)
    page = await (await client.get("/staff/interests")).follow("Add an interest")
    page = await page.submit({"nature": "other", "words": "We meet on Sundays."}, status=422)
    assert page.errors == ["Enter what or whom it is about, or choose a group", "Choose whether it bars you"]
    group = {"group": str(pitch.project.group_id), "bar": "bars"}
    page = await page.submit(group, to="/staff/interests")
    (row,) = page.rows("Register of interests")
    assert row[:3] == [f"{pitch.project.group.name} a group on this site", "other", "bars"]
    await client.get(f"/panel/{panel.round.slug}/pitches/{pitch.reference}", status=422)
    await make.declare_nothing(panel.round, panel.ann)
    await client.get(f"/panel/{panel.round.slug}/pitches/{pitch.reference}", status=403)
    page = await client.get(f"/staff/interests/of/{panel.ben.person_id}", status=403)
    await as_actor(client, panel.officer)
    page = await (await client.get("/staff/interests")).follow("Interests of Ann")
    page = await page.follow("End the entry about")
    page = await page.submit(to=f"/staff/interests/of/{panel.ann.person_id}")
    assert (await Interest.get(person_id=panel.ann.person_id)).ended_on == business_today()


async def test_officers_declare_too_and_what_they_may_not_touch_is_marked(client: SiteClient) -> None:
    panel = await make.panel()
    pitch = await make.pitch(panel.round)
    await as_actor(client, panel.officer)
    page = await (await client.get(f"/staff/rounds/{panel.round.slug}")).follow("Declare your own interests")
    page = await page.submit(
        {f"nature_{pitch.id}": "family", f"words_{pitch.id}": "A cousin."}, to=f"/staff/rounds/{panel.round.slug}"
    )
    (row,) = page.rows("What groups ask for")
    assert "You are barred" in row[0]
    assert row[1] == ""
    assert "is barred from at least one pitch" in page.main


async def test_everybody_reads_who_sits_and_nobody_reads_a_name(client: SiteClient) -> None:
    panel = await make.panel()
    page = await client.get(f"/funds/{panel.fund.slug}")
    assert [row[1] for row in page.rows("Places on the panel")] == ["chair", "member", "member", "reserve"]
    first = page.headers["etag"]
    assert not any(name in page.main for name in ("Cha", "Ann", "Ben"))
    await seats.end_seat(panel.seat(panel.ben).id, panel.officer)
    page = await client.get(f"/funds/{panel.fund.slug}")
    assert len(page.rows("Places on the panel")) == 3
    assert page.headers["etag"] != first
