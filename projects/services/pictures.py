"""A project's picture: made anew outside the transaction, stored, then written down."""

import asyncio
from collections.abc import Awaitable, Callable

from crowdfund_kent import storage
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import real_now
from crowdfund_kent.database import transaction
from crowdfund_kent.errors import Refused
from crowdfund_kent.settings import get_settings
from projects import pictures
from projects.models import Picture
from projects.services.writing import attach_picture, editable

ALT_LONGEST = 250


async def add_picture(
    project_id: int, content: bytes, alt: str, by: Actor, *, name: str = "", media_type: str = ""
) -> Picture:
    """Show this picture on the project. `alt` says in words what it shows, and is needed.

    Refused with what to do instead; then nothing is written, neither a row nor a file.
    """
    async with transaction():
        await editable(project_id, by)

    async def attach(picture_id: int) -> None:
        await attach_picture(project_id, picture_id, by)

    return await keep_picture(content, alt, by, attach, name=name, media_type=media_type)


async def keep_picture(
    content: bytes,
    alt: str,
    by: Actor,
    attach: Callable[[int], Awaitable[object]],
    *,
    name: str = "",
    media_type: str = "",
) -> Picture:
    """Make the picture anew, store its files, and write it down with what `attach(its id)` writes, all or nothing.

    Who may add it is for the caller to check first. Refused with what to do instead.
    """
    words = " ".join(alt.split())
    if not words or len(words) > ALT_LONGEST:
        raise Refused(f"Describe the picture in 1 to {ALT_LONGEST} characters.", rule="alternative text")
    made = await asyncio.to_thread(
        pictures.make, content, most_bytes=get_settings().picture_most_bytes, name=name, media_type=media_type
    )
    keys = {pictures.storage_key(made.key, width): file for width, file in made.files.items()}
    try:
        for key, file in keys.items():
            await storage.save(key, file)
        async with transaction():
            picture = await Picture.create(
                key=made.key,
                alt=words,
                width=made.width,
                height=made.height,
                created_at=real_now(),
                by_id=by.person_id,
            )
            await attach(picture.id)
    except BaseException:
        for key in keys:
            await storage.remove(key)
        raise
    return picture


async def describe_picture(project_id: int, alt: str, by: Actor) -> None:
    """Other words for the picture that is shown. Frozen versions hold their own copy of the words."""
    words = " ".join(alt.split())
    if not words or len(words) > ALT_LONGEST:
        raise Refused(f"Describe the picture in 1 to {ALT_LONGEST} characters.", rule="alternative text")
    async with transaction():
        project = await editable(project_id, by)
        if project.picture_id is None:
            raise Refused("There is no picture to describe. Choose one first.", rule="picture")
        await Picture.filter(id=project.picture_id).update(alt=words)
