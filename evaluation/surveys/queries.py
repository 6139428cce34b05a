"""Whom to ask, what was answered, and how many of those who were asked did."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from tortoise.expressions import Q

from crowdfund_kent.clock import day_ends, london_day
from crowdfund_kent.database import fetch
from crowdfund_kent.settings import get_settings
from evaluation.indicators.kinds import Unit, in_words, ratio
from evaluation.scope import Scope
from evaluation.surveys import rules
from evaluation.surveys.kinds import SurveyKind, Variant
from evaluation.surveys.models import (
    AboutYouCount,
    SurveyInvitation,
    SurveyInvitationEvent,
    SurveyRound,
    SurveyWords,
)
from evaluation.surveys.questionnaires import ALL, Question, Questionnaire
from evaluation.surveys.states import Invitation as Status

# a fund added money that was accepted and not let go of
_MATCHED: Final = (
    "EXISTS (SELECT 1 FROM match_pledge m WHERE m.campaign_id = c.id AND m.accepted_at IS NOT NULL"
    " AND m.status <> 'released')"
)
# records of the past and of the generator have nobody to ask
_OURS: Final = "NOT c.generated AND c.import_batch_id IS NULL"
_NOT_ASKED: Final = "NOT EXISTS (SELECT 1 FROM survey_invitation i WHERE i.campaign_id = c.id AND i.kind = $1)"
_AFTER_PROJECT: Final = f"""
SELECT c.id, CASE WHEN d.id IS NULL THEN 'missed' WHEN {_MATCHED} THEN 'matched' ELSE 'crowd' END AS variant
FROM campaign c LEFT JOIN delivery d ON d.campaign_id = c.id AND d.finished_at IS NOT NULL AND c.status = 'settled'
WHERE {_OURS} AND {_NOT_ASKED} AND ((d.id IS NOT NULL AND d.finished_at BETWEEN $2 AND $3)
    OR (c.status IN ('unsuccessful', 'collapsed') AND (SELECT max(e.effective_at) FROM campaign_event e
        WHERE e.subject_id = c.id AND e.new = c.status) BETWEEN $4 AND $5))
ORDER BY c.id
"""
_AFTER_YEAR: Final = f"""
SELECT c.id, CASE WHEN {_MATCHED} THEN 'matched' ELSE 'crowd' END AS variant
FROM delivery d JOIN campaign c ON c.id = d.campaign_id
WHERE {_OURS} AND {_NOT_ASKED} AND d.status = 'delivered' AND d.finished_at >= $2 AND d.finished_at < $3
ORDER BY c.id
"""
# once a year each, whatever they back and however; who paid, by card or by hand, and had nothing back
_BACKERS: Final = f"""
SELECT x.*, c.id AS campaign_id, CASE WHEN {_MATCHED} THEN 'matched' ELSE 'crowd' END AS variant
FROM campaign c JOIN (
    SELECT p.campaign_id AS of, p.id AS pledge_id, NULL::bigint AS gift_id, p.email, p.email_key, NULL AS name_key
    FROM pledge p WHERE p.status = 'collected' AND p.refunded_pence = 0 AND p.email IS NOT NULL
        AND p.backer_kind = 'person' AND NOT p.runs_campaign
    UNION ALL
    SELECT g.campaign_id, NULL, g.id, g.email, g.email_key, g.name_key
    FROM offline_gift g WHERE g.status IN ('counted', 'banked') AND g.at_verdict AND g.giver_kind = 'person'
        AND NOT g.runs_campaign AND NOT g.anonymous AND (g.email IS NOT NULL OR g.person_id IS NOT NULL)) x ON x.of = c.id
WHERE {_OURS} AND c.status = 'settled' AND c.settled_at BETWEEN $1 AND $2
    AND NOT EXISTS (SELECT 1 FROM survey_invitation i LEFT JOIN pledge o ON o.id = i.pledge_id
        LEFT JOIN offline_gift h ON h.id = i.gift_id WHERE i.kind = 'backer' AND i.invited_on > $3
        AND (o.email_key = x.email_key OR h.email_key = x.email_key OR h.name_key = x.name_key))
