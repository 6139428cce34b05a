"""Reads for the page of one project: which campaigns it had, and everything that one of them shows."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from crowdfund_kent.database import fetch
from crowdfund_kent.errors import NotFound
from pledges.accruing import START_BP, Accepted
from pledges.backers import COUNTED
from pledges.match_words import later_words
from pledges.public.queries import SHOWN, as_dict, public_statuses
from pledges.totals import Totals, totals
from projects.models import CampaignCheck, SecondLook
from projects.queries import checks_of, messages_of

MOST_NAMES: Final = 200


@dataclass(frozen=True, slots=True)
class Attempt:
    """One public campaign of a project. `stamp` changes whenever its page does."""

    id: int
    status: str
    deadline_at: datetime
    stamp: str


async def attempts(slug: str, stamps: Sequence[str] = ()) -> list[Attempt]:
    """The public campaigns of the project with this address, newest first, in one query by index; NotFound for none.

    `stamps`: further SQL scalars (of sections) that tell whether the page has changed.
    """
    further = "".join(f", ({stamp})" for stamp in stamps)
    rows = await fetch(
        f"""
        SELECT c.id, c.status, c.deadline_at, concat_ws('|',
            (SELECT count(*) || ':' || max(e.id) FROM campaign_event e WHERE e.subject_id = c.id),
            (SELECT count(*) || ':' || max(e.id) FROM pledge_event e
             JOIN pledge p ON p.id = e.subject_id WHERE p.campaign_id = c.id),
            (SELECT count(*) || ':' || max(e.id) FROM offline_gift_event e
             JOIN offline_gift o ON o.id = e.subject_id WHERE o.campaign_id = c.id),
            (SELECT count(*) || ':' || max(e.id) FROM match_pledge_event e
             JOIN match_pledge m ON m.id = e.subject_id WHERE m.campaign_id = c.id),
            -- a name may be shown, hidden or erased without a change of status
            (SELECT md5(string_agg(p.name, '|' ORDER BY p.id)) FROM pledge p
             WHERE p.campaign_id = c.id AND p.name_shown){further}) AS stamp
        FROM campaign c JOIN project j ON j.id = c.project_id
        WHERE j.slug = $2 AND {SHOWN} ORDER BY c.id DESC
        """,
        public_statuses(),
        slug,
    )
    if not rows:
        raise NotFound("There is no such project, or its campaign is not open yet.")
    return [Attempt(**row) for row in rows]


@dataclass(frozen=True, slots=True)
class MatchLine:
    """One fund's part, as the key of the bar tells it. `gone`: accepted before the verdict, and let go after it.

    `later`: from when it counts, where it was accepted and does not count yet; or that it never did.
    """

    funder: str
    funder_short: str
    reference: str
    amount_pence: int
    offered: bool
    gone: bool
    accrual: str
    start_bp: int
    later: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """Everything that the page of a campaign shows: frozen words, days in UTC, integer pence."""

    id: int
    slug: str
    project_id: int
    status: str
    generated: bool
    imported: bool
    content: dict[str, Any]
    cost_pence: int
    other_funding_pence: int
    in_kind_pence: int
    project_value_pence: int
    target_pence: int
    threshold_bp: int
    card_cost_borne_by: str
    if_too_much: str
    receiver: str | None  # the group that receives the money for this one
    deadline_at: datetime
    decided_at: datetime | None
    collecting_from: datetime | None
    ended_at: datetime  # when it came into the status it has now
    totals: Totals
    matches: Sequence[MatchLine]
    checks: Sequence[CampaignCheck]
    second_look: SecondLook | None  # of a large target, once a second officer agreed
    message: str  # what the group or an officer told everybody about the end, or nothing
    names: Sequence[str]  # backers who chose to be named, never beside an amount
    unnamed: int


async def page_of(campaign_id: int) -> Page:
    """A public campaign, from approval on."""
    rows = await fetch(
        """
        SELECT c.id, j.slug, c.project_id, c.status, c.generated, c.import_batch_id IS NOT NULL AS imported, v.content,
               v.cost_pence, v.other_funding_pence, v.in_kind_pence, v.project_value_pence, c.target_pence,
               c.threshold_bp, c.card_cost_borne_by, c.if_too_much, r.name AS receiver,
               c.deadline_at, c.decided_at, c.collecting_from,
               (SELECT e.effective_at FROM campaign_event e WHERE e.subject_id = c.id AND e.old <> e.new
                ORDER BY e.id DESC LIMIT 1)
                   AS ended_at
        FROM campaign c JOIN project j ON j.id = c.project_id JOIN project_version v ON v.id = c.version_id
        LEFT JOIN group_hosting h ON h.group_id = j.group_id AND h.status = 'agreed'
        LEFT JOIN community_group r ON r.id = h.host_id
        WHERE c.id = $1
        """,
        campaign_id,
    )
    row = rows[0]
    sums = await totals(campaign_id)
    names = await _names(campaign_id)
    told = await messages_of(campaign_id, public=True)
    return Page(
        **row
        | {
            "content": as_dict(row["content"]),
            "totals": sums,
            "matches": await _matches(campaign_id, row["target_pence"], sums, over=row["decided_at"] is not None),
            "checks": await checks_of(campaign_id),
            "second_look": await SecondLook.filter(campaign_id=campaign_id, agreed=True).order_by("-id").first(),
            "message": told[0].text if told else "",
            "names": names,
            "unnamed": max(0, sums.backers - len(names)),
        }
    )


async def _matches(campaign_id: int, target_pence: int, sums: Totals, *, over: bool) -> list[MatchLine]:
    """What counts, in the order of the funds: accepted, or accepted when the verdict came; then what is offered."""
    rows = await fetch(
        """
        SELECT u.name AS funder, u.short_name AS funder_short, m.reference, m.amount_pence,
               m.status = 'earmarked' AS offered, m.status = 'released' AS gone, m.accrual,
               coalesce((m.terms->>'start_bp')::int, $2) AS start_bp
        FROM match_pledge m JOIN campaign c ON c.id = m.campaign_id
        JOIN match_fund f ON f.id = m.fund_id JOIN funder u ON u.id = f.funder_id
        WHERE m.campaign_id = $1
          AND (m.status <> 'released' OR (c.decided_at IS NOT NULL AND m.accepted_at IS NOT NULL))
        ORDER BY m.status = 'earmarked', f.position, f.id, m.id
        """,
        campaign_id,
        START_BP,
    )
    lines = [MatchLine(**row) for row in rows]
    accepted = [
        (place, Accepted.of(line.amount_pence, line.accrual, line.start_bp))
        for place, line in enumerate(lines)
        if not line.offered
    ]
    later = later_words(target_pence, sums.crowd_pence, [one for _, one in accepted])
    for (place, _), words in zip(accepted, later, strict=True):
        if words:
            lines[place] = replace(lines[place], later="did not come to count" if over else words)
    return lines


async def _names(campaign_id: int) -> list[str]:
    """Backers who count and chose to show a name, each once, in the order in which they came."""
    rows = await fetch(
        "SELECT name FROM (SELECT DISTINCT ON (p.email_key) p.id, p.name FROM pledge p"
        " JOIN campaign c ON c.id = p.campaign_id"
        f" WHERE c.id = $1 AND p.name_shown AND p.name <> '' AND NOT p.runs_campaign AND {COUNTED}"
        f" ORDER BY p.email_key, p.id) named ORDER BY id LIMIT {MOST_NAMES}",
        campaign_id,
    )
    return [row["name"] for row in rows]
