"""What drills and local mode steer: faults, clock, webhook endpoints, log, truth. Under /_sandbox/, same Bearer key.

None of this exists at Stripe.
"""

import json
import time
from collections.abc import Awaitable, Callable

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from payments.sandbox import events, faults
from payments.sandbox.delivery import is_loopback
from payments.sandbox.engine import secret_key
from payments.sandbox.faults import Fault, FaultKind
from payments.sandbox.protocol import Json, Problem
from payments.sandbox.resources import accounts, balance, disputes
from payments.sandbox.store import Store
from payments.sandbox.truth import truth
from payments.sandbox.world import World, settle_due

Handler = Callable[[World, Request], Awaitable[Json]]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class FaultBody(_Body):
    kind: FaultKind
    method: str = "*"
    path: str = "*"
    event_type: str = "*"
    count: int | None = Field(default=1, ge=1)
    probability: float = Field(default=1.0, ge=0, le=1)
    seed: int = 0
    seconds: float = Field(default=1.0, ge=0, le=600)
    skip: int = Field(default=0, ge=0)


class ClockBody(_Body):
    offset_seconds: int


class EndpointBody(_Body):
    url: str
    secret: str = Field(min_length=8)
    types: list[str] = Field(default=["*"], min_length=1)
    retry_seconds: float = Field(default=1.0, gt=0)
    alone: bool = False
    connect_secret: str | None = Field(default=None, min_length=8)


class LimitsBody(_Body):
    limits: dict[str, int]


class DisputeBody(_Body):
    payment_intent: str
    reason: str = "fraudulent"
    amount: int | None = None
    inquiry: bool = False


class WonBody(_Body):
    won: bool


class AccountBody(_Body):
    outcome: accounts.Outcome
    account_number: str | None = None


class TopUpBody(_Body):
    amount: int = Field(gt=0)


class RefundsBody(_Body):
    wait_for_balance: bool


