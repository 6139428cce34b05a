"""Grants as open data has them: what each funder gave to each campaign, or to a project without a crowd. From events.

A grant is there from the day on which the group accepted it until it is let go of: 360Giving wants grants that did not go
ahead taken out, and so what is here sums to match pledged of the same day (evaluation/indicators/money.py) and what was given
without a crowd. Pence and UTC.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from crowdfund_kent.clock import london_day
from crowdfund_kent.database import fetch
from crowdfund_kent.settings import get_settings
from evaluation import cache
from evaluation.asking import records_at
from evaluation.open_data.rules import Recipient, purpose_of, title_of
from evaluation.scope import Records, Scope
from projects.delivery_rules import months_after

# of each match pledge what is known by then; the version of a campaign as in evaluation/facts.py
_SQL: Final = """
WITH history AS (
    SELECT subject_id,
        min(effective_at) FILTER (WHERE old = '') AS offered_at,
        min(effective_at) FILTER (WHERE new = 'pledged') AS accepted_at,
        min(effective_at) FILTER (WHERE new = 'confirmed') AS confirmed_at,
        coalesce(bool_or(new = 'released'), false) AS released,
        coalesce(bool_or(cause IN ('paid', 'paid in part')), false) AS was_paid,
        coalesce(sum(CASE WHEN cause IN ('paid', 'paid in part') THEN amount_pence
            WHEN cause IN ('recovered', 'recovered in part', 'payment returned', 'payment returned in part')
            THEN -amount_pence END), 0)::bigint AS paid_pence,
        max(recorded_at) AS recorded_at
    FROM match_pledge_event WHERE effective_at < $1 AND recorded_at < $2 GROUP BY subject_id)
SELECT m.id, m.campaign_id, p.id AS project_id, p.slug, p.taken_down_at, m.amount_pence, m.generated, h.*,
    u.id AS funder_id, u.slug AS funder_slug, u.name AS funder, u.organisation_id, f.id AS fund_id, f.slug AS fund_slug,
    f.name AS fund, g.id AS group_id, g.name AS group_name, g.legal_form AS group_form, g.charity_number, g.company_number,
    v.content - 'story' AS content, d.start_by, d.finish_by, a.asked_pence,
    (SELECT x.reference FROM match_pledge x JOIN match_fund y ON y.id = x.fund_id WHERE y.funder_id = u.id
      AND x.campaign_id IS NOT DISTINCT FROM m.campaign_id AND x.project_id IS NOT DISTINCT FROM m.project_id
      ORDER BY x.id LIMIT 1) AS reference,
    greatest(h.recorded_at, d.known_at, CASE WHEN p.taken_down_at < $1 THEN p.taken_down_at END, (
      SELECT max(e.recorded_at) FROM campaign_change x JOIN campaign_change_event e ON e.subject_id = x.id
      WHERE x.campaign_id = c.id AND x.kind = 'another plan' AND e.new = 'agreed'
        AND e.effective_at < $1 AND e.recorded_at < $2)) AS modified_at
FROM history h JOIN match_pledge m ON m.id = h.subject_id JOIN match_fund f ON f.id = m.fund_id
JOIN funder u ON u.id = f.funder_id LEFT JOIN campaign c ON c.id = m.campaign_id
JOIN project p ON p.id = coalesce(m.project_id, c.project_id) JOIN community_group g ON g.id = p.group_id
LEFT JOIN project_version v ON v.id = coalesce((
    SELECT x.old_version_id FROM campaign_change x JOIN campaign_change_event e ON e.subject_id = x.id
    WHERE x.campaign_id = c.id AND x.kind = 'another plan' AND e.new = 'agreed'
      AND (e.effective_at >= $1 OR e.recorded_at >= $2)
    ORDER BY e.effective_at, x.id LIMIT 1), c.version_id, (
    SELECT y.id FROM project_version y WHERE c.id IS NULL AND y.project_id = p.id AND y.frozen_at < $1
    ORDER BY y.number DESC LIMIT 1))
LEFT JOIN LATERAL (
    SELECT x.start_by, x.finish_by, min(e.recorded_at) AS known_at FROM delivery x JOIN delivery_event e ON e.subject_id = x.id
    WHERE x.campaign_id = c.id AND e.effective_at < $1 AND e.recorded_at < $2 GROUP BY x.id) d ON true
LEFT JOIN LATERAL (
    SELECT x.asked_pence FROM pitch x JOIN panel_round r ON r.id = x.round_id
    WHERE r.fund_id = f.id AND x.project_id = p.id AND (m.campaign_id IS NULL OR x.campaign_id = m.campaign_id)
      AND x.submitted_at < $1 AND x.status NOT IN ('draft', 'withdrawn', 'lapsed')
    ORDER BY x.submitted_at DESC, x.id DESC LIMIT 1) a ON true
