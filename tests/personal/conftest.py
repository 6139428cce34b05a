"""Erasing reaches the payment provider."""

from tests.payments.conftest import provider

__all__ = ["provider"]
