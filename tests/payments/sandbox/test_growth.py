"""A request costs the sandbox the same however much it has stored: thousands of charges are measured against it."""

from pathlib import Path

from payments.sandbox import cards
from payments.sandbox.delivery import Deliverer
from payments.sandbox.engine import Asked, Call, Engine
from payments.sandbox.resources import ENDPOINTS, customers, payment_methods
from payments.sandbox.store import Store
from payments.sandbox.world import World

KEY = "sk_test_growth"


def card(store: Store, number: int) -> tuple[str, str]:
    """(customer, card) of one resident."""
    with store.transaction():
        world = World(store, store.world(KEY), "")
        customer = customers.create(world, Call({"email": f"resident{number}@example.org"}, ()))
        found = cards.find(cards.family_number(number))
        assert found is not None
        method = payment_methods.make(world, found, 8, 2040, "Resident", None)
        world.put({**method, "customer": customer["id"]})
    return customer["id"], method["id"]


async def charge(engine: Engine, store: Store, number: int) -> None:
    customer, method = card(store, number)
    form = f"amount=500&currency=gbp&confirm=true&off_session=true&customer={customer}&payment_method={method}"
    answer = await engine.answer(
        Asked("POST", "/v1/payment_intents", f"Bearer {KEY}", form, f"charge-{number}", "", "http://127.0.0.1")
    )
    assert answer.status == 200, answer.body


async def test_the_hundredth_charge_costs_no_more_steps_than_the_second(tmp_path: Path) -> None:
    """Counted by SQLite itself, for a charge and the look at what is due that each request wakes."""
    store = Store(tmp_path / "state.sqlite")
    deliverer = Deliverer(store)
    engine = Engine(store, ENDPOINTS, deliverer.wake)
    steps = 0

    def step() -> int:
        nonlocal steps
        steps += 1
        return 0

    async def cost(number: int) -> int:
        nonlocal steps
        deliverer._looked = 0.0  # as if a second had gone by
        store._db.set_progress_handler(step, 10)
        steps = 0
        await charge(engine, store, number)
        deliverer._settle()
        store._db.set_progress_handler(None, 10)
        return steps

    await charge(engine, store, 0)
    early = await cost(1)
    for number in range(2, 100):
        await charge(engine, store, number)
    late = await cost(100)
    store.close()
    assert late < early * 1.25, (early, late)
