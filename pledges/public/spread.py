"""What carries a project to others: a page with links, its QR code, a poster, a picture for links, a box for other sites.

All public, without a cookie, with the project's own ETag. None counts who came from where: a QR code leads to the plain
address.
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final

import segno
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent import etags, storage
from crowdfund_kent.accounts.access import page, public
from crowdfund_kent.clock import business_now, business_today
from crowdfund_kent.errors import NotFound
from crowdfund_kent.illustrations import illustration_url, illustration_words
from crowdfund_kent.security import card_page_origins, content_security_policy
from crowdfund_kent.settings import get_settings
from crowdfund_kent.templating import day, last_day, render
from pledges.public import project_queries, social, words
from pledges.public.project_queries import Page
from pledges.public.sharing import PATH, page_url, typed_url, ways
from pledges.totals import bar_of
from projects.pictures import picture_url, shown, storage_key, widths

QUIET_ZONE: Final = 4  # modules of white around a QR code: readers need them (ISO/IEC 18004)
PNG_SCALE: Final = 20
PAPERS: Final = {"a4": "A4", "a5": "A5"}
SHOWN_ELSEWHERE: Final = {"Cross-Origin-Resource-Policy": "cross-origin"}
KEPT: Final = 64  # pictures for links that a process keeps
_drawn: OrderedDict[tuple[social.Facts, str], bytes] = OrderedDict()


@dataclass(frozen=True, slots=True)
class Asked:
    """The project of the path as it stands, with the tag of what it shows; `unchanged` answers for a browser that has it."""

    slug: str
    tag: str | None
    unchanged: Response | None
    campaign_id: int


async def _asked(request: Request) -> Asked:
    """The newest public campaign of the project. NotFound leads an old address to the new one."""
    slug = str(request.path_params["slug"])
    newest = (await project_queries.attempts(slug))[0]
    tag = etags.etag(request, newest.id, newest.stamp, request.url.path)
    return Asked(slug, tag, etags.unchanged(request, tag), newest.id)


def standing_of(found: Page) -> words.Standing:
    """How the campaign stands now, in words."""
    facts = words.Facts(
        status=found.status,
        deadline_at=found.deadline_at,
        ended_at=found.ended_at,
        target_pence=found.target_pence,
        threshold_bp=found.threshold_bp,
        collecting_from=found.collecting_from,
        imported=found.imported,
        collection_days=get_settings().collection_days,
    )
    return words.standing(facts, business_now(), business_today())


def _context(found: Page) -> dict[str, Any]:
    """What every one of these pages shows."""
    content, sums = found.content, found.totals
    place = (content.get("district_code", ""), content.get("objective", ""), found.project_id)
    return {
        "p": found,
        "content": content,
        "where": words.where(content.get("place", ""), content.get("district", "")),
        "group_name": content.get("group", {}).get("name", ""),
        "standing": standing_of(found),
        "bar": bar_of(found.target_pence, sums),
        "shows_money": found.status not in words.NEVER_DECIDED,
        "picture": shown(content.get("picture")),
        "drawing": illustration_url(*place),
        "drawing_words": illustration_words(*place),
        "url": page_url(found.slug),
        "typed": typed_url(found.slug),
        "generated_notice": words.GENERATED_ONE if found.generated else None,
    }


async def spread(request: Request) -> Response:
    """GET /projects/{slug}/spread: links to share, and everything to print or to put elsewhere."""
    asked = await _asked(request)
    if asked.unchanged is not None:
        return asked.unchanged
    found = await project_queries.page_of(asked.campaign_id)
    context = _context(found) | {
        "ways": ways(found.slug, str(found.content["title"])),
        "papers": PAPERS,
        "widget_code": widget_code(found),
    }
    return render(request, "spread/spread.html", context, headers=etags.headers(asked.tag))


def widget_code(found: Page) -> str:
    """What another site puts into its page."""
    title = str(found.content["title"]).replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
    return (
        f'<iframe src="{page_url(found.slug)}/widget" title="{title}" width="320" height="470"'
        ' loading="lazy" style="border:0;max-width:100%"></iframe>'
    )


def qr_code(slug: str) -> segno.QRCode:
    """The code of the project's plain address; it can be read with a tenth of it gone."""
    return segno.make(page_url(slug), error="m", micro=False, boost_error=True)


async def qr_svg(request: Request) -> Response:
    """GET .../qr.svg: black on white, at any size."""
    asked = await _asked(request)
    written = BytesIO()
    qr_code(asked.slug).save(written, kind="svg", border=QUIET_ZONE, light="white", omitsize=True, xmldecl=False)
    return asked.unchanged or _file(written.getvalue(), "image/svg+xml", asked)


