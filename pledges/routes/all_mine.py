"""/pledges: everything pledged with the address that somebody signed in with, and their yearly statements.

Signing in by e-mail proves the address, and nothing else is needed to see what was pledged with it.
"""

from itertools import groupby
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent.accounts.access import page, signed_in
from crowdfund_kent.accounts.models import Person
from crowdfund_kent.clock import business_today
from crowdfund_kent.csv_files import csv_response, csv_text
from crowdfund_kent.errors import NotSignedIn
from crowdfund_kent.mail.choices import choices_url
from crowdfund_kent.templating import render
from payments import statements
from pledges import links
from pledges.queries import CampaignView, campaign_view, pledges_of
from pledges.routes.journey import PRIVATE
from pledges.states import CHARGED, STILL_TO_COLLECT
from pledges.states import Pledge as Status

COLUMNS: Final = (
    "Day",
    "Project",
    "Group",
    "Pledge",
    "Card ending",
    "Charged for the pledge",
    "Charged for the card cost",
    "Paid back",
)
MONEY: Final = COLUMNS[5:]
MAY_CHANGE_CARD: Final = frozenset({Status.ACTIVE, *STILL_TO_COLLECT})


async def _address(request: Request) -> str:
    person = await Person.get(id=request.state.session.person_id)
    if person.email is None:
        raise NotSignedIn
    return str(person.email)


async def _all(request: Request) -> Response:
    """Grouped by project, the newest first."""
    email = await _address(request)
    made = await pledges_of(email)
    campaigns: dict[int, CampaignView] = {
        campaign_id: await campaign_view(campaign_id) for campaign_id in {one.campaign_id for one in made}
    }
    by_campaign = groupby(sorted(made, key=lambda one: (-one.campaign_id, -one.id)), key=lambda one: one.campaign_id)
    context = {
        "email": email,
        "groups": [(campaigns[campaign_id], list(some)) for campaign_id, some in by_campaign],
        "paths": {one.id: links.private_path(one) for one in made},
        "charged": CHARGED,
        "may_change_card": MAY_CHANGE_CARD,
        "years": await statements.years_of(email),
        "choices": choices_url(email),
    }
    return render(request, "pledges/all_mine.html", context, headers=PRIVATE)


async def _statement(request: Request) -> Response:
    """One year, to print."""
    email = await _address(request)
    year = statements.year_from(request.path_params["year"], business_today())
    entries = await statements.of_year(email, year)
    context = {
        "email": email,
        "year": year,
        "entries": entries,
        "charged_pence": sum(one.total_pence for one in entries if not one.given_back),
        "cover_pence": sum(one.cover_pence for one in entries if not one.given_back),
        "back_pence": sum(one.total_pence for one in entries if one.given_back),
        "unfinished": year.last_day >= business_today(),
        "today": business_today(),
    }
    return render(request, "pledges/statement.html", context, headers=PRIVATE)


async def _statement_csv(request: Request) -> Response:
    """The same for a spreadsheet."""
    email = await _address(request)
    year = statements.year_from(request.path_params["year"], business_today())
    rows = [
        (
            one.day.isoformat(),
            one.title,
            one.group_name,
            one.reference,
            one.last4,
            0 if one.given_back else one.pledge_pence,
            0 if one.given_back else one.cover_pence,
            one.total_pence if one.given_back else 0,
        )
        for one in await statements.of_year(email, year)
    ]
    return csv_response(f"pledges-{year.key}.csv", csv_text(COLUMNS, rows, money=MONEY))


ROUTES: Final[list[Route]] = [
    page("/pledges", _all, signed_in, name="my_pledges"),
    page("/pledges/statements/{year}.csv", _statement_csv, signed_in, name="my_statement_csv"),
    page("/pledges/statements/{year}", _statement, signed_in, name="my_statement"),
]
