"""A measure of success, a pack that is ready, words of the report, a survey: what the evaluation's pages are attacked with."""

from crowdfund_kent import storage
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_today, real_now
from evaluation import services
from evaluation.kinds import Objective
from evaluation.models import Pack
from evaluation.surveys import links, queries
from evaluation.surveys import services as surveys
from evaluation.surveys.kinds import SurveyKind, Variant


async def build(officer: Actor, campaign_id: int) -> dict[str, dict[str, str]]:
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
    survey = await surveys.invite(queries.Due(SurveyKind.YEAR, Variant.CROWD, campaign_id))
    assert survey is not None
    mine = {"reference": survey.reference, "token": links.PAGES.token_of(survey.reference)}
    return {
        **dict.fromkeys(("survey", "survey_decline", "survey_paper"), mine),
        "about_you": {"ticket": links.ticket_of(survey)},
        **{key: {"id": str(survey.id)} for key in ("staff_survey_paper", "staff_survey_enter")},
        **{key: {"id": str(survey.round_id)} for key in ("staff_survey_round", "staff_survey_sheet")},
        "staff_evaluation_measure_retire": {"id": str(measure.id)},
        "staff_evaluation_pack": {"id": str(pack.id)},
        "staff_evaluation_words": {"edition": "interim", "part": "summary"},
    }
