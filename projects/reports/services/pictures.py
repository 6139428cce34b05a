"""Pictures of a report: with alternative text, and with the word of the group that everybody in them agreed."""

from crowdfund_kent import audit, events, storage
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now
from crowdfund_kent.database import after_commit, transaction
from crowdfund_kent.errors import NotFound, Refused
from projects import pictures
from projects import queries as projects
from projects.access import require_member
from projects.models import Picture
from projects.reports import queries
from projects.reports.kinds import Shown
from projects.reports.models import Report, ReportPicture
from projects.reports.rules import Ask
from projects.reports.services.writing import for_writer, refuse_unasked
from projects.services.pictures import keep_picture

MOST = 6
WHO_LONGEST = 300


async def add_picture(
    report_id: int,
    content: bytes,
    alt: str,
    by: Actor,
    *,
    shows: Shown,
    who: str = "",
    agreed: bool = False,
    parents_agreed: bool = False,
    name: str = "",
    media_type: str = "",
) -> ReportPicture:
    """Show this picture once the report is accepted. Where people are in it they agreed; for children their parents did.

    Refused with what to do instead; then nothing is kept, neither a row nor a file.
    """
    if shows is not Shown.NOBODY and not agreed:
        raise Refused("Ask everybody in the picture first, then confirm that they agreed.", rule="consent")
    if shows is Shown.CHILDREN and not parents_agreed:
        raise Refused("Ask a parent or guardian of each child first, then confirm that they agreed.", rule="consent")
    if shows is not Shown.NOBODY and not who.strip():
        raise Refused("Say who is in the picture. Only officers read it.", rule="who")
    async with transaction():
        await _may_add(report_id, by)
    made: list[ReportPicture] = []

    async def attach(picture_id: int) -> None:
        report = await _may_add(report_id, by)
        row = await ReportPicture.create(
            report_id=report.id,
            picture_id=picture_id,
            shows=shows,
            who=who.strip()[:WHO_LONGEST] if shows is not Shown.NOBODY else "",
            agreed=agreed,
            parents_agreed=parents_agreed,
            said_by_id=by.person_id,
            added_at=business_now(),
        )
        await Report.filter(id=report.id).update(no_pictures=False)
        await audit.record("add report picture", f"report:{report.id}", by, picture_id=row.id, shows=str(shows))
        made.append(row)

    await keep_picture(content, alt, by, attach, name=name, media_type=media_type)
    return made[0]


async def _may_add(report_id: int, by: Actor) -> Report:
    report, _ = await for_writer(report_id, by)
    await refuse_unasked(report, Ask.PICTURES)
    if await ReportPicture.filter(report_id=report.id, removed_at=None).count() >= MOST:
        raise Refused(f"{MOST} pictures are enough. Take one away first.", rule="pictures")
    return report


async def say_no_pictures(report_id: int, by: Actor) -> None:
    """The group has none."""
    async with transaction():
        report, _ = await for_writer(report_id, by)
        await refuse_unasked(report, Ask.PICTURES)
        await Report.filter(id=report.id).update(no_pictures=True)


async def remove_picture(report_id: int, picture_id: int, by: Actor) -> None:
    """Any member takes a picture away at any time, also after the acceptance: somebody in it may change their mind.

    Its files go at once, and what the group said about who is in it.
    """
    async with transaction():
        report, delivery = await queries.for_update(report_id)
        await require_member(by, await projects.group_id_of(delivery.campaign_id))
        found = await ReportPicture.get_or_none(id=picture_id, report_id=report.id, removed_at=None)
        if found is None:
            raise NotFound
        picture = await Picture.get(id=found.picture_id)
        await ReportPicture.filter(id=found.id).update(removed_at=business_now(), removed_by_id=by.person_id, who="")
        await events.note(delivery, "picture taken away", by)  # pages that show it are drawn anew
        await audit.record("take away report picture", f"report:{report.id}", by, picture_id=found.id)

        async def remove() -> None:
            for width in pictures.widths(picture.width):
                await storage.remove(pictures.storage_key(picture.key, width))

        after_commit(remove)
