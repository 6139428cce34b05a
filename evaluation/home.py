"""The figures of the first page, of a large site: from the row that every page with figures reads."""

from datetime import datetime
from typing import Final

from crowdfund_kent.clock import business_today
from evaluation import cache
from evaluation.asking import shown
from evaluation.models import KeptResults
from evaluation.scope import Records, Scope
from pledges.public.figures import Keeper, Programme


async def _scope() -> Scope | None:
    """Today's, of the records that pages show; None where the worker keeps nothing of today."""
    today = business_today()
    kept = KeptResults.filter(as_at=today)
    if not await kept.exists():
        return None
    return Scope(today, None, Records.REAL if await kept.filter(records=Records.REAL).exists() else await shown(today))


async def since() -> datetime | None:
    """When the figures that all pages show were measured; None: they are counted anew."""
    scope = await _scope()
    return None if scope is None else await cache.shown_since(scope)


async def programme() -> Programme | None:
    """What the worker measured, where pages show that and something was recorded since; None: count anew."""
    scope = await _scope()
    results = None if scope is None else await cache.kept_by_worker(scope)
    if results is None or results.known_at is None:
        return None
    of = results.of
    return Programme(
        projects=of("projects_matched").value or 0,
        match_pledged_pence=of("match_pledged").value or 0,
        project_value_pence=of("project_value").value or 0,
        backers=of("backers").value or 0,
        districts=sum(1 for part in of("projects_matched").parts["district"] if part.value),
        funders=sorted(part.name for part in of("match_pledged").parts["funder"] if part.value),
        generated=results.scope.records is Records.GENERATED,
        known_at=results.known_at,
    )


KEEPER: Final = Keeper(since, programme)
