"""Cards refused on a card page are counted within the hour, whenever a pledge is begun: an index over nothing else."""

from tortoise import migrations
from tortoise.migrations import operations as ops

INDEXES: dict[str, str] = {
    "provider_event_refused_cards": (
        "INDEX provider_event_refused_cards ON provider_event (received_at) WHERE kind = 'setup_intent.setup_failed'"
    ),
}


class Migration(migrations.Migration):
    dependencies = [("models", "0015_reconciliation")]

    initial = False

    operations = [
        ops.RunSQL(
            [f"CREATE {sql}" for sql in INDEXES.values()],
            reverse_sql=[f"DROP INDEX {name}" for name in INDEXES],
        )
    ]
