"""What the pages of awards share."""

from collections.abc import Mapping
from typing import Any, Final

from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.money import pounds_exact
from pledges.calculator import Most
from pledges.models import MatchPledge

READERS: Final = (
    Role.FUND_OFFICER,
    Role.SIGNATORY,
    Role.FINANCE_APPROVER,
    Role.PANEL_MEMBER,
    Role.PANEL_CHAIR,
    Role.AUDITOR,
)
BOTH: Final = ("GET", "POST")
GENERATED: Final = "Generated records, for demonstration: no group, person or decision on this page is real."


def calculator_rows(most: Most) -> list[dict[str, Any]]:
    """The terms as components/parts.html's calculator takes them."""
    return [{"words": term.words, "pence": term.pence, "binds": term.name is most.binds} for term in most.terms]


def stored_rows(stored: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The same of terms that an award or a match pledge kept; none where it kept none (imported records)."""
    binds = stored.get("binds")
    return [
        {"words": term["words"], "pence": term["pence"], "binds": term["name"] == binds}
        for term in stored.get("terms", ())
    ]


async def by_source(match: MatchPledge) -> list[list[str]]:
    """From which sources a match pledge comes: name and amount."""
    draws = await match.draws.all().order_by("source_id").select_related("source")  # type: ignore[attr-defined]
    return [[draw.source.name, pounds_exact(draw.amount_pence)] for draw in draws]
