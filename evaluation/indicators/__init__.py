"""The registry: every indicator with its definition, and what was found for each in one scope."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from crowdfund_kent.errors import NotFound
from evaluation.effect import comparing
from evaluation.facts import facts
from evaluation.indicators import afterwards, asked, crowd, deciding, money, spread, starting, support
from evaluation.indicators.kinds import Found, Indicator, nothing
from evaluation.indicators.world import World
from evaluation.scope import Records, Scope

_MODULES: Final = (money, starting, crowd, spread, comparing, deciding, afterwards, asked, support)
REGISTRY: Final[Mapping[str, Indicator]] = {one.key: one for module in _MODULES for one in module.INDICATORS}


@dataclass(frozen=True, slots=True)
class Results:
    """What was found for every indicator, in the order of the registry, and of which records.

    `known_at`: when it was measured, where something was recorded since; None: as known now, or as the scope says.
    """

    scope: Scope
    found: Mapping[str, Found]
    known_at: datetime | None = None

    def of(self, key: str) -> Found:
        """One of them."""
        return self.found[key]


def indicator(key: str) -> Indicator:
    """The entry of this key, or NotFound."""
    if key not in REGISTRY:
        raise NotFound
    return REGISTRY[key]


def all_indicators() -> Sequence[Indicator]:
    """Every entry, in order."""
    return tuple(REGISTRY.values())


async def measured(scope: Scope) -> Results:
    """Everything that the registry asks, exact and for officers: disclosure.py makes it fit for everybody."""
    async with facts(scope) as connection:
        world = await World.of(scope, connection)
        found: dict[str, Found] = {}
        for module in _MODULES:
            found |= await module.measure(world)
    return Results(scope, {key: found.get(key, nothing()) for key in REGISTRY})


__all__ = ["REGISTRY", "Records", "Results", "all_indicators", "indicator", "measured"]
