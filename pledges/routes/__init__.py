"""The pages of a resident's pledge. Routes compose: they know payments, the services below them do not."""

from typing import Final

from starlette.routing import Route

from pledges.routes import (
    afterwards,
    agreeing,
    all_mine,
    comments,
    dedications,
    fund_fit,
    gift_aid,
    help,
    help_group,
    journey,
    mine,
    shares,
)

# /pledges/statements/... before /pledges/{reference}/{token}, which it would fit
_MODULES: Final = (
    all_mine,
    gift_aid,
    journey,
    mine,
    afterwards,
    agreeing,
    help,
    help_group,
    dedications,
    comments,
    shares,
    fund_fit,
)
ROUTES: Final[list[Route]] = [route for module in _MODULES for route in module.ROUTES]
