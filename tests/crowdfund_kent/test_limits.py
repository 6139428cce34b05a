"""Whose use is counted: one connection, also where it has as many addresses as it likes."""

import pytest
from starlette.requests import Request

from crowdfund_kent.limits import network_of


@pytest.mark.parametrize(
    ("host", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("a socket", "a socket"),
        (None, "unknown"),
    ],
)
def test_an_ipv6_connection_counts_by_its_network(host: str | None, network: str) -> None:
    client = (host, 1234) if host is not None else None
    assert network_of(Request({"type": "http", "client": client})) == network
