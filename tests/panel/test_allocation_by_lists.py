"""The facts of a correct allocation (tests/data/allocation.json), played as signed lists of one fund and of several."""

from typing import Any

import pytest

from crowdfund_kent.errors import Conflict, InvalidMove, Refused
from crowdfund_kent.invariants import run
from panel import checks
from panel.kinds import Outcome
from panel.models import Decision, Pitch
from pledges import funds, matches, pot_checks
from pledges.kinds import BackerKind
from pledges.models import MatchDraw, MatchPledge
from projects.models import Campaign
from tests.panel.round_make import Panel, owner_of, panel
from tests.pledges import pot_make as make

pytestmark = pytest.mark.usefixtures("db")
FACTS = make.facts()
OPEN = funds.Rules(max_share_bp=10_000, combined_share_bp=10_000, least_backers=1, least_raised_bp=0)
SINGLE = {case["name"]: case for case in FACTS["single"] if "currency" not in case}  # no provider at a panel


async def small_panel(*caps: int, rules: funds.Rules = OPEN, **more: Any) -> Panel:
    """One member is a quorum: what is tested is the pot."""
    return await panel(*caps, members=1, quorum=1, rules=rules, **more)


async def campaign_for(target_pence: int = 1_000_000) -> Campaign:
    """One that a backer has begun."""
    campaign = await make.live_campaign(target_pence)
    await make.card_pledge(campaign, 100)
    return campaign


async def asked(p: Panel, *amounts: int, campaign: Campaign | None = None) -> list[Pitch]:
    """Pitches of these amounts, the first one first in rank, at a meeting that carries each in full."""
    pitches = [await p.pitch(amount, campaign=campaign or await campaign_for()) for amount in amounts]
    for place, pitch in enumerate(pitches):
        await p.scored(pitch, 5 - place)
    await p.meet()
    return pitches


async def signs(p: Panel, pitches: list[Pitch], amounts: list[int]) -> None:
    """The list of these amounts is signed; 0 declines."""
    for pitch, amount in zip(pitches, amounts, strict=True):
        await _put(p, pitch, amount)
    await p.sign()


async def _put(p: Panel, pitch: Pitch, amount: int) -> None:
    if not amount:
        await p.carry(pitch, Outcome.DECLINE)
    elif amount == pitch.asked_pence:
        await p.carry(pitch)
    else:
        await p.carry(pitch, Outcome.PART, amount)


async def refuses(p: Panel, pitches: list[Pitch], amounts: list[int]) -> None:
    """The list of these amounts is refused because of the pot, when it is put or when it is signed; nothing is written."""
    before = await make.left_in(p.fund)
    with pytest.raises(Refused) as found:
        await signs(p, pitches, amounts)
    assert found.value.rule == "pot", found.value.message
    assert await make.left_in(p.fund) == before
    assert not await Decision.filter(pitch__round_id=p.round.id).exists()


async def all_rules_hold() -> None:
    broken = [finding for finding in await run([*checks.RULES, *pot_checks.RULES]) if finding.count]
    assert not broken, broken


@pytest.mark.parametrize("name", [name for name, case in SINGLE.items() if len(case["asks"]) == 1])
async def test_one_project_and_the_pots_of_several_funds(name: str) -> None:
    case = SINGLE[name]
    ask = case["asks"][0]
    given = [0] if case.get("refused") else case.get("split", case["gives"])
    campaign = await campaign_for()
    panels, wanted = [await small_panel(cap) for cap in case["pots"]], ask
    for p, part in zip(panels, given, strict=True):
        pitches = await asked(p, wanted, campaign=campaign)
        if part < wanted:
            await refuses(p, pitches, [wanted])
        await signs(p, pitches, [part])
        wanted -= part
    kept = await MatchPledge.filter(campaign_id=campaign.id).order_by("fund_id")
    assert [match.amount_pence for match in kept] == [part for part in given if part]
    assert sum(match.amount_pence for match in kept) == sum(case["gives"])
    for _ in case.get("then", ()):
        if kept[0].status == "earmarked":
            owner = await owner_of(pitches[0])
            await matches.decline(kept[0].id, owner)
            kept = await MatchPledge.filter(campaign_id=campaign.id)
        else:
            with pytest.raises((InvalidMove, Conflict)):
                await matches.decline(kept[0].id, owner)
    if "left" in case:
        assert sum(await make.left_in(*(p.fund for p in panels))) == case["left"]
    await all_rules_hold()


