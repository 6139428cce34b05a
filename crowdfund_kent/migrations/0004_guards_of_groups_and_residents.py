"""Guards over the tables of 0003: what is append-only, and the indexes that are no constraint."""

from importlib import import_module

from tortoise import migrations
from tortoise.migrations import operations as ops

triggers_of = import_module("crowdfund_kent.migrations.0002_guards").triggers_of

APPEND_ONLY: tuple[str, ...] = (
    "care_case_event",
    "words_version",
    "campaign_change_event",
    "help_offer_event",
    "refund_proposal_event",
    "post_event",
    "delivery_event",
    "delivery_turn_event",
    "group_hand_over_event",
    "unspent_share",
    "signed_paper",
    "campaign_check",
)
INDEXES: dict[str, str] = {
    "delivery_event_subject": "INDEX delivery_event_subject ON delivery_event (subject_id, id)",
    "delivery_turn_event_subject": "INDEX delivery_turn_event_subject ON delivery_turn_event (subject_id, id)",
    "delivery_turn_delivery": "INDEX delivery_turn_delivery ON delivery_turn (delivery_id)",
    "group_hand_over_event_subject": "INDEX group_hand_over_event_subject ON group_hand_over_event (subject_id, id)",
    "project_search_document": "INDEX project_search_document ON project_search USING gin (document)",
    "project_word_version": "INDEX project_word_version ON project_word (version_id)",
    "project_word_spelling": "INDEX project_word_spelling ON project_word USING gin (word gin_trgm_ops)",
    "care_case_message_case": "INDEX care_case_message_case ON care_case_message (case_id, id)",
    "care_case_event_subject": "INDEX care_case_event_subject ON care_case_event (subject_id, id)",
    "campaign_change_campaign": "INDEX campaign_change_campaign ON campaign_change (campaign_id, id)",
    "campaign_change_event_subject": "INDEX campaign_change_event_subject ON campaign_change_event (subject_id, id)",
    "extra_project": "INDEX extra_project ON extra (project_id)",
    "pledge_must_agree": "INDEX pledge_must_agree ON pledge (must_agree_id) WHERE must_agree_id IS NOT NULL",
    "help_wanted_project": "INDEX help_wanted_project ON help_wanted (project_id)",
    "help_offer_wanted": "INDEX help_offer_wanted ON help_offer (wanted_id)",
    "help_offer_event_subject": "INDEX help_offer_event_subject ON help_offer_event (subject_id, id)",
    "post_event_subject": "INDEX post_event_subject ON post_event (subject_id, id)",
    "support_message_pledge": "INDEX support_message_pledge ON support_message (pledge_id)",
    "refund_proposal_event_subject": "INDEX refund_proposal_event_subject ON refund_proposal_event (subject_id, id)",
}
# both extensions are trusted: the database's owner may create them. "kent" is English without accents
SEARCH = """
CREATE EXTENSION IF NOT EXISTS unaccent;
CREATE TEXT SEARCH CONFIGURATION kent (COPY = english);
ALTER TEXT SEARCH CONFIGURATION kent ALTER MAPPING FOR hword, hword_part, word WITH unaccent, english_stem;
CREATE FUNCTION project_texts(content jsonb) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
    SELECT ARRAY[
        coalesce(content->>'title', ''),
        coalesce(content->>'place', '') || ' . ' || coalesce(content->>'district', '')
            || ' . ' || coalesce(content->'group'->>'name', ''),
        coalesce(content->>'summary', '') || ' . ' || coalesce(content->>'objective', ''),
        coalesce(content->>'story', '') || ' . ' || coalesce(content->>'who', '')
            || ' . ' || coalesce((SELECT string_agg(line->>'words', ' . ')
                FROM jsonb_array_elements(coalesce(content->'costs', '[]')) line), '')
            || ' . ' || coalesce((SELECT string_agg(line->>'words', ' . ')
                FROM jsonb_array_elements(coalesce(content->'in_kind', '[]')) line), '')
    ]
$$;
CREATE FUNCTION project_document(content jsonb) RETURNS tsvector LANGUAGE sql IMMUTABLE AS $$
    SELECT setweight(to_tsvector('kent', texts[1]), 'A') || setweight(to_tsvector('kent', texts[2]), 'B')
        || setweight(to_tsvector('kent', texts[3]), 'C') || setweight(to_tsvector('kent', texts[4]), 'D')
        || setweight(to_tsvector('kent', coalesce(content->>'district_code', '')), 'D')
    FROM (SELECT project_texts(content) AS texts) t
$$;
CREATE FUNCTION project_words(content jsonb) RETURNS SETOF text LANGUAGE sql STABLE AS $$
    SELECT DISTINCT word FROM regexp_split_to_table(lower(unaccent(array_to_string(project_texts(content), ' '))),
        '[^a-z0-9]+') word WHERE length(word) BETWEEN 3 AND 40
$$;
CREATE FUNCTION project_becomes_searchable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO project_search (version_id, document) VALUES (NEW.id, project_document(NEW.content));
    INSERT INTO project_word (version_id, word) SELECT NEW.id, word FROM project_words(NEW.content) word;
    RETURN NULL;
END $$;
CREATE TRIGGER project_version_searchable AFTER INSERT ON project_version
    FOR EACH ROW EXECUTE FUNCTION project_becomes_searchable();
INSERT INTO project_search (version_id, document) SELECT id, project_document(content) FROM project_version;
INSERT INTO project_word (version_id, word) SELECT id, word FROM project_version, project_words(content) word;
"""
NO_SEARCH = """
DROP TRIGGER project_version_searchable ON project_version;
DROP FUNCTION project_becomes_searchable();
DROP FUNCTION project_words(jsonb);
DROP FUNCTION project_document(jsonb);
DROP FUNCTION project_texts(jsonb);
DROP TEXT SEARCH CONFIGURATION kent;
DROP EXTENSION unaccent;
"""
FORWARD = [
    SEARCH,
    *(sql for table in APPEND_ONLY for sql in triggers_of(table)),
    *(f"CREATE {sql}" for sql in INDEXES.values()),
]
BACKWARD = [
    NO_SEARCH,
    *(f"DROP INDEX {name}" for name in INDEXES),
    *(f"DROP TRIGGER {table}_{kind} ON {table}" for table in APPEND_ONLY for kind in ("append_only", "no_truncate")),
]


class Migration(migrations.Migration):
    """One operation: Tortoise copies its whole state for each."""

    dependencies = [("models", "0003_groups_and_residents")]

    operations = [ops.RunSQL(FORWARD, reverse_sql=BACKWARD)]
