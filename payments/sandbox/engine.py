"""One API request from its key to its answer: who asks, what goes wrong on purpose, what was answered before.

The order is Stripe's: key, rate limit, validation, idempotency, execution.
Source: docs.stripe.com/api/idempotent_requests, docs.stripe.com/error-low-level, docs.stripe.com/rate-limits.
"""

import asyncio
import base64
import fnmatch
import hashlib
import json
import re
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from payments.sandbox import faults
from payments.sandbox.faults import FaultKind, Strike
from payments.sandbox.protocol import Json, Problem, decode_form
from payments.sandbox.store import Store
from payments.sandbox.validation import check
from payments.sandbox.world import World, settle_due

REMEMBERED = 24 * 3600  # seconds of the world's clock that an idempotency key is kept
LONGEST_KEY = 255
_KEY = re.compile(r"^sk_test_[A-Za-z0-9_]{1,200}$")


@dataclass(frozen=True, slots=True)
class Call:
    """What a handler gets: checked parameters and the ids in the path."""

    params: Json
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """`pattern` holds {} for each id. `params` is the SDK's TypedDict, `simulated` those of its names that we honour."""

    method: str
    pattern: str
    params: type
    simulated: frozenset[str]
    handler: Callable[[World, Call], Json]
    on_account: bool = (
        False  # also with Stripe-Account: on a connected account (docs.stripe.com/connect/authentication)
    )

    def match(self, method: str, path: str) -> tuple[str, ...] | None:
        if method != self.method:
            return None
        found = re.fullmatch(self.pattern.replace("{}", r"([A-Za-z0-9_]+)"), path)
        return found.groups() if found else None


@dataclass(frozen=True, slots=True)
class Asked:
    """One HTTP request, as the engine needs it."""

    method: str
    path: str
    authorization: str
    form: str
    idempotency_key: str | None
    account: str
    base_url: str


@dataclass(slots=True)
class Answer:
    """`dropped`: close the connection instead of answering."""

    status: int = 200
    body: Json = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    dropped: bool = False


def secret_key(authorization: str) -> str:
    """The key of a Bearer or Basic header. Raises Problem 401. Source: docs.stripe.com/api/authentication."""
    scheme, _, given = authorization.partition(" ")
    if scheme.lower() == "basic":
        try:
            given = base64.b64decode(given, validate=True).decode().partition(":")[0]
        except ValueError:
            given = ""
    if scheme.lower() not in ("bearer", "basic") or not given:
        raise Problem(401, "You did not provide an API key.")
    if not _KEY.match(given):
        raise Problem(401, "Invalid API Key provided: the payment sandbox takes any key that begins with sk_test_.")
    return given


