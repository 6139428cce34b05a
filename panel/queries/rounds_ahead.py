"""What pages of a fund ask about its rounds; wiring.py hands these in (pledges/rounds_ahead.py)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from crowdfund_kent.database import fetch
from panel.models import Round
from panel.queries.seats import published_composition
from panel.states import Round as Status
from pledges.rounds_ahead import Post, RoundAhead


async def next_rounds(fund_ids: Collection[int], day: date) -> Mapping[int, Sequence[RoundAhead]]:
    """By fund, the rounds in which a group may ask on `day` or later, the next one first. Made-up ones are left out."""
    rows = await Round.filter(
        fund_id__in=list(fund_ids), status__in=[Status.PLANNED, Status.OPEN], pitch_by__gte=day, generated=False
    ).order_by("pitch_by", "id")
    found: dict[int, list[RoundAhead]] = {}
    for row in rows:
        ahead = RoundAhead(row.fund_id, row.slug, row.name, row.opens_on, row.pitch_by, row.decide_by)
        found.setdefault(row.fund_id, []).append(ahead)
    return found


async def answers_of(question_ids: Collection[int]) -> Mapping[int, int]:
    """By question of a fund, how many pitches have answered it, drafts too."""
    rows = await fetch(
        "SELECT question_id, count(*) AS n FROM pitch_answer WHERE question_id = ANY($1::bigint[]) GROUP BY 1",
        list(question_ids),
    )
    return {int(row["question_id"]): int(row["n"]) for row in rows}


async def posts_of(fund_id: int) -> Sequence[Post]:
    """Who sits on a fund's panel today, as its public page shows it."""
    return [Post(one.words, one.kind, one.to_day) for one in await published_composition(fund_id)]
