"""What several resources share."""

from collections.abc import Iterable

from payments.sandbox.protocol import Json, Problem

PAGING = ("limit", "starting_after", "ending_before", "expand")


def names(*some: str) -> frozenset[str]:
    return frozenset(some)


def metadata(params: Json, old: Json | None = None) -> Json:
    """Merged metadata: an empty value takes a key away. Source: docs.stripe.com/api/metadata."""
    given = params.get("metadata", {})
    if given == "":
        return {}
    merged = dict(old or {}) | given
    for key, value in merged.items():
        if len(key) > 40 or "[" in key or "]" in key:
            raise Problem(400, "Metadata keys are at most 40 characters, without brackets.", param="metadata")
        if len(value) > 500:
            raise Problem(400, "Metadata values are at most 500 characters.", param=f"metadata[{key}]")
    merged = {key: value for key, value in merged.items() if value != ""}
    if len(merged) > 50:
        raise Problem(400, "Metadata can have up to 50 keys.", param="metadata")
    return merged


def blank(fields: Iterable[str]) -> Json:
    """Fields that are always there and empty in what we simulate."""
    return dict.fromkeys(fields)


def changed(body: Json, **values: object) -> Json:
    return {**body, **values}
