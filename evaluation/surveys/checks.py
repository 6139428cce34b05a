"""What must hold of surveys, over the live database."""

from typing import Final

from crowdfund_kent.invariants import Rule, moves_rule, newest_event_rule, recorded_rule
from evaluation.surveys.questionnaires import ABOUT_YOU
from evaluation.surveys.states import INVITATION

RECORDED: Final = {
    "created": "survey asked",
    "answered": "survey answered",
    "answered on paper": "survey answered on paper",
    "declined": "survey declined",
    "last day over": "survey lapsed",
}
RULES: Final = (
    newest_event_rule("survey_invitation"),
    moves_rule("survey_invitation", INVITATION),
    recorded_rule("survey_invitation", RECORDED),
    Rule(
        "survey answers were sent",
        "answers belong to invitations that were answered, each with one at least, and none came after its last day",
        "SELECT 'survey_invitation ' || i.id AS offender FROM survey_invitation i LEFT JOIN (SELECT invitation_id,"
        " max(effective_at) AS newest FROM survey_answer GROUP BY 1) a ON a.invitation_id = i.id"
        " WHERE (i.status = 'answered') <> (a.invitation_id IS NOT NULL)"
        " OR (a.newest AT TIME ZONE 'Europe/London')::date > i.closes_on ORDER BY i.id",
    ),
    Rule(
        "nobody is asked about the past",
        "no invitation is about generated or imported records, and each is of its round's kind and within its days",
        "SELECT 'survey_invitation ' || i.id AS offender FROM survey_invitation i JOIN campaign c ON c.id = i.campaign_id"
        " JOIN survey_round r ON r.id = i.round_id LEFT JOIN pledge p ON p.id = i.pledge_id"
        " LEFT JOIN offline_gift g ON g.id = i.gift_id WHERE c.generated OR g.campaign_id <> i.campaign_id"
        " OR c.import_batch_id IS NOT NULL OR i.kind <> r.kind OR i.invited_on < r.first_day OR i.closes_on > r.last_day"
        " OR p.campaign_id <> i.campaign_id ORDER BY i.id",
    ),
    Rule(
        "sheets about people are no more than answers",
        "in each round every question of equality monitoring was counted as often, and not more often than it was answered",
        "SELECT 'survey_round ' || r.id AS offender FROM survey_round r JOIN (SELECT round_id, question, sum(count) AS n"
        " FROM survey_about_you GROUP BY 1, 2) q ON q.round_id = r.id GROUP BY r.id HAVING min(q.n) <> max(q.n)"
        f" OR count(*) <> {len(ABOUT_YOU)} OR max(q.n) > (SELECT count(*) FROM survey_invitation i WHERE i.round_id = r.id"
        " AND i.status = 'answered') ORDER BY r.id",
    ),
)
