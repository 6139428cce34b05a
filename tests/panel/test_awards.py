"""An award is proposed by one person and signed by another, within every rule, or nothing happens."""

from datetime import timedelta

import pytest
from tortoise.exceptions import IntegrityError

from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import SYSTEM
from crowdfund_kent.clock import advance, business_today, day_ends
from crowdfund_kent.database import execute, transaction
from crowdfund_kent.errors import Forbidden, InvalidMove, Refused
from crowdfund_kent.invariants import run
from crowdfund_kent.models import AuditRow, Outbox
from panel import checks
from panel.models import Award, AwardEvent
from panel.services import awards as services
from pledges import funds, matches, pot_checks, pots
from pledges.fund_queries import pot_of
from pledges.kinds import BackerKind
from pledges.models import DecisionAuthority, MatchPledge
from pledges.recipients import title_for
from projects.models import Campaign, Member
from projects.queries import group_id_of
from tests.panel.stage import stage
from tests.pledges import pot_make as make

pytestmark = pytest.mark.usefixtures("db")


async def all_rules_hold() -> None:
    broken = [finding for finding in await run([*checks.RULES, *pot_checks.RULES]) if finding.count]
    assert not broken, broken


async def test_an_award_is_proposed_signed_and_accepted_by_three_people() -> None:
    s = await stage()
    award = await s.propose(400_000)
    assert (await pot_of(s.fund)).together.earmarked_pence == 0, "a proposal sets nothing aside"
    match = await services.sign(award.id, s.signatory)
    assert (await pot_of(s.fund)).together.earmarked_pence == 400_000
    assert (match.status, match.proposed_by_id, match.signed_by_id) == (
        "earmarked",
        s.officer.person_id,
        s.signatory.person_id,
    )
    await matches.accept(match.id, s.owner)
    together = (await pot_of(s.fund)).together
    assert (together.earmarked_pence, together.pledged_pence) == (0, 400_000)
    rows = await AuditRow.filter(details__contains={"campaign_id": s.campaign.id}).order_by("id")
    acts = [row.act for row in rows]
    assert acts == ["award proposed", "match earmarked", "award signed", "match pledged"]
    await all_rules_hold()


async def test_terms_are_kept_as_they_stood_when_it_was_proposed_and_when_it_was_signed() -> None:
    s = await stage()
    award = await s.propose(400_000)
    await make.card_pledge(s.campaign, 450_000)
    match = await services.sign(award.id, s.signatory)
    award = await Award.get(id=award.id)
    first, second = award.calculation["proposed"], award.calculation["signed"]
    assert (first["binds"], first["most_pence"], first["backers"]) == ("max_share", 500_000, 2)
    assert (second["binds"], second["most_pence"], second["backers"]) == ("gap", 430_000, 3)
    assert match.terms["terms"] == second["terms"]
    assert match.terms["decision_number"] == "26/00012"
    assert match.terms["authority_post"] == "Cabinet Member for Communities"
    await all_rules_hold()


async def test_the_group_is_told_what_is_offered_and_until_when() -> None:
    s = await stage()
    match = await s.signed(400_000)
    assert match.accept_by == day_ends(business_today() + timedelta(days=20))
    (mail,) = await Outbox.filter(kind="email", name="offer made")
    assert (
        mail.body["subject"]
        == f"KCC offers to add £4,000 to {title_for(await matches.offer_by_reference(match.reference))}"
    )
    assert f"/offers/{match.reference}" in mail.body["text"]
    assert "set aside for you" in mail.body["text"]


async def test_an_offer_never_outlasts_the_campaign() -> None:
    s = await stage(days=7)
    match = await s.signed()
    assert match.accept_by == s.campaign.deadline_at


async def test_above_the_most_it_is_refused_with_the_rule_that_binds() -> None:
    s = await stage()
    with pytest.raises(Refused) as refused:
        await s.propose(500_100)
    assert refused.value.rule == "max_share"
    assert refused.value.message.startswith("The most is £5,000, because of the fund's largest share of a target.")
    assert not await Award.all().exists()


async def test_another_public_bodys_pledge_counts_in_the_combined_share() -> None:
    s = await stage()
    await make.card_pledge(s.campaign, 300_000, kind=BackerKind.PUBLIC_BODY)
    with pytest.raises(Refused) as refused:
        await s.propose(350_100)
    assert refused.value.rule == "combined_share"
    await s.propose(350_000)


async def test_two_funds_cannot_fill_one_gap() -> None:
    s = await stage(crowd=(600_000, 100_000))
    await s.signed(200_000)
    other = await make.fund(20_000_000, short_name="NHS")
    officer = await make.person("Nia", Role.FUND_OFFICER, fund=other)
    with pytest.raises(Refused) as refused:
        await services.propose(s.campaign.id, other.id, 100_100, "It keeps people well.", officer)
    assert refused.value.rule == "gap", "what the first fund has only offered is in raised"
    await services.propose(s.campaign.id, other.id, 100_000, "It keeps people well.", officer)


