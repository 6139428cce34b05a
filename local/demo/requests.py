"""The request desk: one request that was answered and published, and one that waits."""

from datetime import timedelta
from typing import Final

from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.clock import business_today
from local.demo.people import acting
from local.demo.stage import Stage
from panel.models import InformationRequest, Round
from panel.queries.disclosing import Scope
from panel.queries.requests import sections_of
from panel.services import requests
from panel.states import Round as Status

ASKED: Final = "Please send the scores, reasons and limits of every project that the autumn round decided. Ada Finch"
ANSWER: Final = (
    "Here is everything that the panel of this round had before it and decided. Names of people are left out."
)


async def play(stage: Stage) -> None:
    """The round that is decided was asked about two weeks ago."""
    officer, second = await acting(Role.FUND_OFFICER), await acting(Role.FINANCE_APPROVER)
    today = business_today()
    decided = await Round.filter(status__in=[Status.SIGNED, Status.PUBLISHED]).order_by("id").first()
    if decided is not None:
        asked = requests.Asked(
            "Ada Finch", "ada.finch@example.org", ASKED, "What the autumn round decided", today - timedelta(days=14)
        )
        found = await requests.receive(asked, officer)
        await requests.choose(found.id, Scope(rounds=(decided.id,)), officer)
        await requests.write_answer(found.id, ANSWER, officer)
        for section in await sections_of(await InformationRequest.get(id=found.id)):
            await requests.have_read(found.id, {one.key: one.digest for one in section.all}, officer)
        await requests.prepare(found.id, officer)
        await requests.release(found.id, second)
        await requests.publish(found.id, officer)
    words = "How much did each district get from the funds this year, and how much did groups ask for?"
    later = requests.Asked(
        "Cobble Bay News", "desk@example.org", words, "Money by district", today - timedelta(days=21)
    )
    await requests.receive(later, officer)
    await stage.work()
