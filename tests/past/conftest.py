"""The pilot's past is imported once, and committed: an import takes seconds, and each test needs all of it."""

from collections.abc import AsyncIterator

import pytest_asyncio

from evaluation.history import import_history
from evaluation.history.importing import ImportSummary
from tests.evaluation.conftest import GENERATED, make_pilot


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def imported(module_database: str) -> AsyncIterator[ImportSummary]:
    """What the import says that it did."""
    await make_pilot()
    yield await import_history(GENERATED)
