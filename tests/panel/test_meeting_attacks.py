"""What must fail at a meeting, tried by address and by forged form, each as its role."""

import pytest

from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.clock import business_now
from panel.kinds import Outcome
from panel.models import Decision, Pitch, PitchInterest, Recommendation, ScoreSheet, Vote
from panel.services.recommending import vote
from pledges.models import DecisionAuthority
from tests.client import SiteClient
from tests.panel.round_make import AGAINST, FOR, WHY, Panel, also, panel
from tests.panel.test_meeting_pages import as_actor
from tests.pledges import pot_make as make


async def at_meeting(*, members: int = 4) -> tuple[Panel, Pitch]:
    p = await panel(members=members)
    pitch = await p.pitch()
    await p.meet()
    return p, pitch


async def bar(pitch: Pitch, person_id: int | None) -> None:
    await PitchInterest.create(
        pitch_id=pitch.id,
        person_id=person_id,
        nature="own pledge",
        bar="bars",
        words="I gave £10.",
        found="found by the site",
        recorded_at=business_now(),
    )


async def test_a_barred_member_neither_scores_nor_reads_nor_votes_by_address(client: SiteClient) -> None:
    p = await panel()
    pitch = await p.pitch()
    member = p.members[1]
    await as_actor(client, member)
    score = await client.get(f"/panel/{p.round.slug}/pitches/{pitch.reference}/score")
    await bar(pitch, member.person_id)
    sent = {f"points_{one.id}": "3" for one in p.criteria} | {"reason": WHY}
    await score.submit(sent, status=403)
    for address in (f"pitches/{pitch.reference}", f"pitches/{pitch.reference}/score"):
        await client.get(f"/panel/{p.round.slug}/{address}", status=403)
    for other in (p.members[0], p.members[2]):
        await p.sheet(pitch, other, 4)
    await p.meet()
    made = await p.put(pitch, Outcome.AWARD)
    await client.get(f"/panel/{p.round.slug}/meeting/{pitch.reference}", status=403)
    page = await client.get(f"/panel/{p.round.slug}/meeting")
    assert page.rows("The list in its order")[0][1:4] == ["", "", ""], "nor the score in the list"
    assert not await Vote.filter(recommendation_id=made.id).exists()
    assert not await ScoreSheet.filter(person_id=member.person_id).exists()


async def test_a_vote_sent_twice_counts_once_and_one_on_an_older_wording_not_at_all(client: SiteClient) -> None:
    p, pitch = await at_meeting()
    made = await p.put(pitch, Outcome.AWARD)
    await as_actor(client, p.members[1])
    page = await client.get(f"/panel/{p.round.slug}/meeting/{pitch.reference}")
    await page.submit({"choice": "for"}, to=f"/panel/{p.round.slug}/meeting")
    again = await page.submit({"choice": "against"}, status=422)
    assert again.errors == ["This vote was given already: everybody votes once on a recommendation."]
    assert [one.choice for one in await Vote.filter(recommendation_id=made.id)] == ["for"]
    newer = await p.put(pitch, Outcome.DEFER)
    stale = await page.submit({"choice": "for"}, status=422)
    assert "Another recommendation was put to the vote meanwhile" in stale.errors[0]
    for forged in ("x", "999999", "-1"):
        await page.submit({"choice": "for", "recommendation": forged}, status=404)
    assert not await Vote.filter(recommendation_id=newer.id).exists()


async def test_an_award_above_the_most_by_a_forged_form_is_refused(client: SiteClient) -> None:
    p, pitch = await at_meeting()
    big = await p.pitch(700_000)
    path = f"/staff/rounds/{p.round.slug}/meeting"
    await as_actor(client, p.officer)
    words = {"reasons": WHY, "alternatives": WHY, "feedback": WHY}
    for reference, sent in (
        (big.reference, {"outcome": "award"}),
        (big.reference, {"outcome": "award in part", "amount": "6,000"}),
        (pitch.reference, {"outcome": "award in part", "amount": "4,000"}),
        (pitch.reference, {"outcome": "everything"}),
    ):
        page = await client.get(f"{path}/{reference}/recommend")
        await page.submit(words | sent, status=422)
    page = await client.get(f"{path}/{pitch.reference}/recommend")
    await page.submit(words | {"outcome": "award", "amount": "9,000"}, to=f"{path}/{pitch.reference}")
    assert (await Recommendation.get()).amount_pence == 400_000, "an award is of what was asked, whatever is typed"


@pytest.mark.parametrize("given", ["below the quorum", "a majority against", "beyond the authority", "acted before"])
async def test_a_list_is_not_signed(client: SiteClient, given: str) -> None:
    p, pitch = await at_meeting()
    made = await p.put(pitch, Outcome.AWARD)
    signs = p.signatory
    for number, member in enumerate(p.members):
        if given == "below the quorum" and number > 1:
            break
        await vote(made.id, AGAINST if given == "a majority against" and number else FOR, member)
    if given == "beyond the authority":
        await DecisionAuthority.filter(fund_id=p.fund.id).update(limit_pence=100_000)
    if given == "acted before":
        signs = p.members[3]
        await also(signs, Role.SIGNATORY, p.fund)
        await make.authority(p.fund, signs, 2_000_000)
    await as_actor(client, signs)
    page = await client.get(f"/staff/rounds/{p.round.slug}/sign")
    page = await page.submit(status=422)
    assert {
        "below the quorum": "2 of 3 votes",
        "a majority against": "more against than for it",
        "beyond the authority": "your authority covers awards up to £1,000",
        "acted before": "Two different people must",
    }[given] in page.errors[0]
    assert not await Decision.all().exists()


async def test_nobody_else_comes_to_the_pages_of_signing(client: SiteClient) -> None:
    p, pitch = await at_meeting()
    await p.carry(pitch)
    path = f"/staff/rounds/{p.round.slug}"
    elsewhere = await panel()
    for person in (p.officer, p.members[0], p.members[1], elsewhere.signatory):
        await as_actor(client, person)
        for address in ("sign", "send-back"):
            await client.get(f"{path}/{address}", status=403)
    for person in (p.members[1], elsewhere.officer, elsewhere.members[0], elsewhere.signatory):
        await as_actor(client, person)
        for address in ("meeting", "pack", "minutes", f"meeting/{pitch.reference}"):
            await client.get(f"{path}/{address}", status=403)


async def test_no_score_is_changed_once_the_meeting_has_begun_or_the_list_is_signed(client: SiteClient) -> None:
    p = await panel()
    pitch = await p.pitch()
    await as_actor(client, p.members[1])
    page = await client.get(f"/panel/{p.round.slug}/pitches/{pitch.reference}/score")
    sent = {f"points_{one.id}": "2" for one in p.criteria} | {"reason": WHY}
    await p.meet()
    late = await page.submit(sent, status=422)
    assert late.errors == [
        "Scores are given after the last day to pitch and until the meeting begins. Nothing was saved."
    ]
    await p.carry(pitch)
    await p.sign()
    await page.submit(sent, status=409)
    assert await ScoreSheet.all().count() == 3
