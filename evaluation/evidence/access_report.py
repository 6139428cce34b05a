"""Who can do what: every role that somebody holds, who gave it, and when it was last used; and what each role opens.

Last used is read from the record of acts, in that role; somebody who signs in and only reads leaves no act, so the last
visit stands beside it. What a role opens is read from the routes themselves. Beside roles stand places on panels, and the
decisions under which somebody may sign: both say what a person can do for a fund.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from starlette.routing import BaseRoute, Route

from crowdfund_kent.accounts.access import Access
from crowdfund_kent.accounts.roles import ABOUT, MAY_WRITE, Role
from crowdfund_kent.clock import real_now
from crowdfund_kent.database import fetch
from crowdfund_kent.table_files import Table

UNUSED_DAYS: Final = 90


@dataclass(frozen=True, slots=True)
class Held:
    """One role of one person, for a fund or for the site. `granted_by` is empty for the first administrator."""

    person_id: int
    person: str
    role: str
    fund: str
    granted_by: str
    granted_at: datetime
    last_act: str
    last_used_at: datetime | None
    acts: int
    last_seen_at: datetime | None
    ended_at: datetime | None

    @property
    def is_unused(self) -> bool:
        """Held, and not used for so long that somebody should ask why. An auditor's role leaves no acts."""
        last = max(one for one in (self.last_used_at, self.last_seen_at, self.granted_at) if one is not None)
        return self.ended_at is None and (real_now() - last).days > UNUSED_DAYS


_SQL: Final = """
SELECT r.person_id, coalesce(nullif(p.name, ''), p.email, 'erased person') AS person, r.role,
  coalesce(f.name, 'the site') AS fund, coalesce(nullif(g.name, ''), g.email, '') AS granted_by, r.granted_at, r.ended_at,
  coalesce(l.act, '') AS last_act, l.at AS last_used_at, coalesce(n.acts, 0)::int AS acts, s.seen_at AS last_seen_at
FROM staff_role r JOIN person p ON p.id = r.person_id LEFT JOIN person g ON g.id = r.granted_by_id
LEFT JOIN match_fund f ON f.id = r.fund_id
LEFT JOIN LATERAL (SELECT a.act, a.at FROM audit_row a WHERE a.person_id = r.person_id AND a.role = r.role
    AND a.at >= r.granted_at AND (r.ended_at IS NULL OR a.at <= r.ended_at) ORDER BY a.id DESC LIMIT 1) l ON true
LEFT JOIN LATERAL (SELECT count(*) AS acts FROM audit_row a WHERE a.person_id = r.person_id AND a.role = r.role
    AND a.at >= r.granted_at AND (r.ended_at IS NULL OR a.at <= r.ended_at)) n ON true
LEFT JOIN LATERAL (SELECT max(s.seen_at) AS seen_at FROM session s WHERE s.person_id = r.person_id) s ON true
WHERE r.ended_at IS NULL OR $1 ORDER BY r.ended_at IS NOT NULL, person, r.role, r.id"""


async def held(*, ended_too: bool = False) -> list[Held]:
    """Every role that is held now, by person; with those that ended after them."""
    return [Held(**row) for row in await fetch(_SQL, ended_too)]


@dataclass(frozen=True, slots=True)
class Place:
    """A place on a fund's panel, or a decision under which somebody may sign awards. `limit_pence`: of one award."""

    person: str
    place: str
    fund: str
    granted_by: str
    from_day: date
    to_day: date
    limit_pence: int | None
    last_act: str
    last_used_at: datetime | None


