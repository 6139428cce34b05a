"""Receipts: a photograph from a phone, a PDF. Read and stored outside the transaction; pages are drawn by the worker."""

import asyncio
import secrets
from typing import Final

from crowdfund_kent import audit, outbox, storage
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now
from crowdfund_kent.database import transaction
from crowdfund_kent.errors import NotFound
from projects import given_files, uploads
from projects import queries as projects
from projects.reports.models import Receipt, Report, ReportLine
from projects.reports.rules import Ask
from projects.reports.services.writing import for_writer, refuse_unasked

PREPARE: Final = "prepare_receipt"
FORGET: Final = "forget_receipt"


async def add_receipt(report_id: int, number: int, content: bytes, by: Actor, *, name: str = "") -> Receipt:
    """Keep a receipt for the cost `number`. The same file again for the same cost is a second click.

    Refused with what to do; then nothing is kept, neither a row nor a file.
    """
    async with transaction():
        report, _ = await for_writer(report_id, by)
        await _line(report, number)
        await _refuse_too_many(report_id, len(content))
    taken = await asyncio.to_thread(uploads.take, content, name, projects.upload_limits())
    key = f"receipts/{secrets.token_hex(16)}/original.{taken.ending}"
    digest = await asyncio.to_thread(given_files.digest_of, taken.content)
    await storage.save(key, taken.content)
    try:
        async with transaction():
            report, _ = await for_writer(report_id, by)
            line = await _line(report, number)
            clicked = await Receipt.get_or_none(line_id=line.id, sha256=digest, removed_at=None)
            if clicked is None:
                await _refuse_too_many(report_id, len(taken.content))
                found = await _create(line, by, taken, key, digest)
    except BaseException:
        await storage.remove(key)
        raise
    if clicked is not None:
        await storage.remove(key)
        return clicked
    return found


async def _create(line: ReportLine, by: Actor, taken: uploads.Taken, key: str, digest: str) -> Receipt:
    await ReportLine.filter(id=line.id).update(without_receipt="")  # there is one after all
    file = given_files.columns_of(taken, key, digest, by.person_id)
    found = await Receipt.create(line_id=line.id, **file)
    await audit.record("give receipt", f"report:{line.report_id}", by, receipt_id=found.id, number=line.number)
    if taken.size is None:
        await outbox.job(PREPARE, found.id, unique_key=f"{PREPARE}:{found.id}")
    return found


async def remove_receipt(report_id: int, receipt_id: int, by: Actor) -> None:
    """Take a receipt back while the group writes. Its file goes, unless an officer has had it before them."""
    async with transaction():
        report, _ = await for_writer(report_id, by)
        found = await Receipt.get_or_none(id=receipt_id, line__report_id=report.id, removed_at=None)
        if found is None:
            raise NotFound
        await Receipt.filter(id=found.id).update(removed_at=business_now(), removed_by_id=by.person_id)
        await audit.record("take back receipt", f"report:{report.id}", by, receipt_id=found.id)
        if report.sent_at is None or found.uploaded_at > report.sent_at:
            await outbox.job(FORGET, found.id, unique_key=f"{FORGET}:{found.id}")


async def prepare_receipt(receipt_id: int) -> None:
    """Draw the pages of a document, or read its words. Safe to run twice."""
    found = await Receipt.get_or_none(id=receipt_id, prepared_at=None, file_gone_at=None)
    if found is not None and (kept := await given_files.drawn(found)):
        await Receipt.filter(id=receipt_id, prepared_at=None).update(**kept)


async def forget_receipt(receipt_id: int) -> None:
    """Remove the files of a receipt that was taken back, or is too old to be kept. Safe to run twice."""
    found = await Receipt.get_or_none(id=receipt_id, file_gone_at=None)
    if found is None or found.removed_at is None:
        return
    await given_files.remove(found)
    await Receipt.filter(id=receipt_id).update(file_gone_at=business_now())


async def _line(report: Report, number: int) -> ReportLine:
    await refuse_unasked(report, Ask.RECEIPTS, number)
    return await ReportLine.get(report_id=report.id, number=number)


async def _refuse_too_many(report_id: int, coming: int) -> None:
    held = await Receipt.filter(line__report_id=report_id, file_gone_at=None).values_list("size_bytes", flat=True)
    uploads.refuse_too_many([int(str(one)) for one in held], coming, projects.upload_limits())
