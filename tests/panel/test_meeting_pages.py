"""The pages from the score sheet to the signed list, as each person sees them."""

from crowdfund_kent.accounts.models import Person
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now
from panel.kinds import Outcome
from panel.models import Decision, PitchInterest, Round, ScoreSheet, Vote
from panel.services.recommending import vote
from pledges.models import MatchPledge
from tests.accounts.make import sign_in
from tests.client import SiteClient
from tests.panel.round_make import FOR, Panel, panel

WHY = "It lets people who use a wheelchair swim in the sea."


async def as_actor(client: SiteClient, actor: Actor) -> None:
    """The client is this person from now on."""
    await sign_in(client, await Person.get(id=actor.person_id))


async def test_a_member_scores_and_sees_others_only_afterwards(client: SiteClient) -> None:
    p = await panel()
    pitch = await p.pitch()
    barred = await p.pitch()
    chair, member, _ = p.members
    await PitchInterest.create(
        pitch_id=barred.id,
        person_id=member.person_id,
        nature="money",
        bar="bars",
        words="A contract.",
        found="declared",
        recorded_at=business_now(),
    )
    await p.sheet(pitch, chair, 2)
    await as_actor(client, member)
    page = await client.get(f"/panel/{p.round.slug}/scores")
    assert "0 of 1 given" in page.main
    assert [row[2] for row in page.rows("Pitches of this round")] == ["not yet", "you take no part"]
    page = await page.follow(await p.title(pitch))
    assert "shown here once yours is given" in page.main
    assert page.html.count("This note may be released to the public") == 4
    first, second, third = (f"points_{one.id}" for one in p.criteria)
    page = await page.submit({first: "5", second: "3"}, status=422)
    assert page.errors == [
        "Enter why you gave 5 for Fit",
        "Choose points for Legacy",
        "Enter your reason for the whole pitch",
    ]
    page = await page.submit(
        {first: "5", f"why_{p.criteria[0].id}": "It fits.", second: "3", third: "4", "reason": WHY},
        to=f"/panel/{p.round.slug}/scores",
    )
    assert "1 of 1 given" in page.main
    page = await client.get(f"/panel/{p.round.slug}/pitches/{pitch.reference}/score")
    assert page.rows("Sheets of the others") == [["Seat 1", "6 of 15", "It opens the pool to everybody."]]
    await client.get(f"/panel/{p.round.slug}/pitches/{barred.reference}/score", status=403)
    assert await ScoreSheet.filter(person_id=member.person_id).count() == 1

    await as_actor(client, p.officer)
    page = await client.get(f"/staff/rounds/{p.round.slug}/meeting")
    assert page.rows("Sheets given")[0][1:] == ["2", "Seat 1, Seat 2"]
    assert "6 of 15" not in page.html