async def qr_png(request: Request) -> Response:
    """GET .../qr.png: large enough to print."""
    asked = await _asked(request)
    written = BytesIO()
    qr_code(asked.slug).save(written, kind="png", border=QUIET_ZONE, light="white", scale=PNG_SCALE)
    name = f"qr-{asked.slug}.png"
    return asked.unchanged or _file(
        written.getvalue(), "image/png", asked, {"Content-Disposition": f'inline; filename="{name}"'}
    )


def _file(content: bytes, media_type: str, asked: Asked, headers: Mapping[str, str] | None = None) -> Response:
    more = {**etags.headers(asked.tag), **(headers or {}), "X-Robots-Tag": "noindex"}
    return Response(content, media_type=media_type, headers=more)


async def poster(request: Request) -> Response:
    """GET .../poster/{paper}: one page of A4 or A5, for black and white too; it says how to print it."""
    paper = str(request.path_params["paper"])
    if paper not in PAPERS:
        raise NotFound
    asked = await _asked(request)
    if asked.unchanged is not None:
        return asked.unchanged
    context = _context(await project_queries.page_of(asked.campaign_id)) | {"paper": paper, "paper_name": PAPERS[paper]}
    return render(request, "spread/poster.html", context, headers=etags.headers(asked.tag))


async def card(request: Request) -> Response:
    """GET .../card.png: the picture that other sites show beside a link."""
    asked = await _asked(request)
    if asked.unchanged is not None:
        return asked.unchanged
    found = await project_queries.page_of(asked.campaign_id)
    return _file(await card_of(found), "image/png", asked, SHOWN_ELSEWHERE)


async def card_of(found: Page) -> bytes:
    """The picture, drawn once as long as it says the same."""
    picture = found.content.get("picture")
    key = storage_key(str(picture["key"]), _wide_enough(int(picture["width"]))) if picture else ""
    facts = card_facts(found)
    if (facts, key) not in _drawn:
        try:
            held = await storage.read(key) if key else None
        except NotFound:  # the file is not there (yet): a drawing is better than no picture
            held = None
        _drawn[facts, key] = await run_in_threadpool(social.draw, facts, held)
        while len(_drawn) > KEPT:
            _drawn.popitem(last=False)
    _drawn.move_to_end((facts, key))
    return _drawn[facts, key]


def _wide_enough(width: int) -> int:
    kept = widths(width)
    return next((one for one in kept if one >= social.WIDTH), kept[-1])


def card_facts(found: Page) -> social.Facts:
    """What the picture says of a campaign."""
    content, sums, standing = found.content, found.totals, standing_of(found)
    return social.Facts(
        title=str(content["title"]),
        place=words.where(content.get("place", ""), content.get("district", "")),
        group=content.get("group", {}).get("name", ""),
        programme=get_settings().programme_name,
        target_pence=found.target_pence,
        crowd_pence=sums.crowd_pence,
        match_pence=sums.match_accepted_pence,
        tail=f"until {day(last_day(found.deadline_at))}" if standing.is_open else _ended(standing),
        seed=found.project_id,
        shows_money=found.status not in words.NEVER_DECIDED,
    )


def _ended(standing: words.Standing) -> str:
    return standing.told[0] if standing.told else standing.when


async def widget(request: Request) -> Response:
    """GET .../widget: a box for other sites' pages, the one page of ours that may be shown within another's.

    It holds a link and nothing to press that does anything here; within another site's page a browser sends no cookie.
    """
    asked = await _asked(request)
    policy = content_security_policy(card_page_origins(get_settings().stripe_base_url))
    open_to_all = {
        "Content-Security-Policy": policy.replace("frame-ancestors 'none'", "frame-ancestors *"),
        "X-Robots-Tag": "noindex",
        **SHOWN_ELSEWHERE,
    }
    if asked.unchanged is not None:
        asked.unchanged.headers.update(open_to_all)
        return asked.unchanged
    found = await project_queries.page_of(asked.campaign_id)
    picture = found.content.get("picture")
    small = picture_url(str(picture["key"]), widths(int(picture["width"]))[0]) if picture else None
    context = _context(found)
    context |= {"small_picture": small, "bar_parts": context["bar"]}
    return render(request, "spread/widget.html", context, headers={**etags.headers(asked.tag), **open_to_all})


_ONE: Final = PATH + "/{slug}"
ROUTES: Final[list[Route]] = [
    page(f"{_ONE}/spread", spread, public, name="spread"),
    page(f"{_ONE}/qr.svg", qr_svg, public, name="qr_svg"),
    page(f"{_ONE}/qr.png", qr_png, public, name="qr_png"),
    page(f"{_ONE}/poster/{{paper}}", poster, public, name="poster"),
    page(f"{_ONE}/card.png", card, public, name="card_picture"),
    page(f"{_ONE}/widget", widget, public, name="widget"),
]
