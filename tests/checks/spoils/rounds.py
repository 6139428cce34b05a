"""Rounds, places on panels, and interests."""

from tests.checks.spoils.spoil import spoil

SPOILS = {
    "panel_round history agrees": spoil(
        "panel_round {round}",
        "UPDATE panel_round SET status = 'meeting' WHERE id = {round}",
        free=("panel_round.panel_round_signed",),
    ),
    "panel_round moves along its table": spoil(
        "panel_round {round}",
        "UPDATE panel_round_event SET cause = 'signed' WHERE subject_id = {round} AND new = 'open'",
    ),
    "panel_round moves are on record": spoil(
        "panel_round {round}",
        "DELETE FROM audit_row WHERE subject = 'panel_round:{round}' AND act = 'pitches closed'",
    ),
    "a record is public five working days after the signature": spoil(
        "panel_round {round}", "UPDATE panel_round SET publish_on = publish_on - 1 WHERE id = {round}"
    ),
    "a round that is not open holds no drafts": spoil(
        "pitch {pitch}", "UPDATE pitch SET status = 'submitted' WHERE id = {pitch}"
    ),
    "a place on a panel is given by somebody else": spoil(
        "panel_seat {seat}",
        "UPDATE panel_seat SET given_by_id = person_id WHERE id = {seat}",
        free=("panel_seat.panel_seat_not_by_oneself",),
    ),
    "one person has one place, and a panel one chair": spoil(
        "panel_seat {seat}",
        "UPDATE panel_seat SET person_id = (SELECT b.person_id FROM panel_seat b JOIN panel_seat a"
        " ON a.fund_id = b.fund_id WHERE a.id = {seat} AND b.id < a.id ORDER BY b.id LIMIT 1) WHERE id = {seat}",
    ),
    "who was there has a place, and reserves were called": spoil(
        "panel_attendance {attendance}",
        "UPDATE panel_attendance SET called_because = 'No quorum.' WHERE id = {attendance}",
    ),
    "money, own group, family and own pledge bar": spoil(
        "panel_interest 1",
        "INSERT INTO panel_interest (id, person_id, body, nature, bar, words, from_day, created_at)"
        " VALUES (1, {officer}, 'A firm', 'money', 'declared only', '', current_date, now())",
    ),
    "nobody who was barred took part": spoil(
        "score_sheet {sheet}",
        "INSERT INTO pitch_interest (pitch_id, person_id, nature, bar, words, found, recorded_at)"
        " SELECT pitch_id, person_id, 'family', 'bars', '', 'declared', given_at - interval '1 hour' FROM score_sheet"
        " WHERE id = {sheet}",
    ),
    "who scored or voted had declared and has a place": spoil(
        "score_sheet {sheet}",
        "DELETE FROM panel_declaration WHERE person_id = (SELECT person_id FROM score_sheet WHERE id = {sheet})",
    ),
}
