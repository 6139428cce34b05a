"""Facts that a text may name, as {{ threshold }}: a closed list, each computed from the settings. Pure but for those."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from email.utils import parseaddr
from typing import Final

from crowdfund_kent import money
from crowdfund_kent.accounts import sessions
from crowdfund_kent.cases.kinds import ABOUT, Kind
from crowdfund_kent.settings import Settings, get_settings
from crowdfund_kent.templating import day, percent, small_money

EXAMPLE_PENCE: Final = 1_000
_BP: Final = 10_000

# the accessibility statement's days: change them with the statement, and look at it once a year
PREPARED: Final = date(2026, 11, 21)
TESTED: Final = date(2026, 11, 21)
REVIEWED: Final = date(2026, 11, 21)
REVIEW_DUE: Final = date(2027, 11, 21)


@dataclass(frozen=True, slots=True)
class Fact:
    """`about`: what it is, for the officer who writes; `value`: what it is now."""

    about: str
    value: Callable[[Settings], str]


def example_cost(settings: Settings) -> int:
    """The usual card cost of £10, in pence."""
    return money.share(EXAMPLE_PENCE, settings.card_cost_bp) + settings.card_cost_fixed_pence


def example_cover(settings: Settings) -> int:
    """What covers the card cost of £10, in pence: ceil((p + fixed) / (1 - share)) - p (ruling 9)."""
    whole = (EXAMPLE_PENCE + settings.card_cost_fixed_pence) * _BP
    return -(-whole // (_BP - settings.card_cost_bp)) - EXAMPLE_PENCE


FACTS: Final[dict[str, Fact]] = {
    "programme": Fact("the name of the site", lambda s: s.programme_name),
    "council": Fact("the council that runs it", lambda s: s.council_name),
    "site_address": Fact("the address of the site", lambda s: s.site_url.rstrip("/")),
    "contact_name": Fact("who answers", lambda s: s.contact_name),
    "contact_phone": Fact("their telephone number", lambda s: s.contact_phone),
    "contact_hours": Fact("when they answer it", lambda s: s.contact_hours),
    "contact_email": Fact("their e-mail address", lambda s: s.contact_email),
    "sender": Fact("the address our e-mails come from", lambda s: parseaddr(s.mail_from)[1]),
    "statement_name": Fact("the name on a card statement", lambda s: s.statement_name),
    "least_pledge": Fact("the smallest pledge", lambda s: money.pounds(s.least_pledge_pence)),
    "most_pledge": Fact("the largest pledge a page takes", lambda s: money.pounds(s.most_pledge_pence)),
    "least_target": Fact("the smallest target", lambda s: money.pounds(s.least_target_pence)),
    "shortest_weeks": Fact("the shortest campaign, in weeks", lambda s: str(s.campaign_shortest_days // 7)),
    "longest_weeks": Fact("the longest campaign, in weeks", lambda s: str(s.campaign_longest_days // 7)),
    "threshold": Fact("the share of the target that must be secured", lambda s: percent(s.payout_threshold_bp)),
    "first_charge_hours": Fact("hours from success to the first charge", lambda s: str(s.first_charge_delay_hours)),
    "collection_days": Fact("days over which a failed card is tried again", lambda s: str(s.collection_days)),
    "card_cost_share": Fact("the card cost: its share", lambda s: percent(s.card_cost_bp)),
    "card_cost_fixed": Fact("the card cost: its fixed part", lambda s: f"{s.card_cost_fixed_pence}p"),
    "example_cost": Fact("the card cost of £10", lambda s: small_money(example_cost(s))),
    "example_cost_exact": Fact(
        "the card cost of £10, in pounds and pence", lambda s: money.pounds_exact(example_cost(s))
    ),
    "example_left": Fact("what a group receives of £10", lambda s: money.pounds_exact(EXAMPLE_PENCE - example_cost(s))),
    "example_cover": Fact("what covers the card cost of £10", lambda s: money.pounds_exact(example_cover(s))),
    "example_charge": Fact(
        "£10 and what covers its card cost", lambda s: money.pounds_exact(EXAMPLE_PENCE + example_cover(s))
    ),
    "session_hours": Fact("hours that the cookie lasts", lambda s: str(s.session_hours)),
    "sign_in_minutes": Fact("minutes that a sign-in link works", lambda s: str(s.sign_in_minutes)),
    "cookie_name": Fact("the name of the cookie", lambda _: sessions.COOKIE),
    "body_keep_days": Fact("days that sent e-mails are kept", lambda s: str(s.body_keep_days)),
    "survey_keep_days": Fact("days that answers to our questions lead to a person", lambda s: str(s.survey_keep_days)),
    "case_keep_years": Fact("years that what people write to us is kept", lambda s: str(s.case_keep_years)),
    "complaint_within": Fact("how soon we reply to a complaint", lambda _: ABOUT[Kind.COMPLAINT].within),
    "complaint_settle_days": Fact(
        "working days in which a complaint shall be settled", lambda _: str(ABOUT[Kind.COMPLAINT].aim_days)
    ),
    "wrong_within": Fact("how soon we answer “something is wrong”", lambda _: ABOUT[Kind.WRONG].within),
    "format_within": Fact("how soon we answer for another format", lambda _: ABOUT[Kind.FORMAT].within),
    "call_within": Fact("how soon an officer rings", lambda _: ABOUT[Kind.CALL].within),
    "contact_within": Fact("how soon we answer a message", lambda _: ABOUT[Kind.CONTACT].within),
    "statement_prepared": Fact("the day the accessibility statement was prepared", lambda _: day(PREPARED)),
    "statement_tested": Fact("the day accessibility was tested", lambda _: day(TESTED)),
    "statement_reviewed": Fact("the day the accessibility statement was last reviewed", lambda _: day(REVIEWED)),
    "statement_review_due": Fact("the day its next review is due", lambda _: day(REVIEW_DUE)),
}


def values() -> dict[str, str]:
    """Every fact as it is now."""
    settings = get_settings()
    return {name: fact.value(settings) for name, fact in FACTS.items()}


def nearest(name: str) -> str | None:
    """The fact that somebody may have meant."""
    found = get_close_matches(name, FACTS, n=1, cutoff=0.6)
    return found[0] if found else None
