"""What a group and the end of a campaign make of an offer."""

from datetime import timedelta

import pytest

from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import SYSTEM
from crowdfund_kent.clock import advance
from crowdfund_kent.errors import Forbidden, InvalidMove, NotFound, Refused
from crowdfund_kent.invariants import run
from crowdfund_kent.models import Outbox
from pledges import matches, pots
from pledges.models import MatchPledge, MatchPledgeEvent
from pledges.totals import totals
from projects.models import Campaign, Member
from projects.queries import group_id_of
from tests.panel.stage import Stage, stage
from tests.pledges import pot_make as make

pytestmark = pytest.mark.usefixtures("db")


async def all_rules_hold() -> None:
    broken = [finding for finding in await run(make.pot_rules()) if finding.count]
    assert not broken, broken


async def two_more(s: Stage) -> tuple[MatchPledge, MatchPledge]:
    """Beside the first fund's offer one that was accepted, and one that was not, by funds of their own."""
    made = []
    for number in (1, 2):
        fund = await make.fund(100_000, position=number)
        made.append(await pots.take_exact(fund.id, 50_000, pots.Offer(s.campaign.id, {}), SYSTEM))
    await pots.pledge(made[0], SYSTEM)
    return made[0], made[1]


async def status_of(match: MatchPledge) -> str:
    return (await MatchPledge.get(id=match.id)).status


async def test_what_is_accepted_counts_as_raised_and_what_is_offered_does_not() -> None:
    s = await stage()
    match = await s.signed(400_000)
    before = await totals(s.campaign.id)
    assert (before.raised_pence, before.match_offered_pence) == (120_000, 400_000)
    await matches.accept(match.id, s.owner)
    after = await totals(s.campaign.id)
    assert (after.raised_pence, after.match_accepted_pence, after.match_offered_pence) == (520_000, 400_000, 0)
    assert await Outbox.filter(name="offer accepted").count() == 1


async def test_only_an_owner_of_the_group_answers() -> None:
    s = await stage()
    match = await s.signed()
    editor = await make.person("Ed")
    await Member.create(
        group_id=await group_id_of(s.campaign.id),
        person_id=editor.person_id,
        role="editor",
        created_at=s.campaign.created_at,
    )
    with pytest.raises(Forbidden, match="Only an owner"):
        await matches.accept(match.id, editor)
    stranger = await make.person("Stan")
    for work in (matches.accept, matches.decline):
        with pytest.raises(NotFound):
            await work(match.id, stranger)
        with pytest.raises(Forbidden, match="no signed paper"):
            await work(match.id, s.officer)
    assert await status_of(match) == "earmarked"


async def test_who_signed_does_not_accept_even_as_an_owner() -> None:
    s = await stage()
    match = await s.signed()
    for actor in (s.signatory, s.officer):
        await Member.create(
            group_id=await group_id_of(s.campaign.id),
            person_id=actor.person_id,
            role="owner",
            created_at=s.campaign.created_at,
        )
        with pytest.raises(Refused, match="Two different people"):
            await matches.accept(match.id, actor)


async def test_an_offer_is_answered_once() -> None:
    s = await stage()
    match = await s.signed()
    await matches.accept(match.id, s.owner)
    with pytest.raises(InvalidMove):
        await matches.accept(match.id, s.owner)
    with pytest.raises(InvalidMove):
        await matches.decline(match.id, s.owner)
    assert await make.left_in(s.fund) == [20_000_000 - 400_000]


async def test_a_declined_offer_goes_back_to_the_pot() -> None:
    s = await stage()
    match = await s.signed()
    await matches.decline(match.id, s.owner)
    assert await status_of(match) == "released"
    assert await make.left_in(s.fund) == [20_000_000]
    await all_rules_hold()


async def test_after_its_last_day_an_offer_cannot_be_accepted_and_goes_back_to_the_pot() -> None:
    s = await stage()
    match = await s.signed()
    await advance(timedelta(days=21))
    with pytest.raises(Refused) as refused:
        await matches.accept(match.id, s.owner)
    assert refused.value.rule == "accept by"
    assert await matches.release_stale_offers() == 1
    assert await matches.release_stale_offers() == 0
    (last,) = await MatchPledgeEvent.filter(subject_id=match.id, new="released")
    assert (last.cause, last.by_id) == ("offer ran out", None)
    assert await Outbox.filter(name="offer ran_out").count() == 1
    assert await make.left_in(s.fund) == [20_000_000]


