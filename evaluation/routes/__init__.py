"""Pages of this package: the figures, the report, and what officers enter for it."""

from typing import Final

from starlette.routing import Route

from evaluation.routes import figures, office, report

ROUTES: Final[list[Route]] = [*figures.ROUTES, *office.ROUTES, *report.ROUTES]
