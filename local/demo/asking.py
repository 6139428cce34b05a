"""A request to a fund that its group is still writing, in a round that is open; and a review that waits for its answer."""

from typing import Final

from crowdfund_kent.audit import Actor
from local.demo.campaigns import Player
from local.demo.panel import COOK, DISTRICT
from local.demo.projects import Idea
from local.demo.stage import Stage
from panel.models import Pitch, Round
from panel.services import pitches, reviews
from panel.states import Round as RoundStatus
from projects.kinds import LegalForm
from projects.queries import owners

SHELTER: Final = Idea(
    "Fishmarket Steps Friends",
    LegalForm.UNINCORPORATED,
    "A dry place on the Fishmarket steps",
    "A shelter where people who wait for the ferry and people who look at the sea stay dry.",
    "It rains sideways there. The old shelter blew down four winters ago.\n\n## What stays\n\nOak posts, a slate roof, and"
    " neighbours who oil them each spring.",
    "Folkestone",
    "E07000112",
    "Community life",
    (("Oak posts and a slate roof", "capital", 3400), ("Two days of a carpenter", "revenue", 600)),
)
LOOK_AGAIN: Final = (
    "Your reasons say that nothing is planned for the second year. Page two of our costs says who leads the evenings then."
    " We think that nobody read it."
)


async def play(stage: Stage) -> None:
    """Today: the first backer has pledged, and half of the request is written."""
    player = Player(stage)
    campaign, owner = await player.live(SHELTER, 80)
    await player.pledges(campaign, 60)
    round_ = await Round.get(fund__slug=DISTRICT, status=RoundStatus.OPEN)
    pitch = await pitches.begin(round_.id, campaign.project_id, owner)
    await pitches.save(pitch.id, owner, asked_pence=150_000)
    declined = await Pitch.filter(project__title=COOK.title, status="declined").select_related("project").first()
    assert declined is not None
    asker = (await owners(declined.project.group_id))[0]
    await reviews.ask(declined.id, LOOK_AGAIN, Actor(asker.id, "owner"))
    await stage.work()
