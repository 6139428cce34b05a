"""What must hold of awards, rounds, pitches and decisions: `crowdfund-kent check` runs it over the live database."""

from typing import Final

from panel.checks import awards

RULES: Final = (*awards.RULES,)
