"""The gateway of this process: made from the settings at first use, closed at the end."""

from collections.abc import Iterator
from contextlib import contextmanager

from crowdfund_kent.settings import get_settings
from payments.gateway import Gateway

_gateway: Gateway | None = None
_instead: list[Gateway] = []
_retries: int | None = None  # None: as the settings say


def one_try_a_call() -> None:
    """For a worker: the pump looks and asks again by itself, at its pace, so the SDK repeats nothing behind its back."""
    global _retries  # noqa: PLW0603 - a process is a worker or it is not
    _retries = 0


def gateway() -> Gateway:
    """The one door to the payment provider."""
    global _gateway  # noqa: PLW0603 - one pool of connections a process
    if _instead:
        return _instead[-1]
    if _gateway is None:
        settings = get_settings()
        _gateway = Gateway(
            settings.stripe_api_key.get_secret_value(),
            settings.stripe_webhook_secret.get_secret_value(),
            settings.stripe_base_url or None,
            connect_webhook_secret=settings.stripe_connect_webhook_secret.get_secret_value() or None,
            timeout=settings.stripe_timeout_seconds,
            max_network_retries=settings.stripe_network_retries if _retries is None else _retries,
            concurrency=settings.pump_concurrency,
        )
    return _gateway


def close_gateway() -> None:
    """Let go of its threads and connections, after the calls under way."""
    global _gateway  # noqa: PLW0603
    if _gateway is not None:
        _gateway.close()
        _gateway = None


@contextmanager
def use_gateway(instead: Gateway) -> Iterator[Gateway]:
    """Another account at the provider for what runs inside: tests have one each."""
    _instead.append(instead)
    try:
        yield instead
    finally:
        _instead.pop()