async def test_from_the_ranking_to_the_signed_list_and_its_records(client: SiteClient) -> None:
    p = await panel(700_000)
    first, second = await p.pitch(400_000), await p.pitch(400_000)
    await p.scored(first, 5)
    await p.scored(second, 4)
    await p.meet()
    path = f"/staff/rounds/{p.round.slug}"
    await as_actor(client, p.officer)
    page = await client.get(f"{path}/meeting")
    rows = page.rows("The ranking beside the pot")
    assert rows[0][1:8] == [
        "100%",
        "£4,000",
        "£5,000",
        "The fund's largest share of a target",
        "nothing yet",
        "£4,000.00",
        "£3,000.00",
    ]
    assert "does not fit in the pot" in rows[1][0]
    line = page.rows("If the line is drawn")
    assert line[1][3].startswith("£1,000.00 short; it fits if")
    page = await page.follow(f"1. {await p.title(first)}")
    page = await page.follow("Put a recommendation to the vote")
    page = await page.submit(
        {"outcome": "award", "reasons": WHY, "alternatives": "A smaller ramp: too steep."},
        to=f"{path}/meeting/{first.reference}",
    )
    assert "0 of 3 votes: 3 more are needed for a quorum" in page.main
    page = await client.get(f"{path}/meeting/{second.reference}/recommend")
    forged = {"outcome": "award in part", "amount": "3,999", "reasons": WHY, "alternatives": WHY, "feedback": WHY}
    page = await page.submit(forged | {"amount": "4,001"}, status=422)
    page = await page.submit(forged, to=f"{path}/meeting/{second.reference}")

    await _votes_from_devices(client, p, first.reference)
    await as_actor(client, p.officer)
    page = await client.get(f"{path}/meeting/{first.reference}")
    page = await page.submit(
        {"member": str(p.members[2].person_id), "choice": "against"},
        form="hand",
        to=f"{path}/meeting/{first.reference}",
    )
    assert "2 for, 1 against, 0 abstained" in page.main
    made = await p.newest(second)
    for member in p.members:
        await vote(made.id, FOR, member)

    await as_actor(client, p.signatory)
    page = await client.get(f"{path}/meeting")
    page = await page.follow("Check the list, then sign")
    assert "No room in the pot after the rows above" in page.main
    page = await page.submit(status=422)
    assert any("rank 2: The most is £3,000, because of what is left in the pot" in one for one in page.errors)
    assert not await Decision.all().exists()
    page = await page.follow("Send it back to the panel")
    page = await page.submit({"words": "The pot holds £7,000 only."}, to=f"{path}/meeting")
    await p.carry(second, Outcome.PART, 300_000)
    page = await client.get(f"{path}/sign")
    assert "£7,000.00 would be set aside from £7,000.00" in page.main
    page = await page.submit(to=f"{path}/decisions")
    assert "The list is signed" in page.main
    assert [row[2:4] for row in page.rows("The signed list")] == [
        ["award", "£4,000.00"],
        ["award in part", "£3,000.00"],
    ]
    assert page.html.count("Alternatives rejected") == 2
    page = await client.get(f"{path}/decisions/{second.reference}")
    assert page.summary["Decision number"] == "26/00012"
    assert page.summary["Votes"] == "3 for, 0 against, 0 abstained"
    assert (await Round.get(id=p.round.id)).status == "signed"
    assert await MatchPledge.all().count() == 2
    page = await client.get(f"{path}/minutes")
    assert "The pot holds £7,000 only." in page.main

    match = await p.accept(second)
    page = await client.get(f"/awards/{match.reference}")
    assert page.summary["Votes of the panel"] == "3 for, 0 against, 0 abstained"
    assert page.summary["Alternatives rejected"] == "A smaller amount: then the ramp would wait."
    assert page.summary["Interests declared"] == "None"


async def _votes_from_devices(client: SiteClient, p: Panel, reference: str) -> None:
    for member in p.members[:2]:
        await as_actor(client, member)
        page = await client.get(f"/panel/{p.round.slug}/meeting")
        page = await page.follow(page.rows("The list in its order")[0][0])
        assert page.path.endswith(reference)
        page = await page.submit({"choice": "for"}, to=f"/panel/{p.round.slug}/meeting")
        assert page.rows("The list in its order")[0][4] == "you voted: for"
    page = await client.get(f"/panel/{p.round.slug}/meeting/{reference}")
    assert "You voted: for" in page.main
    assert await Vote.all().count() == 2


async def test_the_pack_has_a_section_a_pitch_and_none_for_who_is_barred(client: SiteClient) -> None:
    p = await panel()
    pitch, other = await p.pitch(), await p.pitch()
    await p.meet()
    await as_actor(client, p.officer)
    page = await client.get(f"/staff/rounds/{p.round.slug}/pack")
    assert page.html.count("ck-new-page") == 2
    await PitchInterest.create(
        pitch_id=other.id,
        person_id=p.officer.person_id,
        nature="family",
        bar="bars",
        words="A cousin.",
        found="declared",
        recorded_at=business_now(),
    )
    page = await client.get(f"/staff/rounds/{p.round.slug}/pack")
    assert page.html.count("ck-new-page") == 1
    for page_of in (f"meeting/{other.reference}", f"meeting/{other.reference}/recommend"):
        await client.get(f"/staff/rounds/{p.round.slug}/{page_of}", status=403)
    page = await client.get(f"/staff/rounds/{p.round.slug}/minutes")
    page = await page.submit({"minutes": "The panel met in the town hall."}, to=f"/staff/rounds/{p.round.slug}/minutes")
    assert "The panel met in the town hall." in page.main
    await as_actor(client, p.members[1])
    await client.get(f"/staff/rounds/{p.round.slug}/meeting", status=403)
    page = await client.get(f"/panel/{p.round.slug}/meeting/{pitch.reference}")
    assert "Nothing is recommended yet" in page.main
