"""Money: what funds added and what stands beside it, in each definition."""

from dataclasses import replace
from typing import Final

from crowdfund_kent.money import split_pence
from evaluation.indicators.kinds import Found, Part, Section, Shown, Unit, ratio
from evaluation.indicators.objectives import crowd_by_district, crowd_by_objective
from evaluation.indicators.world import MATCHED, World
from evaluation.indicators.writing import usually
from evaluation.kinds import Objective

_MATCH_SOURCE: Final = "match_pledge_event, match_pledge, match_draw, funding_source"
_FUNDS: Final = ("funder", "source")
_money: Final = usually(Objective.SECTOR, Section.FIGURES, Unit.PENCE)

INDICATORS: Final = (
    _money(
        "projects_matched",
        "Projects with a match pledge",
        "How many projects did funds add to?",
        "Projects with a match pledge: one that the group had accepted and that had not been let go by then.",
        "number of projects with at least one match pledge that counts",
        _MATCH_SOURCE,
        "Projects of funds that work without a crowd are not in it.",
        unit=Unit.COUNT,
        parts=("district", "objective", "legal form"),
    ),
    _money(
        "match_pledged",
        "Match pledged",
        "How much did funds add?",
        "What funds had pledged to these projects and the groups had accepted.",
        "sum of match pledges that were accepted and not let go of",
        _MATCH_SOURCE,
        "A pledge is not a payment: see match confirmed and match paid. Of a match that was closed short, what was promised and"
        " is not paid stays in it.",
        parts=("district", "objective", *_FUNDS),
    ),
    _money(
        "match_confirmed",
        "Match confirmed",
        "How much of it is certain?",
        "Match of campaigns that met their target, not let go of since, whole or in part.",
        "sum of match pledges that were confirmed and not let go of, less what was let go when a match was closed short",
        _MATCH_SOURCE,
        "Confirmed money is paid after the cards were charged.",
        parts=("objective", *_FUNDS),
    ),
    _money(
        "match_paid",
        "Match paid",
        "How much has left the funds?",
        "What funds had paid to groups by that day, less what the bank sent back and what groups gave back.",
        "sum of payments of match pledges, less payments that the bank sent back, less what was recovered",
        _MATCH_SOURCE,
        "Of a match that was paid in part, each source is taken to have paid its share.",
        parts=("objective", *_FUNDS),
    ),
    _money(
        "match_released",
        "Match released",
        "How much did funds keep because a campaign ended without success?",
        "Match pledges that had been accepted once and were let go by then, because a campaign ended without success. No money"
        " had moved.",
        "sum of match pledges that were accepted and let go of",
        _MATCH_SOURCE,
        "What was offered and never accepted is not in it.",
    ),
    _money(
        "project_value",
        "Overall project value",
        "What is it all worth?",
        "The whole cost of the projects with a match pledge, with goods, venue and hours given in kind.",
        "sum of cost lines and in-kind lines of the version in force, of projects with a match pledge that counts",
        "project_version, match_pledge_event",
        "What is given in kind is valued by the group.",
        parts=("district", "objective"),
    ),
    _money(
        "target",
        "Targets of these projects",
        "What did they need to raise?",
        "What the projects with a match pledge had to raise: their costs less the money they had found before.",
        "sum of cost lines less other funding, of projects with a match pledge that counts",
        "project_version, match_pledge_event",
        "None.",
        parts=("objective",),
    ),
    _money(
        "in_kind",
        "Goods, venue and hours given in kind",
        "What was given that is not money?",
        "What goods, venue and hours for these projects would have cost, as the groups value them.",
        "sum of in-kind lines, of projects with a match pledge that counts",
        "project_version",
        "Valued by the group, and not checked against a price.",
        serves=Objective.VOLUNTEERING,
    ),
    _money(
        "other_funding",
        "Money found before",
        "What had groups found elsewhere?",
        "Cash that these projects had found before they asked their crowd, also from other public bodies.",
        "sum of other-funding lines, of projects with a match pledge that counts",
        "project_version",
        "Told by the group; the officer's check asks for a paper where it is large.",
    ),
    _money(
        "crowd_pledged",
        "Pledged by backers",
        "What did the crowd add?",
        "What backers had pledged to these projects: pledges standing, and cash and cheques counted by a second person, on that"
        " day or, once a campaign's target was decided, at that moment.",
        "sum of pledges and gifts that count, to campaigns with a match pledge that counts",
        "pledge_event, pledge, offline_gift_event, offline_gift",
        "Later failures of cards and refunds do not change what was pledged: see secured.",
        shown=Shown.GIVEN,
        parts=("district", "objective"),
    ),
    _money(
        "raised",
        "Raised",
        "What did crowd and funds promise together?",
        "What backers and funds had pledged to these projects.",
        "pledged by backers plus match pledged",
        "pledge_event, match_pledge_event",
        "What is pledged is not all collected: see secured.",
        parts=("objective",),
    ),
    _money(
        "secured",
        "Secured",
        "What is really there?",
        "What was collected from backers for these projects, cash and cheques among it, and has not gone back, and the match that"
        " is confirmed.",
        "payments collected and gifts counted, less what was given back, plus match confirmed",
        "pledge_event, offline_gift_event, match_pledge_event",
        "Until the cards of a campaign are charged, nothing of its crowd is secured.",
    ),
    _money(
        "leverage",
        "Project value for each £1 of match",
        "What stands beside each £1?",
        "Project value for each £1 of match pledged. It counts goods, venue and hours and money found before, so it is not what"
        " the match brought in.",
        "overall project value divided by match pledged",
        "project_version, match_pledge_event",
        "The Cabinet's figure of 24 June 2021 is read like this.",
        unit=Unit.PER_POUND,
        section=Section.VALUE,
        numerator="overall project value",
        denominator="match pledged",
    ),
    _money(
        "cash_leverage",
        "All other cash for each £1 of match",
        "How much cash stands beside each £1?",
        "What backers pledged and what groups had found before, in cash, for each £1 of match pledged.",
        "pledged by backers plus money found before, divided by match pledged",
        "pledge_event, project_version, match_pledge_event",
        "Money found before may be public money too.",
        unit=Unit.PER_POUND,
        section=Section.VALUE,
        numerator="pledged by backers and money found before",
        denominator="match pledged",
    ),
    _money(
        "cash_ratio",
        "Cash from backers for each £1 of match",
        "How much did the crowd add to each £1?",
        "What backers pledged in cash for each £1 of match pledged.",
        "pledged by backers divided by match pledged",
        "pledge_event, match_pledge_event",
        "Not what the match brought in: see whether the match made the difference.",
        unit=Unit.PER_POUND,
        section=Section.VALUE,
        numerator="pledged by backers",
        denominator="match pledged",
    ),
)


