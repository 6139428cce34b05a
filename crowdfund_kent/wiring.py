"""What several packages make together: routes, rules, landing links. With app.py, cli.py and worker.py all that knows all."""

from types import ModuleType
from typing import Final

from starlette.routing import Route

import crowdfund_kent.mail.landing
import crowdfund_kent.mail.routes
import evaluation.accounts
import evaluation.checks
import evaluation.evidence.checks
import evaluation.evidence.landing
import evaluation.evidence.routes
import evaluation.home
import evaluation.landing
import evaluation.personal
import evaluation.routes
import evaluation.surveys.checks
import evaluation.surveys.landing
import evaluation.surveys.personal
import evaluation.surveys.routes
import panel.checks
import panel.landing
import panel.personal
import panel.queries.rounds_ahead
import panel.retention
import panel.routes
import panel.services.pitches
import payments.accounts
import payments.bank_details.checks
import payments.bank_details.group_routes
import payments.bank_details.personal
import payments.bank_details.routes
import payments.bank_statements.routes
import payments.books.checks
import payments.books.landing
import payments.books.personal
import payments.books.routes
import payments.checks
import payments.disputes.routes
import payments.gift_aid.checks
import payments.gift_aid.personal
import payments.gift_aid.routes
import payments.holding
import payments.holds.routes
import payments.landing
import payments.match_payments.accounts
import payments.match_payments.checks
import payments.match_payments.due
import payments.match_payments.landing
import payments.match_payments.personal
import payments.match_payments.routes
import payments.office_routes
import payments.own_money.checks
import payments.own_money.landing
import payments.own_money.personal
import payments.own_money.routes
import payments.payouts.checks
import payments.payouts.office_routes
import payments.payouts.queries
import payments.payouts.routes
import payments.personal
import payments.reconciling.checks
import payments.reconciling.personal
import payments.reconciling.routes
import payments.recoveries.routes
import payments.repayments.checks
import payments.repayments.routes
import payments.routes
import payments.shares_back.accounts
import payments.shares_back.checks
import payments.shares_back.group_routes
import payments.shares_back.landing
import payments.shares_back.personal
import payments.shares_back.routes
import payments.taken_back.checks
import payments.taken_back.routes
import payments.webhooks
import pledges.accounts
import pledges.checks
import pledges.fitting
import pledges.fund_checks
import pledges.fund_queries
import pledges.fund_routes
import pledges.gifts.checks
import pledges.gifts.landing
import pledges.gifts.personal
import pledges.gifts.routes
import pledges.landing
import pledges.match_accounts
import pledges.matches
import pledges.personal
import pledges.post_mail
import pledges.pot_checks
import pledges.public.figures
import pledges.public.routes
import pledges.public.spread
import pledges.retention
import pledges.rounds_ahead
import pledges.routes
import pledges.totals
import projects.checks
import projects.helping_checks
import projects.landing
import projects.match_days
import projects.paper_acts
import projects.personal
import projects.post_checks
import projects.posts_landing
import projects.raised
import projects.reach
import projects.receiving
import projects.reports.checks
import projects.reports.landing
import projects.reports.personal
import projects.reports.retention
import projects.reports.routes
import projects.reports.services.sending
import projects.retention
import projects.routes
import projects.scheme
from crowdfund_kent import chart, checks, health, invariants, lost, our_mail, pages, sitemap
from crowdfund_kent.accounts import checks as accounts_checks
from crowdfund_kent.accounts import landing
from crowdfund_kent.accounts import personal as accounts_personal
from crowdfund_kent.accounts import routes as accounts_routes
from crowdfund_kent.cases import checks as cases_checks
from crowdfund_kent.cases import landing as cases_landing
from crowdfund_kent.cases import routes as cases_routes
from crowdfund_kent.cases import subjects
from crowdfund_kent.personal import house, register, retention
from crowdfund_kent.personal import office_routes as personal_office
from crowdfund_kent.personal import routes as personal_routes
from crowdfund_kent.settings import get_settings
from crowdfund_kent.words import checks as words_checks
from crowdfund_kent.words import landing as words_landing
from crowdfund_kent.words import routes as words_routes
from projects.kinds import PaperAct

