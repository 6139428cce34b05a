"""Migrations write tables only, so Tortoise need not keep every model ready for queries after each operation.

It makes all models anew, with their filters and queries, twice an operation: of 50 models and 110 operations that took 8
seconds of a processor, of 90 and 270 more than half a minute. Here the state before an operation is made only when the operation
looks at it, a new constraint makes no model anew, and filters and queries are never made. (Tortoise 1.1.9)
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from types import ModuleType
from typing import Any, Final

import tortoise.models
from tortoise.migrations.operations import AddConstraint
from tortoise.migrations.schema_generator.state import ModelState, State
from tortoise.migrations.schema_generator.state_apps import StateApps
from tortoise.models import Model

Change = tuple[type | ModuleType, str, Any]


class _Before(State):
    """The state before an operation. What only adds (a model, a constraint, SQL) never asks for its models."""

    def __init__(self, models: dict[tuple[str, str], ModelState], maker: StateApps) -> None:
        self.models = models
        self._maker = maker

    @cached_property
    def apps(self) -> StateApps:  # type: ignore[override]
        """The models as they were."""
        return self._maker.clone(model_states=self.models)


def _clone(state: State) -> State:
    return _Before({key: model.clone() for key, model in state.models.items()}, state.apps)


def _add_constraint(operation: AddConstraint, app_label: str, state: State) -> None:
    """The model itself stays: adding a constraint asks it for the name of its table only."""
    with _instead((State, "reload_model", _nothing)):
        _ADD_CONSTRAINT(operation, app_label, state)


def _render(model_state: ModelState, *given: Any, **named: Any) -> type[Model]:
    """Without filters. The site's own models may be imported meanwhile, and need theirs."""
    with _instead((tortoise.models, "get_filters_for_field", _nothing)):
        return _RENDER(model_state, *given, **named)


def _nothing(*_given: Any, **_named: Any) -> dict[str, Any]:
    return {}


_ADD_CONSTRAINT: Final = AddConstraint.state_forward
_RENDER: Final = ModelState.render
_QUICK: Final[tuple[Change, ...]] = (
    (State, "clone", _clone),
    (AddConstraint, "state_forward", _add_constraint),
    (ModelState, "render", _render),
    (StateApps, "_build_initial_querysets", _nothing),
)


@contextmanager
def tables_only() -> Iterator[None]:
    """For one run of migrations, in a process that does nothing else meanwhile."""
    with _instead(*_QUICK):
        yield


@contextmanager
def _instead(*changes: Change) -> Iterator[None]:
    before = [(owner, name, getattr(owner, name)) for owner, name, _ in changes]
    try:
        for owner, name, function in changes:
            setattr(owner, name, function)
        yield
    finally:
        for owner, name, function in before:
            setattr(owner, name, function)
