"""Fault switches: what a network, a provider in trouble or a webhook queue can do to us, on demand.

A fault matches requests by method and path, or webhooks by event type (shell patterns: `*` is anything). It lets `skip`
pass, then strikes `count` times (None: until cleared), each time with `probability`, drawn from `seed`: the same drill
meets the same faults.
"""

import fnmatch
import random
from collections.abc import Callable
from dataclasses import asdict, dataclass
from enum import StrEnum

from payments.sandbox.protocol import Json
from payments.sandbox.store import Store


class FaultKind(StrEnum):
    DROP_BEFORE = "drop_before"  # the connection breaks, nothing was done
    DROP_AFTER = "drop_after"  # it was done, the answer is lost
    SLOW = "slow"  # the answer takes `seconds`; meanwhile its idempotency key is in use
    LIMITED = "limited"  # 429, nothing was done, nothing stored (docs.stripe.com/rate-limits)
    ERROR_BEFORE = "error_before"  # 500, nothing was done, nothing stored
    ERROR_AFTER = "error_after"  # it was done, the answer is a 500, and the key replays that 500
    WEBHOOK_DUPLICATE = "webhook_duplicate"  # delivered twice
    WEBHOOK_REORDER = "webhook_reorder"  # later ones overtake earlier ones
    WEBHOOK_DELAY = "webhook_delay"  # delivered `seconds` late
    WEBHOOK_DROP = "webhook_drop"  # never delivered: only the list of events has it


@dataclass(frozen=True, slots=True)
class Fault:
    kind: FaultKind
    method: str = "*"
    path: str = "*"
    event_type: str = "*"
    count: int | None = 1
    probability: float = 1.0
    seed: int = 0
    seconds: float = 1.0
    skip: int = 0


@dataclass(frozen=True, slots=True)
class Strike:
    """A fault that strikes now. left: how often it can strike again, None without end."""

    kind: FaultKind
    seconds: float
    left: int | None
    chance: random.Random


def add(store: Store, world: int, fault: Fault) -> int:
    row = asdict(fault)
    cursor = store.run(
        "INSERT INTO faults (world, kind, method, path, event_type, remaining, probability, seed, seconds, drawn) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        world,
        *(row[name] for name in ("kind", "method", "path", "event_type", "count", "probability", "seed", "seconds")),
        -fault.skip,  # a count below nought: how many it still lets pass
    )
    return int(cursor.lastrowid or 0)


def clear(store: Store, world: int) -> None:
    store.run("DELETE FROM faults WHERE world = ?", world)


def listed(store: Store, world: int) -> list[Json]:
    return [dict(row) for row in store.all("SELECT * FROM faults WHERE world = ? ORDER BY id", world)]


def strike_request(store: Store, world: int, method: str, path: str) -> list[Strike]:
    return _strike(store, world, lambda row: _is_webhook(row) is False and _fits(row, method, path))


def strike_webhook(store: Store, world: int, event_type: str) -> list[Strike]:
    return _strike(store, world, lambda row: _is_webhook(row) and fnmatch.fnmatchcase(event_type, row["event_type"]))


def _is_webhook(row: Json) -> bool:
    return str(row["kind"]).startswith("webhook_")


def _fits(row: Json, method: str, path: str) -> bool:
    return fnmatch.fnmatchcase(method, row["method"]) and fnmatch.fnmatchcase(path, row["path"])


def _strike(store: Store, world: int, fits: Callable[[Json], bool]) -> list[Strike]:
    """Draws for each matching fault; called inside a transaction, so that a count is exact."""
    out = []
    for row in listed(store, world):
        if row["remaining"] == 0 or not fits(row):
            continue
        chance = random.Random(f"{row['seed']}:{row['drawn']}")  # noqa: S311
        hit = row["drawn"] >= 0 and chance.random() < row["probability"]
        left = row["remaining"] - hit if row["remaining"] is not None else None
        store.run(
            "UPDATE faults SET drawn = drawn + 1, applied = applied + ?, remaining = ? WHERE id = ?",
            int(hit), left, row["id"],
        )  # fmt: skip
        if hit:
            out.append(Strike(FaultKind(row["kind"]), row["seconds"], left, chance))
    return out