# a place is used by what its holder did in the panel's roles on that fund's pitches and rounds, a decision by what was
# signed under it
_PLACES: Final = """
SELECT coalesce(nullif(p.name, ''), p.email, 'erased person') AS person, 'Panel: ' || x.kind AS place, f.name AS fund,
  coalesce(nullif(g.name, ''), g.email, '') AS granted_by, x.from_day, coalesce(x.ended_on, x.to_day) AS to_day,
  NULL::bigint AS limit_pence, coalesce(l.act, '') AS last_act, l.at AS last_used_at
FROM panel_seat x JOIN person p ON p.id = x.person_id JOIN match_fund f ON f.id = x.fund_id
LEFT JOIN person g ON g.id = x.given_by_id
LEFT JOIN LATERAL (SELECT a.act, a.at FROM audit_row a WHERE a.person_id = x.person_id AND a.role LIKE 'panel %'
  AND a.subject IN (SELECT 'panel_round:' || r.id FROM panel_round r WHERE r.fund_id = x.fund_id UNION ALL
    SELECT 'pitch:' || t.id FROM pitch t JOIN panel_round r ON r.id = t.round_id WHERE r.fund_id = x.fund_id)
  ORDER BY a.id DESC LIMIT 1) l ON true
UNION ALL
SELECT coalesce(nullif(p.name, ''), p.email, 'erased person'), 'May sign: ' || x.decision_number, f.name,
  coalesce(nullif(g.name, ''), g.email, ''), x.from_day, x.to_day, x.limit_pence, coalesce(l.act, ''), l.at
FROM decision_authority x JOIN person p ON p.id = x.person_id JOIN match_fund f ON f.id = x.fund_id
LEFT JOIN audit_row w ON w.subject = 'decision_authority:' || x.id AND w.act = 'authority recorded'
LEFT JOIN person g ON g.id = w.person_id
LEFT JOIN LATERAL (SELECT a.act, a.at FROM audit_row a WHERE a.person_id = x.person_id
  AND a.act IN ('award signed', 'round signed') AND (a.details->>'authority_id')::bigint = x.id
  ORDER BY a.id DESC LIMIT 1) l ON true
ORDER BY fund, place, person"""


async def places(today: date, *, ended_too: bool = False) -> list[Place]:
    """Every place on a panel and every decision to sign under that is in force today; with those that are over, or to come."""
    found = [Place(**row) for row in await fetch(_PLACES)]
    return [one for one in found if ended_too or one.from_day <= today <= one.to_day]


@dataclass(frozen=True, slots=True)
class Opens:
    """What a role is for, and the addresses that it opens."""

    role: Role
    does: str
    does_not: str
    writes: bool
    reads: tuple[str, ...]
    sends: tuple[str, ...]


def opens(routes: Sequence[BaseRoute]) -> list[Opens]:
    """Each role with its routes, as they are declared."""
    return [
        Opens(
            role,
            ABOUT[role].does,
            ABOUT[role].does_not,
            role in MAY_WRITE,
            tuple(_paths(routes, role, "GET")),
            tuple(_paths(routes, role, "POST")) if role in MAY_WRITE else (),
        )
        for role in Role
    ]


def _paths(routes: Iterable[BaseRoute], role: Role, method: str) -> list[str]:
    found = []
    for route in routes:
        access = getattr(route, "access", None)
        if isinstance(route, Route) and isinstance(access, Access) and role in access.roles:
            found += [route.path] if method in (route.methods or ()) else []
    return sorted(set(found))


def tables(found: Sequence[Held], there: Sequence[Place], roles: Sequence[Opens]) -> list[Table]:
    """All of it, for a file."""
    rows = [
        (one.person, one.role, one.fund, one.granted_by or "the first administrator", _time(one.granted_at), one.last_act,
         _time(one.last_used_at), one.acts, _time(one.last_seen_at), _time(one.ended_at), "yes" if one.is_unused else "no")
        for one in found
    ]  # fmt: skip
    columns = (
        "Person", "Role", "For", "Given by", "Given", "Last act in it", "Last used", "Acts", "Last visit", "Ended",
        f"Unused for {UNUSED_DAYS} days",
    )  # fmt: skip
    may = [(one.role, one.does, one.does_not, how, path) for one in roles for how, paths in
           (("reads", one.reads), ("sends", one.sends)) for path in paths]  # fmt: skip
    return [
        Table("Who holds what", columns, rows),
        Table(
            "Panels and signing",
            ("Person", "Place", "Fund", "Given by", "From", "Until", "Up to", "Last act in it", "Last used"),
            [
                (
                    one.person,
                    one.place,
                    one.fund,
                    one.granted_by or "the site",
                    one.from_day,
                    one.to_day,
                    one.limit_pence,
                    one.last_act,
                    _time(one.last_used_at),
                )
                for one in there
            ],
            money=frozenset({"Up to"}),
        ),
        Table("What a role opens", ("Role", "What it does", "What it can't do", "How", "Address"), may),
    ]


def _time(when: datetime | None) -> str:
    return f"{when:%Y-%m-%d %H:%M}" if when is not None else ""
