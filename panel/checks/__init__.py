"""What must hold of awards, rounds, pitches and decisions: `crowdfund-kent check` runs it over the live database."""

from typing import Final

from panel.checks import awards, holds, interests, pitches, requests, rounds, seats, signing, what_if

RULES: Final = (
    *awards.RULES,
    *pitches.RULES,
    *rounds.RULES,
    *seats.RULES,
    *interests.RULES,
    *signing.RULES,
    *what_if.RULES,
    *holds.RULES,
    *requests.RULES,
)
