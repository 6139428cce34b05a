"""Payments that two people hold: what is held is not prepared, approved or exported before it is released."""

from collections.abc import Iterable

from pledges.models import MatchPledge


async def held_words(_matches: Iterable[MatchPledge]) -> dict[int, str]:
    """Match pledge id -> that it is held, in words; those that are not are left out."""
    return {}
