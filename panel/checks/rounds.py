"""What must hold of rounds, as queries over the live database."""

from typing import Final

from crowdfund_kent.clock import london_day
from crowdfund_kent.invariants import Rule, moves_rule, newest_event_rule, recorded_rule
from crowdfund_kent.working_days import add_working_days
from panel.models import Round
from panel.states import ROUND

PUBLISHED_AFTER: Final = 5
"""Working days from the signature to the public record: groups read their entry before."""
# cause -> what the audit record calls it
RECORDED: Final = {
    "planned": "round planned",
    "opened": "round opened",
    "pitches closed": "pitches closed",
    "meeting begun": "meeting begun",
    "sent back": "list sent back",
    "signed": "round signed",
    "published": "round published",
    "cancelled": "round cancelled",
}


async def _published_too_soon() -> list[str]:
    """Rounds whose record was to be public, or became it, on another day than five working days after the signature."""
    found = []
    for round_ in await Round.filter(signed_at__isnull=False).order_by("id"):
        due = add_working_days(london_day(round_.signed_at), PUBLISHED_AFTER) if round_.signed_at else None
        early = due is not None and round_.published_at is not None and london_day(round_.published_at) < due
        if round_.publish_on != due or early:
            found.append(f"panel_round {round_.id}")
    return found


RULES: Final = (
    newest_event_rule("panel_round"),
    moves_rule("panel_round", ROUND),
    recorded_rule("panel_round", RECORDED),
    Rule(
        "a record is public five working days after the signature",
        "groups read their entry first: the day is five working days in England after the list was signed, and not before",
        find=_published_too_soon,
    ),
    Rule(
        "a round that is not open holds no drafts",
        "what was not sent in by the last day has lapsed, and a round that was cancelled holds nothing that waits",
        "SELECT 'pitch ' || p.id AS offender FROM pitch p JOIN panel_round r ON r.id = p.round_id"
        " WHERE (p.status = 'draft' AND r.status NOT IN ('planned', 'open'))"
        " OR (p.status = 'submitted' AND r.status IN ('planned', 'signed', 'published', 'cancelled')) ORDER BY p.id",
    ),
)
