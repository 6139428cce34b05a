"""The year is played with the payment sandbox, a world of its own for each test."""

from tests.payments.conftest import provider

__all__ = ["provider"]
