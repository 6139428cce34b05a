"""Two clicks at once, and the last second of a round: one request, sent once or not at all."""

import asyncio

from crowdfund_kent.database import execute, transaction
from crowdfund_kent.errors import Conflict, Refused
from crowdfund_kent.models import AuditRow
from panel.models import Pitch, PitchEvent
from panel.services import pitches, rounds
from panel.states import Pitch as Status
from tests.panel import rounds_make as make
from tests.pledges import pot_make


async def test_two_clicks_at_once_begin_one_and_send_it_once(committed: str) -> None:
    panel = await make.panel()
    owner = await pot_make.person("Ora")
    live = await pot_make.live_campaign(owner=owner, days=80)
    made = await asyncio.gather(*(pitches.begin(panel.round.id, live.project_id, owner) for _ in range(4)))
    assert len({one.id for one in made}) == await Pitch.filter(project_id=live.project_id).count() == 1
    await pitches.save(made[0].id, owner, asked_pence=100_000, why="So that everybody can come.")
    await asyncio.gather(*(pitches.submit(made[0].id, owner) for _ in range(4)))
    assert await PitchEvent.filter(subject_id=made[0].id, cause="submitted").count() == 1
    assert await AuditRow.filter(act="pitch submitted", subject=f"pitch:{made[0].id}").count() == 1


async def test_a_request_sent_while_the_round_closes_is_sent_or_lapses(committed: str) -> None:
    panel = await make.panel()
    owner = await pot_make.person("Ora")
    live = await pot_make.live_campaign(owner=owner, days=80)
    pitch = await pitches.begin(panel.round.id, live.project_id, owner)
    await pitches.save(pitch.id, owner, asked_pence=100_000, why="So that everybody can come.")

    async def close() -> None:
        async with transaction():
            await rounds.lock_round(panel.round.id)
            await execute(
                "UPDATE panel_round SET opens_on = opens_on - 40, pitch_by = pitch_by - 30 WHERE id = $1",
                panel.round.id,
            )
        await rounds.close_when_due(panel.round.id)

    async def send() -> bool:
        try:
            await pitches.submit(pitch.id, owner)
        except (Refused, Conflict):
            return False
        return True

    sent, _ = await asyncio.gather(send(), close())
    assert (await Pitch.get(id=pitch.id)).status == (Status.SUBMITTED if sent else Status.LAPSED)
