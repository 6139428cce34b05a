"""A round is signed as one list, in rank order, by somebody who did nothing else on it; or nothing of it happens."""

import pytest

from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.clock import business_now, business_today
from crowdfund_kent.database import execute
from crowdfund_kent.errors import Conflict, Forbidden, Refused
from crowdfund_kent.invariants import run
from crowdfund_kent.models import Outbox
from crowdfund_kent.working_days import add_working_days
from panel import checks
from panel.kinds import Outcome, SeatKind
from panel.models import Award, Decision, Hold, Pitch, PitchInterest, Round, Vote
from panel.services import awards
from panel.services.meeting import send_back, write_minutes
from panel.services.recommending import vote
from pledges import funds, matches, pot_checks
from pledges.fund_queries import pot_of
from pledges.kinds import BackerKind
from pledges.models import MatchPledge
from projects.models import Campaign, Member
from tests.panel.round_make import ABSTAIN, AGAINST, FOR, WHY, Panel, also, outcomes, panel, seat
from tests.pledges import pot_make as make

pytestmark = pytest.mark.usefixtures("db")


async def all_rules_hold() -> None:
    broken = [finding for finding in await run([*checks.RULES, *pot_checks.RULES]) if finding.count]
    assert not broken, broken


async def refused(p: Panel, rule: str, words: str = "") -> str:
    """The list is refused with this rule, and nothing of it has happened."""
    with pytest.raises(Refused) as found:
        await p.sign()
    assert found.value.rule == rule, found.value.message
    assert words in found.value.message
    assert not await Decision.all().exists()
    assert not await MatchPledge.filter(
        fund_id=p.fund.id, created_at__gte=p.round.created_at, signed_by_id=p.signatory.person_id
    ).exists()
    assert (await Round.get(id=p.round.id)).status == "meeting"
    return found.value.message


async def test_a_list_is_signed_in_rank_order_and_every_pitch_is_decided() -> None:
    p = await panel(1_000_000)
    third, first, second, last = [await p.pitch(asked) for asked in (500_000, 400_000, 300_000, 100_000)]
    for pitch, points in ((third, 3), (first, 5), (second, 4), (last, 2)):
        await p.scored(pitch, points)
    await p.meet()
    await p.carry(first)
    await p.carry(second, Outcome.PART, 250_000)
    await p.carry(third, Outcome.DEFER)
    await p.carry(last, Outcome.DECLINE)
    decisions = await p.sign()
    assert outcomes(decisions) == [
        (1, "award", 400_000),
        (2, "award in part", 250_000),
        (3, "defer", None),
        (4, "decline", None),
    ]
    assert [one.score_bp for one in decisions] == [10_000, 8_000, 6_000, 4_000]
    assert [one.calculation["inputs"]["pot_available_pence"] for one in decisions] == [
        1_000_000,
        600_000,
        350_000,
        350_000,
    ], "each is weighed with what the rows above took"
    statuses = [(await Pitch.get(id=pitch.id)).status for pitch in (first, second, third, last)]
    assert statuses == ["awarded", "awarded", "deferred", "declined"]
    signed = await Round.get(id=p.round.id)
    assert (signed.status, signed.signed_by_id) == ("signed", p.signatory.person_id)
    assert signed.publish_on == add_working_days(business_today(), 5)
    assert (await pot_of(p.fund)).together.earmarked_pence == 650_000
    match = await MatchPledge.get(award__pitch_id=first.id)
    assert match.terms["decision_number"] == "26/00012"
    assert (match.terms["round"], match.terms["pitch"]) == (p.round.slug, first.reference)
    assert (match.proposed_by_id, match.signed_by_id) == (p.officer.person_id, p.signatory.person_id)
    mails = sorted(mail.name for mail in await Outbox.filter(kind="email"))
    assert mails.count("offer made") == 2
    assert mails.count("request decided") == 2, "those who get nothing are told as well"
    await all_rules_hold()


