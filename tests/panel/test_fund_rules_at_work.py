"""The rules of a fund bind whoever proposes and signs, and a group reads what is never paid for before it sends."""

import pytest

from crowdfund_kent.clock import business_today
from crowdfund_kent.errors import Refused
from panel.services import awards
from panel.services import pitches as services
from pledges import funds
from projects.models import Project
from tests.client import SiteClient
from tests.panel import rounds_make as rounds
from tests.panel.stage import stage
from tests.panel.test_award_pages import as_actor
from tests.pledges import pot_make

DOVER, THANET = "E07000108", "E07000114"
pytestmark = pytest.mark.usefixtures("db", "app")


async def test_an_award_outside_the_area_is_neither_proposed_nor_signed() -> None:
    s = await stage()
    await Project.filter(id=s.campaign.project_id).update(district_code=THANET)
    award = await s.propose(100_000)
    rules = funds.Rules(least_backers=2, area=(DOVER,))
    await funds.set_rules(s.fund.id, rules, business_today(), s.officer)
    with pytest.raises(Refused) as refused:
        await awards.sign(award.id, s.signatory)
    assert refused.value.rule == "area"
    assert "works in Dover, and the project is in Thanet" in refused.value.message
    await awards.withdraw(award.id, s.officer)
    with pytest.raises(Refused) as refused:
        await s.propose(100_000)
    assert refused.value.rule == "area"
    await Project.filter(id=s.campaign.project_id).update(district_code=DOVER)
    assert (await s.propose(100_000)).amount_pence == 100_000


async def test_a_group_reads_what_is_never_paid_for_before_it_sends(client: SiteClient) -> None:
    sentence = "Events for members only."
    panel = await rounds.panel(rules=funds.Rules(least_backers=2, exclusions=(sentence,), between_rounds_pence=0))
    owner = await pot_make.person("Ora")
    live = await pot_make.live_campaign(owner=owner, days=80)
    pitch = await services.begin(panel.round.id, live.project_id, owner)
    await services.save(pitch.id, owner, asked_pence=300_000, why="Everybody can swim.")
    await as_actor(client, owner)
    project = await Project.get(id=live.project_id).select_related("group")
    page = await client.get(f"/groups/{project.group.slug}/pitches/{pitch.reference}/check")
    assert f"{panel.fund.name} never pays for these. Send it only if your project is none of them:" in page.main
    assert sentence in page.main
