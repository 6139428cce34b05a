"""Payments and what becomes of funded projects."""

from dataclasses import replace
from typing import Final

from evaluation.indicators.kinds import (
    NOT_IMPORTED,
    Found,
    Part,
    Section,
    Shown,
    Unit,
    fewest,
    nothing,
    ratio,
)
from evaluation.indicators.world import World
from evaluation.indicators.writing import usually
from evaluation.kinds import Objective

_NONE_YET: Final = "no funded project has a delivery on record"
_NO_REPORT: Final = "no accepted report tells it yet"
_NONE_ASKED: Final = "no report was asked for yet"
_of: Final = usually(Objective.SECTOR)

INDICATORS: Final = (
    _of(
        "payments_failed_once",
        "Payments that did not go through at once",
        "Do cards fail?",
        "Of the pledges whose card was charged or tried, those where the first try failed or the bank wanted to hear from the"
        " backer.",
        "pledges with a try that was declined or wanted the backer, divided by pledges whose card was tried",
        "pledge_event",
        "Imported records keep only how each payment ended, and are not in it.",
        unit=Unit.SHARE,
        numerator="pledges whose first try failed or wanted the backer",
        denominator="pledges whose card was tried",
        shown=Shown.PEOPLE,
    ),
    _of(
        "payments_lost",
        "Payments that failed for good",
        "How much is lost to failed cards?",
        "Of the pledges whose card was charged or given up, those that were given up.",
        "pledges dropped, divided by pledges charged or dropped",
        "pledge_event",
        "Pledges whose card is still to be tried are in neither.",
        unit=Unit.SHARE,
        numerator="pledges dropped",
        denominator="pledges charged or dropped",
        shown=Shown.PEOPLE,
    ),
    _of(
        "projects_delivered",
        "Funded projects that are done",
        "Is what was funded there?",
        "Funded projects whose delivery had been accepted as done by that day.",
        "deliveries with the status delivered",
        "delivery_event, delivery",
        "Imported records do not have it.",
        parts=("state",),
    ),
    _of(
        "reports_overdue",
        "Reports overdue",
        "Do we hear how it went?",
        "Reports of funded projects that were overdue at the end of that day.",
        "reports whose state was overdue",
        "report_event, report",
        "Imported records do not have it.",
    ),
    _of(
        "people_reached",
        "People reached",
        "Whom did it reach?",
        "How many people the funded projects reached, as their groups told in final reports that were accepted.",
        "sum of the people told in final reports that had been accepted",
        "report_event, report",
        "An estimate of each group; who uses several projects is counted in each. Small grants are not asked for it.",
        section=Section.FIGURES,
        serves=Objective.CONDITIONS,
    ),
    _of(
        "volunteer_hours",
        "Volunteers' hours told in reports",
        "How much time did volunteers give?",
        "Hours of volunteers that the groups told in final reports that were accepted.",
        "sum of the hours told in final reports that had been accepted",
        "report_event, report",
        "Told by each group. Small grants are not asked for it.",
        section=Section.SPREAD,
        serves=Objective.VOLUNTEERING,
    ),
    _of(
        "unspent",
        "Money that was left",
        "Was anything left over?",
        "Money that funded projects did not spend, as two officers agreed.",
        "sum of unspent money of agreed requests",
        "delivery_turn_event, delivery_turn",
        "What a group keeps without telling us is not known.",
        unit=Unit.PENCE,
        section=Section.VALUE,
    ),
)


async def measure(world: World) -> dict[str, Found]:
    """Found by key."""
    row = await world.row(
        "SELECT count(*) FILTER (WHERE NOT c.imported AND (charged OR failed_once OR p.status = 'dropped')) AS tried,"
        " count(*) FILTER (WHERE NOT c.imported AND failed_once) AS failed, count(*) FILTER (WHERE charged) AS charged,"
        " count(*) FILTER (WHERE p.status = 'dropped') AS dropped FROM ev_pledge p JOIN ev_campaign c ON c.id = p.campaign_id"
    )
    at_once = _of_cards(row["failed"], row["tried"] - row["failed"])
    return {
        "payments_failed_once": nothing(NOT_IMPORTED) if await world.is_imported() else at_once,
        "payments_lost": _of_cards(row["dropped"], row["charged"]),
        **await _deliveries(world),
        **await _reports(world),
        "unspent": await _unspent(world),
    }


