"""How Stripe's v1 API speaks: form-encoded requests in, JSON out, errors as JSON with a type.

Source: docs.stripe.com/api/errors, docs.stripe.com/error-low-level.
"""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

Json = dict[str, Any]
MOST_FIELDS = 1000

_PARTS = re.compile(r"^([^\[\]]+)((?:\[[^\[\]]*\])*)$")


class Problem(Exception):
    """An error answer.

    kept: changes made before it stay (a declined payment is a fact). stored: an idempotency key replays it, which is so
    once execution began, never for a request that failed validation (docs.stripe.com/api/idempotent_requests).
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        stored: bool = False,
        kept: bool = False,
        more: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.stored = stored
        self.kept = kept
        error: Json = {"message": message, "type": kind}
        if code is not None:
            error |= {"code": code, "doc_url": f"https://docs.stripe.com/error-codes#{code.replace('_', '-')}"}
        if param is not None:
            error["param"] = param
        error |= dict(more or {})
        self.body: Json = {"error": error}


def missing(kind: str, found: str, param: str = "id") -> Problem:
    """An id that names nothing in this world: 404 for the object itself, 400 for one mentioned in a parameter.

    Source: docs.stripe.com/error-codes#resource-missing.
    """
    status = 404 if param in ("id", "intent") else 400
    return Problem(status, f"No such {kind}: '{found}'", code="resource_missing", param=param)


def decode_form(text: str) -> Json:
    """`a[b]=1&c[0]=x` into {"a": {"b": "1"}, "c": ["x"]}. Values stay text: validation turns them into numbers."""
    out: Json = {}
    try:
        pairs = parse_qsl(text, keep_blank_values=True, strict_parsing=bool(text), max_num_fields=MOST_FIELDS)
    except ValueError as error:
        raise Problem(400, "The request's body could not be read.") from error
    for name, value in pairs:
        match = _PARTS.match(name)
        if match is None:
            raise Problem(400, f"Invalid parameter name: {name}", code="parameter_unknown", param=name)
        _put(out, [match[1], *re.findall(r"\[([^\[\]]*)\]", match[2])], value)
    return {name: _lists(value) for name, value in out.items()}


def _put(into: Json, path: list[str], value: str) -> None:
    for step in path[:-1]:
        found = into.setdefault(step, {})
        if not isinstance(found, dict):
            raise Problem(400, f"Invalid parameter: {step}", param=step)
        into = found
    last = path[-1] or str(len(into))  # `types[]=a` counts on
    into[last] = value


def _lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {name: _lists(found) for name, found in value.items()}
    if inner and all(name.isdecimal() for name in inner):
        return [inner[name] for name in sorted(inner, key=int)]
    return inner


def is_true(value: object) -> bool:
    """Flags that the SDK types as "bool or word" arrive as text."""
    return value is True or value == "true"
