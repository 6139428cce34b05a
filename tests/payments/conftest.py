"""Payments talk to the sandbox: a world of its own for each test."""

from collections.abc import Iterator

import pytest

from crowdfund_kent.settings import get_settings
from payments import holding
from payments.provider import use_gateway
from tests.sandbox import World


@pytest.fixture
def provider(world: World, module_database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """The site's gateway is the test's own world; the pump works in the test's own transaction."""
    monkeypatch.setenv("CROWDFUND_KENT_PUMP_CONCURRENCY", "1")
    get_settings.cache_clear()
    holding.compose()
    with use_gateway(world.gateway):
        yield world
    monkeypatch.undo()
    get_settings.cache_clear()
