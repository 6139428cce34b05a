"""A list of a fund that works without a crowd: its awards are the projects' own."""

import pytest

from crowdfund_kent.errors import Refused
from panel.kinds import Outcome
from panel.models import Decision, Round
from pledges import funds
from pledges.fund_queries import pot_of
from pledges.models import MatchFund, MatchPledge
from projects.services import looking
from tests.panel.round_make import panel
from tests.panel.test_grants import small
from tests.panel.test_signing import all_rules_hold

pytestmark = pytest.mark.usefixtures("db")
RULES = funds.Rules(max_share_bp=10_000, max_amount_pence=100_000, combined_share_bp=10_000)


async def test_a_list_gives_to_projects_once_somebody_looked_at_them() -> None:
    p = await panel(100_000, rules=RULES)
    await MatchFund.filter(id=p.fund.id).update(without_crowd=True)
    p.round = await Round.get(id=p.round.id).select_related("fund__funder")
    one, two = (await small()).project, (await small()).project
    first, second = await p.pitch(60_000, project=one), await p.pitch(60_000, project=two)
    for pitch, points in ((first, 5), (second, 4)):
        await p.scored(pitch, points)
    await p.meet()
    with pytest.raises(Refused) as found:
        await p.put(first, Outcome.AWARD)
    assert found.value.rule == "look"
    for project in (one, two):
        await looking.look_at(project.id, looking.MUST_BE_LOOKED_AT, p.officer, fund_id=p.fund.id)
    await p.carry(first)
    await p.carry(second)
    with pytest.raises(Refused, match="rank 2: The most is £400"):
        await p.sign()
    await p.carry(second, Outcome.PART, 40_000)
    decisions = await p.sign()
    assert [one.calculation["crowd_pence"] for one in decisions] == [0, 0]
    kept = await MatchPledge.filter(fund_id=p.fund.id).order_by("id")
    assert [(match.project_id, match.campaign_id, match.amount_pence) for match in kept] == [
        (one.id, None, 60_000),
        (two.id, None, 40_000),
    ]
    accepted = await p.accept(first)
    assert accepted.status == "confirmed"
    together = (await pot_of(p.fund)).together
    assert (together.earmarked_pence, together.confirmed_pence) == (40_000, 60_000)
    assert await Decision.filter(award__project_id=one.id).count() == 1
    await all_rules_hold()