async def test_what_was_left_when_proposed_and_is_gone_when_signed_is_refused_whole() -> None:
    s = await stage(700_000)
    rival = await make.live_campaign()
    for amount in (60_000, 60_000):
        await make.card_pledge(rival, amount)
    first, second = await s.propose(400_000), await s.propose(400_000, campaign=rival)
    await services.sign(first.id, s.signatory)
    with pytest.raises(Refused) as refused:
        await services.sign(second.id, s.signatory)
    assert refused.value.rule == "pot"
    assert (await Award.get(id=second.id)).status == "proposed"
    assert (await pot_of(s.fund)).together.left_pence == 300_000
    await all_rules_hold()


@pytest.mark.parametrize(
    ("crowd", "rule"), [((), "never first"), ((500_000,), "least backers"), ((50_000, 49_999), "least raised")]
)
async def test_the_trigger_is_enforced_when_an_award_is_proposed(crowd: tuple[int, ...], rule: str) -> None:
    s = await stage(crowd=crowd)
    with pytest.raises(Refused) as refused:
        await s.propose(100_000)
    assert refused.value.rule == rule


async def test_the_pilots_fund_asks_for_twenty_backers() -> None:
    s = await stage(rules=funds.Rules(), crowd=(10_000,) * 19)
    with pytest.raises(Refused, match="19 of the 20 different backers"):
        await s.propose(100_000)
    await make.card_pledge(s.campaign, 10_000)
    await s.propose(100_000)


async def test_the_same_person_twice_is_one_backer_for_the_trigger() -> None:
    s = await stage(crowd=())
    for address in ("kim@example.org", "Kim+again@example.org"):
        await make.card_pledge(s.campaign, 60_000, email=address)
    with pytest.raises(Refused, match="1 of the 2 different backers"):
        await s.propose(100_000)


async def test_the_trigger_is_enforced_again_when_it_is_signed() -> None:
    s = await stage()
    award = await s.propose(100_000)
    await funds.set_rules(s.fund.id, funds.Rules(least_backers=3), business_today(), s.officer)
    with pytest.raises(Refused, match="2 of the 3 different backers"):
        await services.sign(award.id, s.signatory)


async def test_a_past_decision_keeps_the_rules_of_its_day() -> None:
    s = await stage()
    match = await s.signed(400_000)
    await funds.set_rules(s.fund.id, funds.Rules(max_amount_pence=100_000), business_today(), s.officer)
    assert (await MatchPledge.get(id=match.id)).terms["terms"][1]["pence"] == 2_000_000
    await all_rules_hold()


async def test_nobody_signs_what_they_proposed_whatever_roles_they_hold() -> None:
    s = await stage()
    both = await make.person("Bo", Role.FUND_OFFICER, Role.SIGNATORY, fund=s.fund)
    await make.authority(s.fund, both)
    award = await s.propose(by=both)
    with pytest.raises(Refused) as refused:
        await services.sign(award.id, both)
    assert refused.value.rule == "two people"
    with pytest.raises(Refused, match="Two different people must propose an award and decide on it"):
        await services.refuse(award.id, "No.", both)
    assert not await MatchPledge.all().exists()
    with pytest.raises(IntegrityError, match="award_two_people"):
        async with transaction():
            await execute("UPDATE award SET signed_by_id = proposed_by_id WHERE id = $1", award.id)
    await services.sign(award.id, s.signatory)


async def test_only_an_officer_of_the_fund_proposes_and_only_its_signatory_signs() -> None:
    s = await stage()
    elsewhere = await make.fund(1_000)
    stranger = await make.person("Xan", Role.FUND_OFFICER, Role.SIGNATORY, fund=elsewhere)
    with pytest.raises(Forbidden):
        await s.propose(by=stranger)
    with pytest.raises(Forbidden):
        await s.propose(by=s.signatory)
    award = await s.propose()
    for nobody in (stranger, s.officer, s.owner):
        with pytest.raises(Forbidden):
            await services.sign(award.id, nobody)


async def test_who_runs_the_campaign_or_did_neither_proposes_nor_signs() -> None:
    s = await stage()
    group_id = await group_id_of(s.campaign.id)
    when = (await Campaign.get(id=s.campaign.id)).created_at
    for actor in (s.officer, s.signatory):
        await Member.create(group_id=group_id, person_id=actor.person_id, role="editor", created_at=when, ended_at=when)
    with pytest.raises(Forbidden, match="You are, or were, in the group"):
        await s.propose()
    colleague = await make.person("Cy", Role.FUND_OFFICER, fund=s.fund)
    award = await s.propose(by=colleague)
    for decide in (services.sign(award.id, s.signatory), services.refuse(award.id, "No.", s.signatory)):
        with pytest.raises(Forbidden, match="You are, or were, in the group"):
            await decide


async def test_a_signature_needs_a_decision_in_force_that_covers_the_amount() -> None:
    s = await stage(limit_pence=300_000)
    award = await s.propose(300_100)
    with pytest.raises(Refused, match=r"Your authority covers awards up to £3,000"):
        await services.sign(award.id, s.signatory)
    without = await make.person("Wen", Role.SIGNATORY, fund=s.fund)
    with pytest.raises(Refused, match="No decision in force"):
        await services.sign(award.id, without)
    await DecisionAuthority.filter(fund_id=s.fund.id).update(to_day=business_today() - timedelta(days=1))
    with pytest.raises(Refused, match="No decision in force"):
        await services.sign(award.id, s.signatory)


