"""Everything that was written about a project, a page for each kind: no cookie, an ETag, GET only."""

from collections.abc import Awaitable, Callable
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent import etags
from crowdfund_kent.accounts.access import page, public
from crowdfund_kent.answering import to
from crowdfund_kent.previews import Preview
from crowdfund_kent.templating import render
from projects.kinds import PostKind
from projects.queries import posts as queries
from projects.routes.common import GENERATED

PAGE_SIZE: Final = {PostKind.UPDATE: 10, PostKind.QUESTION: 20, PostKind.SUPPORT: 50}
PAGES: Final = {PostKind.UPDATE: "updates", PostKind.QUESTION: "questions", PostKind.SUPPORT: "messages"}
WORDS: Final = {
    PostKind.UPDATE: "How it is going",
    PostKind.QUESTION: "Questions and answers",
    PostKind.SUPPORT: "Messages of support",
}
SEE_OTHER: Final = 303


def _page(kind: PostKind) -> Callable[[Request], Awaitable[Response]]:
    async def show(request: Request) -> Response:
        project = await queries.public_project(str(request.path_params["slug"]))
        address = f"/projects/{project.slug}/{PAGES[kind]}"
        asked = request.query_params.get("page", "1")
        number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) <= 4 else 0
        expected = [("page", str(number))] if number > 1 else []
        if request.query_params.multi_items() != expected:
            return to(address)
        tag = etags.etag(request, project.stamp, project.title, project.group_name, project.answers)
        if answer := etags.unchanged(request, tag):
            return answer
        size = PAGE_SIZE[kind]
        posts, total = await queries.public_posts(kind, project.id, size, (number - 1) * size)
        if number > 1 and not posts:
            return to(address)
        context = {
            "found": project,
            "kind": kind,
            "posts": posts,
            "number": number,
            "pages": -(-total // size),
            "address": address,
            "generated_notice": GENERATED if project.generated else None,
            "preview": Preview(
                address if number == 1 else f"{address}?page={number}", f"{WORDS[kind]}: {project.title}"
            ),
        }
        return render(request, f"posts/{PAGES[kind]}.html", context, headers=etags.headers(tag))

    show.__doc__ = f"GET /projects/{{slug}}/{PAGES[kind]}?page="
    return show


ROUTES: Final[list[Route]] = [
    page(f"/projects/{{slug}}/{name}", _page(kind), public, name=f"public_{name}") for kind, name in PAGES.items()
]