async def test_take_then_ask_for_more_than_is_left_and_a_list_that_fails_leaves_nothing() -> None:
    take = SINGLE["take, then ask for more than is left"]
    p = await small_panel(*take["pots"])
    pitches = await asked(p, *take["asks"])
    await refuses(p, pitches, take["asks"])
    await signs(p, pitches, take["gives"])
    assert await make.left_in(p.fund) == [0]

    fails = SINGLE["a take whose transaction fails leaves nothing behind"]
    first = await small_panel(*fails["pots"])
    second = await small_panel(beside=first)
    await signs(first, await asked(first, fails["asks"][0]), fails["asks"][:1])
    await refuses(second, await asked(second, fails["asks"][1]), fails["asks"][1:])
    assert await make.left_in(first.fund) == [fails["left"]]
    await all_rules_hold()


@pytest.mark.parametrize("case", FACTS["calculator"], ids=lambda case: case["name"])
async def test_the_calculator_binds_a_list(case: dict[str, Any]) -> None:
    rules = funds.Rules(
        max_share_bp=case["max_share_bp"],
        max_amount_pence=case["max_amount"],
        combined_share_bp=case["combined_bp"],
        least_backers=1,
        least_raised_bp=0,
        revenue_only=case["eligible_base"] < case["base_target"],
    )
    p = await small_panel(case["pot_available"], rules=rules)
    campaign = await make.live_campaign(case["base_target"], revenue_pence=case["eligible_base"])
    if case["other_public"]:
        await make.card_pledge(campaign, case["other_public"], kind=BackerKind.PUBLIC_BODY)
    # no fund is ever the first: where the facts have nothing raised, £1 binds nothing
    if crowd := max(case["raised"] - case["other_public"], 0 if case["raised"] else 100):
        await make.card_pledge(campaign, crowd)
    pitch = await p.pitch(case["base_target"], campaign=campaign)
    await p.meet()
    with pytest.raises(Refused) as found:
        await p.put(pitch, Outcome.PART, case["most"] + 100)
    assert found.value.rule == case["binds"]
    if case["most"]:
        await signs(p, [pitch], [case["most"]])
        decision = await Decision.get(pitch_id=pitch.id)
        assert (decision.calculation["most_pence"], decision.calculation["binds"]) == (case["most"], case["binds"])
        await all_rules_hold()


@pytest.mark.parametrize("case", FACTS["sources"], ids=lambda case: case["name"])
async def test_the_first_award_of_a_list_is_drawn_by_what_is_left_in_each_source(case: dict[str, Any]) -> None:
    p = await small_panel(*case["left"])
    first, *others = case["awards"]
    await signs(p, await asked(p, first), [first])
    drawn = await MatchDraw.all().order_by("source_id").values_list("amount_pence", flat=True)
    assert drawn == case["split"][0]
    if others:
        # an award is of whole pounds at most: 199p are left, so £1 is, and 101p are refused (pennies: test_pots.py)
        again = await small_panel(beside=p)
        pitches = await asked(again, others[0])
        await refuses(again, pitches, others[:1])
        await signs(again, pitches, [100])
        assert sum(await make.left_in(p.fund)) == 99
    await all_rules_hold()


@pytest.mark.parametrize("case", FACTS["rounding"], ids=lambda case: case["name"])
async def test_an_award_falls_on_equal_sources_by_the_largest_remainder(case: dict[str, Any]) -> None:
    cap = case["total"] // 100 * 100 + 100
    p = await small_panel(*(cap * weight for weight in case["weights"]))
    await signs(p, await asked(p, case["total"]), [case["total"]])
    drawn = await MatchDraw.all().order_by("source_id").values_list("amount_pence", flat=True)
    assert drawn == case["split"]
