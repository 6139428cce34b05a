"""A list that its pot can't pay: refused whole, with the project and the rule, and sent back to the panel."""

import pytest

from panel.models import Decision, Round
from pledges.models import FundingSource, MatchPledge
from tests.journeys.conftest import Arrives
from tests.journeys.house import House
from tests.journeys.looking import Looks
from tests.journeys.panelling import arrives_as, panel_at_meeting

pytestmark = pytest.mark.journey


async def test_overdrawn_pot(house: House, arrives: Arrives, looks: Looks) -> None:
    first, second = "Swings that everybody can use", "A well for the allotments"
    panel, _ = await panel_at_meeting(house, "active-places", "Active Places", 1_000, (first, 700), (second, 600))
    signatory = await arrives_as(arrives, "signatory", panel.email("signatory"))
    await signatory.opens(f"{panel.path}/sign")
    await signatory.reads(
        "£1,300.00 would be set aside from £1,000.00", "No room in the pot", "does not fit in the pot"
    )
    await signatory.presses("Sign the list")
    await signatory.reads(
        "There is a problem", f"{second}, rank 2: The most is £300, because of what is left in the pot"
    )
    assert not await MatchPledge.filter(fund_id=panel.fund.id).exists()
    assert not await Decision.filter(pitch__round_id=panel.round.id).exists()
    assert (await FundingSource.get(fund_id=panel.fund.id)).earmarked_pence == 0
    await signatory.opens(f"/funds/{panel.fund.slug}")
    await signatory.does_not_read("£700", "£600")
    await signatory.opens(f"{panel.path}/sign")
    await signatory.follows("Send it back to the panel")
    await signatory.types("What should the panel look at again?", "The pot holds £1,000 only.")
    await signatory.presses("Send it back")
    await signatory.reads("Sent back. Your words are in the minutes")
    assert (await Round.get(id=panel.round.id)).status == "meeting"
    await house.is_sound()
    looks.found_no_fault()
