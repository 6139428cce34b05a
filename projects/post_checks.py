"""What must hold of posts over the live database."""

from typing import Final

from crowdfund_kent.invariants import NOW, Rule, listed, moves_rule, newest_event_rule, recorded_rule
from projects.post_rules import MAILED
from projects.states import POST

_BY_OFFICERS: Final = ("hidden", "let through", "shown again", "given back")
RECORDED: Final = {cause: f"post {cause}" for cause in _BY_OFFICERS}

RULES: Final = (
    newest_event_rule("post"),
    moves_rule("post", POST),
    recorded_rule("post", RECORDED),
    Rule(
        "posts are hidden for a reason",
        "each hidden post has a reason that is in force, a shown one has none, and none is left undecided",
        "SELECT 'post ' || s.id AS offender FROM post s LEFT JOIN LATERAL (SELECT h.id, h.over_at FROM post_hiding h"
        " WHERE h.post_id = s.id ORDER BY h.id DESC LIMIT 1) h ON true"
        " WHERE s.status = 'written' OR (s.status = 'hidden' AND (h.id IS NULL OR h.over_at IS NOT NULL))"
        " OR (s.status IN ('shown', 'waiting', 'held', 'answered') AND h.id IS NOT NULL AND h.over_at IS NULL) ORDER BY s.id",
    ),
    Rule(
        "appeals are decided by a second officer",
        "whoever hid a post did not decide the appeal against it",
        "SELECT 'post_hiding ' || id AS offender FROM post_hiding WHERE decided_by_id = by_id ORDER BY id",
    ),
    Rule(
        "nobody moderated for their own group",
        "the officer who hid a post or showed it never had a place in its group",
        "SELECT DISTINCT 'post ' || s.id AS offender FROM post_event e JOIN post s ON s.id = e.subject_id"
        " JOIN project p ON p.id = s.project_id JOIN group_member m ON m.group_id = p.group_id AND m.person_id = e.by_id"
        f" WHERE e.cause IN ({listed(_BY_OFFICERS)}) AND m.created_at <= e.recorded_at ORDER BY 1",
    ),
    Rule(
        "backers hear of updates and thanks",
        "within a day each update or thanks that is shown has its e-mails written",
        f"SELECT 'post ' || id AS offender FROM post WHERE kind IN ({listed(str(one) for one in MAILED)})"
        f" AND status = 'shown' AND mailed_at IS NULL AND mail_from_at < {NOW} - interval '1 day' ORDER BY id",
    ),
)