async def test_a_signed_list_is_signed_once_and_nothing_on_it_changes() -> None:
    p = await panel()
    pitch = await p.pitch()
    await p.meet()
    made = await p.carry(pitch)
    await p.sign()
    with pytest.raises(Conflict):
        await p.sign()
    with pytest.raises(Conflict):
        await p.put(pitch, Outcome.DECLINE)
    late = await make.person("Late", Role.PANEL_MEMBER, fund=p.fund)
    await seat(p.fund, late, SeatKind.MEMBER, "Seat 9")
    with pytest.raises((Conflict, Refused)):
        await vote(made.id, AGAINST, late)


async def test_the_group_accepts_what_a_list_offers_and_the_money_moves_on() -> None:
    p = await panel()
    owner = await make.person("Ora")
    pitch = await p.pitch(campaign=await _backed(await make.live_campaign(owner=owner)))
    await p.meet()
    await p.carry(pitch)
    await p.sign()
    match = await MatchPledge.get(award__pitch_id=pitch.id)
    await matches.accept(match.id, owner)
    together = (await pot_of(p.fund)).together
    assert (together.earmarked_pence, together.pledged_pence) == (0, 400_000)
    await all_rules_hold()


async def _backed(campaign: Campaign) -> Campaign:
    for amount in (60_000, 60_000):
        await make.card_pledge(campaign, amount)
    return campaign


async def test_a_list_that_would_overdraw_the_pot_is_refused_with_the_pitch_and_the_rule() -> None:
    p = await panel(700_000)
    first, second = await p.pitch(400_000), await p.pitch(400_000)
    await p.scored(first, 5)
    await p.scored(second, 4)
    await p.meet()
    await p.carry(first)
    await p.carry(second)
    title = (await Campaign.get(id=second.campaign_id).select_related("version")).version.content["title"]  # type: ignore[union-attr]
    words = await refused(p, "pot", f"{title}, rank 2")
    assert "The most is £3,000, because of what is left in the pot" in words
    await p.carry(second, Outcome.PART, 300_000)
    await p.sign()
    assert (await pot_of(p.fund)).together.left_pence == 0
    await all_rules_hold()


async def test_the_share_of_all_public_money_binds_when_it_is_signed() -> None:
    p = await panel()
    pitch = await p.pitch(400_000)
    await p.meet()
    await p.carry(pitch)
    campaign = await Campaign.get(id=pitch.campaign_id)
    await make.card_pledge(campaign, 300_000, kind=BackerKind.PUBLIC_BODY)
    await refused(p, "combined_share", "The most is £3,500")


async def test_the_trigger_and_the_campaign_are_looked_at_again() -> None:
    p = await panel()
    pitch = await p.pitch()
    await p.meet()
    await p.carry(pitch)
    await funds.set_rules(p.fund.id, funds.Rules(least_backers=3), business_today(), p.officer)
    await refused(p, "least backers", "2 of the 3 different backers")
    await make.card_pledge(await Campaign.get(id=pitch.campaign_id), 1_000)
    await execute("UPDATE campaign SET status = 'suspended' WHERE id = $1", pitch.campaign_id)
    await refused(p, "campaign")


async def test_every_pitch_needs_a_recommendation_that_a_quorum_carried() -> None:
    p = await panel()
    pitch, other = await p.pitch(), await p.pitch()
    await p.meet()
    await p.carry(other, Outcome.DECLINE)
    await refused(p, "whole list", "nothing is recommended yet")
    made = await p.put(pitch, Outcome.AWARD)
    await vote(made.id, FOR, p.members[0])
    await vote(made.id, FOR, p.members[1])
    await refused(p, "quorum", "2 of 3 votes: 1 more is needed for a quorum")
    await vote(made.id, ABSTAIN, p.members[2])
    await p.sign()
    decision = await Decision.get(pitch_id=pitch.id)
    assert (decision.votes_for, decision.votes_against, decision.votes_abstained) == (2, 0, 1)
    await all_rules_hold()


