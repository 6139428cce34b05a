"""Drills share what makes their workers, and print one table at the end."""

import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from local.postgres import LocalPostgres
from tests.conftest import fresh_database
from tests.drills.processes import Nursery
from tests.drills.stage import COUNTED, Line, Stage, ready_to_charge, stage
from tests.payments import make
from tests.sandbox import World

DRILL = "drill line"
HEAD = ("drill", *(name.replace("_", " ") for name in COUNTED), "ledger", "check")
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


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """The table that stands in docs/money.md."""
    lines = [
        Line(**json.loads(value))
        for reports in terminalreporter.stats.values()
        for report in reports
        if getattr(report, "when", "") == "call"
        for name, value in report.user_properties
        if name == DRILL
    ]
    if not lines:
        return
    write = terminalreporter.write_line
    write("")
    write("| " + " | ".join(HEAD) + " |")
    write("|" + "---|" * len(HEAD))
    for line in lines:
        write("| " + " | ".join(line.cells()) + " |")
    counted = [sum(getattr(line, name) for line in lines) for name in COUNTED]
    books = "balanced" if all(line.ledger for line in lines) else "NOT BALANCED"
    total = ("**all**", *counted, books, sum(len(line.broken) for line in lines))
    write("| " + " | ".join(str(cell) for cell in total) + " |")
