"""A campaign that is settled and whose group can receive, and what its books say."""

from crowdfund_kent.ledger import balance
from payments import accounts
from payments.payouts.models import Payout, Transfer
from payments.sandbox.cards import family_number
from pledges.models import Pledge
from projects.models import Campaign
from tests.payments import make
from tests.payments.make import Scene
from tests.sandbox import World


async def settled(
    world: World,
    amounts: tuple[int, ...] = (4_000, 6_000),
    *,
    account: bool = True,
    cover: bool = False,
    borne_by: str = "group",
    cards: tuple[str, ...] = (),
) -> tuple[Scene, list[Pledge]]:
    """All cards charged; the worker has done what was due, so with `account` the payout is made."""
    scene = await make.scene(world, sum(amounts), account=account)
    await Campaign.filter(id=scene.campaign.id).update(card_cost_borne_by=borne_by)
    made = []
    for number, amount in enumerate(amounts):
        card = cards[number] if number < len(cards) else family_number(number + 1)
        made.append(await scene.pledge(amount, card, cover=cover))
    await scene.collect()
    await scene.later(minutes=20)  # the books are laid beside the provider's a quarter of an hour after the run
    return scene, [await Pledge.get(id=one.id) for one in made]


async def payout_of(scene: Scene) -> Payout:
    """As it is now."""
    return await Payout.get(campaign_id=scene.campaign.id)


async def sent(scene: Scene) -> list[int]:
    """What each transfer sent, in the order of the payments."""
    rows = await Transfer.filter(payout__campaign_id=scene.campaign.id, status__in=["succeeded", "reversed"])
    return [row.amount_pence for row in sorted(rows, key=lambda row: (row.attempt_id, row.number))]


async def books(scene: Scene) -> dict[str, int]:
    """What stands on each account of card money, nothing left out: what is owed is above nothing here."""
    one = scene.campaign.id
    return {
        "provider": await balance(accounts.PROVIDER_BALANCE),
        "held": -await balance(accounts.held_for_campaign(one)),
        "cover": -await balance(accounts.card_cost_cover(one)),
        "disputed": await balance(accounts.in_dispute(one)),
        "card costs": await balance(accounts.CARD_COSTS),
        "losses": await balance(accounts.LOSSES),
    }


def nothing_but(**amounts: int) -> dict[str, int]:
    """Books with these amounts and nothing else."""
    names = ("provider", "held", "cover", "disputed", "card costs", "losses")
    return {name: amounts.get(name.replace(" ", "_"), 0) for name in names}
