"""Guards over the tables of 0005: what is append-only, what is frozen once it was used, and indexes that are no constraint."""

from importlib import import_module

from tortoise import migrations
from tortoise.migrations import operations as ops

triggers_of = import_module("crowdfund_kent.migrations.0002_guards").triggers_of

APPEND_ONLY: tuple[str, ...] = (
    "match_fund_event",
    "pot_movement_event",
    "panel_round_event",
    "pitch_event",
    "pitch_review_event",
    "information_request_event",
    "fund_terms",
    "panel_declaration",
    "score_sheet",
    "score",
    "panel_recommendation",
    "panel_vote",
    "panel_decision",
)
# trigger name -> what it is on
GUARDS: dict[str, str] = {
    "pitch_interest_never_lowered": "pitch_interest",
    "fund_question_frozen": "fund_question",
    "score_sheet_before_signature": "score_sheet",
    "panel_recommendation_before_signature": "panel_recommendation",
    "panel_vote_before_signature": "panel_vote",
}
INDEXES: dict[str, str] = {
    "match_fund_event_subject": "INDEX match_fund_event_subject ON match_fund_event (subject_id, id)",
    "pot_movement_event_subject": "INDEX pot_movement_event_subject ON pot_movement_event (subject_id, id)",
    "panel_round_event_subject": "INDEX panel_round_event_subject ON panel_round_event (subject_id, id)",
    "pitch_event_subject": "INDEX pitch_event_subject ON pitch_event (subject_id, id)",
    "pitch_review_event_subject": "INDEX pitch_review_event_subject ON pitch_review_event (subject_id, id)",
    "information_request_event_subject": (
        "INDEX information_request_event_subject ON information_request_event (subject_id, id)"
    ),
    "match_pledge_project": "INDEX match_pledge_project ON match_pledge (project_id) WHERE project_id IS NOT NULL",
    "panel_round_fund": "INDEX panel_round_fund ON panel_round (fund_id, id)",
    "panel_seat_fund": "INDEX panel_seat_fund ON panel_seat (fund_id)",
    "panel_seat_person": "INDEX panel_seat_person ON panel_seat (person_id)",
    "panel_interest_person": "INDEX panel_interest_person ON panel_interest (person_id)",
    "pitch_project": "INDEX pitch_project ON pitch (project_id)",
    "pitch_campaign": "INDEX pitch_campaign ON pitch (campaign_id)",
    "pitch_interest_pitch": "INDEX pitch_interest_pitch ON pitch_interest (pitch_id, person_id)",
    "information_redaction_request": "INDEX information_redaction_request ON information_redaction (request_id)",
}
# of an interest only the words may go (erasure); of a question that was answered, only its place and its end may change
FUNCTIONS = """
CREATE FUNCTION interest_is_never_lowered() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR (OLD.pitch_id, OLD.person_id, OLD.nature, OLD.bar, OLD.found)
        IS DISTINCT FROM (NEW.pitch_id, NEW.person_id, NEW.nature, NEW.bar, NEW.found) THEN
        RAISE EXCEPTION 'an interest that was declared is never lowered or deleted: add another row';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER pitch_interest_never_lowered BEFORE UPDATE OR DELETE ON pitch_interest
    FOR EACH ROW EXECUTE FUNCTION interest_is_never_lowered();
CREATE FUNCTION question_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (TG_OP = 'DELETE' OR (OLD.fund_id, OLD.words, OLD.hint, OLD.most_words, OLD.needed)
        IS DISTINCT FROM (NEW.fund_id, NEW.words, NEW.hint, NEW.most_words, NEW.needed))
        AND EXISTS (SELECT 1 FROM pitch_answer WHERE question_id = OLD.id) THEN
        RAISE EXCEPTION 'a question that was answered is frozen: retire it and ask another';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER fund_question_frozen BEFORE UPDATE OR DELETE ON fund_question
    FOR EACH ROW EXECUTE FUNCTION question_is_frozen();
CREATE FUNCTION refuse_signed_round(wanted bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM pitch p JOIN panel_round r ON r.id = p.round_id
        WHERE p.id = wanted AND r.status IN ('signed', 'published', 'cancelled')) THEN
        RAISE EXCEPTION 'the list of this round is signed: nothing is scored, recommended or voted on any more';
    END IF;
END $$;
CREATE FUNCTION round_is_not_signed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM refuse_signed_round(NEW.pitch_id);
    RETURN NEW;
END $$;
CREATE FUNCTION voted_round_is_not_signed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM refuse_signed_round((SELECT pitch_id FROM panel_recommendation WHERE id = NEW.recommendation_id));
    RETURN NEW;
END $$;
CREATE TRIGGER panel_vote_before_signature BEFORE INSERT ON panel_vote
    FOR EACH ROW EXECUTE FUNCTION voted_round_is_not_signed();
CREATE TRIGGER score_sheet_before_signature BEFORE INSERT ON score_sheet
    FOR EACH ROW EXECUTE FUNCTION round_is_not_signed();
CREATE TRIGGER panel_recommendation_before_signature BEFORE INSERT ON panel_recommendation
    FOR EACH ROW EXECUTE FUNCTION round_is_not_signed();
"""
# funds from before they had a status
OLD_FUNDS = (
    """
INSERT INTO match_fund_event (old, new, cause, effective_at, recorded_at, subject_id)
    SELECT '', 'draft', 'created', created_at, created_at, id FROM match_fund ORDER BY id
""",
    """
INSERT INTO match_fund_event (old, new, cause, effective_at, recorded_at, subject_id)
    SELECT 'draft', status, 'opened', created_at, created_at, id FROM match_fund ORDER BY id
""",
)
FORWARD = [
    FUNCTIONS,
    *OLD_FUNDS,
    *(sql for table in APPEND_ONLY for sql in triggers_of(table)),
    *(f"CREATE {sql}" for sql in INDEXES.values()),
]
BACKWARD = [
    *(f"DROP INDEX {name}" for name in INDEXES),
    *(f"DROP TRIGGER {table}_{kind} ON {table}" for table in APPEND_ONLY for kind in ("append_only", "no_truncate")),
    *(f"DROP TRIGGER {name} ON {table}" for name, table in GUARDS.items()),
    "DROP FUNCTION voted_round_is_not_signed()",
    "DROP FUNCTION round_is_not_signed()",
    "DROP FUNCTION refuse_signed_round(bigint)",
    "DROP FUNCTION question_is_frozen()",
    "DROP FUNCTION interest_is_never_lowered()",
]


class Migration(migrations.Migration):
    """One operation: Tortoise copies its whole state for each."""

    dependencies = [("models", "0005_panel_and_pots")]

    operations = [ops.RunSQL(FORWARD, reverse_sql=BACKWARD)]
