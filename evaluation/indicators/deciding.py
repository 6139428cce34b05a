"""How it is decided: days, the panel's work, interests, and which rule bound each award."""

from dataclasses import replace
from typing import Final

from evaluation.indicators.kinds import Found, Indicator, Part, Shown, Unit, nothing, ratio
from evaluation.indicators.world import World
from evaluation.indicators.writing import usually
from evaluation.kinds import Objective
from pledges.calculator import words_of

_DAY: Final = "({} AT TIME ZONE 'Europe/London')::date"
_MEDIAN: Final = "percentile_disc(0.5) WITHIN GROUP (ORDER BY days)"
_of: Final = usually(Objective.RELATIONSHIP)


def _days(key: str, name: str, what: str, source: str, limits: str, **more: object) -> Indicator:
    return _of(
        key,
        name,
        "How long do people wait?",
        f"Half waited so many days or fewer {what}.",
        f"the middle of the calendar days {what}",
        source,
        limits,
        unit=Unit.DAYS,
        numerator="calendar days",
        **more,
    )


_NO_IMPORT: Final = "Imported records do not have it."
INDICATORS: Final = (
    _days(
        "days_to_check",
        "Days until a group hears from its officer",
        "from the day a project was sent to the first answer",
        "campaign_event",
        _NO_IMPORT,
        shown=Shown.PEOPLE,  # some of them were never seen by anybody
    ),
    _days(
        "days_to_decide",
        "Days until the panel's decision is signed",
        "from the day a request was sent to the panel to the signed decision",
        "pitch_event, pitch",
        _NO_IMPORT,
    ),
    _days(
        "days_to_pay",
        "Days until the match is paid",
        "from the day the payments were settled to the first payment of the match",
        "campaign_event, match_pledge_event",
        "Of matches that were paid. Where the bank sent the first payment back and another followed, the first one counts.",
    ),
    _of(
        "pitches_considered",
        "Requests that a panel decided",
        "How much does the panel have to do?",
        "Requests to a fund's panel that were awarded, declined or deferred in a signed list.",
        "number of requests with a signed decision",
        "pitch_event, pitch",
        "What an officer proposed between rounds is not in it.",
        parts=("decision",),
    ),
    _of(
        "scores_per_member",
        "Score sheets for each member who scored",
        "How much does one member read?",
        "Score sheets given, for each different member who gave one; in tenths.",
        "score sheets divided by members who gave one",
        "score_sheet",
        "A member who gave a sheet anew is counted with the newest of it.",
        unit=Unit.TENTHS,
        denominator="members who scored",
    ),
    _of(
        "interests_declared",
        "Interests that members declared",
        "Are interests told?",
        "Interests in a request that members of a panel declared, or that somebody else found.",
        "number of interests recorded for requests",
        "pitch_interest",
        "One member may have an interest in several requests.",
        shown=Shown.PEOPLE,
        parts=("who found it",),
    ),
    _of(
        "binding_rule",
        "Awards where a rule kept the match lower",
        "Which rule of the calculator bound?",
        "Match pledges that were offered for as much as the rules allowed, by the rule that bound; others were below every rule.",
        "number of match pledges offered, by the binding term that was stored with each",
        "match_pledge",
        "Imported match pledges carry no calculation.",
        serves=Objective.CONDITIONS,
        parts=("rule",),
    ),
)


async def measure(world: World) -> dict[str, Found]:
    """Found by key."""
    return {
        "days_to_check": await _to_check(world),
        "days_to_decide": await _to_decide(world),
        "days_to_pay": await _median(
            world,
            f"SELECT {_DAY.format('m.first_paid_at')} - {_DAY.format('c.settled_at')} AS days FROM ev_match m"
            " JOIN ev_campaign c ON c.id = m.campaign_id WHERE m.first_paid_at >= c.settled_at AND m.paid_pence > 0",
        ),
        "pitches_considered": await _pitches(world),
        "scores_per_member": await _scores(world),
        "interests_declared": await _interests(world),
        "binding_rule": await _binding(world),
    }


async def _to_check(world: World) -> Found:
    found = await _median(
        world,
        f"SELECT {_DAY.format('answered_at')} - {_DAY.format('submitted_at')} AS days FROM ev_campaign"
        " WHERE answered_at IS NOT NULL AND NOT imported",
    )
    return replace(found, people=found.denominator)


