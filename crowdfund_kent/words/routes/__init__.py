"""Pages of words: for everybody, and for the officers who edit them."""

from crowdfund_kent.words.routes import public, said, staff

ROUTES = [*public.ROUTES, *said.ROUTES, *staff.ROUTES]
