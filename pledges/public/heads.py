"""What home, list and a project say of themselves in their heads: previews, feeds and data. No backer is named in any."""

from typing import Any, Final

from starlette.requests import Request

from crowdfund_kent.previews import Image, Preview, trail, whole
from crowdfund_kent.settings import get_settings
from crowdfund_kent.templating import iso, last_day
from pledges.public import words
from pledges.public.project_queries import Page
from pledges.public.search import PATH, Wanted
from projects.pictures import shown

NEW_FEED: Final = ("New projects", "/feed.atom")
CARD_ROUTE: Final = "/projects/{slug}/card.png"
CARD_SIZE: Final = (1200, 630)


def of_home() -> Preview:
    """The site itself, with where to search it."""
    settings = get_settings()
    search = {
        "@type": "SearchAction",
        "target": {"@type": "EntryPoint", "urlTemplate": whole(PATH) + "?search={search}"},
        "query-input": "required name=search",
    }
    return Preview(
        "/",
        f"Community groups in Kent put up projects, neighbours pledge, and {settings.council_name} adds its own money."
        " Nobody pays unless the target is met.",
        feeds=[NEW_FEED],
        data=[{"@type": "WebSite", "name": settings.programme_name, "url": whole("/"), "potentialAction": search}],
    )


def of_list(asked: Wanted) -> Preview:
    """A list. What somebody typed is not for search engines."""
    return Preview(
        asked.address,
        "Community projects in Kent: those that take pledges now, those that were funded, and all before them.",
        feeds=[NEW_FEED],
        hidden=bool(asked.search),
    )


def of_project(request: Request, found: Page, newest: bool) -> Preview:
    """A project: its summary, its picture, the group that runs it, and while it is open how to pledge."""
    content, path = found.content, f"{PATH}/{found.slug}"
    address = path if newest else f"{path}/campaigns/{found.id}"
    image = _image(request, found)
    about: dict[str, Any] = {
        "@type": "Project",
        "name": content["title"],
        "description": content.get("summary", ""),
        "url": whole(path),
        "location": {
            "@type": "Place",
            "name": words.where(content.get("place", ""), content.get("district", "")),
            "address": {"@type": "PostalAddress", "addressRegion": "Kent", "addressCountry": "GB"},
        },
    }
    if image:
        about["image"] = whole(image.path)
    if content.get("group", {}).get("name"):
        about["parentOrganization"] = {"@type": "Organization", "name": content["group"]["name"]}
    if found.status == "live":
        about["potentialAction"] = {
            "@type": "DonateAction",
            "target": whole(f"{path}/pledge"),
            "endTime": iso(last_day(found.deadline_at)),
        }
    return Preview(
        address,
        content.get("summary", ""),
        image=image,
        kind="article",
        feeds=[(f"News of {content['title']}", f"{path}/feed.atom"), NEW_FEED],
        data=[about, trail(("Projects", PATH), (content["title"], path))],
    )


def _image(request: Request, found: Page) -> Image | None:
    """The card that is made for social media, or the project's own picture."""
    title = found.content["title"]
    if any(getattr(route, "path", "") == CARD_ROUTE for route in request.app.routes):
        return Image(f"{PATH}/{found.slug}/card.png", f"{title}: what is pledged so far", *CARD_SIZE)
    picture = shown(found.content.get("picture"))
    return Image(picture.src, picture.alt, picture.width, picture.height) if picture else None
