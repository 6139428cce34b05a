"""Campaigns whose run is over, and what can go wrong between two sides."""

from payments.gateway import ChargeOutcome, ChargeRequest, SavedCard
from payments.reconciling.models import Difference
from pledges.models import Pledge
from tests.payments import make
from tests.payments.sandbox.api import save_card
from tests.sandbox import World

NOBODY = "P-2222-2222"  # the reference of no pledge


async def settled(provider: World, *pence: int) -> tuple[make.Scene, list[Pledge]]:
    """A campaign of £100 that is settled and was compared once."""
    scene = await make.scene(provider)
    pledges = [await scene.pledge(amount) for amount in pence or (4_000, 6_000)]
    await scene.collect()
    assert await scene.status() == "settled"
    await scene.later(minutes=16)
    return scene, pledges


async def charge_behind_our_back(provider: World, campaign_id: int, pence: int = 1_500, reference: str = NOBODY) -> str:
    """A card is charged for the campaign and none of our rows asked for it. The id of the charge."""
    card: SavedCard = await save_card(provider, reference=reference)
    answer = await provider.gateway.charge(
        ChargeRequest(
            reference,
            1,
            card.customer or "",
            card.payment_method or "",
            pence,
            f"campaign-{campaign_id}",
            f"behind {reference} {pence}",
        )
    )
    assert answer.outcome is ChargeOutcome.SUCCEEDED
    assert answer.charge is not None
    return answer.charge


async def only(**fields: object) -> Difference:
    """The one difference there is."""
    (found,) = await Difference.filter(**fields)
    return found
