"""Every pound of a pot: which match pledges make each of its figures, to the penny. /funds/{slug}/pounds is public.

From here one walks to the decision (/awards/{reference}), to the project, and to what was paid and delivered.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from crowdfund_kent.database import fetch
from crowdfund_kent.etags import etag, headers, unchanged
from crowdfund_kent.money import pounds_exact
from crowdfund_kent.templating import day, render
from pledges.fund_queries import Pot, generated_notice, newest_facts, pot_of, public_fund
from pledges.models import FundingSource, MatchFund, SourceCap
from projects import words
from projects.states import Delivery

NOT_YET: Final = "Not recorded yet"
# place -> where the pence of a draw stand, by the status of its match pledge (pot_checks.py proves the same sums)
_PLACED: Final = {
    "earmarked": "CASE WHEN m.status = 'earmarked' THEN d.amount_pence ELSE 0 END",
    "pledged": "CASE WHEN m.status = 'pledged' THEN d.amount_pence ELSE 0 END",
    "confirmed": "CASE WHEN m.status IN ('confirmed', 'part paid', 'closed short', 'part recovered')"
    " THEN d.amount_pence - d.short_pence - d.paid_pence ELSE 0 END",
    "paid": "d.paid_pence - d.recovered_pence",
    "recovered": "d.recovered_pence",
}
# place -> heading, and what it means: in the order in which money goes
PLACES: Final = (
    ("earmarked", "Offered", "Set aside for a group that has not answered yet."),
    ("pledged", "Pledged", "Accepted by the group, and paid only if the target is met."),
    ("confirmed", "Confirmed", "Owed to a project that met its target, and not paid yet."),
    ("paid", "Paid", "With the group."),
    ("recovered", "Came back", "Was paid and came back from the group."),
)


@dataclass(frozen=True, slots=True)
class Pound:
    """What one match pledge holds in one place. `by_source`: pence by source id. `slug`: empty where it has no public page.

    `accepted_at`: None while it is only offered; then its decision is not public yet.
    """

    reference: str
    title: str
    slug: str
    accepted_at: datetime | None
    paid_pence: int
    amount_pence: int
    delivery: str
    by_source: dict[int, int]

    @property
    def pence(self) -> int:
        """All of it."""
        return sum(self.by_source.values())


@dataclass(frozen=True, slots=True)
class Place:
    """One figure of the pot with everything that it is made from."""

    name: str
    heading: str
    meaning: str
    pounds: Sequence[Pound]

    @property
    def pence(self) -> int:
        """Together: what the pot's figure must say."""
        return sum(one.pence for one in self.pounds)

    def in_source(self, source_id: int) -> int:
        """Together in one source."""
        return sum(one.by_source.get(source_id, 0) for one in self.pounds)


async def places_of(fund: MatchFund) -> list[Place]:
    """The figures of a pot, each with its match pledges, the newest first; read in one statement."""
    columns = ", ".join(f"{sql} AS {place}" for place, sql in _PLACED.items())
    rows = await fetch(
        f"SELECT m.id, m.reference, m.accepted_at, m.paid_pence, m.amount_pence, d.source_id, {columns},"
        " coalesce(v.content->>'title', j.title) AS title, CASE WHEN m.campaign_id IS NULL THEN '' ELSE j.slug END AS slug,"
        " e.status AS delivery"
        " FROM match_draw d JOIN match_pledge m ON m.id = d.match_pledge_id LEFT JOIN campaign c ON c.id = m.campaign_id"
        " LEFT JOIN project_version v ON v.id = c.version_id JOIN project j ON j.id = coalesce(m.project_id, c.project_id)"
        " LEFT JOIN delivery e ON e.campaign_id = c.id"
        " WHERE m.fund_id = $1 AND m.status <> 'released' ORDER BY m.accepted_at DESC NULLS FIRST, m.id DESC, d.source_id",
        fund.id,
    )
    return [Place(name, heading, meaning, _pounds(rows, name)) for name, heading, meaning in PLACES]


def _pounds(rows: Sequence[Any], place: str) -> list[Pound]:
    """Of the draws those with something in this place, by match pledge."""
    found: dict[int, Pound] = {}
    for row in rows:
        if not row[place]:
            continue
        if row["id"] not in found:
            delivery = row["delivery"]
            found[row["id"]] = Pound(
                **{
                    name: row[name]
                    for name in ("reference", "title", "slug", "accepted_at", "paid_pence", "amount_pence")
                },
                delivery=words.DELIVERY[Delivery(delivery)].name if delivery else NOT_YET,
                by_source={},
            )
        found[row["id"]].by_source[row["source_id"]] = int(row[place])
    return list(found.values())


