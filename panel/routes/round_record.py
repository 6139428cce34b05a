"""The public record of rounds: how every decision of a list was made, once it is public.

/rounds                        all of them by fund, and what is under way
/rounds/{slug}                 one, from its day of publication on; 404 before
/rounds/{slug}/decisions.csv   the same decisions as a file
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent.accounts.access import page, public
from crowdfund_kent.csv_files import csv_response, csv_text
from crowdfund_kent.database import fetch
from crowdfund_kent.etags import etag, headers, unchanged
from crowdfund_kent.money import pounds_exact
from crowdfund_kent.templating import day, percent, render
from panel.kinds import Outcome
from panel.made_of import days_words, median_halves
from panel.queries import round_record as queries
from panel.queries.round_record import Entry, Listed, Record
from panel.ranking import TIE_RULE
from panel.routes.common import GENERATED
from panel.states import Round as Status
from pledges.fund_told import VARIANT_COLUMNS

TONES: Final = {Outcome.AWARD: "yes", Outcome.PART: "yes", Outcome.DEFER: "wait", Outcome.DECLINE: "quiet"}
STATES: Final = {
    Status.PLANNED: "planned",
    Status.OPEN: "groups can ask now",
    Status.SCORING: "the panel reads and scores",
    Status.MEETING: "the panel meets",
    Status.SIGNED: "decided: the groups read it first",
}
CSV_COLUMNS: Final = (
    "rank",
    "reference",
    "project",
    "group",
    "district",
    "asked_pounds",
    "score_percent",
    "backers",
    "decision",
    "offered_pounds",
    "most_pounds",
    "limit_that_decided",
    "votes_for",
    "votes_against",
    "votes_abstained",
    "reasons",
    "alternatives",
    "decided_on",
    "working_days",
    "decision_number",
    "decided_by",
    "money_record",
)
MONEY_COLUMNS: Final = ("asked_pounds", "offered_pounds", "most_pounds")


async def rounds(request: Request) -> Response:
    """GET /rounds."""
    tag = etag(request, *await queries.list_facts())
    if answer := unchanged(request, tag):
        return answer
    funds: dict[str, list[Listed]] = {}
    for one in await queries.published():
        funds.setdefault(one.fund_slug, []).append(one)
    context = {
        "funds": [_fund(found) for found in funds.values()],
        "ahead": [
            [
                {"text": one.name, "small": one.fund.name},
                STATES[Status(one.status)],
                day(one.pitch_by),
                day(one.decide_by),
                day(one.publish_on) if one.publish_on else "",
            ]
            for one in await queries.under_way()
        ],
        "generated_notice": GENERATED if any(one.generated for found in funds.values() for one in found) else None,
    }
    return render(request, "panel/round_record/list.html", context, headers=headers(tag))


def _fund(found: Sequence[Listed]) -> dict[str, Any]:
    """A fund with its public rounds, as templates/panel/round_record/list.html takes it."""
    return {
        "slug": found[0].fund_slug,
        "name": found[0].fund,
        "median": days_words(median_halves([number for one in found for number in one.days])),
        "rows": [
            [
                {"text": one.name, "href": f"/rounds/{one.slug}"},
                day(one.signed_at),
                str(one.number),
                str(one.given),
                pounds_exact(one.offered_pence),
                days_words(median_halves(one.days)),
            ]
            for one in found
        ],
    }


async def record(request: Request) -> Response:
    """GET /rounds/{slug}: NotFound until it is public."""
    round_ = await queries.published_round(str(request.path_params["slug"]))
    tag = etag(request, *await queries.facts_of(round_))
    if answer := unchanged(request, tag):
        return answer
    found = await queries.record_of(round_)
    return render(request, "panel/round_record/show.html", shown(found), headers=headers(tag))


def shown(found: Record) -> dict[str, Any]:
    """What the record of a round shows."""
    round_ = found.round
    return {
        "record": found,
        "round": round_,
        "fund": round_.fund,
        "median": days_words(found.median_halves),
        "list_rows": [_row(one) for one in found.entries],
        "took": _took(found),
        "took_bars": [
            {
                "words": one.title,
                "value": one.amount_pence,
                "shown": pounds_exact(one.amount_pence),
                "href": f"#{one.anchor}",
            }
            for one in found.given
        ],
        "days": _days(found),
        "tie_rule": TIE_RULE.replace("Pitches", "Requests"),
        "variant_columns": VARIANT_COLUMNS,
        "generated_notice": GENERATED if round_.generated or round_.fund.generated else None,
    }


def _row(one: Entry) -> list[Any]:
    decision = one.decision
    score = "not scored" if decision.score_bp is None else percent(decision.score_bp)
    return [
        {"text": f"{decision.rank}. {one.title}", "href": f"#{one.anchor}", "small": f"{one.group}, {one.district}"},
        {"text": score, "href": f"#score-{one.pitch.reference}"},
        {"text": f"{one.backers:,}", "href": f"#backers-{one.pitch.reference}"},
        pounds_exact(one.pitch.asked_pence or 0),
        {"text": "", "tag": one.outcome.lower(), "tone": TONES[one.written.outcome]},
        {"text": pounds_exact(one.amount_pence), "href": one.link or f"#{one.anchor}"} if one.amount_pence else "",
    ]


def _took(found: Record) -> list[Any]:
    """The pot from before the list to after it, row by row; empty where the record does not say what it held."""
    left = found.pot_before_pence
    if left is None or not found.given:
        return []
    rows: list[Any] = [["In the pot before the list", "", pounds_exact(left)]]
    for one in found.given:
        left -= one.amount_pence
        words = {"text": f"{one.decision.rank}. {one.title}", "href": f"#{one.anchor}"}
        rows.append([words, pounds_exact(one.amount_pence), pounds_exact(left)])
    return [*rows, {"cells": ["Together", pounds_exact(found.offered_pence), pounds_exact(left)], "total": True}]


def _days(found: Record) -> list[Any]:
    rows: list[Any] = [
        [
            {"text": one.title, "href": f"#{one.anchor}"},
            day(one.pitch.submitted_at) if one.pitch.submitted_at else "not recorded",
            day(one.decision.decided_at),
            str(one.days),
        ]
        for one in found.entries
    ]
    return rows + [["A request that is not named", "", "", str(number)] for number in found.unnamed_days]


async def decisions(request: Request) -> Response:
    """GET /rounds/{slug}/decisions.csv."""
    round_ = await queries.published_round(str(request.path_params["slug"]))
    found = await queries.record_of(round_)
    text = csv_text(CSV_COLUMNS, [_line(one) for one in found.entries], money=MONEY_COLUMNS)
    return csv_response(f"decisions-{round_.slug}.csv", text)


def _line(one: Entry) -> list[str | int | None]:
    decision = one.decision
    number = None if decision.score_bp is None else f"{decision.score_bp // 100}.{decision.score_bp % 100:02d}"
    return [
        decision.rank,
        one.pitch.reference,
        one.title,
        one.group,
        one.district,
        one.pitch.asked_pence,
        number,
        one.backers,
        one.outcome,
        decision.amount_pence,
        one.most_pence if one.limits else None,
        one.binds,
        decision.votes_for,
        decision.votes_against,
        decision.votes_abstained,
        decision.recommendation.reasons,
        decision.recommendation.alternatives,
        day(decision.decided_at),
        one.days,
        decision.authority.decision_number,
        decision.authority.post,
        one.link,
    ]


async def listed() -> list[tuple[str, datetime | None]]:
    """Every public round with its minutes, for the sitemap."""
    rows = await fetch("SELECT slug, published_at FROM panel_round WHERE status = 'published' ORDER BY id")
    return [
        (path, row["published_at"])
        for row in rows
        for path in (f"/rounds/{row['slug']}", f"/rounds/{row['slug']}/minutes")
    ]


ROUTES: Final[list[Route]] = [
    page("/rounds", rounds, public, name="rounds"),
    page("/rounds/{slug}", record, public, name="round_record"),
    page("/rounds/{slug}/decisions.csv", decisions, public, name="round_decisions_csv"),
]
