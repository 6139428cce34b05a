"""Help on the way: helped groups, people on paper, complaints; and what running it all costs."""

from typing import Final

from crowdfund_kent.chart import Nature, Whose, chart
from evaluation.indicators.kinds import NOT_IMPORTED, Found, Part, Section, Shown, Unit, nothing, ratio
from evaluation.indicators.world import MATCHED, World
from evaluation.indicators.writing import usually
from evaluation.kinds import Objective
from evaluation.scope import Records

_ONLY_REAL: Final = "it is entered for real records only"
_NO_HOURS: Final = "no hours of officers have been entered"
_of: Final = usually(Objective.CONDITIONS)

_COST_LIMITS: Final = (
    "Only hours that officers entered, at the cost of an hour that they entered with them. What the site itself costs, and the"
    " time of panel members, is not in it."
)
INDICATORS: Final = (
    _of(
        "groups_helped",
        "Groups that a helper helped",
        "Does help reach those who need it?",
        "Groups with a project that had a helper: a librarian or a volunteer who filled in the pages with them.",
        "number of groups that had a helper by that day",
        "group_member",
        "Help without the site is not known.",
        shown=Shown.PEOPLE,
        serves=Objective.VOLUNTEERING,
    ),
    _of(
        "groups_on_paper",
        "Projects decided on paper",
        "Can people take part without e-mail?",
        "Projects with a decision that an owner signed on paper.",
        "number of projects with a signed paper on record by that day",
        "campaign_event, signed_paper",
        "Imported records do not have it.",
        shown=Shown.PEOPLE,
    ),
    _of(
        "complaints",
        "Complaints",
        "What went wrong for people?",
        "Complaints that people made by that day.",
        "number of cases that are complaints",
        "care_case",
        "Complaints made elsewhere in the council are not known.",
        shown=Shown.PEOPLE,
        parts=("outcome",),
        serves=Objective.RELATIONSHIP,
    ),
    _of(
        "officer_time",
        "Hours of officers",
        "How much work is it?",
        "Hours that officers entered, for months that had begun by that day.",
        "sum of the minutes entered",
        "officer_hours",
        _COST_LIMITS,
        unit=Unit.MINUTES,
        section=Section.VALUE,
        parts=("kind of work",),
        serves=Objective.RELATIONSHIP,
    ),
    _of(
        "cost_of_running",
        "Cost of running",
        "What does it cost to run?",
        "Officers' hours at their cost, of months that had begun by that day, and the fees of card payments, losses and unpaid"
        " cheques that the programme bears by its books.",
        "minutes times the cost of an hour, plus the programme's expenses in the ledger",
        "officer_hours, ledger_line",
        _COST_LIMITS,
        unit=Unit.PENCE,
        section=Section.VALUE,
        parts=("cost",),
        serves=Objective.RELATIONSHIP,
    ),
    _of(
        "cost_per_project",
        "Cost of running for each project with a match",
        "What does one project cost to run?",
        "Cost of running, also of projects that got no match, for each project with a match pledge.",
        "cost of running divided by projects with a match pledge",
        "officer_hours, ledger_line, match_pledge_event",
        _COST_LIMITS,
        unit=Unit.PENCE,
        section=Section.VALUE,
        numerator="cost of running",
        denominator="projects with a match pledge",
        serves=Objective.RELATIONSHIP,
    ),
    _of(
        "cost_per_pound",
        "Cost of running for each £1 of match",
        "What does it cost to give away £1?",
        "Cost of running for each £1 of match pledged.",
        "cost of running divided by match pledged",
        "officer_hours, ledger_line, match_pledge_event",
        _COST_LIMITS,
        unit=Unit.PER_POUND,
        section=Section.VALUE,
        numerator="cost of running",
        denominator="match pledged",
        serves=Objective.RELATIONSHIP,
    ),
)


async def measure(world: World) -> dict[str, Found]:
    """Found by key."""
    return {
        "groups_helped": await _helped(world),
        "groups_on_paper": await _on_paper(world),
        "complaints": await _complaints(world),
        **await _costs(world),
    }


