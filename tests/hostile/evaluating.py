"""A measure of success, a pack that is ready, words of the report: what the evaluation's pages are attacked with."""

from crowdfund_kent import storage
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_today, real_now
from evaluation import services
from evaluation.kinds import Objective
from evaluation.models import Pack


async def build(officer: Actor) -> dict[str, dict[str, str]]:
    """What stands in the places of a path, by the route's name."""
    measure = await services.add_measure(Objective.SECTOR, "Groups say that it helped", "", officer)
    await storage.save("packs/hostile.zip", b"PK")
    pack = await Pack.create(
        as_at=business_today(),
        records="real",
        asked_by_id=officer.person_id,
        asked_at=real_now(),
        file_key="packs/hostile.zip",
        ready_at=real_now(),
    )
    return {
        "staff_evaluation_measure_retire": {"id": str(measure.id)},
        "staff_evaluation_pack": {"id": str(pack.id)},
        "staff_evaluation_words": {"edition": "interim", "part": "summary"},
    }
