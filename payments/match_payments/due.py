"""What the council owes groups now: each match that is to be paid, what is still missing for it, and by when.

A match is owed once its campaign is settled (or at once, without a crowd). Terms, bank and subsidy checks, the interim
report of a second part, and holds are looked at here and again, under locks, when a payment is approved and exported.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from crowdfund_kent.clock import business_now, london_day
from crowdfund_kent.database import fetch
from payments.bank_details.queries import Standing, standing_of
from payments.bank_details.receiving import Receiver, receiver
from payments.match_payments import reports, rules
from payments.match_payments.holding import held_words
from payments.match_payments.models import MatchPayment
from payments.match_payments.owing import owed_back
from payments.match_payments.rules import Instalments, Part
from payments.match_payments.states import OPEN, Payment
from payments.subsidy.models import SubsidyCheck
from payments.subsidy.queries import missing_of
from payments.subsidy.states import Subsidy
from pledges.matches import terms_of
from pledges.models import MatchDraw, MatchPledge
from pledges.recipients import WITH, project_of, title_for
from pledges.states import Match

# of campaigns that are settled, and of projects that need no crowd; of what was closed short or recovered in part, what
# the bank sent back; history was paid before we kept books
_OWED = (
    "SELECT m.id FROM match_pledge m LEFT JOIN campaign c ON c.id = m.campaign_id"
    " WHERE (m.status IN ('confirmed', 'part paid') OR (m.status IN ('closed short', 'part recovered') AND EXISTS"
    "  (SELECT 1 FROM match_draw d WHERE d.match_pledge_id = m.id AND d.paid_pence + d.short_pence < d.amount_pence)))"
    " AND m.import_batch_id IS NULL AND NOT m.generated"
    " AND (m.project_id IS NOT NULL OR c.status = 'settled')"
)


@dataclass(frozen=True, slots=True)
class Due:
    """One payment that is owed. `by_source`: source id -> pence. `missing`: what must be done first; empty: it can be paid.

    `own_pence` of it are the group's own money (owing.py): it goes with what is owed of the match, or alone (`Part.OWN`)
    while that waits for something.
    """

    match: MatchPledge
    title: str
    group_id: int  # whose project it is
    group_name: str
    group_slug: str
    receiver: Receiver
    standing: Standing
    part: Part
    amount_pence: int
    by_source: dict[int, int]
    due_on: date
    missing: tuple[str, ...]
    own_pence: int = 0


async def due(match_ids: Collection[int] | None = None, *, but: int = 0, now: datetime | None = None) -> list[Due]:
    """What is owed and not under way, oldest first; of all, or of these. `but`: a payment that does not count as under way."""
    when = now or business_now()
    if match_ids is None:
        rows = await fetch(f"{_OWED} ORDER BY m.id")
    else:
        rows = await fetch(f"{_OWED} AND m.id = ANY($1::bigint[]) ORDER BY m.id", list(match_ids))
    under_way = {row.match_pledge_id for row in await MatchPayment.filter(status__in=list(OPEN)).exclude(id=but)}
    of_match = {row["id"] for row in rows} - under_way
    own = {one: pence for one, pence in (await owed_back(match_ids, but=but)).items() if one not in under_way}
    return await _read(of_match, own, when) if of_match or own else []


async def _read(of_match: set[int], own: dict[int, int], now: datetime) -> list[Due]:
    ids = sorted(of_match | set(own))
    matches = await MatchPledge.filter(id__in=ids).select_related("fund__funder", "authority", *WITH).order_by("id")
    receivers = {one: await receiver(one) for one in {project_of(match).group_id for match in matches}}
    standings = await standing_of([one.group_id for one in receivers.values()])
    subsidy, held = await missing_of(ids), await held_words(matches)
    overdue = await reports.stopped_by_overdue(matches, london_day(now))
    accepted = await reports.interim_accepted_on([one.campaign_id for one in matches if one.campaign_id is not None])
    draws: dict[int, list[MatchDraw]] = {}
    for draw in await MatchDraw.filter(match_pledge_id__in=ids).order_by("source_id"):
        draws.setdefault(draw.match_pledge_id, []).append(draw)
    came_back = {
        row["id"]: row["day"]
        for row in await fetch(
            "SELECT match_pledge_id AS id, max(returned_on) AS day FROM match_payment WHERE status = $2"
            " AND match_pledge_id = ANY($1::bigint[]) GROUP BY 1",
            ids,
            Payment.RETURNED,
        )
    }
    rests = MatchPayment.filter(match_pledge_id__in=ids, part=Part.REST, status=Payment.PAID)
    rest_paid = set(await rests.values_list("match_pledge_id", flat=True))
    found = []
    for match in matches:
        group = project_of(match).group
        paid_to = receivers[group.id]
        mine = draws[match.id]
        following = rules.next_part(
            [(draw.amount_pence - draw.short_pence, draw.paid_pence) for draw in mine if match.id in of_match],
            None if match.status == Match.CLOSED_SHORT else Instalments.of_terms(match.terms),
            rest_paid=match.id in rest_paid,
        )
        if following is None and match.id not in own:
            continue
        part, amounts = following or (Part.OWN, [0] * len(mine))
        own_pence = own.get(match.id, 0)
        missing = [
            await _terms_missing(match),
            standings[paid_to.group_id].missing(now),
            subsidy.get(match.id, ""),
            held.get(match.id, ""),
            overdue.get(match.id, ""),
        ]
        begins = _owed_from(match)
        if part is Part.REST:
            reported = accepted.get(match.campaign_id or 0)
            missing.append("" if reported else "Waits for the group’s interim report to be accepted")
            begins = max(begins, reported) if reported else begins
        of_all = (standings[paid_to.group_id].missing(now), held.get(match.id, ""))
        if own_pence and any(words and words not in of_all for words in missing):
            part, amounts = Part.OWN, [0] * len(mine)  # its own money waits for nothing that the match waits for
        if part is Part.OWN:
            missing = list(of_all)
        if match.id in came_back:
            begins = max(begins, came_back[match.id])
        found.append(
            Due(
                match=match,
                title=title_for(match),
                group_id=group.id,
                group_name=group.name,
                group_slug=group.slug,
                receiver=paid_to,
                standing=standings[paid_to.group_id],
                part=part,
                amount_pence=sum(amounts) + own_pence,
                by_source={draw.source_id: pence for draw, pence in zip(mine, amounts, strict=True) if pence},
                due_on=rules.due_on(begins),
                missing=tuple(words for words in missing if words),
                own_pence=own_pence,
            )
        )
    return sorted(found, key=lambda one: (one.due_on, one.match.id))


def _owed_from(match: MatchPledge) -> date:
    """The day of settlement; without a crowd the day of acceptance."""
    settled = match.campaign.settled_at if match.campaign is not None else match.accepted_at
    return london_day(settled or match.created_at)


async def _terms_missing(match: MatchPledge) -> str:
    terms = await terms_of(match)
    return "The fund’s terms were not accepted" if terms is not None and match.accepted_terms_id is None else ""


async def is_due_to(group_id: int) -> bool:
    """Whether money of a match is owed or on its way to the group: who receives must stay as it is meanwhile."""
    rows = await fetch(
        "SELECT 1 FROM match_pledge m LEFT JOIN campaign c ON c.id = m.campaign_id"
        " JOIN project p ON p.id = coalesce(c.project_id, m.project_id) WHERE p.group_id = $1 AND (m.id IN"
        f" ({_OWED}) OR m.id = ANY($3::bigint[])"
        " OR EXISTS (SELECT 1 FROM match_payment x WHERE x.match_pledge_id = m.id AND x.status = ANY($2::text[])))"
        " LIMIT 1",
        group_id,
        [str(one) for one in OPEN],
        list(await owed_back()),
    )
    return bool(rows)


@dataclass(frozen=True, slots=True)
class Past:
    """A payment to a group, as its own page tells it."""

    title: str
    reference: str
    words: str
    day: date | None
    amount_pence: int


@dataclass(frozen=True, slots=True)
class Asked:
    """A subsidy check that waits for the group."""

    id: int
    title: str


_WORDS = {
    Payment.PREPARED: "Being prepared",
    Payment.APPROVED: "Approved",
    Payment.EXPORTED: "On its way",
    Payment.PAID: "Paid",
    Payment.RETURNED: "Came back from the bank",
}


async def of_group(group_id: int) -> tuple[list[Due], list[Past], list[Asked]]:
    """For the group's own page: what is to come, what was paid, and what it is asked."""
    rows = await fetch(
        "SELECT m.id FROM match_pledge m LEFT JOIN campaign c ON c.id = m.campaign_id"
        " JOIN project p ON p.id = coalesce(c.project_id, m.project_id) WHERE p.group_id = $1 ORDER BY m.id",
        group_id,
    )
    ids = [row["id"] for row in rows]
    if not ids:
        return [], [], []
    titles = {one.id: title_for(one) for one in await MatchPledge.filter(id__in=ids).select_related(*WITH)}
    payments = await MatchPayment.filter(match_pledge_id__in=ids).exclude(status=Payment.CANCELLED).order_by("-id")
    history = [
        Past(
            titles[one.match_pledge_id],
            one.reference,
            _WORDS[Payment(one.status)],
            one.returned_on or one.paid_on,
            one.amount_pence,
        )
        for one in payments
    ]
    checks = await SubsidyCheck.filter(match_pledge_id__in=ids, status=Subsidy.ASKED).order_by("id")
    return await due(ids), history, [Asked(one.id, titles[one.match_pledge_id]) for one in checks]