async def measure(world: World) -> dict[str, Found]:
    """Found by key."""
    sums = await world.row(
        "SELECT count(*) AS projects, coalesce(sum(value_pence), 0)::bigint AS value, coalesce(sum(target_pence), 0)::bigint"
        " AS target, coalesce(sum(in_kind_pence), 0)::bigint AS in_kind, coalesce(sum(other_funding_pence), 0)::bigint AS other"
        f" FROM {MATCHED} c"
    )
    match = await world.row(
        "SELECT coalesce(sum(amount_pence) FILTER (WHERE counts), 0)::bigint AS pledged,"
        " coalesce(sum(amount_pence - short_pence) FILTER (WHERE confirmed_at IS NOT NULL AND NOT released), 0)::bigint"
        " AS confirmed,"
        " coalesce(sum(paid_pence - recovered_pence), 0)::bigint AS paid,"
        " coalesce(sum(amount_pence) FILTER (WHERE accepted_at IS NOT NULL AND released), 0)::bigint AS let_go"
        " FROM ev_match WHERE campaign_id IS NOT NULL"
    )
    collected = await world.row(
        "SELECT coalesce(sum(amount_pence - given_back_pence), 0)::bigint AS pence FROM ev_pledge p"
        " WHERE status IN ('collected', 'disputed') AND EXISTS (SELECT 1 FROM ev_match m WHERE m.campaign_id = p.campaign_id"
        " AND m.counts)"
    )
    crowd = world.matched.pence
    funds = await _by_fund(world)
    found = {
        "projects_matched": Found(sums["projects"], sums["projects"], parts=await _of_projects(world)),
        "match_pledged": _pence(
            match["pledged"],
            {
                "district": await world.by_district("sum(pence)", _match_of("m.amount_pence", "m.counts")),
                "objective": await world.by("objective", "sum(pence)", _match_of("m.amount_pence", "m.counts")),
                **funds["pledged"],
            },
        ),
        "match_confirmed": _pence(
            match["confirmed"],
            {
                "objective": await world.by("objective", "sum(pence)", _match_of(*_CONFIRMED)),
                **funds["confirmed"],
            },
        ),
        "match_paid": _pence(
            match["paid"], {"objective": await world.by("objective", "sum(pence)", _match_of(*_PAID)), **funds["paid"]}
        ),
        "match_released": _pence(match["let_go"]),
        "project_value": _pence(
            sums["value"],
            {
                "district": await world.by_district("coalesce(sum(value_pence), 0)", MATCHED),
                "objective": await world.by("objective", "coalesce(sum(value_pence), 0)", MATCHED),
            },
        ),
        "target": _pence(
            sums["target"], {"objective": await world.by("objective", "coalesce(sum(target_pence), 0)", MATCHED)}
        ),
        "in_kind": _pence(sums["in_kind"]),
        "other_funding": _pence(sums["other"]),
        "crowd_pledged": replace(
            _pence(crowd, {"district": crowd_by_district(world), "objective": await crowd_by_objective(world)}),
            people=world.matched_givers.count,
            largest_pence=world.matched_givers.largest_pence,
        ),
        "raised": _pence(crowd + match["pledged"]),
        "secured": _pence(collected["pence"] + match["confirmed"]),
        "leverage": ratio(sums["value"], match["pledged"], "no match was pledged yet"),
        "cash_leverage": ratio(crowd + sums["other"], match["pledged"], "no match was pledged yet"),
        "cash_ratio": ratio(crowd, match["pledged"], "no match was pledged yet"),
    }
    return found


