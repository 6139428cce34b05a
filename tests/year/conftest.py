"""The year is played with the payment sandbox, a world of its own for each test."""

import gc
from collections.abc import Iterator
from typing import Final

import pytest

from tests.payments.conftest import provider

__all__ = ["provider"]
SELDOM: Final = (200_000, 100, 100)


@pytest.fixture(autouse=True)
def seldom_collected() -> Iterator[None]:
    """Looking for circles among all that is loaded, again and again, took about a fifth of the time of a year."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(*SELDOM)
    yield
    gc.set_threshold(*before)
    gc.unfreeze()
