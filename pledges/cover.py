"""Covering the card cost: what a backer may add, and when it is offered at all (ruling 9).

The cover is part of the charge and of nothing else: no total, no count and no figure has it.
"""

from typing import Final

from crowdfund_kent.settings import get_settings
from pledges.rules import cover_of

BORNE_BY_GROUP: Final = "group"


def cover_offered(card_cost_borne_by: str, amount_pence: int) -> int:
    """Pence that a backer of `amount_pence` may add; 0 where the programme pays the card cost, so that none is offered."""
    if card_cost_borne_by != BORNE_BY_GROUP:
        return 0
    settings = get_settings()
    return cover_of(amount_pence, settings.card_cost_bp, settings.card_cost_fixed_pence)


def cover_taken(card_cost_borne_by: str, amount_pence: int, wanted: bool) -> int:
    """The cover of a pledge: what is offered, if its backer wants it."""
    return cover_offered(card_cost_borne_by, amount_pence) if wanted else 0
