"""Pages of words, and the drawings. Each says only what the site does; amounts and days come from the settings."""

from collections.abc import Callable, Coroutine
from datetime import date
from email.utils import parseaddr
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from crowdfund_kent import illustrations, money
from crowdfund_kent.accounts import sessions
from crowdfund_kent.accounts.access import page, public
from crowdfund_kent.settings import get_settings
from crowdfund_kent.templating import render

EXAMPLE_PENCE: Final = 1_000

# the accessibility statement's days: change them with the statement, and look at it once a year
PREPARED: Final = date(2026, 11, 21)
TESTED: Final = date(2026, 11, 21)
REVIEWED: Final = date(2026, 11, 21)
REVIEW_DUE: Final = date(2027, 11, 21)

GLOSSARY: Final = (
    ("Backer", "A person who makes a pledge. Each is counted once, by e-mail address or card."),
    ("Campaign", "The time in which a project raises money: it has a target and a last day."),
    ("Community group", "The people who run a project. In the Council's papers: social sector or VCSE."),
    ("Cost line", "One thing that must be paid for, with its price. A project's costs are the sum of its lines."),
    ("Four measures", "Project value, target, raised and secured. They are never mixed."),
    ("Fund", "A pot of money with a limit, that can add to what neighbours pledge."),
    ("In kind", "Goods, rooms or hours that are given instead of money. They count in the project value only."),
    ("Leverage", "In the Council's papers: the project value for each £1 of match pledged. More than cash is in it."),
    ("Match", "What KCC adds. Offered, it is set aside in the pot; accepted by the group, it counts."),
    ("Pay-out threshold", "The share of the target that must be secured before a group is paid."),
    ("Pledge", "A promise to pay if the target is met. The card is saved when you pledge, and charged later."),
    ("Project value", "Everything a project takes: its costs and what is given in kind."),
    ("Raised", "Pledged by backers, and match the group has accepted."),
    ("Secured", "Really there: collected from cards, counted in cash, or confirmed by the fund."),
    ("Set aside", "Kept in the pot for one project, so that it can't be promised twice. In the papers: earmarked."),
    ("Target", "What the campaign must raise: the costs, less money found before."),
)

Endpoint = Callable[[Request], Coroutine[Any, Any, Response]]


def _words(template: str, context: Callable[[], dict[str, Any]] = dict) -> Endpoint:
    """A page that shows a template and nothing of the database."""

    async def show(request: Request) -> Response:
        return render(request, f"pages/{template}.html", context())

    return show


def _fees() -> dict[str, Any]:
    settings = get_settings()
    cost = money.share(EXAMPLE_PENCE, settings.card_cost_bp) + settings.card_cost_fixed_pence
    return {"example_cost_pence": cost}


def _statement() -> dict[str, Any]:
    return {"prepared": PREPARED, "tested": TESTED, "reviewed": REVIEWED, "review_due": REVIEW_DUE}


ROUTES: Final = [
    page("/how-it-works", _words("how_it_works"), public, name="how_it_works"),
    page("/start", _words("start"), public, name="start"),
    page("/fees", _words("fees", _fees), public, name="fees"),
    page("/safety", _words("safety"), public, name="safety"),
    page("/check", _words("check", lambda: {"sender": parseaddr(get_settings().mail_from)[1]}), public, name="check"),
    page("/complaints", _words("complaints"), public, name="complaints"),
    page("/glossary", _words("glossary", lambda: {"words": GLOSSARY}), public, name="glossary"),
    page("/accessibility", _words("accessibility", _statement), public, name="accessibility"),
    page("/privacy", _words("privacy"), public, name="privacy"),
    page("/cookies", _words("cookies", lambda: {"cookie_name": sessions.COOKIE}), public, name="cookies"),
    page("/illustrations/{kind}-{seed:int}.svg", illustrations.illustration, public, name="illustration"),
]