async def test_a_majority_against_carries_nothing_and_the_chair_decides_a_tie() -> None:
    p = await panel(members=4, quorum=3)
    pitch = await p.pitch()
    await p.meet()
    made = await p.put(pitch, Outcome.AWARD)
    for member, choice in zip(p.members, (AGAINST, AGAINST, FOR, FOR), strict=True):
        await vote(made.id, choice, member)
    await refused(p, "majority", "the chair’s casting vote is not for it")
    again = await p.put(pitch, Outcome.AWARD)
    assert again.number == 2
    for member, choice in zip(p.members, (FOR, AGAINST, AGAINST, FOR), strict=True):
        await vote(again.id, choice, member)
    assert (await Vote.get(recommendation_id=again.id, casting=True)).person_id == p.members[0].person_id
    await p.sign()
    await all_rules_hold()


async def _bar(pitch: Pitch, person_id: int | None) -> None:
    await PitchInterest.create(
        pitch_id=pitch.id,
        person_id=person_id,
        nature="family",
        bar="bars",
        words="A cousin.",
        found="raised by the chair",
        recorded_at=business_now(),
    )


async def test_a_vote_of_somebody_barred_meanwhile_is_void_and_the_list_waits() -> None:
    p = await panel(members=4)
    pitch = await p.pitch()
    await p.meet()
    await p.carry(pitch)
    await _bar(pitch, p.members[3].person_id)
    await refused(p, "interests", "somebody who voted is barred")
    made = await p.put(pitch, Outcome.AWARD)
    for member in p.members[:3]:
        await vote(made.id, FOR, member)
    await p.sign()
    await all_rules_hold()


async def test_nobody_signs_a_list_on_which_they_did_anything_else() -> None:
    p = await panel(members=4)
    pitch = await p.pitch()
    await p.meet()
    await p.carry(pitch)
    for person in (p.officer, p.members[0], p.members[3]):
        await also(person, Role.SIGNATORY, p.fund)
        await make.authority(p.fund, person, 2_000_000)
        with pytest.raises(Refused) as found:
            await p.sign(person)
        assert found.value.rule == "two people"
    scorer = await make.person("Sid", Role.SIGNATORY, fund=p.fund)
    await Pitch.filter(id=pitch.id).update(place_by_id=scorer.person_id)
    await make.authority(p.fund, scorer, 2_000_000)
    with pytest.raises(Refused, match="Two different people"):
        await p.sign(scorer)
    await Pitch.filter(id=pitch.id).update(place_by_id=None)
    await p.sign()


async def test_only_who_holds_an_authority_of_the_fund_signs_and_without_an_interest() -> None:
    p = await panel()
    pitch = await p.pitch()
    await p.meet()
    await p.carry(pitch)
    without = await make.person("Wen", Role.SIGNATORY, fund=p.fund)
    with pytest.raises(Refused, match="No decision in force"):
        await p.sign(without)
    elsewhere = await make.fund(1_000)
    stranger = await make.person("Xan", Role.SIGNATORY, fund=elsewhere)
    await make.authority(elsewhere, stranger)
    for nobody in (stranger, p.officer, p.members[1]):
        with pytest.raises(Forbidden):
            await p.sign(nobody)
    project = await pitch.project
    await Member.create(
        group_id=project.group_id,
        person_id=p.signatory.person_id,
        role="editor",
        created_at=business_now(),
        ended_at=business_now(),
    )
    with pytest.raises(Forbidden, match="your own group"):
        await p.sign()


async def test_the_chair_of_the_panel_signs_where_a_decision_names_them_and_they_took_no_part() -> None:
    p = await panel(members=4)
    pitch = await p.pitch()
    for member in p.members[1:]:
        await p.sheet(pitch, member, 4)
    await p.meet(*p.members[1:])
    made = await p.put(pitch, Outcome.AWARD)
    for member in p.members[1:]:
        await vote(made.id, FOR, member)
    await also(p.members[0], Role.SIGNATORY, p.fund)
    await make.authority(p.fund, p.members[0], 500_000)
    (decision,) = await p.sign(p.members[0])
    assert decision.signed_by_id == p.members[0].person_id


