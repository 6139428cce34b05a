"""Pages of this package: the figures, the report, what officers enter for it, and open data."""

from typing import Final

from starlette.routing import Route

from evaluation.routes import figures, office, open_data, report

ROUTES: Final[list[Route]] = [*figures.ROUTES, *office.ROUTES, *report.ROUTES, *open_data.ROUTES]
