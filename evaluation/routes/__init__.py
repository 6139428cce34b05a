"""Pages of this package: the figures, the report, and what officers enter for it."""

from typing import Final

from starlette.routing import Route

from evaluation.routes import figures, report

ROUTES: Final[list[Route]] = [*figures.ROUTES, *report.ROUTES]
