"""Reads of what panel/signals.py looks at: the pledges of a campaign without names, and funded projects that look alike."""

from collections.abc import Sequence

from crowdfund_kent.database import fetch
from panel.models import Pitch
from panel.signals import Gift, Signal, signals
from pledges.backers import CROWD, people_of, who_counts
from projects.models import Project
from projects.queries.desk import funding_words_of
from projects.queries.hints import hints_for
from projects.reports.queries import overdue_of_group


async def signals_for(project_id: int, campaign_id: int | None) -> list[Signal]:
    """What officers should look at, of a campaign and its project; without a crowd only repeats and overdue reports."""
    gifts = await _gifts(campaign_id) if campaign_id is not None else []
    return signals(gifts, await _repeats(project_id, campaign_id), await overdue_of(project_id))


async def signals_of(pitch: Pitch) -> list[Signal]:
    """The same of a pitch."""
    return await signals_for(pitch.project_id, pitch.campaign_id)


async def overdue_of(project_id: int) -> list[str]:
    """Reports that the project's group owes for others, in words."""
    project = await Project.get(id=project_id)
    return [
        f"{one.title}, {one.kind}, asked by {one.due_by.day} {one.due_by:%B %Y}"
        for one in await overdue_of_group(project.group_id)
    ]


async def _gifts(campaign_id: int) -> Sequence[Gift]:
    rows = await fetch(f"{CROWD} ORDER BY at", [campaign_id])
    keys = [(row["email_key"], row["card_key"]) for row in rows]
    counts = who_counts(zip(keys, (row["runs_campaign"] for row in rows), strict=True))
    return [
        Gift(row["amount_pence"], person, row["email_key"], row["card_key"], row["at"], own=not backer)
        for row, person, backer in zip(rows, people_of(keys), counts, strict=True)
    ]


async def _repeats(project_id: int, campaign_id: int | None) -> list[str]:
    """Funded projects that look alike, unless an officer has said that this one is distinct."""
    said = await funding_words_of(campaign_id) if campaign_id is not None else {}
    return [
        f"{hint.title} ({', '.join(hint.reasons)})"
        for hint in await hints_for(project_id)
        if hint.was_funded and not (hint.project_id in said and said[hint.project_id].distinct)
    ]