async def test_the_authority_covers_each_award_and_the_whole_list() -> None:
    p = await panel(limit_pence=350_000, list_limit_pence=600_000)
    first, second = await p.pitch(400_000), await p.pitch(300_000)
    await p.meet()
    await p.carry(first)
    await p.carry(second)
    await refused(p, "authority", "your authority covers awards up to £3,500, and this one is £4,000")
    await p.carry(first, Outcome.PART, 350_000)
    await refused(p, "list authority", "a list of up to £6,000, and this one comes to £6,500")
    await p.carry(first, Outcome.PART, 300_000)
    decisions = await p.sign()
    narrow = {one.authority_id for one in decisions}
    assert len(narrow) == 1
    await all_rules_hold()


async def test_a_hold_placed_after_the_vote_keeps_the_list_from_being_signed() -> None:
    p = await panel()
    pitch = await p.pitch()
    await p.meet()
    await p.carry(pitch)
    await Hold.create(
        pitch_id=pitch.id, kind="hold", reason="One giver.", placed_by_id=p.officer.person_id, placed_at=business_now()
    )
    await refused(p, "held")
    await Hold.filter(pitch_id=pitch.id).update(kind="referred to audit")
    await refused(p, "sealed")


async def test_a_fund_gives_a_campaign_one_award_whichever_way_it_comes() -> None:
    p = await panel()
    pitch = await p.pitch(300_000)
    await p.meet()
    await p.carry(pitch)
    award = await awards.propose(pitch.campaign_id or 0, p.fund.id, 100_000, WHY, p.officer)
    await refused(p, "one proposal")
    await awards.sign(award.id, p.signatory)
    with pytest.raises(Refused) as found:
        await p.sign()
    assert found.value.rule == "one match"


async def test_an_award_that_fits_a_purpose_draws_its_source() -> None:
    p = await panel(200_000, 200_000, purposes=("a named health outcome",))
    pitch = await p.pitch(300_000)
    (health,) = (await pot_of(p.fund)).purposes
    await p.meet()
    with pytest.raises(Refused) as found:
        await p.put(pitch, Outcome.AWARD)
    assert found.value.rule == "pot"
    with pytest.raises(Refused, match="Enter why the project fits the purpose"):
        await p.put(pitch, Outcome.AWARD, fitting=[health.id])
    await p.carry(pitch, fitting=[health.id], purpose_reason="It keeps older people moving.")
    await p.sign()
    match = await MatchPledge.get(award__pitch_id=pitch.id)
    assert match.terms["purposes"] == ["a named health outcome"]
    assert await make.left_in(p.fund) == [50_000, 50_000]
    await all_rules_hold()


async def test_a_list_sent_back_moves_nothing_and_the_words_are_in_the_minutes() -> None:
    p = await panel()
    pitch = await p.pitch()
    await p.meet()
    await p.carry(pitch)
    await write_minutes(p.round.id, "The panel met.", p.members[0])
    await send_back(p.round.id, "Look at the second quote again.", p.signatory)
    found = await Round.get(id=p.round.id)
    assert found.status == "meeting"
    assert found.minutes.startswith("The panel met.\n\nSent back on ")
    assert found.minutes.endswith("by Cabinet Member for Communities: Look at the second quote again.")
    for nobody in (p.officer, p.members[1]):
        with pytest.raises(Forbidden):
            await send_back(p.round.id, "No.", nobody)
    await p.sign()
    assert await Award.filter(pitch_id=pitch.id).exists()


async def test_a_list_of_nothing_but_refusals_is_signed_too() -> None:
    p = await panel(list_limit_pence=1)
    pitch = await p.pitch(crowd=())
    await p.scored(pitch, 1)
    await p.meet()
    await p.carry(pitch, Outcome.DECLINE)
    (decision,) = await p.sign()
    assert decision.calculation["not_yet"] == "never first"
    assert decision.award_id is None
    await all_rules_hold()
