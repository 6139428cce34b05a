"""The pages of a resident's pledge. Routes compose: they know payments, the services below them do not."""

from typing import Final

from starlette.routing import Route

from pledges.routes import journey, mine

ROUTES: Final[list[Route]] = [*journey.ROUTES, *mine.ROUTES]
