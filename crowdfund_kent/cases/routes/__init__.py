"""Pages of cases: for whoever asks, and for the officers who answer."""

from crowdfund_kent.cases.routes import asking, mine, staff

ROUTES = [*asking.ROUTES, *mine.ROUTES, *staff.ROUTES]
