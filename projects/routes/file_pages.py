"""How officers look at what a group gave: a page as a picture that we drew, the file as it was sent, its words."""

from collections.abc import Iterable
from typing import Final, Protocol
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from crowdfund_kent import storage
from crowdfund_kent.accounts.access import path_id
from crowdfund_kent.errors import NotFound
from projects import given_files
from projects.given_files import HasFile

SANDBOX: Final = "sandbox; default-src 'none'"


class NamedFile(HasFile, Protocol):
    """One that a person can save."""

    id: int
    shown_name: str


async def page_picture(request: Request, file: NamedFile) -> Response:
    """The page of the path's {number}."""
    number = path_id(request, "number")
    if not 1 <= number <= len(file.page_sizes):
        raise NotFound
    content = await storage.read(given_files.page_key(file, number))
    return Response(content, media_type="image/webp", headers={"Content-Security-Policy": SANDBOX})


async def original_file(file: NamedFile) -> Response:
    """To be saved, never shown: what is in it is not ours."""
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.shown_name, safe='')}",
        "Content-Security-Policy": SANDBOX,
    }
    return Response(await storage.read(str(file.key)), media_type=file.media_type, headers=headers)


async def texts_of(files: Iterable[NamedFile]) -> dict[int, str]:
    """The words of documents that have no pages to show, by id."""
    return {one.id: (await storage.read(given_files.text_key(one))).decode() for one in files}
