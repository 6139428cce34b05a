"""The pages of a resident's pledge. Routes compose: they know payments, the services below them do not."""

from typing import Final

from starlette.routing import Route

from pledges.routes import afterwards, agreeing, all_mine, journey, mine

# /pledges/statements/... before /pledges/{reference}/{token}, which it would fit
ROUTES: Final[list[Route]] = [*all_mine.ROUTES, *journey.ROUTES, *mine.ROUTES, *afterwards.ROUTES, *agreeing.ROUTES]