_ROUTES: Final[tuple[ModuleType, ...]] = (
    pages,
    sitemap,
    health,
    accounts_routes,
    cases_routes,
    words_routes,
    personal_routes,
    personal_office,
    crowdfund_kent.mail.routes,
    projects.routes,
    projects.reports.routes,
    pledges.public.routes,
    pledges.public.spread,
    pledges.routes,
    pledges.fund_routes,
    pledges.gifts.routes,
    panel.routes,
    payments.webhooks,
    payments.routes,
    payments.office_routes,
    payments.bank_details.routes,
    payments.bank_details.group_routes,
    payments.match_payments.routes,
    payments.bank_statements.routes,
    payments.recoveries.routes,
    payments.own_money.routes,
    payments.shares_back.routes,
    payments.shares_back.group_routes,
    payments.repayments.routes,
    payments.taken_back.routes,
    payments.books.routes,
    payments.reconciling.routes,
    payments.gift_aid.routes,
    payments.payouts.routes,
    payments.payouts.office_routes,
    payments.holds.routes,
    payments.disputes.routes,
    evaluation.surveys.routes,  # before the report, whose addresses end in any day
    evaluation.routes,
    evaluation.evidence.routes,
)
_LANDING: Final[tuple[ModuleType, ...]] = (
    cases_landing,
    words_landing,
    projects.landing,
    projects.posts_landing,
    projects.reports.landing,
    pledges.landing,
    pledges.gifts.landing,
    panel.landing,
    payments.landing,
    payments.match_payments.landing,
    payments.shares_back.landing,
    payments.books.landing,
    payments.own_money.landing,
    evaluation.evidence.landing,
    crowdfund_kent.mail.landing,
    evaluation.landing,
    evaluation.surveys.landing,
)
RULE_MODULES: Final[tuple[ModuleType, ...]] = (
    checks,
    accounts_checks,
    cases_checks,
    words_checks,
    retention,
    projects.checks,
    projects.post_checks,
    projects.helping_checks,
    projects.reports.checks,
    pledges.checks,
    pledges.pot_checks,
    pledges.fund_checks,
    pledges.gifts.checks,
    panel.checks,
    payments.checks,
    payments.own_money.checks,
    payments.repayments.checks,
    payments.gift_aid.checks,
    payments.payouts.checks,
    payments.taken_back.checks,
    payments.books.checks,
    payments.reconciling.checks,
    payments.bank_details.checks,
    payments.match_payments.checks,
    payments.shares_back.checks,
    evaluation.checks,
    evaluation.evidence.checks,
    evaluation.surveys.checks,
)

# accounts of the ledger: docs/books.md
CHARTS: Final[tuple[ModuleType, ...]] = (
    payments.accounts,
    payments.match_payments.accounts,
    payments.shares_back.accounts,
    pledges.accounts,
    pledges.match_accounts,
    evaluation.accounts,
)


def site_routes() -> list[Route]:
    """Every route of the site; those of local/ only outside production."""
    _compose_landing()
    _compose_groups_pages()
    _compose_addresses()
    compose_personal()
    compose_chart()
    return [route for module in _ROUTES + _local() for route in module.ROUTES]


def compose_chart() -> None:
    """What each account of the ledger stands for."""
    chart.compose(module.CHART for module in CHARTS)