class Admin:
    def __init__(self, store: Store, wake: Callable[[], None]) -> None:
        self._store = store
        self._wake = wake

    def routes(self) -> list[BaseRoute]:
        own: list[tuple[str, str, Handler]] = [
            ("GET", "/faults", self.list_faults),
            ("POST", "/faults", self.add_fault),
            ("DELETE", "/faults", self.clear_faults),
            ("GET", "/clock", self.read_clock),
            ("POST", "/clock", self.set_clock),
            ("GET", "/webhook_endpoints", self.list_endpoints),
            ("POST", "/webhook_endpoints", self.add_endpoint),
            ("GET", "/deliveries", self.list_deliveries),
            ("POST", "/events/{event}/resend", self.resend),
            ("POST", "/limits", self.set_limits),
            ("POST", "/disputes", self.start_dispute),
            ("POST", "/disputes/{dispute}/decide", self.decide_dispute),
            ("POST", "/accounts/{account}", self.decide_account),
            ("POST", "/top_ups", self.top_up),
            ("POST", "/payouts", self.pay_out),
            ("POST", "/refunds", self.set_refunds),
            ("GET", "/log", self.read_log),
            ("GET", "/truth", self.read_truth),
        ]
        routes: list[BaseRoute] = [Route("/_sandbox/health", self.health, methods=["GET"])]
        return routes + [
            Route(f"/_sandbox{path}", self._keyed(handler), methods=[method]) for method, path, handler in own
        ]

    async def health(self, request: Request) -> Response:
        return JSONResponse({"ok": True})

    def _keyed(self, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            try:
                key = secret_key(request.headers.get("authorization", ""))
                await request.body()  # read before the transaction: nothing waits inside one
                with self._store.transaction():
                    world = World(self._store, self._store.world(key), str(request.base_url).rstrip("/"))
                    answer = await handler(world, request)
            except Problem as problem:
                return JSONResponse(problem.body, problem.status)
            except ValidationError as error:
                return JSONResponse(Problem(400, str(error)).body, 400)
            self._wake()
            return JSONResponse(answer)

        return endpoint

    async def list_faults(self, world: World, request: Request) -> Json:
        return {"faults": faults.listed(self._store, world.id)}

    async def add_fault(self, world: World, request: Request) -> Json:
        body = FaultBody.model_validate_json(await request.body())
        return {"id": faults.add(self._store, world.id, Fault(**body.model_dump()))}

    async def clear_faults(self, world: World, request: Request) -> Json:
        faults.clear(self._store, world.id)
        return {}

    async def read_clock(self, world: World, request: Request) -> Json:
        return {"now": world.now(), "offset_seconds": world.offset}

    async def set_clock(self, world: World, request: Request) -> Json:
        """Forward only: what has expired stays expired. A world in which nothing happened yet may begin in the past."""
        body = ClockBody.model_validate_json(await request.body())
        if body.offset_seconds < world.offset and not world.is_empty():
            raise Problem(400, f"The clock only goes forward: it is {world.offset} seconds ahead.")
        self._store.run("UPDATE worlds SET offset_seconds = ? WHERE id = ?", body.offset_seconds, world.id)
        settle_due(world)
        return await self.read_clock(world, request)

    async def list_endpoints(self, world: World, request: Request) -> Json:
        rows = self._store.all("SELECT id, url, types, retry_seconds FROM endpoints WHERE world = ?", world.id)
        return {"webhook_endpoints": [dict(row) | {"types": json.loads(row["types"])} for row in rows]}

    async def add_endpoint(self, world: World, request: Request) -> Json:
        """Registers, or changes the one with this address. What waits for it is tried at once.

        `alone`: the only one from now on; it inherits what waits for the others (a site that moved to another port).
        """
        body = EndpointBody.model_validate_json(await request.body())
        if not is_loopback(body.url):
            raise Problem(400, "The payment sandbox calls addresses on loopback only.", param="url")
        row = self._store.one(
            "INSERT INTO endpoints (world, url, secret, types, retry_seconds, connect_secret) VALUES (?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (world, url) DO UPDATE SET secret = excluded.secret, types = excluded.types, "
            "retry_seconds = excluded.retry_seconds, connect_secret = excluded.connect_secret RETURNING id",
            world.id, body.url, body.secret, json.dumps(body.types), body.retry_seconds, body.connect_secret,
        )  # fmt: skip
        assert row is not None
        if body.alone:
            self._store.run(
                "UPDATE deliveries SET endpoint = ? WHERE world = ? AND state = 'waiting'", row["id"], world.id
            )
            self._store.run("DELETE FROM endpoints WHERE world = ? AND id <> ?", world.id, row["id"])
        self._store.run(
            "UPDATE deliveries SET due = ? WHERE endpoint = ? AND state = 'waiting' AND attempts > 0",
            time.time(),
            row["id"],
        )
        return {"id": row["id"]}

    async def set_limits(self, world: World, request: Request) -> Json:
        """The most calls a second for each endpoint that a pattern matches ("/v1/transfers", "*"); none: no limit."""
        body = LimitsBody.model_validate_json(await request.body())
        if any(most < 1 for most in body.limits.values()):
            raise Problem(400, "A limit is at least 1 a second.")
        world.set(limits=body.limits)
        return {}

    async def start_dispute(self, world: World, request: Request) -> Json:
        """What a cardholder's bank does."""
        body = DisputeBody.model_validate_json(await request.body())
        settle_due(world)
        intent = world.get("payment_intent", body.payment_intent, "payment_intent")
        charge = world.get("charge", str(intent["latest_charge"]), "payment_intent")
        started = disputes.start(world, charge, reason=body.reason, amount=body.amount, inquiry=body.inquiry)
        return {"id": started["id"]}

    async def decide_dispute(self, world: World, request: Request) -> Json:
        body = WonBody.model_validate_json(await request.body())
        settle_due(world)
        dispute = world.get("dispute", request.path_params["dispute"])
        return {"status": disputes.decide(world, dispute, won=body.won)["status"]}

    async def decide_account(self, world: World, request: Request) -> Json:
        """What the provider thinks of a connected account from now on, or that its group gave another bank account."""
        body = AccountBody.model_validate_json(await request.body())
        settle_due(world)
        account = world.get("account", request.path_params["account"])
        known = {"account_number": body.account_number} if body.account_number is not None else None
        return {"payouts_enabled": accounts.decide(world, account, body.outcome, known)["payouts_enabled"]}

    async def top_up(self, world: World, request: Request) -> Json:
        """Our own money into our balance, at once (docs.stripe.com/get-started/account/add-funds)."""
        body = TopUpBody.model_validate_json(await request.body())
        return balance.make(world, "topup", world.new_id("tu_"), body.amount, available_on=world.now())

    async def pay_out(self, world: World, request: Request) -> Json:
        """Our own money out of our balance to our bank, by hand (docs.stripe.com/payouts#manual-payouts)."""
        body = TopUpBody.model_validate_json(await request.body())
        settle_due(world)
        if balance.of(world)[0] < body.amount:
            raise Problem(400, "You have insufficient funds in your Stripe account.", code="balance_insufficient")
        return balance.make(world, "payout", world.new_id("po_"), -body.amount, available_on=world.now())

    async def set_refunds(self, world: World, request: Request) -> Json:
        """Whether a refund that our balance does not cover waits until it does; else the bank account covers it."""
        body = RefundsBody.model_validate_json(await request.body())
        world.set(refunds_wait_for_balance=body.wait_for_balance)
        return {}

    async def list_deliveries(self, world: World, request: Request) -> Json:
        rows = self._store.all(
            "SELECT d.id, d.event, json_extract(o.body, '$.type') AS type, d.state, d.attempts, d.answer, d.due "
            "FROM deliveries d JOIN objects o ON o.id = d.event WHERE d.world = ? ORDER BY d.id",
            world.id,
        )
        return {"deliveries": [dict(row) for row in rows]}

    async def resend(self, world: World, request: Request) -> Json:
        """Delivers an event once more to every endpoint, as "Resend" in the provider's dashboard does."""
        event = world.get("event", request.path_params["event"])
        rows = self._store.all("SELECT id FROM endpoints WHERE world = ?", world.id)
        for row in rows:
            events.queue(world, event["id"], row["id"])
        return {"queued": len(rows), "at": time.time()}

    async def read_log(self, world: World, request: Request) -> Json:
        after = request.query_params.get("after", "0")
        rows = self._store.all(
            "SELECT id, at, method, path, key, status, faults, replayed, request FROM log WHERE world = ? AND id > ? "
            "ORDER BY id LIMIT 5000",
            world.id, int(after) if after.isdecimal() else 0,
        )  # fmt: skip
        return {"log": [dict(row) | {"replayed": bool(row["replayed"])} for row in rows]}

    async def read_truth(self, world: World, request: Request) -> Json:
        settle_due(world)
        return truth(world)