def _pence(value: int, parts: dict[str, tuple[Part, ...]] | None = None) -> Found:
    return Found(value, value, parts=parts or {})


async def _of_projects(world: World) -> dict[str, tuple[Part, ...]]:
    return {
        "district": await world.by_district("count(*)", MATCHED),
        "objective": await world.by("objective", "count(*)", MATCHED),
        "legal form": await world.by("legal_form", "count(*)", MATCHED),
    }


# what of a match, and where
_CONFIRMED: Final = ("m.amount_pence - m.short_pence", "m.confirmed_at IS NOT NULL AND NOT m.released")
_PAID: Final = ("m.paid_pence - m.recovered_pence", "m.paid_pence > 0")


def _match_of(pence: str, where: str) -> str:
    """Rows of match pledges with the places and objectives of their campaigns."""
    return (
        f"(SELECT e.district, e.objective, {pence} AS pence FROM ev_match m JOIN ev_campaign e ON e.id = m.campaign_id"
        f" WHERE {where})"
    )


async def _by_fund(world: World) -> dict[str, dict[str, tuple[Part, ...]]]:
    """Pledged, confirmed and paid, by funder and by source. A source's share of what was paid follows its draw."""
    rows = await world.rows(
        "SELECT m.id, m.funder, m.fund || ': ' || s.name AS source, s.id AS source_id, m.counts, m.confirmed_at IS NOT NULL"
        " AND NOT m.released AS confirmed, d.amount_pence AS draw, CASE WHEN m.short THEN d.short_pence ELSE 0 END"
        " AS short, m.amount_pence AS whole, m.paid_pence - m.recovered_pence AS paid"
        " FROM ev_match m JOIN match_draw d ON d.match_pledge_id = m.id JOIN funding_source s ON s.id = d.source_id"
        " WHERE m.campaign_id IS NOT NULL ORDER BY m.id, d.id"
    )
    sums: dict[str, dict[str, dict[str, int]]] = {
        name: {"funder": {}, "source": {}} for name in ("pledged", "confirmed", "paid")
    }
    draws: dict[int, list[int]] = {}
    for row in rows:
        draws.setdefault(row["id"], []).append(row["draw"])
    paid = {
        row["id"]: iter(split_pence(max(row["paid"], 0), draws[row["id"]]) if row["paid"] != row["whole"] else draws[row["id"]])
        for row in rows
    }  # fmt: skip
    for row in rows:
        amounts = {
            "pledged": row["draw"] if row["counts"] else 0,
            "confirmed": row["draw"] - row["short"] if row["confirmed"] else 0,
            "paid": next(paid[row["id"]]),
        }
        for name, pence in amounts.items():
            for way in ("funder", "source"):
                sums[name][way][row[way]] = sums[name][way].get(row[way], 0) + pence
    return {
        name: {way: tuple(Part(key, key, pence) for key, pence in sorted(some.items())) for way, some in ways.items()}
        for name, ways in sums.items()
    }