async def test_an_accepted_offer_does_not_run_out() -> None:
    s = await stage()
    match = await s.signed()
    await matches.accept(match.id, s.owner)
    await advance(timedelta(days=21))
    assert await matches.release_stale_offers() == 0
    assert await status_of(match) == "pledged"


@pytest.mark.parametrize("status", ["suspended", "closing", "cancelled"])
async def test_a_campaign_that_takes_no_money_accepts_nothing(status: str) -> None:
    s = await stage()
    match = await s.signed()
    await Campaign.filter(id=s.campaign.id).update(status=status)
    with pytest.raises(Refused) as refused:
        await matches.accept(match.id, s.owner)
    assert refused.value.rule == "campaign"


async def test_nothing_is_accepted_after_the_deadline_even_before_the_campaign_is_closed() -> None:
    s = await stage(days=10)
    match = await s.signed()
    await MatchPledge.filter(id=match.id).update(accept_by=None)
    await advance(timedelta(days=11))
    with pytest.raises(Refused) as refused:
        await matches.accept(match.id, s.owner)
    assert refused.value.rule == "campaign"


async def test_when_the_target_is_met_accepted_match_is_confirmed_and_offers_are_let_go() -> None:
    s = await stage()
    accepted, offered = await two_more(s)
    await matches.confirm_all(s.campaign, SYSTEM)
    assert (await status_of(accepted), await status_of(offered)) == ("confirmed", "released")
    (event,) = await MatchPledgeEvent.filter(subject_id=offered.id, new="released")
    assert event.cause == "verdict"
    await matches.confirm_all(s.campaign, SYSTEM)
    await all_rules_hold()


@pytest.mark.parametrize(
    ("cause", "of_accepted", "of_offered"),
    [("target missed", "target missed", "verdict"), ("campaign cancelled", "campaign cancelled", "campaign cancelled")],
)
async def test_a_campaign_that_fails_lets_go_of_all_its_match_once(
    cause: str, of_accepted: str, of_offered: str
) -> None:
    s = await stage()
    accepted, offered = await two_more(s)
    await matches.release_all(s.campaign, cause, SYSTEM)
    await matches.release_all(s.campaign, cause, SYSTEM)
    for match, words in ((accepted, of_accepted), (offered, of_offered)):
        (event,) = await MatchPledgeEvent.filter(subject_id=match.id, new="released")
        assert event.cause == words
    assert await pots_left(accepted, offered) == [100_000, 100_000]
    await all_rules_hold()


async def pots_left(*held: MatchPledge) -> list[int]:
    return [sum(source.left_pence for source in await pots.sources_left(match.fund_id)) for match in held]


async def test_a_collapsed_campaign_lets_go_of_confirmed_match_but_not_of_paid_money() -> None:
    s = await stage()
    accepted, other = await two_more(s)
    await pots.pledge(other, SYSTEM)
    await matches.confirm_all(s.campaign, SYSTEM)
    paid = await MatchPledge.get(id=other.id)
    await pots.pay(paid, 50_000, SYSTEM, for_row="match_payment:1")
    await matches.release_all(s.campaign, "collapsed", SYSTEM)
    assert (await status_of(accepted), await status_of(other)) == ("released", "paid")
    assert await pots_left(accepted, other) == [100_000, 50_000]
    await all_rules_hold()


async def test_a_cause_that_nobody_knows_is_an_error() -> None:
    s = await stage()
    with pytest.raises(ValueError, match="because of 'boredom'"):
        await matches.release_all(s.campaign, "boredom", SYSTEM)


async def test_the_bar_is_told_each_funds_part_in_the_funds_order() -> None:
    s = await stage()
    accepted, offered = await two_more(s)
    first = await s.signed(400_000)
    await matches.accept(first.id, s.owner)
    quiet = await make.live_campaign()
    parts = await matches.match_parts([s.campaign.id, quiet.id])
    assert [(part.reference, part.accepted_pence, part.offered_pence) for part in parts[s.campaign.id]] == [
        (first.reference, 400_000, 0),
        (accepted.reference, 50_000, 0),
        (offered.reference, 0, 50_000),
    ]
    assert parts[s.campaign.id][0].funder == "KCC"
    assert parts[quiet.id] == []


async def test_a_role_for_the_site_is_a_role_for_every_fund() -> None:
    s = await stage()
    everywhere = await make.person("Eve", Role.FUND_OFFICER)
    await s.propose(by=everywhere)
