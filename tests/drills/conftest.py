"""Drills share what makes their workers; their table (table.py) is printed at the end of a run (tests/endings.py)."""

import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import asdict
from pathlib import Path

import pytest

from local.postgres import LocalPostgres
from tests.conftest import fresh_database
from tests.drills.processes import Nursery
from tests.drills.stage import Stage, ready_to_charge, stage
from tests.drills.table import DRILL
from tests.payments import make
from tests.sandbox import World

Staged = Callable[..., AbstractAsyncContextManager[Stage]]


@pytest.fixture(scope="session")
def nursery(template: str) -> Iterator[Nursery]:
    """What makes workers and sites in a moment."""
    made = Nursery()
    yield made
    made.close()


@pytest.fixture
async def own_database(server: LocalPostgres, template: str) -> AsyncIterator[str]:
    """A database of its own for each drill: rows are counted."""
    async with fresh_database(server, template) as url:
        yield url


@pytest.fixture
def staged(own_database: str, world: World, tmp_path: Path, nursery: Nursery, request: pytest.FixtureRequest) -> Staged:
    """A stage with a name, a number of residents and their cards; ready to charge unless told otherwise."""

    @asynccontextmanager
    async def made(  # type: ignore[no-untyped-def]
        name: str, residents: int, cards: tuple[str, ...] = (make.OK,), *, decided: bool = True, account: bool = False
    ):
        async with stage(name, world, tmp_path, nursery, residents, cards, account=account) as drill:
            if decided:
                await ready_to_charge(drill)
            try:
                yield drill
            finally:
                for line in drill.lines:
                    request.node.user_properties.append((DRILL, json.dumps(asdict(line))))

    return made
