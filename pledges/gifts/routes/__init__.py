"""The pages of off-line gifts: at desks, for the group, and the paper form for everybody."""

from typing import Final

from starlette.routing import Route

from pledges.gifts.routes import desk, group, office, paper, unpaid

ROUTES: Final[list[Route]] = [*desk.ROUTES, *office.ROUTES, *unpaid.ROUTES, *group.ROUTES, *paper.ROUTES]
