"""One secret key, one world: its objects and its clock. A World lives as long as one request."""

import json
import secrets
import string
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from payments.sandbox.protocol import Json, Problem, missing
from payments.sandbox.store import Store

_LETTERS = string.ascii_letters + string.digits
NOUNS = {
    "checkout.session": "checkout.session",
    "payment_intent": "payment_intent",
    "payment_method": "PaymentMethod",
    "setup_intent": "setupintent",
}


@dataclass(slots=True)
class World:
    """`base_url` is where this sandbox is reached; `request` names the request, for events.

    `account`: whose objects are meant: "" the platform's own, else a connected account's
    (docs.stripe.com/connect/authentication). `moment`: the time of something that happens by itself, else now.
    """

    store: Store
    id: int
    base_url: str
    request: str | None = None
    key: str | None = None
    account: str = ""
    moment: int | None = None

    def on(self, account: str) -> "World":
        """The same world, seen from another account in it."""
        return replace(self, account=account)

    # clock

    @property
    def offset(self) -> int:
        found = self.store.one("SELECT offset_seconds FROM worlds WHERE id = ?", self.id)
        return int(found["offset_seconds"]) if found else 0

    def now(self) -> int:
        return self.moment if self.moment is not None else int(time.time()) + self.offset

    # settings of this world that a test or drill chose

    def settings(self) -> Json:
        found = self.store.one("SELECT settings FROM worlds WHERE id = ?", self.id)
        settings: Json = json.loads(found["settings"]) if found else {}
        return settings

    def set(self, **settings: object) -> None:
        self.store.run("UPDATE worlds SET settings = ? WHERE id = ?", json.dumps(self.settings() | settings), self.id)

    # objects

    def is_empty(self) -> bool:
        return self.store.one("SELECT 1 FROM objects WHERE world = ? LIMIT 1", self.id) is None

    def new_id(self, prefix: str, size: int = 24) -> str:
        return prefix + "".join(secrets.choice(_LETTERS) for _ in range(size))

    def put(self, body: Json, private: Json | None = None, due: int | None = None) -> Json:
        """Stores or replaces an object. `due` is always set anew; `private` is kept when not given."""
        self.store.run(
            "INSERT INTO objects (world, id, kind, created, body, private, due, account) VALUES (?, ?, ?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (id) DO UPDATE SET body = excluded.body, due = excluded.due, "
            "private = CASE WHEN ? THEN excluded.private ELSE private END",
            self.id, body["id"], body["object"], body.get("created", 0), json.dumps(body), json.dumps(private or {}), due,
            self.account, private is not None,
        )  # fmt: skip
        return body

    def find(self, kind: str, found: str | None) -> Json | None:
        row = self.store.one(
            "SELECT body FROM objects WHERE world = ? AND id = ? AND kind = ? AND account = ?",
            self.id, found, kind, self.account,
        )  # fmt: skip
        return json.loads(row["body"]) if row else None

    def get(self, kind: str, found: str, param: str = "id") -> Json:
        body = self.find(kind, found)
        if body is None:
            raise missing(NOUNS.get(kind, kind), found, param)
        return body

    def private(self, found: str) -> Json:
        row = self.store.one("SELECT private FROM objects WHERE world = ? AND id = ?", self.id, found)
        private: Json = json.loads(row["private"]) if row else {}
        return private

    def where(self, kind: str, **fields: str) -> list[Json]:
        """All objects of a kind whose fields have these values, oldest first."""
        test = "".join(f" AND json_extract(body, '$.{name}') = ?" for name in fields)
        rows = self.store.all(
            f"SELECT body FROM objects WHERE world = ? AND kind = ? AND account = ?{test} ORDER BY seq",
            self.id, kind, self.account, *fields.values(),
        )  # fmt: skip
        return [json.loads(row["body"]) for row in rows]

    def page(self, kind: str, url: str, params: Json, filters: Sequence[str] = (), types: Sequence[str] = ()) -> Json:
        """One page of a list, newest first. Source: docs.stripe.com/api/pagination."""
        test, values = "", list[object]()
        for name in filters:
            if name in params:
                test += f" AND json_extract(body, '$.{name}') = ?"
                values.append(params[name])
        created = params.get("created")
        bounds = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
        for bound, limit in created.items() if isinstance(created, dict) else ():
            test += f" AND created {bounds[bound]} ?"
            values.append(limit)
        if isinstance(created, int):
            test += " AND created = ?"
            values.append(created)
        if types:
            test += " AND (" + " OR ".join("json_extract(body, '$.type') GLOB ?" for _ in types) + ")"
            values += types
        backwards = "ending_before" in params
        for cursor, sign in (("starting_after", "<"), ("ending_before", ">")):
            if cursor in params:
                row = self.store.one(
                    "SELECT seq FROM objects WHERE world = ? AND id = ? AND kind = ?", self.id, params[cursor], kind
                )
                if row is None:
                    raise missing(kind, params[cursor], cursor)
                test += f" AND seq {sign} ?"
                values.append(row["seq"])
        limit = params.get("limit", 10)
        if not 1 <= limit <= 100:
            raise Problem(400, "This value must be between 1 and 100.", code="parameter_invalid_integer", param="limit")
        rows = self.store.all(
            f"SELECT body FROM objects WHERE world = ? AND kind = ? AND account = ?{test} "
            f"ORDER BY seq {'ASC' if backwards else 'DESC'} LIMIT ?",
            self.id, kind, self.account, *values, limit + 1,
        )  # fmt: skip
        data = [json.loads(row["body"]) for row in rows[:limit]]
        if backwards:
            data.reverse()
        return {"object": "list", "url": url, "has_more": len(rows) > limit, "data": data}


# what happens to objects by themselves when their time has come: kind -> handler, filled by resources/
DUE: dict[str, Callable[[World, Json], None]] = {}


def settle_due(world: World) -> None:
    """Lets happen what is due by this world's clock (a page expires, a refund fails), each at its own time.

    What that brings about in its turn happens too, if its time has come as well.
    """
    until = world.now()
    while rows := world.store.all(
        "SELECT id, kind, account, due FROM objects WHERE due <= ? AND world = ? ORDER BY due, seq", until, world.id
    ):
        for row in rows:
            # one that happened before it may have moved it on, or given it another time
            if world.store.run(
                "UPDATE objects SET due = NULL WHERE id = ? AND due = ?", row["id"], row["due"]
            ).rowcount:
                then = replace(world, account=row["account"], moment=row["due"])
                DUE[row["kind"]](then, then.get(row["kind"], row["id"]))
