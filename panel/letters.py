"""E-mails to the owners of a group about its request, through the outbox, in the caller's transaction; each once."""

from typing import Any

from crowdfund_kent.mail import write
from crowdfund_kent.settings import get_settings
from panel.models import Decision, Pitch, Review
from panel.queries import pitches as queries
from projects.letters import to_owners
from projects.queries import officer_of


async def tell_sent(pitch: Pitch) -> None:
    """It is with the fund: by when they hear, and what may still be missing."""
    found = await queries.weighed(pitch)
    await _to_owners(pitch, "sent", progress=queries.progress_in(pitch, found))


async def tell_decided(pitch: Pitch, decision: Decision) -> None:
    """What was decided can be read, before everybody can. To those who are offered money the offer says it."""
    if decision.amount_pence is None:
        await _to_owners(pitch, "decided", outcome=decision.outcome)


async def tell_review_asked(pitch: Pitch, review: Review) -> None:
    """Somebody who took no part looks at it, by a day."""
    await _to_owners(pitch, "review_asked", answer_by=review.answer_by)


async def tell_review_answered(pitch: Pitch, review: Review) -> None:
    """The answer can be read."""
    await _to_owners(pitch, "review_answered", outcome=review.outcome)


async def _to_owners(pitch: Pitch, what: str, **more: Any) -> None:
    fund = pitch.round.fund
    mail = write(
        f"panel/request_{what}.txt",
        officer=await officer_of(pitch.project.group_id),
        title=queries.title_of(pitch),
        funder=fund.funder.short_name,
        fund=fund.name,
        round=pitch.round,
        asked_pence=pitch.asked_pence,
        reference=pitch.reference,
        page=get_settings().site_url + queries.path_of(pitch),
        **more,
    )
    await to_owners(pitch.project.group_id, f"request {what}", mail, f"request {what}:{pitch.id}")
