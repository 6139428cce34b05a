"""What is written about a project."""

from tests.checks.spoils.spoil import spoil

SPOILS = {
    "post history agrees": spoil("post {post}", "UPDATE post SET status = 'held' WHERE id = {post}"),
    "post moves along its table": spoil(
        "post {post}", "UPDATE post_event SET cause = 'hidden' WHERE subject_id = {post} AND new = 'shown'"
    ),
    "post moves are on record": spoil(
        "post {hidden_post}", "DELETE FROM audit_row WHERE act = 'post hidden' AND subject = 'post:{hidden_post}'"
    ),
    "posts are hidden for a reason": spoil(
        "post {hidden_post}", "UPDATE post_hiding SET over_at = NULL WHERE id = {hiding}"
    ),
    "appeals are decided by a second officer": spoil(
        "post_hiding {hiding}",
        "UPDATE post_hiding SET decided_by_id = by_id WHERE id = {hiding}",
        free=("post_hiding.post_hiding_two_people",),
    ),
    "nobody moderated for their own group": spoil(
        "post {hidden_post}",
        "UPDATE post_event SET by_id = {owner} WHERE subject_id = {hidden_post} AND cause = 'hidden'",
    ),
    "backers hear of updates and thanks": spoil(
        "post {post}",
        "UPDATE post SET mailed_at = NULL, mail_from_at = mail_from_at - interval '2 days' WHERE id = {post}",
    ),
}
