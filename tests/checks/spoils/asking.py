"""What groups ask funds for, and reviews of process."""

from tests.checks.spoils.spoil import spoil

SPOILS = {
    "pitch history agrees": spoil("pitch {pitch}", "UPDATE pitch SET status = 'deferred' WHERE id = {pitch}"),
    "pitch moves along its table": spoil(
        "pitch {pitch}", "UPDATE pitch_event SET cause = 'signed' WHERE subject_id = {pitch} AND new = 'declined'"
    ),
    "pitch moves are on record": spoil(
        "pitch {pitch}", "DELETE FROM audit_row WHERE subject = 'pitch:{pitch}' AND act = 'pitch submitted'"
    ),
    "a pitch was sent whole": spoil("pitch {pitch}", "UPDATE pitch_answer SET words = '' WHERE pitch_id = {pitch}"),
    "answers keep to their questions": spoil(
        "pitch_answer {pitch_answer}",
        "UPDATE pitch_answer SET words = repeat('word ', 151) WHERE id = {pitch_answer}",
    ),
    "a pitch is for its own project": spoil(
        "pitch {pitch}", "UPDATE pitch SET campaign_id = {settled} WHERE id = {pitch}"
    ),
    "pitch_review history agrees": spoil(
        "pitch_review {review}",
        "UPDATE pitch_review SET status = 'asked' WHERE id = {review}",
        free=("pitch_review.pitch_review_answered_whole",),
    ),
    "pitch_review moves along its table": spoil(
        "pitch_review {review}",
        "UPDATE pitch_review_event SET cause = 'asked' WHERE subject_id = {review} AND new = 'answered'",
    ),
    "pitch_review moves are on record": spoil(
        "pitch_review {review}",
        "DELETE FROM audit_row WHERE subject = 'pitch_review:{review}' AND act = 'review answered'",
    ),
    "a review is answered from outside": spoil(
        "pitch_review {review}",
        "UPDATE pitch_review SET answered_by_id = (SELECT r.signed_by_id FROM panel_round r JOIN pitch p"
        " ON p.round_id = r.id WHERE p.id = {pitch}) WHERE id = {review}",
    ),
}
