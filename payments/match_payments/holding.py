"""Payments that are held: what is held is not prepared, approved or exported before two people release it.

The subject is the match, "match_pledge:12", and not one payment: so a hold also stops what is not prepared yet, and a
payment that was taken out can't be prepared anew beside it.
"""

from collections.abc import Collection, Iterable
from typing import Final

from crowdfund_kent.database import execute
from crowdfund_kent.money import pounds_exact
from payments.holds import subjects
from payments.holds.models import PaymentHold
from payments.holds.states import IN_EFFECT
from payments.holds.subjects import Subject
from payments.match_payments import owing
from payments.payouts.models import CollapseProposal
from payments.payouts.states import Collapse
from pledges.models import MatchPledge
from pledges.recipients import WITH, project_of, title_for
from pledges.states import Match

KIND: Final = "match_pledge"
HELD: Final = "Held: see the payments that are held"
ENDING: Final = "It is proposed that everybody gets their money back"
# what the bank sent back is to pay again, whatever became of the rest of the match
_TO_PAY: Final = (Match.CONFIRMED, Match.PART_PAID, Match.CLOSED_SHORT, Match.PART_RECOVERED, Match.RECOVERED)


async def held_words(matches: Iterable[MatchPledge]) -> dict[int, str]:
    """Match pledge id -> that it is held, in words; those that are not are left out."""
    found = list(matches)
    ids = {f"{KIND}:{one.id}": one.id for one in found}
    rows = await PaymentHold.filter(subject__in=list(ids), status__in=IN_EFFECT)
    return await _ending(found) | {ids[row.subject]: HELD for row in rows}


async def _ending(matches: Iterable[MatchPledge]) -> dict[int, str]:
    """Those whose campaign may end for everybody: what is paid now could not be let go any more."""
    at = {one.id: one.campaign_id for one in matches if one.campaign_id is not None}
    rows = await CollapseProposal.filter(campaign_id__in=list(at.values()), status=Collapse.PROPOSED)
    ending = {row.campaign_id for row in rows}
    return {match_id: ENDING for match_id, campaign_id in at.items() if campaign_id in ending}


async def lock(match_ids: Collection[int]) -> None:
    """Nobody places a hold on these between our look at it and our commit: the lock of holds.services.place."""
    await execute(
        f"SELECT pg_advisory_xact_lock(hashtext('hold {KIND}:' || id)) FROM unnest($1::bigint[]) AS id",
        sorted(match_ids),
    )


async def _match(row_id: int) -> Subject | None:
    found = await MatchPledge.get_or_none(id=row_id).select_related(*WITH)
    if found is None:
        return None
    still = await owing.to_pay(found) + await owing.own_not_paid(found)
    open_ = still > 0 and found.status in _TO_PAY and found.import_batch_id is None and not found.generated
    words = f"The payment of {pounds_exact(still)} of match {found.reference} for “{title_for(found)}”"
    return Subject(words, "/staff/match-payments", project_of(found).group_id, open_)


def compose() -> None:
    """Tell holds what there is."""
    subjects.register(KIND, _match)
