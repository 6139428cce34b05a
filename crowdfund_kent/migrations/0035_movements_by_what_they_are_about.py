"""The statement of one campaign, project or fund finds its movements by what they are about (payments/books/figures.py)."""

from tortoise import migrations
from tortoise.migrations import operations as ops

INDEXES: dict[str, str] = {
    "ledger_movement_about": "INDEX ledger_movement_about ON ledger_movement (about) WHERE about <> ''",
}


class Migration(migrations.Migration):
    """Written by hand: the index is partial."""

    dependencies = [("models", "0034_when_drafts_were_let_go")]

    operations = [
        ops.RunSQL(
            [f"CREATE {sql}" for sql in INDEXES.values()],
            reverse_sql=[f"DROP INDEX {name}" for name in INDEXES],
        )
    ]