ORDER BY x.pledge_id, x.gift_id
"""
# a backer who has no e-mail address was asked by post
_BY_POST: Final = Q(gift_id__isnull=False, gift__email=None)


@dataclass(frozen=True, slots=True)
class Due:
    """A group or a backer who is to be asked now. A backer has a pledge, or gave by hand; without an e-mail we write by post."""

    kind: SurveyKind
    variant: Variant
    campaign_id: int
    pledge_id: int | None = None
    email: str = ""
    gift_id: int | None = None


def days() -> rules.Days:
    """How long an invitation is open: settings."""
    settings = get_settings()
    return rules.Days(settings.survey_open_days, settings.survey_remind_days)


async def groups_due(now: datetime) -> list[Due]:
    """Groups whose project is over, or whose project was delivered a year ago."""
    after = await fetch(
        _AFTER_PROJECT,
        SurveyKind.PROJECT,
        now - rules.GROUP_WITHIN,
        now,
        now - rules.MISSED_AFTER - rules.GROUP_WITHIN,
        now - rules.MISSED_AFTER,
    )
    delivered_before = day_ends(rules.delivered_until(london_day(now)))
    year = await fetch(_AFTER_YEAR, SurveyKind.YEAR, delivered_before - rules.GROUP_WITHIN, delivered_before)
    return [
        *(Due(SurveyKind.PROJECT, Variant(row["variant"]), row["id"]) for row in after),
        *(Due(SurveyKind.YEAR, Variant(row["variant"]), row["id"]) for row in year),
    ]


async def backers_due(now: datetime) -> list[Due]:
    """Backers who paid for a campaign that was settled two weeks ago. Whether they want such e-mails is not asked here."""
    rows = await fetch(
        _BACKERS,
        now - rules.BACKER_AFTER - rules.BACKER_WITHIN,
        now - rules.BACKER_AFTER,
        london_day(now - rules.BACKER_GAP),
    )
    found, known = [], set[str]()
    for row in rows:
        keys = {key for key in (row["email_key"], row["name_key"]) if key}
        if keys & known:
            continue
        known |= keys
        found.append(
            Due(
                SurveyKind.BACKER,
                Variant(row["variant"]),
                row["campaign_id"],
                row["pledge_id"],
                row["email"] or "",
                row["gift_id"],
            )
        )
    return found


async def to_remind(today: date) -> list[int]:
    """Invitations that were not answered, are near their last day, and were not brought to mind."""
    until = days()
    rows = await fetch(
        "SELECT i.id, i.invited_on, i.closes_on FROM survey_invitation i WHERE i.status = 'asked' AND i.closes_on >= $1"
        " AND NOT EXISTS (SELECT 1 FROM survey_invitation_event e WHERE e.subject_id = i.id AND e.cause = 'reminded')"
        " ORDER BY i.id",
        today,
    )
    return [row["id"] for row in rows if rules.reminder_due(row["invited_on"], row["closes_on"], today, until)]


async def to_close(today: date) -> list[int]:
    """Invitations whose last day is over and that have something to empty or to move."""
    rows = await fetch(
        "SELECT id FROM survey_invitation WHERE closes_on < $1 AND (status = 'asked' OR draft IS NOT NULL) ORDER BY id",
        today,
    )
    return [row["id"] for row in rows]


def questionnaire_of(invitation: SurveyInvitation) -> Questionnaire:
    """The wording that this invitation was asked with. Its round is loaded."""
    return ALL[SurveyKind(invitation.kind), invitation.round.version]


def questions_of(invitation: SurveyInvitation) -> tuple[Question, ...]:
    """The questions that fit."""
    return questionnaire_of(invitation).of(Variant(invitation.variant))


async def answers_of(invitation_id: int) -> dict[str, list[str] | str]:
    """What was sent: choices by question, and words."""
    rows = await fetch(
        "SELECT DISTINCT ON (question) question, choices FROM survey_answer WHERE invitation_id = $1"
        " ORDER BY question, id DESC",
        invitation_id,
    )
    found: dict[str, list[str] | str] = {
        row["question"]: [key for key in row["choices"].split(",") if key] for row in rows
    }
    for one in await SurveyWords.filter(invitation_id=invitation_id):
        found[one.question] = one.text
    return found


async def one(invitation_id: int) -> SurveyInvitation | None:
    """An invitation of a group, or of a backer who was asked by post, for officers; any other backer's is nobody's business."""
    return (
        await SurveyInvitation.filter(~Q(kind=SurveyKind.BACKER) | _BY_POST, id=invitation_id)
        .select_related("round", "campaign__project__group")
        .first()
    )


async def is_by_post(invitation_id: int) -> bool:
    """A backer who was asked by post."""
    return await SurveyInvitation.filter(_BY_POST, id=invitation_id).exists()


@dataclass(frozen=True, slots=True)
class RoundLine:
    """How one round stands: exact, for officers."""

    id: int
    kind: SurveyKind
    version: int
    first_day: date
    last_day: date
    asked: int
    answered: int
    declined: int
    begun: int
    reminded: int
    is_open: bool

    @property
    def name(self) -> str:
        """Groups, when it is over: July to December 2026"""
        return round_name(self.kind, self.version, self.first_day)

    @property
    def rate_words(self) -> str:
        """Answered of asked."""
        return in_words(ratio(self.answered, self.asked).value, Unit.SHARE) if self.asked else ""


async def rounds(today: date) -> list[RoundLine]:
    """Every round, the newest first."""
    rows = await fetch(
        "SELECT r.id, r.kind, r.version, r.first_day, r.last_day, count(i.id) AS asked,"
        " count(i.id) FILTER (WHERE i.status = 'answered') AS answered, count(i.id) FILTER (WHERE i.status = 'declined')"
        " AS declined, count(i.id) FILTER (WHERE i.status = 'asked' AND i.draft IS NOT NULL) AS begun,"
        " count(i.id) FILTER (WHERE EXISTS (SELECT 1 FROM survey_invitation_event e WHERE e.subject_id = i.id"
        " AND e.cause = 'reminded')) AS reminded"
        " FROM survey_round r LEFT JOIN survey_invitation i ON i.round_id = r.id GROUP BY r.id"
        " ORDER BY r.first_day DESC, r.kind, r.version DESC"
    )
    return [
        RoundLine(
            **{key: row[key] for key in RoundLine.__slots__ if key in row and key != "kind"},
            kind=SurveyKind(row["kind"]),
            is_open=rules.is_open(row["last_day"], today),
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class PublicRound:
    """One round at a moment: exact; disclosure.public_response() makes it fit for everybody. Numbers of a round that is over."""

    kind: SurveyKind
    name: str
    asked: int
    answered: int
    last_day: date
    is_over: bool


async def rounds_as_at(scope: Scope) -> list[PublicRound]:
    """Every round that had begun, the oldest first: true by the end of that day, and known by then."""
    rows = await fetch(
        "SELECT r.kind, r.version, r.first_day, r.last_day, r.last_day <= $4 AND coalesce(r.closed_at < $2, false) AS is_over,"
        " count(*) AS asked, count(*) FILTER (WHERE s.status = 'answered') AS answered"
        " FROM survey_round r JOIN survey_invitation i ON i.round_id = r.id JOIN campaign c ON c.id = i.campaign_id"
        " JOIN LATERAL (SELECT (array_agg(e.new ORDER BY e.effective_at DESC, e.id DESC))[1] AS status"
        "  FROM survey_invitation_event e WHERE e.subject_id = i.id AND e.effective_at < $1 AND e.recorded_at < $2) s"
        " ON s.status IS NOT NULL WHERE c.generated = ANY($3::boolean[]) GROUP BY r.id ORDER BY r.first_day, r.kind, r.version",
        scope.moment,
        scope.recorded,
        scope.marks,
        scope.as_at,
    )
    return [
        PublicRound(
            SurveyKind(row["kind"]),
            round_name(SurveyKind(row["kind"]), row["version"], row["first_day"]),
            row["asked"],
            row["answered"],
            row["last_day"],
            row["is_over"],
        )
        for row in rows
    ]


def round_name(kind: SurveyKind, version: int, first_day: date) -> str:
    """Groups, when it is over: July to December 2026"""
    return f"{ALL[kind, version].name}: {first_day:%B} to {rules.half_ends(first_day):%B %Y}"


async def round_or_none(round_id: int) -> SurveyRound | None:
    """One of them."""
    return await SurveyRound.get_or_none(id=round_id)


async def group_invitations(most: int = 200) -> Sequence[SurveyInvitation]:
    """Groups that were asked, the newest first."""
    return (
        await SurveyInvitation.exclude(kind=SurveyKind.BACKER)
        .order_by("-id")
        .limit(most)
        .select_related("round", "campaign__project__group")
    )


async def backers_by_post(today: date, most: int = 200) -> Sequence[SurveyInvitation]:
    """Backers who were asked by post and whose paper may still come: by reference, without a name; who answered is gone."""
    return (
        await SurveyInvitation.filter(_BY_POST, status__in=(Status.ASKED, Status.DECLINED), closes_on__gte=today)
        .order_by("reference")
        .limit(most)
        .select_related("campaign__project")
    )


async def counted(round_id: int) -> Mapping[str, Mapping[str, int]]:
    """How often each answer was chosen in a round, by question: exact, for officers."""
    rows = await fetch(
        "SELECT a.question, k.key, count(*) AS n FROM (SELECT DISTINCT ON (a.invitation_id, a.question) a.question, a.choices"
        "  FROM survey_answer a JOIN survey_invitation i ON i.id = a.invitation_id WHERE i.round_id = $1"
        "  AND i.status = 'answered' ORDER BY a.invitation_id, a.question, a.id DESC) a"
        " CROSS JOIN LATERAL unnest(string_to_array(a.choices, ',')) k(key) WHERE k.key <> '' GROUP BY 1, 2 ORDER BY 1, 2",
        round_id,
    )
    found: dict[str, dict[str, int]] = {}
    for row in rows:
        found.setdefault(row["question"], {})[row["key"]] = row["n"]
    return found


async def words_in(round_id: int) -> list[dict[str, Any]]:
    """What was written in a round: with the project where a group wrote, without anybody where a backer did."""
    return await fetch(
        "SELECT w.text, CASE WHEN i.kind = 'backer' THEN '' ELSE p.title END AS project FROM survey_words w"
        " JOIN survey_invitation i ON i.id = w.invitation_id JOIN campaign c ON c.id = i.campaign_id"
        " JOIN project p ON p.id = c.project_id WHERE i.round_id = $1 AND i.status = 'answered' ORDER BY md5(w.text)",
        round_id,
    )


async def paper_answers(round_id: int) -> int:
    """How many of a round were answered on paper: at most so many sheets about people can be entered."""
    rows = await fetch(
        "SELECT count(DISTINCT e.subject_id) AS n FROM survey_invitation_event e JOIN survey_invitation i ON i.id = e.subject_id"
        " WHERE i.round_id = $1 AND e.cause = 'answered on paper'",
        round_id,
    )
    return int(rows[0]["n"])


async def was_on_paper(invitation_id: int) -> bool:
    """Whether this one was answered on paper."""
    return await SurveyInvitationEvent.filter(subject_id=invitation_id, cause="answered on paper").exists()


async def about_you(round_id: int) -> list[AboutYouCount]:
    """The counters of a round."""
    return await AboutYouCount.filter(round_id=round_id).order_by("question", "answer")


async def reference_exists(reference: str) -> bool:
    """Whether we asked somebody under this reference."""
    return await SurveyInvitation.filter(reference=reference).exists()