async def test_the_narrowest_authority_that_covers_the_award_is_named() -> None:
    s = await stage()
    narrow = await make.authority(s.fund, s.signatory, 400_000)
    match = await s.signed(400_000)
    assert match.authority_id == narrow.id


async def test_nobody_records_an_authority_for_themselves_or_for_somebody_without_the_role() -> None:
    s = await stage()
    both = await make.person("Bo", Role.FUND_OFFICER, Role.SIGNATORY, fund=s.fund)
    days = {"from_day": business_today(), "to_day": business_today()}
    with pytest.raises(Refused) as refused:
        await funds.add_authority(
            s.fund.id, person_id=both.person_id, post="x", decision_number="1", limit_pence=1, **days, by=both
        )
    assert refused.value.rule == "two people"
    with pytest.raises(Refused, match="not an authorised signatory"):
        await funds.add_authority(
            s.fund.id, person_id=s.owner.person_id, post="x", decision_number="1", limit_pence=1, **days, by=both
        )


async def test_an_award_is_decided_once() -> None:
    s = await stage()
    award = await s.propose()
    await services.sign(award.id, s.signatory)
    for again in (
        services.sign(award.id, s.signatory),
        services.refuse(award.id, "No.", s.signatory),
        services.withdraw(award.id, s.officer),
    ):
        with pytest.raises(InvalidMove):
            await again
    assert await MatchPledge.all().count() == 1


async def test_a_second_award_of_one_fund_waits_until_the_first_is_gone() -> None:
    s = await stage()
    award = await s.propose()
    with pytest.raises(Refused) as refused:
        await s.propose()
    assert refused.value.rule == "one proposal"
    await services.refuse(award.id, "The budget is wrong.", s.signatory)
    match = await s.signed()
    with pytest.raises(Refused) as refused:
        await s.propose()
    assert refused.value.rule == "one match"
    await matches.decline(match.id, s.owner)
    await s.propose()
    assert [event.cause for event in await AwardEvent.filter(subject_id=award.id).order_by("id")] == [
        "proposed",
        "refused by signatory",
    ]
    await all_rules_hold()


async def test_an_award_that_fits_a_purpose_says_why_and_draws_its_source() -> None:
    s = await stage(200_000, 200_000, purposes=("a named health outcome",))
    (health,) = (await pot_of(s.fund)).purposes
    with pytest.raises(Refused) as refused:
        await s.propose(200_100)
    assert refused.value.rule == "pot"
    with pytest.raises(Refused, match="Enter why the project fits the purpose"):
        await s.propose(200_100, fitting=[health.id])
    award = await s.propose(300_000, fitting=[health.id], purpose_reason="It keeps older people moving.")
    match = await services.sign(award.id, s.signatory)
    assert match.terms["purposes"] == ["a named health outcome"]
    assert await make.left_in(s.fund) == [50_000, 50_000]
    elsewhere = await make.fund(1)
    officer = await make.person("Zed", Role.FUND_OFFICER)
    with pytest.raises(Refused, match="purposes of this fund only"):
        await services.propose(s.campaign.id, elsewhere.id, 1, "Why", officer, fitting=[health.id])


async def test_nothing_is_offered_to_a_campaign_that_takes_no_money() -> None:
    s = await stage()
    award = await s.propose()
    assert s.campaign.deadline_at is not None
    await advance(timedelta(days=41))
    with pytest.raises(Refused) as refused:
        await services.sign(award.id, s.signatory)
    assert refused.value.rule == "campaign"
    await services.withdraw(award.id, s.officer)


async def test_a_fund_gives_only_on_its_days() -> None:
    s = await stage(days=400)
    await advance(timedelta(days=366))
    with pytest.raises(Refused) as refused:
        await s.propose()
    assert refused.value.rule == "fund days"


async def test_checks_name_an_award_whose_record_was_spoiled() -> None:
    s = await stage()
    match = await s.signed()
    await execute("UPDATE match_pledge SET amount_pence = amount_pence - 1 WHERE id = $1", match.id)
    await execute("UPDATE decision_authority SET limit_pence = 1 WHERE fund_id = $1", s.fund.id)
    await execute("UPDATE award SET calculation = jsonb_set(calculation, '{signed,most_pence}', '5')")
    broken = {finding.rule for finding in await run([*checks.RULES, *pot_checks.RULES]) if finding.count}
    assert broken == {
        "draws sum to the match",
        "match amounts agree with history",
        "a signed award is its match pledge",
        "an award is within its terms",
        "the authority covers the award",
    }


async def test_a_signed_award_is_not_taken_for_another_ones_earmark() -> None:
    s = await stage()
    match = await s.signed()
    await pots.release(match, "verdict", SYSTEM)
    await all_rules_hold()
