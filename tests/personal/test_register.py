"""Every text column of the database is said to be personal or harmless: nothing can be forgotten."""

import pytest
from tortoise import Tortoise

from crowdfund_kent.database import fetch
from crowdfund_kent.personal.register import all_parts
from crowdfund_kent.wiring import compose_personal

pytestmark = pytest.mark.usefixtures("db")
TEXT = ("text", "character varying", "jsonb", "json", "bytea", "tsvector")


async def columns() -> set[tuple[str, str]]:
    rows = await fetch(
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
        " AND data_type = ANY($1::text[])",
        list(TEXT),
    )
    ours = {model._meta.db_table for model in (Tortoise.apps or {})["models"].values()}
    return {(row["table_name"], row["column_name"]) for row in rows if row["table_name"] in ours}


async def test_every_text_column_is_declared_once() -> None:
    compose_personal()
    said = [(text.table, column) for part in all_parts() for text in part.texts for column in text.columns]
    said += [(table, column) for part in all_parts() for table, names in part.harmless.items() for column in names]
    assert len(said) == len(set(said)), sorted({one for one in said if said.count(one) > 1})
    assert set(said) == await columns()


def test_every_personal_text_says_how_long_and_what_erasing_does() -> None:
    compose_personal()
    for part in all_parts():
        for text in part.texts:
            assert text.what
            assert text.kept
            assert text.erased
