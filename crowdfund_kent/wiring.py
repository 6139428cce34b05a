"""What several packages make together: routes and rules. With app.py, cli.py and worker.py the only place that knows all."""

from importlib import import_module
from typing import Any, Final

from starlette.routing import Route

from crowdfund_kent import checks
from crowdfund_kent.accounts import landing
from crowdfund_kent.settings import get_settings

_ROUTES: Final = (
    "crowdfund_kent.pages",
    "crowdfund_kent.health",
    "crowdfund_kent.accounts.routes",
    "projects.routes",
    "pledges.public.routes",
    "pledges.routes",
    "pledges.fund_routes",
    "panel.routes",
    "payments.webhooks",
    "payments.routes",
    "evaluation.routes",
)
_LOCAL_ROUTES: Final = ("local.inbox", "local.clock_pages")
_LANDING: Final = ("projects.landing", "pledges.landing", "panel.landing", "payments.landing", "evaluation.landing")
RULE_MODULES: Final = (
    "crowdfund_kent.checks",
    "crowdfund_kent.accounts.checks",
    "projects.checks",
    "pledges.checks",
    "pledges.pot_checks",
    "panel.checks",
    "payments.checks",
    "evaluation.checks",
)


def _gather(modules: tuple[str, ...], name: str, *, optional: bool = False) -> list[Any]:
    found: list[Any] = []
    for module in modules:
        try:
            loaded = import_module(module)
            found.extend(getattr(loaded, name, ()) if optional else getattr(loaded, name))
        except ModuleNotFoundError as error:
            if error.name is None or not module.startswith(error.name):
                raise
    return found


def site_routes() -> list[Route]:
    """Every route of the site; those of local/ only outside production."""
    _compose_landing()
    _compose_groups_pages()
    return _gather(_ROUTES if get_settings().is_production else _ROUTES + _LOCAL_ROUTES, "ROUTES")


async def _raised_pence(campaign_id: int) -> int:
    totals = import_module("pledges.totals").totals
    return int((await totals(campaign_id)).raised_pence)


def _compose_groups_pages() -> None:
    """What pledges know and a group's page shows: what is raised, and each landing.py's NEXT_STEPS for a campaign."""
    raised = import_module("projects.raised")
    raised.use(_raised_pence)
    for function in _gather(_LANDING, "NEXT_STEPS", optional=True):
        raised.offer(function)


def _compose_landing() -> None:
    """What /account shows: each package's landing.py names SECTIONS, LINKS and SCOPES, or leaves them out."""
    for function in _gather(_LANDING, "SECTIONS", optional=True):
        landing.register(function)
    for link in _gather(_LANDING, "LINKS", optional=True):
        landing.register_link(link)
    for function in _gather(_LANDING, "SCOPES", optional=True):
        landing.register_scopes(function)


def all_rules() -> list[checks.Rule]:
    """Every invariant."""
    return _gather(RULE_MODULES, "RULES")


async def run_all_checks() -> list[checks.Finding]:
    """Prove every invariant over the live database."""
    return await checks.run(all_rules())