async def _median(world: World, sql: str, *values: object) -> Found:
    row = await world.row(f"SELECT {_MEDIAN} AS days, count(*) AS n FROM ({sql}) d", *values)
    return Found(int(row["days"]), denominator=row["n"]) if row["n"] else nothing()


def _dates(world: World) -> tuple[object, ...]:
    return world.scope.moment, world.scope.recorded, world.scope.marks


_SIGNED: Final = (
    "FROM pitch p JOIN LATERAL (SELECT min(e.effective_at) AS at, min(e.new) AS outcome FROM pitch_event e WHERE"
    " e.subject_id = p.id AND e.new IN ('awarded', 'declined', 'deferred') AND e.effective_at < $1 AND e.recorded_at < $2) s"
    " ON s.at IS NOT NULL WHERE p.generated = ANY($3::boolean[])"
)


async def _to_decide(world: World) -> Found:
    sql = f"SELECT {_DAY.format('s.at')} - {_DAY.format('p.submitted_at')} AS days {_SIGNED} AND p.submitted_at IS NOT NULL"
    return await _median(world, sql, *_dates(world))


async def _pitches(world: World) -> Found:
    parts = await world.parts(
        f"SELECT s.outcome AS key, s.outcome AS name, count(*) AS value {_SIGNED} GROUP BY 1 ORDER BY 3 DESC, 1",
        *_dates(world),
    )
    whole = sum(part.value or 0 for part in parts)
    return Found(whole, whole, parts={"decision": parts}) if whole else nothing("no request was decided yet")


async def _scores(world: World) -> Found:
    row = await world.row(
        "SELECT count(*) AS sheets, count(DISTINCT s.person_id) AS members FROM (SELECT DISTINCT s.pitch_id, s.person_id"
        " FROM score_sheet s JOIN pitch p ON p.id = s.pitch_id WHERE s.given_at < $1 AND s.given_at < $2"
        " AND p.generated = ANY($3::boolean[])) s",
        *_dates(world),
    )
    scaled = ratio(row["sheets"], row["members"], "nobody has scored yet")
    if scaled.value is None:
        return scaled
    tenths = (2 * row["sheets"] * 10 + row["members"]) // (2 * row["members"])
    return Found(tenths, row["sheets"], row["members"])


async def _interests(world: World) -> Found:
    row = await world.row(
        "SELECT EXISTS (SELECT 1 FROM pitch_event e JOIN pitch p ON p.id = e.subject_id WHERE e.effective_at < $1"
        " AND e.recorded_at < $2 AND p.generated = ANY($3::boolean[])) AS any",
        *_dates(world),
    )
    if not row["any"]:
        return nothing("no panel has looked at a request yet")
    parts = await world.parts(
        "SELECT i.found AS key, i.found AS name, count(*) AS value, count(DISTINCT i.person_id) AS people FROM pitch_interest i"
        " JOIN pitch p ON p.id = i.pitch_id WHERE i.recorded_at < $1 AND i.recorded_at < $2"
        " AND p.generated = ANY($3::boolean[]) GROUP BY 1 ORDER BY 3 DESC, 1",
        *_dates(world),
    )
    whole = sum(part.value or 0 for part in parts)
    # a count for everybody is of what was told, so that it is rounded and left out like one of people
    told = tuple(Part(part.key, part.name, part.value, part.value) for part in parts)
    return Found(whole, whole, people=whole, parts={"who found it": told})


async def _binding(world: World) -> Found:
    parts = await world.parts(
        "SELECT coalesce(p.terms ->> 'binds', 'none') AS key, coalesce(p.terms ->> 'binds', 'no calculation kept') AS name,"
        " count(*) AS value FROM ev_match m JOIN match_pledge p ON p.id = m.id WHERE p.terms ? 'most_pence'"
        " AND (p.terms ->> 'most_pence')::bigint = m.amount_pence GROUP BY 1, 2 ORDER BY 3 DESC, 1"
    )
    row = await world.row(
        "SELECT count(*) AS n FROM ev_match m JOIN match_pledge p ON p.id = m.id WHERE p.terms ? 'most_pence'"
    )
    parts = tuple(replace(part, name=words_of(part.key)) for part in parts)
    whole = sum(part.value or 0 for part in parts)
    if not row["n"]:
        return nothing("no award was calculated on this site yet")
    return Found(whole, whole, row["n"], parts={"rule": parts})
