"""The personal data of surveys: words that somebody wrote, and what leads from answers to a backer."""

from datetime import date, datetime, timedelta
from typing import Final

from tortoise.expressions import Q

from crowdfund_kent import audit, events
from crowdfund_kent.audit import BACKER
from crowdfund_kent.clock import london_day, real_now
from crowdfund_kent.database import execute, fetch, transaction
from crowdfund_kent.personal.register import EVENT_COLUMNS, Part, Sheet, Text, Whose
from crowdfund_kent.personal.retention import Rule
from crowdfund_kent.settings import get_settings
from evaluation.surveys import queries
from evaluation.surveys.models import SurveyInvitation, SurveyWords
from evaluation.surveys.states import Invitation as Status

KEPT: Final = "1 year after the last day for answers"
AT_ONCE: Final = 200


async def _of(one: Whose) -> list[SurveyInvitation]:
    return (
        await SurveyInvitation.filter(Q(pledge__email__iexact=one.email) | Q(gift__email__iexact=one.email))
        .order_by("id")
        .select_related("round", "campaign__project")
    )


async def collect(one: Whose) -> list[Sheet]:
    """What a backer was asked and answered, as long as anything leads from it to them."""
    rows = []
    for row in await _of(one):
        questionnaire, given = queries.questionnaire_of(row), await queries.answers_of(row.id)
        if not given:
            rows.append((row.campaign.project.title, row.invited_on, row.status, "", ""))
        for key, value in given.items():
            question = questionnaire.question(key)
            told = value if isinstance(value, str) else "; ".join(question.names[one] for one in value)
            rows.append((row.campaign.project.title, row.invited_on, row.status, question.words, told))
    return [Sheet("Questions that we asked you", ("Project", "Asked on", "State", "Question", "Answer"), rows)]


async def erase(one: Whose) -> list[str]:
    """Words go, and what leads to the person; what they chose stays as a number of nobody."""
    rows = await _of(one)
    words = await SurveyWords.filter(invitation_id__in=[row.id for row in rows]).values_list("text", flat=True)
    for row in rows:
        if row.status == Status.ASKED:
            await events.move(row, "declined", BACKER)
            await audit.record("survey declined", f"survey_invitation:{row.id}", BACKER)
    await _forget([row.id for row in rows])
    return [str(text) for text in words]


async def _forget(ids: list[int]) -> None:
    await SurveyWords.filter(invitation_id__in=ids).delete()
    # a letter to a backer has the reference, and its key the number: both lead from a person to an answer
    await execute(
        "UPDATE letter_to_post l SET subject = '', text = '', unique_key = 'survey letter ' || l.id FROM survey_invitation i"
        " WHERE i.id = ANY($1::bigint[]) AND i.kind = 'backer' AND l.name = 'surveys/invite'"
        " AND l.unique_key LIKE 'survey_invitation:' || i.id || ':%'",
        ids,
    )
    await SurveyInvitation.filter(id__in=ids).update(draft=None, pledge_id=None, gift_id=None, forgotten_at=real_now())


_OVER: Final = "SELECT id FROM survey_invitation WHERE forgotten_at IS NULL AND closes_on < $1 ORDER BY id"


def _before(now: datetime) -> date:
    return london_day(now - timedelta(days=get_settings().survey_keep_days))


async def due(now: datetime) -> int:
    """Invitations whose words are over their time."""
    return len(await fetch(_OVER, _before(now)))


async def let_go(now: datetime) -> int:
    """Let go of the words of the next, and of what leads to a backer."""
    async with transaction():
        ids = [row["id"] for row in await fetch(f"{_OVER} LIMIT {AT_ONCE}", _before(now))]
        await _forget(ids)
    return len(ids)


RETENTION: Final = (Rule("survey words", "Words in answers to our questions", KEPT, due, let_go),)
PART: Final = Part(
    "surveys",
    texts=(
        Text(
            "survey_words",
            ("text",),
            "What somebody wrote when we asked how it went",
            KEPT,
            "removed; a group\u2019s words stay for that time",
        ),
        Text(
            "survey_invitation",
            ("draft",),
            "Answers that were not sent yet",
            "until the last day for answers",
            "removed",
        ),
    ),
    harmless={
        "survey_round": ("kind",),
        "survey_invitation": ("status", "kind", "variant", "reference", "token_hash"),
        "survey_invitation_event": EVENT_COLUMNS,
        "survey_answer": ("question", "choices"),
        "survey_words": ("question",),
        "survey_about_you": ("question", "answer"),
        "survey_about_you_used": ("hash",),
    },
    collect=collect,
    erase=erase,
)
