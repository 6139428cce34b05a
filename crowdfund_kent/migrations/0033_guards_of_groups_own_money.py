"""Guards over the tables of 0032: what of a payment is its group's own money is never changed."""

from importlib import import_module

from tortoise import migrations
from tortoise.migrations import operations as ops

triggers_of = import_module("crowdfund_kent.migrations.0002_guards").triggers_of

APPEND_ONLY: tuple[str, ...] = ("match_payment_own", "match_payment_kept")
FORWARD = [sql for table in APPEND_ONLY for sql in triggers_of(table)]
BACKWARD = [
    f"DROP TRIGGER {table}_{kind} ON {table}" for table in APPEND_ONLY for kind in ("append_only", "no_truncate")
]


class Migration(migrations.Migration):
    """One operation: Tortoise copies its whole state for each."""

    dependencies = [("models", "0032_groups_own_money")]

    operations = [ops.RunSQL(FORWARD, reverse_sql=BACKWARD)]
