"""A request to a fund on paper: what an owner signs says all of it, and a change makes the paper worth nothing."""

from typing import Any

import pytest

from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.clock import business_today
from crowdfund_kent.errors import Forbidden
from panel.models import Pitch
from panel.queries.reviews import part_of
from panel.services import pitches as services
from panel.states import Pitch as Status
from projects.services import signing
from tests.client import SiteClient
from tests.panel import rounds_make as make
from tests.panel.test_award_pages import as_actor
from tests.panel.test_pitches import WHY, asked, question, whole_draft
from tests.pledges import pot_make
from tests.projects.test_pictures import photograph


@pytest.mark.usefixtures("db")
async def test_an_owner_without_e_mail_signs_on_paper_and_a_change_makes_the_paper_worth_nothing() -> None:
    panel = await make.panel()
    owner, live = await asked(panel)
    pitch = await services.begin(panel.round.id, live.project_id, owner)
    assert await services.paper_choices(live.id) == []  # not whole yet
    await services.save(pitch.id, owner, asked_pence=300_000, why=WHY)
    (choice,) = await services.paper_choices(live.id)
    assert choice.words == "Ask KCC for £3,000"
    assert ("Why public money should help", WHY) in choice.about
    reference = await signing.reference_of(live, choice)
    await services.save(pitch.id, owner, asked_pence=400_000)
    (changed,) = await services.paper_choices(live.id)
    assert await signing.reference_of(live, changed) != reference
    with pytest.raises(Forbidden):
        await services.send_on_paper(changed.act, changed.subject, panel.officer)  # no paper was recorded


async def test_the_paper_that_an_owner_signs_says_all_of_it_and_sends_it(client: SiteClient) -> None:
    panel = await make.panel()
    needed = await question(panel)
    owner, live = await asked(panel)
    pitch = await whole_draft(panel, live, owner)
    clerk = await pot_make.person("Cleo", Role.FUND_OFFICER)
    await as_actor(client, clerk)
    page = await client.get(f"/staff/campaigns/{live.id}/signed")
    assert ["Ask KCC for £3,000", "Print it", "Record the signed paper"] in page.rows("May be decided now")
    (choice,) = await services.paper_choices(live.id)
    base = f"/staff/campaigns/{live.id}/signed"
    page = await client.get(f"{base}/pitch", params={"about": choice.subject})
    printed = await client.get(f"{base}/pitch/print", params={"about": choice.subject})
    assert printed.summary["Why public money should help"] == WHY
    assert printed.summary[needed.words] == "Everybody who swims here."
    reference = await signing.reference_of(live, choice)
    assert reference in printed.main
    today = business_today()
    signed: dict[str, Any] = {
        "reference": reference,
        "person": page.form().options("person")[0],
        "signed_on-day": today.day,
        "signed_on-month": today.month,
        "signed_on-year": today.year,
        "paper": ("signed.jpg", photograph(), "image/jpeg"),
    }
    page = await page.submit(signed, to=base)
    assert "Recorded: ask KCC for £3,000" in page.main
    sent = await Pitch.get(id=pitch.id)
    assert (sent.status, sent.submitted_by_id) == (Status.SUBMITTED, clerk.person_id)
    assert await part_of(sent, clerk.person_id or 0)  # who recorded it does not review it
