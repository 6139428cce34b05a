"""Guards over the tables of 0011, and the comparison of matched and unmatched campaigns, written down before it is made."""

from hashlib import sha256
from importlib import import_module

from tortoise import migrations
from tortoise.migrations import operations as ops

triggers_of = import_module("crowdfund_kent.migrations.0002_guards").triggers_of

APPEND_ONLY: tuple[str, ...] = ("evaluation_snapshot", "published_figure", "report_words", "evaluation_protocol")
INDEXES: dict[str, str] = {
    "published_figure_newest": "INDEX published_figure_newest ON published_figure (indicator, records, as_at, id)",
    "evaluation_pack_due": "INDEX evaluation_pack_due ON evaluation_pack (id) WHERE ready_at IS NULL AND failed_at IS NULL",
}
# evaluation/effect/protocol.py has the same words (a test says so); a change there is another row and another migration
MATCH_EFFECT = (
    "Question: did campaigns raise more from their crowd because a match was promised? Groups were chosen by the funds,"
    " not drawn by lot, so that a difference is not proof. Compared are campaigns that were decided. Matched: a match"
    " pledge was accepted before the verdict. For each matched campaign the unmatched ones with a target between three"
    " quarters and five quarters of its own are comparable. First measure: the share of the target that the crowd alone"
    " had pledged by the verdict; the difference is the mean over matched campaigns of their own share less the mean share"
    " of their comparable ones; matched campaigns without any comparable one are left out and counted. Second measure:"
    " pledges a day in the 14 days before and in the 14 days after the day on which the first match was accepted, that day"
    " in neither, over matched campaigns that were open on all of these days. Third: the crowd's share of the target when"
    " the match was accepted. Intervals: 95%, percentile bootstrap over matched campaigns, 2000 draws, seed 20210301."
    " Fewer than 10 campaigns in a measure: too few to tell, and nothing is shown."
)


def quoted(text: str) -> str:
    """A text as a literal of SQL."""
    return "'" + text.replace("'", "''") + "'"


FORWARD = [
    *(sql for table in APPEND_ONLY for sql in triggers_of(table)),
    *(f"CREATE {sql}" for sql in INDEXES.values()),
    "INSERT INTO evaluation_protocol (name, words, digest, registered_at) VALUES"
    f" ('match effect', {quoted(MATCH_EFFECT)}, '{sha256(MATCH_EFFECT.encode()).hexdigest()}', now())",
]
BACKWARD = [
    *(f"DROP INDEX {name}" for name in INDEXES),
    *(f"DROP TRIGGER {table}_{kind} ON {table}" for table in APPEND_ONLY for kind in ("append_only", "no_truncate")),
]


class Migration(migrations.Migration):
    """One operation: Tortoise copies its whole state for each."""

    dependencies = [("models", "0011_evaluation")]

    operations = [ops.RunSQL(FORWARD, reverse_sql=BACKWARD)]