def compose_personal() -> None:
    """Whose data lies where, in the order of erasing: those that find it by the address before those that forget it."""
    register.compose(
        (
            evaluation.surveys.personal.PART,
            payments.gift_aid.personal.PART,
            payments.personal.PART,
            payments.books.personal.PART,
            payments.own_money.personal.PART,
            pledges.gifts.personal.PART,
            payments.reconciling.personal.PART,
            payments.bank_details.personal.PART,
            payments.match_payments.personal.PART,
            payments.shares_back.personal.PART,
            pledges.personal.PART,
            panel.personal.PART,
            projects.personal.PART,
            projects.reports.personal.PART,
            house.PART,
            accounts_personal.PART,
            evaluation.personal.PART,
        )
    )
    retention.compose(
        (
            *house.RETENTION,
            *projects.retention.RULES,
            *projects.reports.retention.RULES,
            *pledges.retention.RULES,
            *pledges.gifts.personal.RETENTION,
            *payments.gift_aid.personal.RETENTION,
            *payments.bank_details.personal.RETENTION,
            *panel.retention.RULES,
            *evaluation.surveys.personal.RETENTION,
        )
    )


def _local() -> tuple[ModuleType, ...]:
    """Imported here: in production these modules refuse to load."""
    if get_settings().is_production:
        return ()
    import local.clock_pages
    import local.inbox
    import local.mails

    return (local.inbox, local.mails, local.clock_pages)


async def _raised_pence(campaign_id: int) -> int:
    return (await pledges.totals.totals(campaign_id)).raised_pence


def _compose_addresses() -> None:
    """Where lost addresses lead, and which pages with a name in their address the sitemap lists."""
    lost.use(projects.routes.find_moved)
    for module in _ROUTES:
        for function in getattr(module, "SITEMAP", ()):
            sitemap.use(function)


def _compose_groups_pages() -> None:
    """What pledges know and a group's page shows: what is raised, and each landing.py's NEXT_STEPS for a campaign."""
    projects.raised.use(_raised_pence)
    pledges.public.figures.use(evaluation.home.KEEPER)
    projects.reach.use(pledges.post_mail.how_many)
    projects.receiving.ask(payments.payouts.queries.something_is_due)
    payments.holding.compose()
    projects.scheme.use(pledges.fund_queries.some_fund_pays_for_things_that_last)
    pledges.rounds_ahead.use(panel.queries.rounds_ahead.next_rounds, panel.queries.rounds_ahead.answers_of)
    pledges.rounds_ahead.use_posts(panel.queries.rounds_ahead.posts_of)
    projects.match_days.use(pledges.fitting.days_of)
    projects.receiving.ask(payments.match_payments.due.is_due_to)
    projects.paper_acts.offer(
        pledges.matches.paper_choices, pledges.matches.answer_on_paper, PaperAct.ACCEPT, PaperAct.DECLINE
    )
    projects.paper_acts.offer(
        panel.services.pitches.paper_choices, panel.services.pitches.send_on_paper, PaperAct.PITCH
    )
    sending = projects.reports.services.sending
    projects.paper_acts.offer(sending.paper_choices, sending.send_on_paper, PaperAct.REPORT)
    for module in _LANDING:
        for function in getattr(module, "NEXT_STEPS", ()):
            projects.raised.offer(function)


def _compose_landing() -> None:
    """What /account shows, and what cases are about: each package's landing.py names what it has, or leaves it out."""
    for module in _LANDING:
        for function in getattr(module, "SECTIONS", ()):
            landing.register(function)
        for link in getattr(module, "LINKS", ()):
            landing.register_link(link)
        for function in getattr(module, "SCOPES", ()):
            landing.register_scopes(function)
        subjects.register_staff_pages(getattr(module, "STAFF_PAGES", {}))
        for function in getattr(module, "SUBJECTS_OF_PAGES", ()):
            subjects.register_subject_of_page(function)
        for prefix, exists in getattr(module, "REFERENCES", {}).items():
            our_mail.register_reference(prefix, exists)


def all_rules() -> list[invariants.Rule]:
    """Every invariant."""
    compose_personal()
    compose_chart()
    return [rule for module in RULE_MODULES for rule in module.RULES]


async def run_all_checks() -> list[invariants.Finding]:
    """Prove every invariant over the live database."""
    return await invariants.run(all_rules())
