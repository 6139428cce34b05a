"""Requests are checked against the SDK's own TypedDicts, which are generated from Stripe's specification."""

import functools
import sys
from typing import Any

from pydantic import ConfigDict, TypeAdapter, ValidationError
from stripe._request_options import RequestOptions
from typing_extensions import TypedDict, get_type_hints

from payments.sandbox.protocol import Json, Problem

_STRICT = ConfigDict(extra="forbid", arbitrary_types_allowed=True)


@functools.cache
def _checker(params: type) -> TypeAdapter[list[Any]]:
    """The SDK mixes call options (api_key, headers) into the same TypedDict: they are no parameters."""
    own = {name: hint for name, hint in params.__annotations__.items() if name not in RequestOptions.__annotations__}
    holder = type("Holder", (), {"__annotations__": own})
    hints = get_type_hints(holder, globalns=vars(sys.modules[params.__module__]), include_extras=True)
    shape = TypedDict(params.__name__, hints)  # type: ignore[misc]
    return TypeAdapter(list[shape], config=_STRICT)


def check(params: type, simulated: frozenset[str], given: Json) -> Json:
    """The given parameters with numbers and flags as such.

    Raises Problem 400: unknown, missing, of the wrong type, or known to Stripe but not simulated here.
    """
    try:
        found: Json = _checker(params).validate_python([given])[0]
    except ValidationError as error:
        raise _problem(error) from error
    for name in found:
        if name not in simulated:
            raise Problem(400, f"The payment sandbox does not simulate the parameter {name}.", param=name)
    return found


def _problem(error: ValidationError) -> Problem:
    """The deepest complaint is the true one: a union complains about each of its members."""
    found = max(error.errors(include_url=False), key=lambda e: (e["type"] == "extra_forbidden", len(e["loc"])))
    # names of union members stand in `loc` beside names of fields: keep what the request can contain
    steps = [str(step) for step in found["loc"][1:]]
    fields = [step for step in steps if step.islower() and "[" not in step and "'" not in step]
    param = fields[0] + "".join(f"[{field}]" for field in fields[1:]) if fields else None
    if found["type"] == "extra_forbidden":
        return Problem(400, f"Received unknown parameter: {param}", code="parameter_unknown", param=param)
    if found["type"] == "missing":
        return Problem(400, f"Missing required param: {param}.", code="parameter_missing", param=param)
    if found["type"].startswith("int"):
        return Problem(400, f"Invalid integer: {found['input']}", code="parameter_invalid_integer", param=param)
    return Problem(400, f"Invalid {param}: {found['msg']}", param=param)
