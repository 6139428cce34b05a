"""/projects/funded: every project that met its target, and what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent import etags
from crowdfund_kent.accounts.access import page, public
from crowdfund_kent.answering import to
from crowdfund_kent.database import fetch
from crowdfund_kent.forms import SelectField, SiteForm
from crowdfund_kent.geography import DISTRICTS, is_district
from crowdfund_kent.previews import Preview, trail
from crowdfund_kent.templating import render
from pledges.public import words
from pledges.public.district_queries import MET
from pledges.public.queries import NEWEST, public_statuses, site_stamp
from pledges.totals import totals_of
from projects.words import DELIVERY

PATH: Final = "/projects/funded"
PAGE_SIZE: Final = 50
SEE_OTHER: Final = 303
# what became of a funded project -> words, tone of the tag; in the order of the page's key
STAGES: Final = {
    "collecting": ("Pledges are being collected", "wait"),
    "collected": ("Pledges collected", "quiet"),
    **{status.replace(" ", "-"): (meaning.name, meaning.tone) for status, meaning in DELIVERY.items()},
}
_STAGE_OF: Final = {"successful": "collecting", "collecting": "collecting", "settled": "collected"}


@dataclass(frozen=True, slots=True)
class Funded:
    """One project that met its target. `met_at`: when that was known; the stage is a key of STAGES."""

    campaign_id: int
    project_id: int
    slug: str
    title: str
    place: str
    district: str
    district_code: str
    group: str
    generated: bool
    met_at: datetime | None
    stage: str


async def funded() -> list[Funded]:
    """All of them, the latest first."""
    rows = await fetch(
        f"WITH {NEWEST} SELECT c.id AS campaign_id, c.project_id, j.slug, v.content->>'title' AS title,"
        " v.content->>'place' AS place, v.content->>'district' AS district,"
        " v.content->>'district_code' AS district_code, v.content->'group'->>'name' AS group, c.generated,"
        " coalesce(c.decided_at, c.settled_at, c.deadline_at) AS met_at"
        " FROM c JOIN project j ON j.id = c.project_id JOIN project_version v ON v.id = c.version_id"
        " WHERE c.status = ANY($2::text[]) ORDER BY met_at DESC, c.id DESC",
        public_statuses(),
        MET,
    )
    stages = await delivery_of([row["project_id"] for row in rows])
    return [Funded(**row, stage=stages[row["project_id"]]) for row in rows]


async def delivery_of(project_ids: Sequence[int]) -> dict[int, str]:
    """What became of each of these funded projects, as a key of STAGES. Imported records end with what was collected."""
    rows = await fetch(
        f"WITH {NEWEST} SELECT c.project_id, c.status, replace(d.status, ' ', '-') AS delivery FROM c"
        " LEFT JOIN delivery d ON d.campaign_id = c.id WHERE c.project_id = ANY($2::bigint[])",
        public_statuses(),
        list(project_ids),
    )
    return {
        row["project_id"]: row["delivery"] or _STAGE_OF[row["status"]] for row in rows if row["status"] in _STAGE_OF
    }


class FundedForm(SiteForm):
    """Which of them. A GET form: its answers are the address."""

    district = SelectField("District", empty="All of Kent", choices=[(one.code, one.name) for one in DISTRICTS])
    stage = SelectField("What became of it", empty="Anything", choices=[(key, one[0]) for key, one in STAGES.items()])


async def show(request: Request) -> Response:
    """GET /projects/funded."""
    asked, number = _asked(request)
    found = await _of(asked)
    pages = max(1, -(-len(found) // PAGE_SIZE))
    address = _address(asked, min(number, pages))
    if address != request.url.path + (f"?{request.url.query}" if request.url.query else ""):
        return to(address)
    stamp = await site_stamp()
    tag = etags.etag(request, stamp.events)
    if answer := etags.unchanged(request, tag):
        return answer
    shown = found[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    context = {
        "form": FundedForm(None, guarded=False, **asked),
        "total": len(found),
        "rows": await _rows(shown),
        "number": number,
        "pages": pages,
        "before_page": _address(asked) + ("&" if any(asked.values()) else "?"),
        "narrowed": any(asked.values()),
        "generated_notice": words.GENERATED_SOME if any(one.generated for one in shown) else None,
        "preview": Preview(
            address,
            "Projects in Kent that met their target: what they raised, and what became of each.",
            data=[trail(("Projects", "/projects"), ("Funded projects", PATH))],
        ),
    }
    return render(request, "public/funded.html", context, headers=etags.headers(tag))


def _asked(request: Request) -> tuple[dict[str, str], int]:
    query = request.query_params
    district, stage, number = query.get("district", ""), query.get("stage", ""), query.get("page", "")
    known = {"district": district if is_district(district) else "", "stage": stage if stage in STAGES else ""}
    return known, max(1, int(number)) if number.isascii() and number.isdigit() and len(number) < 6 else 1


def _address(asked: dict[str, str], number: int = 1) -> str:
    given = [(name, value) for name, value in asked.items() if value] + ([("page", str(number))] * (number > 1))
    return f"{PATH}?{urlencode(given)}" if given else PATH


async def _of(asked: dict[str, str]) -> list[Funded]:
    return [
        one
        for one in await funded()
        if asked["district"] in ("", one.district_code) and asked["stage"] in ("", one.stage)
    ]


async def _rows(shown: Sequence[Funded]) -> list[list[Any]]:
    sums = await totals_of(one.campaign_id for one in shown)
    return [
        [
            {"text": one.title, "href": f"/projects/{one.slug}", "small": one.group or ""},
            words.where(one.place or "", one.district or ""),
            {"pence": sums[one.campaign_id].raised_pence},
            one.met_at,
            {"text": "", "tag": STAGES[one.stage][0], "tone": STAGES[one.stage][1]},
        ]
        for one in shown
    ]


ROUTES: Final[list[Route]] = [page(PATH, show, public, name="funded_projects")]