async def _helped(world: World) -> Found:
    if await world.is_imported():
        return nothing(NOT_IMPORTED)
    row = await world.row(
        "SELECT count(DISTINCT c.group_id) AS n FROM ev_campaign c JOIN group_member m ON m.group_id = c.group_id"
        " WHERE m.role = 'helper' AND m.created_at < $1 AND m.created_at < $2",
        world.scope.moment,
        world.scope.recorded,
    )
    return Found(row["n"], row["n"], people=row["n"])


async def _on_paper(world: World) -> Found:
    if await world.is_imported():
        return nothing(NOT_IMPORTED)
    row = await world.row("SELECT count(DISTINCT project_id) AS n FROM ev_campaign WHERE on_paper")
    return Found(row["n"], row["n"], people=row["n"])


async def _complaints(world: World) -> Found:
    if world.scope.records is Records.GENERATED:
        return nothing(_ONLY_REAL)
    parts = await world.parts(
        "SELECT o.words AS key, o.words AS name, count(*) AS value, count(*) AS people FROM (SELECT CASE WHEN (SELECT e.new"
        " FROM care_case_event e WHERE e.subject_id = c.id AND e.effective_at < $1 AND e.recorded_at < $2 ORDER BY e.id DESC"
        " LIMIT 1) = 'closed' AND c.closed_at < $1 THEN c.outcome ELSE 'not closed yet' END AS words FROM care_case c"
        " WHERE c.kind = 'complaint' AND EXISTS (SELECT 1 FROM care_case_event e WHERE e.subject_id = c.id"
        " AND e.effective_at < $1 AND e.recorded_at < $2)) o GROUP BY 1 ORDER BY 3 DESC, 1",
        world.scope.moment,
        world.scope.recorded,
    )
    whole = sum(part.value or 0 for part in parts)
    return Found(whole, whole, people=whole, parts={"outcome": parts} if parts else {})


async def _costs(world: World) -> dict[str, Found]:
    keys = ("officer_time", "cost_of_running", "cost_per_project", "cost_per_pound")
    if world.scope.records is Records.GENERATED:
        return {key: nothing(_ONLY_REAL) for key in keys}
    hours = await world.rows(
        "SELECT kind, sum(minutes)::bigint AS minutes, sum((2 * minutes * hour_pence + 60) / 120)::bigint AS pence"
        " FROM officer_hours WHERE month <= $1 AND entered_at < $2 AND (replaced_at IS NULL OR replaced_at >= $2)"
        " GROUP BY kind ORDER BY 2 DESC, 1",
        world.scope.as_at,
        world.scope.recorded,
    )
    if not hours:
        return {key: nothing(_NO_HOURS) for key in keys}
    minutes = sum(row["minutes"] for row in hours)
    spent = [Part("officers", "Officers' hours", sum(row["pence"] for row in hours)), *await _expenses(world)]
    cost = sum(part.value or 0 for part in spent)
    matched = await world.row(
        f"SELECT (SELECT count(*) FROM {MATCHED} c) AS projects, (SELECT coalesce(sum(amount_pence), 0)::bigint FROM ev_match"
        " WHERE counts AND campaign_id IS NOT NULL) AS pence"
    )
    projects = matched["projects"]
    return {
        "officer_time": Found(
            minutes,
            minutes,
            parts={"kind of work": tuple(Part(row["kind"], row["kind"], row["minutes"]) for row in hours)},
        ),
        "cost_of_running": Found(cost, cost, parts={"cost": tuple(spent)}),
        "cost_per_project": Found((2 * cost + projects) // (2 * projects), cost, projects)
        if projects
        else nothing("no project has a match yet"),
        "cost_per_pound": ratio(cost, matched["pence"], "no match was pledged yet"),
    }


async def _expenses(world: World) -> list[Part]:
    """What the books bear for the programme: fees and losses, by account."""
    found = []
    for account in chart():
        if account.nature is Nature.EXPENSE and account.whose is Whose.PROGRAMME:
            row = await world.row(
                "SELECT coalesce(sum(l.amount_pence), 0)::bigint AS pence FROM ledger_line l JOIN ledger_movement m"
                " ON m.id = l.movement_id WHERE m.book = 'cash' AND m.effective_at < $1 AND m.recorded_at < $2"
                " AND l.account ~ $3",
                world.scope.moment,
                world.scope.recorded,
                account.pattern,
            )
            if row["pence"]:
                found.append(Part(account.prefix, account.name, row["pence"]))
    return found