WHERE m.generated = ANY($3::boolean[]) AND h.accepted_at IS NOT NULL
ORDER BY h.accepted_at, m.id
"""


@dataclass(frozen=True, slots=True)
class Programme:
    """A fund, as a grant names it."""

    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class Planned:
    """The first and the last day on which the project is meant to happen, and where the two come from."""

    first: date
    last: date
    words: str


@dataclass(frozen=True, slots=True)
class Grant:
    """What one funder gave to one campaign, or to one project without a crowd. Words as everybody may read them.

    `awarded_on`: when it was decided, the first where several funds of the funder gave. `paid_pence` None: nothing was paid
    yet; else what was paid less what came back. `changed_at`: when the newest fact in it was recorded.
    """

    reference: str
    campaign_id: int | None
    project_id: int
    slug: str  # of the project's page; empty where a link would tell who one or two people are
    title: str
    purpose: str
    awarded_pence: int
    asked_pence: int | None
    paid_pence: int | None
    awarded_on: date
    planned: Planned | None
    recipient: Recipient
    district: str
    funder: str
    funder_slug: str
    organisation_id: str
    programmes: tuple[Programme, ...]
    changed_at: datetime
    generated: bool

    @property
    def has_crowd(self) -> bool:
        """It was given to a campaign."""
        return self.campaign_id is not None


async def grants_as_at(scope: Scope) -> Sequence[Grant]:
    """Every grant of the scope, in the order in which they were accepted."""
    return await cache.keep_as_shown("grants", scope, _read)


async def _read(scope: Scope) -> Sequence[Grant]:
    rows = await fetch(_SQL, scope.moment, scope.recorded, scope.marks)
    together: dict[tuple[int, int | None, int], list[Mapping[str, Any]]] = {}
    for row in rows:
        together.setdefault((row["funder_id"], row["campaign_id"], row["project_id"]), []).append(row)
    found = [
        _grant(given, changed_at=max(row["modified_at"] for row in some))
        for some in together.values()
        if (given := _counting(some))
    ]
    return tuple(found)


def _counting(rows: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [row for row in rows if not row["released"]]


def _grant(rows: list[Mapping[str, Any]], changed_at: datetime) -> Grant:
    first = rows[0]
    content = json.loads(first["content"]) if isinstance(first["content"], str) else first["content"] or {}
    recipient = _recipient(first, content)
    district = str(content.get("district_code", ""))
    title, taken = str(content.get("title", "")), first["taken_down_at"] is not None
    asked = {row["fund_id"]: row["asked_pence"] for row in rows if row["asked_pence"] is not None}
    return Grant(
        reference=first["reference"],
        campaign_id=first["campaign_id"],
        project_id=first["project_id"],
        slug="" if taken or recipient.is_individual else first["slug"],
        title=title_of(title, recipient, district, taken_down=taken),
        purpose=purpose_of(
            str(content.get("summary", "")), title, str(content.get("objective", "")), recipient, taken_down=taken
        ),
        awarded_pence=sum(row["amount_pence"] for row in rows),
        asked_pence=sum(asked.values()) if asked else None,
        paid_pence=sum(row["paid_pence"] for row in rows) if any(row["was_paid"] for row in rows) else None,
        awarded_on=min(london_day(row["offered_at"]) for row in rows),
        planned=_planned(first),
        recipient=recipient,
        district=district,
        funder=first["funder"],
        funder_slug=first["funder_slug"],
        organisation_id=first["organisation_id"],
        programmes=tuple(
            Programme(slug, name) for slug, name in dict.fromkeys((r["fund_slug"], r["fund"]) for r in rows)
        ),
        changed_at=changed_at,
        generated=first["generated"],
    )


def _recipient(row: Mapping[str, Any], content: Mapping[str, Any]) -> Recipient:
    """As the version in force names the group; what it leaves open, as the group is now."""
    group = content.get("group") or {}
    frozen = "legal_form" in group
    return Recipient(
        row["group_id"],
        str(group.get("legal_form") or row["group_form"]),
        str(group.get("name") or row["group_name"]),
        str((group.get("charity_number") if frozen else row["charity_number"]) or ""),
        str((group.get("company_number") if frozen else row["company_number"]) or ""),
    )


def _planned(row: Mapping[str, Any]) -> Planned | None:
    """The days of its delivery; before there is one, what every group agrees to: so many months from when it is certain."""
    if row["confirmed_at"] is None:
        return None
    certain = london_day(row["confirmed_at"])
    if row["finish_by"] is not None:
        return Planned(
            certain, row["finish_by"], f"To begin by {row['start_by']} and be finished by {row['finish_by']}."
        )
    months = get_settings().delivery_finish_months
    return Planned(certain, months_after(certain, months), f"To be finished within {months} months, by the terms.")


async def records_of_grants(day: date, wanted: Records | None = None) -> Records:
    """The records that were asked for; else those that every page shows (asking.shown), and real ones where there is a real
    grant without a campaign.
    """
    if wanted is not None or Records.REAL in await records_at(day):
        return wanted or Records.REAL
    every = await grants_as_at(Scope(day))
    return Records.GENERATED if every and all(one.generated for one in every) else Records.REAL


def marked(grants: Sequence[Grant], mark: str) -> list[Grant]:
    """The same, with `mark` before the words of those that were generated: for files without another place for it."""
    return [replace(one, purpose=mark + one.purpose) if one.generated else one for one in grants]
