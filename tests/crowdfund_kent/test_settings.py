"""Every setting is documented, and production does not start half configured."""

import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from crowdfund_kent.settings import Settings

DOCS = Path(__file__).parent.parent.parent / "docs" / "settings.md"


def name_of(field: str) -> str:
    alias = Settings.model_fields[field].validation_alias
    return alias if isinstance(alias, str) else f"CROWDFUND_KENT_{field.upper()}"


def test_every_setting_is_documented_and_none_that_is_gone() -> None:
    documented = re.findall(r"^\| `([A-Z_]+)` \|", DOCS.read_text(), re.MULTILINE)
    assert sorted(documented) == sorted(name_of(field) for field in Settings.model_fields)


def test_the_documented_defaults_are_the_real_ones() -> None:
    rows = dict(re.findall(r"^\| `([A-Z_]+)` \| ([^|]*) \|", DOCS.read_text(), re.MULTILINE))
    for field, info in Settings.model_fields.items():
        if isinstance(info.default, int | float) and not isinstance(info.default, bool):
            assert rows[name_of(field)].strip() == str(info.default), field


def test_production_names_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    for field in Settings.model_fields:
        monkeypatch.delenv(name_of(field), raising=False)
    with pytest.raises(ValidationError, match="STRIPE_API_KEY"):
        Settings()


def test_production_refuses_a_stand_in_for_the_provider(monkeypatch: pytest.MonkeyPatch) -> None:
    given = (
        "database_url",
        "redis_url",
        "secret_key",
        "bank_keys",
        "stripe_api_key",
        "stripe_webhook_secret",
        "smtp_url",
    )
    for field in given:
        monkeypatch.setenv(name_of(field), "given")
    monkeypatch.setenv("CROWDFUND_KENT_MODE", "production")
    monkeypatch.setenv("STRIPE_BASE_URL", "http://127.0.0.1:9")
    with pytest.raises(ValidationError, match="stand-in"):
        Settings()