async def caps_of(fund: MatchFund) -> dict[int, SourceCap]:
    """By source, the cap that is in force, with where it comes from."""
    rows = await SourceCap.filter(source__fund_id=fund.id, confirmed_at__isnull=False).order_by("confirmed_at", "id")
    return {row.source_id: row for row in rows}


async def page(request: Request) -> Response:
    """GET /funds/{slug}/pounds."""
    fund = await public_fund(str(request.path_params["slug"]))
    tag = etag(request, *await newest_facts(), *await _facts(fund))
    if answer := unchanged(request, tag):
        return answer
    pot, places = await pot_of(fund), await places_of(fund)
    sources = [source for source, _ in pot.sources]
    context = {
        "fund": fund,
        "pot": pot,
        "places": [(place, _columns(sources), _rows(place, sources)) for place in places if place.pounds],
        "sums": _sums(pot, places),
        "caps": _caps(pot, await caps_of(fund)),
        "generated_notice": generated_notice([fund]),
    }
    return render(request, "funds/pounds.html", context, headers=headers(tag))


async def _facts(fund: MatchFund) -> tuple[object, ...]:
    """What this page shows besides the facts of a fund's page: how far projects are, their addresses, what was paid."""
    (row,) = await fetch(
        "SELECT (SELECT max(id) FROM delivery_event) AS delivered, (SELECT count(*) FROM delivery_event) AS number,"
        " (SELECT md5(string_agg(concat_ws('|', m.id, m.paid_pence, m.recovered_pence, j.slug, c.version_id), ','"
        " ORDER BY m.id)) FROM match_pledge m LEFT JOIN campaign c ON c.id = m.campaign_id"
        " JOIN project j ON j.id = coalesce(m.project_id, c.project_id) WHERE m.fund_id = $1) AS money",
        fund.id,
    )
    return tuple(row.values())


def _columns(sources: Sequence[FundingSource]) -> list[Any]:
    several = [{"words": source.name, "number": True} for source in sources] if len(sources) > 1 else []
    return ["Project", *several, {"words": "Amount", "number": True}, "Decision", "Payment", "How far it is"]


def _rows(place: Place, sources: Sequence[FundingSource]) -> list[Any]:
    several = len(sources) > 1
    rows: list[Any] = []
    for one in place.pounds:
        parts = [pounds_exact(one.by_source.get(source.id, 0)) for source in sources] if several else []
        rows.append(
            [
                {"text": one.title, "href": f"/projects/{one.slug}"} if one.slug else one.title,
                *parts,
                pounds_exact(one.pence),
                {"text": f"Why: {one.reference}", "href": f"/awards/{one.reference}"}
                if one.accepted_at
                else "Public once the group accepts",
                f"{pounds_exact(one.paid_pence)} of {pounds_exact(one.amount_pence)}"
                if one.paid_pence
                else "Not recorded yet",
                one.delivery,
            ]
        )
    sums = [pounds_exact(place.in_source(source.id)) for source in sources] if several else []
    return [*rows, {"cells": ["Together", *sums, pounds_exact(place.pence), "", "", ""], "total": True}]


def _sums(pot: Pot, places: Sequence[Place]) -> list[Any]:
    """The pot as a sum: its cap, less each figure, is what is left."""
    rows: list[Any] = [[{"text": "The fund’s limit", "href": "#limit"}, pounds_exact(pot.together.cap_pence)]]
    for place in places:
        words = {"text": f"Less: {place.heading.lower()}", "href": f"#{place.name}"} if place.pounds else None
        rows.append([words or f"Less: {place.heading.lower()}", pounds_exact(place.pence)])
    left = pot.together.cap_pence - sum(place.pence for place in places)
    return [*rows, {"cells": ["Left: can still be offered", pounds_exact(left)], "total": True}]


def _caps(pot: Pot, caps: dict[int, SourceCap]) -> list[Any]:
    rows: list[Any] = []
    for source, figures in pot.sources:
        cap = caps.get(source.id)
        name = {"text": source.name, "small": f"only for {source.purpose}" if source.purpose else ""}
        since = day(cap.confirmed_at) if cap is not None and cap.confirmed_at is not None else "not recorded"
        rows.append(
            [name, pounds_exact(figures.cap_pence), since, (cap.why if cap is not None else "") or "Not recorded"]
        )
    return [*rows, {"cells": ["Together", pounds_exact(pot.together.cap_pence), "", ""], "total": True}]