class Engine:
    def __init__(self, store: Store, endpoints: Iterable[Endpoint], wake: Callable[[], None]) -> None:
        self._store = store
        self._endpoints = tuple(endpoints)
        self._wake = wake
        self._busy: set[tuple[int, str, str]] = set()
        self._calls: dict[tuple[int, str], deque[float]] = {}

    async def answer(self, asked: Asked) -> Answer:
        try:
            key = secret_key(asked.authorization)
        except Problem as problem:
            return Answer(problem.status, problem.body)
        world = World(self._store, 0, asked.base_url)
        world.request = world.new_id("req_", 14)
        with self._store.transaction():
            world.id = self._store.world(key)
            strikes = {s.kind: s for s in faults.strike_request(self._store, world.id, asked.method, asked.path)}
        answer = await self._faulty(world, asked, strikes)
        answer.headers["Request-Id"] = world.request
        self._log(world, asked, answer, strikes)
        self._wake()
        return answer

    async def _faulty(self, world: World, asked: Asked, strikes: dict[FaultKind, Strike]) -> Answer:
        """Faults before execution, execution, faults after."""
        if FaultKind.DROP_BEFORE in strikes:
            return Answer(dropped=True)
        if FaultKind.LIMITED in strikes or self._too_fast(world, asked):
            # the limiter stands before everything else, so nothing is stored (docs.stripe.com/rate-limits)
            body = Problem(429, "Too many requests hit the API too quickly.", code="rate_limit").body
            return Answer(429, body, {"Stripe-Rate-Limited-Reason": "endpoint-rate"})
        if FaultKind.ERROR_BEFORE in strikes:
            return Answer(500, Problem(500, "An unknown error occurred.", kind="api_error").body)
        try:
            answer = await self._keyed(world, asked, strikes)
        except Problem as problem:
            answer = Answer(problem.status, problem.body)
        answer.dropped = FaultKind.DROP_AFTER in strikes
        return answer

    def _too_fast(self, world: World, asked: Asked) -> bool:
        """Whether this is one call too many of its endpoint in a second, where a limit was set (docs.stripe.com/rate-limits).

        Counted by the real clock, as the provider's limiter does; what is refused does not count.
        """
        limits = world.settings().get("limits", {})
        if not limits:
            return False
        pattern = next(
            (e.pattern for e in self._endpoints if e.match(asked.method, asked.path) is not None), asked.path
        )
        most = next(
            (most for path, most in limits.items() if fnmatch.fnmatchcase(pattern.replace("{}", "*"), path)), None
        )
        if most is None:
            return False
        now = time.monotonic()
        calls = self._calls.setdefault((world.id, f"{asked.method} {pattern}"), deque())
        while calls and calls[0] <= now - 1:
            calls.popleft()
        if len(calls) >= most:
            return True
        calls.append(now)
        return False

    async def _keyed(self, world: World, asked: Asked, strikes: dict[FaultKind, Strike]) -> Answer:
        endpoint, ids = self._endpoint(asked)
        world.account = self._account(world, asked, endpoint)
        given = decode_form(asked.form)
        call = Call(check(endpoint.params, endpoint.simulated, given), ids)
        key = asked.idempotency_key if asked.method == "POST" else None
        if key is None:
            await self._linger(strikes)
            return self._execute(world, asked, endpoint, call, strikes, None)
        if not 0 < len(key) <= LONGEST_KEY:
            raise Problem(400, "Idempotency keys are 1 to 255 characters long.", kind="idempotency_error")
        world.key = key
        digest = hashlib.sha256(json.dumps(given, sort_keys=True).encode()).hexdigest()
        replayed = self._replay(world, asked, digest)
        if replayed is not None:
            return replayed
        busy = (world.id, asked.account, key)
        if busy in self._busy:
            message = "There is currently another in-progress request using this Idempotent Key."
            raise Problem(409, message, kind="idempotency_error", code="idempotency_key_in_use")
        self._busy.add(busy)
        try:
            await self._linger(strikes)
            return self._execute(world, asked, endpoint, call, strikes, digest)
        finally:
            self._busy.discard(busy)

    async def _linger(self, strikes: dict[FaultKind, Strike]) -> None:
        if FaultKind.SLOW in strikes:
            await asyncio.sleep(strikes[FaultKind.SLOW].seconds)

    def _endpoint(self, asked: Asked) -> tuple[Endpoint, tuple[str, ...]]:
        for endpoint in self._endpoints:
            ids = endpoint.match(asked.method, asked.path)
            if ids is not None:
                return endpoint, ids
        raise Problem(404, f"Unrecognized request URL ({asked.method}: {asked.path}). The payment sandbox has no such.")

    def _account(self, world: World, asked: Asked, endpoint: Endpoint) -> str:
        """Whose objects are meant. Source: docs.stripe.com/connect/authentication, docs.stripe.com/error-codes."""
        if not asked.account:
            return ""
        if world.find("account", asked.account) is None:
            message = f"The provided key does not have access to account '{asked.account}' (or it does not exist)."
            raise Problem(403, message, code="account_invalid")
        if not endpoint.on_account:
            raise Problem(400, "The payment sandbox does not simulate this call on a connected account.")
        return asked.account

    def _replay(self, world: World, asked: Asked, digest: str) -> Answer | None:
        """What this key was answered before. Keys are forgotten after a day."""
        self._store.run("DELETE FROM idempotency WHERE world = ? AND created <= ?", world.id, world.now() - REMEMBERED)
        row = self._store.one(
            "SELECT * FROM idempotency WHERE world = ? AND account = ? AND key = ?", world.id, asked.account, world.key
        )
        if row is None:
            return None
        if row["endpoint"] != f"{asked.method} {asked.path}":
            first = row["endpoint"]
            message = (
                f"Keys for idempotent requests can only be used for the endpoint they were first used for ({first})."
            )
            raise Problem(400, message, kind="idempotency_error")
        if row["params"] != digest:
            message = (
                "Keys for idempotent requests can only be used with the same parameters they were first used with."
            )
            raise Problem(400, message, kind="idempotency_error")
        return _done(Answer(row["status"], json.loads(row["body"]), {"Idempotent-Replayed": "true"}))

    def _execute(
        self,
        world: World,
        asked: Asked,
        endpoint: Endpoint,
        call: Call,
        strikes: dict[FaultKind, Strike],
        digest: str | None,
    ) -> Answer:
        """One transaction: the change, its events, and the stored answer."""
        with self._store.transaction():
            settle_due(world)
            answer, stored = self._handled(world, endpoint, call)
            if FaultKind.ERROR_AFTER in strikes:
                answer = Answer(500, Problem(500, "An unknown error occurred.", kind="api_error").body)
                stored = True
            if digest is not None and stored:
                self._store.run(
                    "INSERT INTO idempotency (world, account, key, endpoint, params, status, body, created) "
                    "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    world.id, asked.account, world.key, f"{asked.method} {asked.path}", digest, answer.status,
                    json.dumps(answer.body), world.now(),
                )  # fmt: skip
        return _done(answer)

    def _handled(self, world: World, endpoint: Endpoint, call: Call) -> tuple[Answer, bool]:
        from payments.sandbox.expanding import expanded

        kept: Problem | None = None
        try:
            with self._store.savepoint():
                try:
                    body = endpoint.handler(world, call)
                except Problem as problem:
                    if not problem.kept:
                        raise
                    kept = problem
        except Problem as problem:
            return Answer(problem.status, problem.body), problem.stored
        if kept is not None:
            return Answer(kept.status, kept.body), True
        return Answer(200, expanded(world, body, call.params.get("expand", []))), True

    def _log(self, world: World, asked: Asked, answer: Answer, strikes: dict[FaultKind, Strike]) -> None:
        self._store.run(
            "INSERT INTO log (world, at, method, path, key, status, faults, replayed, request) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            world.id, time.time(), asked.method, asked.path, asked.idempotency_key,
            None if answer.dropped else answer.status, ",".join(strikes), "Idempotent-Replayed" in answer.headers,
            world.request,
        )  # fmt: skip


def _done(answer: Answer) -> Answer:
    """A stored 500 is not worth a repeat: it would be replayed (docs.stripe.com/error-low-level)."""
    if answer.status == 500:
        answer.headers["Stripe-Should-Retry"] = "false"
    return answer