def _of_cards(failed: int, others: int) -> Found:
    """A pledge is somebody's: the share tells of as many people as the smaller side has."""
    found = ratio(failed, failed + others, "no card was charged yet")
    return replace(found, people=fewest(failed, others)) if found.has_evidence else found


async def _deliveries(world: World) -> dict[str, Found]:
    parts = await world.parts(
        "SELECT s.new AS key, s.new AS name, count(*) AS value FROM delivery d JOIN campaign c ON c.id = d.campaign_id"
        " JOIN LATERAL (SELECT e.new FROM delivery_event e WHERE e.subject_id = d.id AND e.effective_at < $1"
        "  AND e.recorded_at < $2 ORDER BY e.id DESC LIMIT 1) s ON true WHERE c.generated = ANY($3::boolean[])"
        " GROUP BY 1 ORDER BY 3 DESC, 1",
        world.scope.moment,
        world.scope.recorded,
        world.scope.marks,
    )
    if not parts:
        return {"projects_delivered": nothing(_NONE_YET)}
    return {"projects_delivered": _delivered(parts)}


async def _reports(world: World) -> dict[str, Found]:
    """By the state of each report at the end of the day."""
    row = await world.row(
        "SELECT count(*) AS asked, count(*) FILTER (WHERE s.new = 'overdue') AS overdue,"
        " coalesce(sum(r.people_reached) FILTER (WHERE s.new = 'accepted' AND r.kind = 'final'), 0)::bigint AS people,"
        " count(r.people_reached) FILTER (WHERE s.new = 'accepted' AND r.kind = 'final') AS told_people,"
        " coalesce(sum(r.volunteer_hours) FILTER (WHERE s.new = 'accepted' AND r.kind = 'final'), 0)::bigint AS hours,"
        " count(r.volunteer_hours) FILTER (WHERE s.new = 'accepted' AND r.kind = 'final') AS told_hours"
        " FROM report r JOIN delivery d ON d.id = r.delivery_id JOIN campaign c ON c.id = d.campaign_id"
        " JOIN LATERAL (SELECT e.new FROM report_event e WHERE e.subject_id = r.id AND e.effective_at < $1"
        "  AND e.recorded_at < $2 ORDER BY e.id DESC LIMIT 1) s ON true WHERE c.generated = ANY($3::boolean[])",
        world.scope.moment,
        world.scope.recorded,
        world.scope.marks,
    )
    return {
        "reports_overdue": Found(row["overdue"], row["overdue"], row["asked"])
        if row["asked"]
        else nothing(_NONE_ASKED),
        "people_reached": Found(row["people"], row["people"]) if row["told_people"] else nothing(_NO_REPORT),
        "volunteer_hours": Found(row["hours"], row["hours"]) if row["told_hours"] else nothing(_NO_REPORT),
    }


def _delivered(parts: tuple[Part, ...]) -> Found:
    done = sum(part.value or 0 for part in parts if part.key == "delivered")
    return Found(done, done, sum(part.value or 0 for part in parts), parts={"state": parts})


async def _unspent(world: World) -> Found:
    row = await world.row(
        "SELECT count(*) AS n, coalesce(sum(t.unspent_pence), 0)::bigint AS pence FROM delivery_turn t"
        " JOIN delivery d ON d.id = t.delivery_id JOIN campaign c ON c.id = d.campaign_id"
        " WHERE c.generated = ANY($3::boolean[]) AND EXISTS (SELECT 1 FROM delivery_turn_event e WHERE e.subject_id = t.id"
        " AND e.new = 'agreed' AND e.effective_at < $1 AND e.recorded_at < $2)",
        world.scope.moment,
        world.scope.recorded,
        world.scope.marks,
    )
    return Found(row["pence"], row["pence"]) if row["n"] else nothing("nobody has told of money that was left")
