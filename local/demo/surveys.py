"""What the demo's groups and backers say afterwards: some answer, one declines, the others have not yet."""

from typing import Final

from evaluation.surveys import about_you, links, queries, services, tasks
from evaluation.surveys.kinds import SurveyKind
from evaluation.surveys.models import SurveyInvitation
from local.demo.stage import Stage

ANSWERS: Final = {
    "without_match": ("smaller", "no", "less"),
    "unlocked": ("people", "partners"),
    "anyway": ("later",),
    "effort": ("right",),
    "first": ("yes", "no", "yes"),
    "again": ("yes", "yes", "maybe"),
}
WORDS: Final = "The parish lent us its digger once it saw that the Council was in."


async def play(stage: Stage) -> None:
    """The worker has asked; every second one has answered."""
    await tasks.look()
    rows = await SurveyInvitation.filter(status="asked").order_by("id").select_related("round")
    for number, row in enumerate(rows):
        if await queries.is_by_post(row.id):
            continue  # its paper may still come
        if number % 4 == 3 and row.kind == SurveyKind.BACKER:
            await services.decline(row.id)
        elif number % 2 == 0:
            await services.answer(row.id, _given(row, number))
            await about_you.send(links.ticket_of(row), {"age": "45 to 64"})
    await stage.work()


def _given(row: SurveyInvitation, number: int) -> dict[str, list[str] | str]:
    given: dict[str, list[str] | str] = {}
    for question in queries.questions_of(row):
        if question.is_words:
            given[question.key] = WORDS if row.kind == SurveyKind.PROJECT else ""
            continue
        offered = [key for key in ANSWERS.get(question.key, ()) if key in question.names]
        if question.many:
            given[question.key] = offered
        elif offered:
            given[question.key] = [offered[number // 2 % len(offered)]]
    return given
