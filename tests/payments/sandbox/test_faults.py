"""The fault switches: how often, where, by chance but always the same chance."""

import http.client

import pytest

from payments.sandbox.control import SandboxControl, SandboxRefused
from tests.payments.sandbox.api import api
from tests.sandbox import World


async def _statuses(world: World, times: int, path: str = "/v1/customers") -> list[int]:
    return [(await api(world, "POST", path)).status for _ in range(times)]


async def test_a_fault_strikes_as_often_as_told(world: World) -> None:
    await world.control.add_fault("error_before", count=2)
    assert await _statuses(world, 4) == [500, 500, 200, 200]


async def test_a_fault_can_let_some_pass_first(world: World) -> None:
    await world.control.add_fault("error_before", skip=2)
    assert await _statuses(world, 4) == [200, 200, 500, 200]


async def test_a_fault_strikes_only_where_told(world: World) -> None:
    await world.control.add_fault("error_before", path="/v1/refunds", count=None)
    await world.control.add_fault("limited", path="/v1/customers", method="GET", count=None)
    assert await _statuses(world, 2) == [200, 200]
    assert (await api(world, "GET", "/v1/customers/cus_1")).status == 404
    await world.control.add_fault("limited", path="/v1/*", method="GET", count=None)
    assert (await api(world, "GET", "/v1/customers/cus_1")).status == 429


async def test_a_fault_is_of_one_world(world: World) -> None:
    await world.control.add_fault("error_before", count=None)
    assert (await api(world, "POST", "/v1/customers", api_key="sk_test_elsewhere")).status == 200


async def test_a_fault_ends_when_cleared(world: World) -> None:
    await world.control.add_fault("error_before", count=None)
    assert await _statuses(world, 1) == [500]
    await world.control.clear_faults()
    assert await _statuses(world, 1) == [200]
    assert await world.control.faults() == []


async def test_chance_comes_from_the_seed(sandbox_url: str, world: World) -> None:
    from tests.sandbox import new_world

    rows = []
    for _ in range(2):
        other = new_world(sandbox_url)
        await other.control.add_fault("error_before", count=None, probability=0.5, seed=7)
        rows.append(await _statuses(other, 20))
        other.gateway.close()
    assert rows[0] == rows[1]
    assert 0 < rows[0].count(500) < 20


@pytest.mark.parametrize(("fault", "made"), [("drop_before", 0), ("drop_after", 1)])
async def test_a_dropped_connection_is_a_broken_connection(world: World, fault: str, made: int) -> None:
    await world.control.add_fault(fault)
    with pytest.raises((OSError, http.client.HTTPException)):
        await api(world, "POST", "/v1/customers")
    assert (await world.control.truth())["customers"] == made


async def test_the_log_tells_each_request_and_its_faults(world: World) -> None:
    await world.control.add_fault("drop_after")
    with pytest.raises((OSError, http.client.HTTPException)):
        await api(world, "POST", "/v1/customers", key="k")
    await api(world, "POST", "/v1/customers", key="k")
    told = [
        (row["method"], row["path"], row["status"], row["faults"], row["replayed"]) for row in await world.control.log()
    ]
    assert told == [
        ("POST", "/v1/customers", None, "drop_after", False),
        ("POST", "/v1/customers", 200, "", True),
    ]


async def test_a_fault_that_does_not_exist_is_refused(world: World) -> None:
    with pytest.raises(SandboxRefused):
        await world.control.add_fault("earthquake")


@pytest.mark.parametrize("url", ["https://api.stripe.com", "http://192.0.2.1:80", "http://example.org"])
def test_control_never_leaves_this_machine(url: str) -> None:
    with pytest.raises(ValueError, match="loopback"):
        SandboxControl(url, "sk_test_x")


async def test_a_world_in_which_nothing_happened_may_begin_in_the_past(world: World) -> None:
    await world.control.set_clock(-3600)
    assert (await world.control.clock())["offset_seconds"] == -3600


async def test_the_clock_goes_forward_only(world: World) -> None:
    await world.gateway.create_customer(pledge_reference="P-1", key="c-1")
    await world.control.set_clock(100)
    await world.control.set_clock(100)
    with pytest.raises(SandboxRefused):
        await world.control.set_clock(99)
    assert (await world.control.clock())["offset_seconds"] == 100
