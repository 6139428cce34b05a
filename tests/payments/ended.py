"""A campaign that was paid out and has money left, and the people around its shares."""

from dataclasses import dataclass
from typing import Any

from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from payments.sandbox.cards import family_number
from payments.shares_back import queries, services
from payments.shares_back.models import SharesBack
from pledges.gifts.kinds import Wish
from projects.kinds import TurnKind
from projects.queries import group_id_of
from tests.accounts.make import staff
from tests.client import Page
from tests.payments import make
from tests.payments.test_shares_once import agreed as turn_agreed
from tests.pledges import gift_make
from tests.projects import make as projects
from tests.sandbox import World


@dataclass
class Ended:
    """A project that ended with half of its £200 left, and who acts."""

    scene: make.Scene
    desk: gift_make.Desk
    officer: Actor
    approver: Actor
    owner: Actor

    async def standings(self) -> list[tuple[str, str]]:
        """How each share stands."""
        (made,) = await SharesBack.filter(status="agreed")
        return [("card" if one.by_card else "hand", one.words) for one in await queries.standings(made.id)]

    async def propose(self) -> SharesBack:
        return await services.propose(self.scene.campaign.id, "The project has ended.", self.officer)


async def ended(provider: World, unspent_pence: int = 10_003, **given: Any) -> Ended:
    """£40 and £60 by card, £30 and £10 by hand (the last to be kept), £60 of a fund: paid out, and half is left."""
    scene, desk = await make.scene(provider, 20_000, account=True), await gift_make.desk()
    for number, pence in enumerate((4_000, 6_000)):
        await scene.pledge(pence, family_number(number + 1))
    await scene.match(6_000)
    back = await desk.counted(scene.campaign, amount_pence=3_000, email="ada@example.org", **given)
    kept = await desk.counted(
        scene.campaign, amount_pence=1_000, wish=Wish.TO_GROUP, name="Ben Cole", address="1 Hill", **given
    )
    await desk.bank(back, kept)
    await scene.collect()
    await scene.later(minutes=20)
    assert await scene.status() == "settled"
    await desk.hand_on(await scene.now())
    await turn_agreed(scene, TurnKind.ENDING, unspent_pence)
    group_id = await group_id_of(scene.campaign.id)
    officer, approver = (await staff(Role.FUND_OFFICER))[1], (await staff(Role.FINANCE_APPROVER))[1]
    return Ended(scene, desk, officer, approver, await projects.owner_of(group_id))


def offered(page: Page, path: str) -> bool:
    """Whether the page has a link that begins so."""
    return any(address.startswith(path) for link in page.links for address in link)
