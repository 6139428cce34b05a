"""Packs that officers ask for: a row each, built by the worker, kept as one file. Rows say what is due."""

import io
import zipfile
from datetime import date, timedelta
from typing import Final

import structlog

from crowdfund_kent import audit, storage
from crowdfund_kent.accounts.access import require_role
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import SYSTEM, Actor
from crowdfund_kent.clock import real_now
from crowdfund_kent.database import fetch, transaction
from crowdfund_kent.errors import NotFound, SiteError
from crowdfund_kent.references import new_token
from crowdfund_kent.unheld_files import Holder
from evaluation import published
from evaluation.asking import only
from evaluation.models import Pack
from evaluation.pack.building import STEPS, Built, build
from evaluation.pack.services import checked
from evaluation.pack.tables import sha256_of
from evaluation.scope import Records

LEASE: Final = timedelta(minutes=5)
MOST_TRIES: Final = 3
GAVE_UP: Final = "It could not be built. The operator's log says why."
_DAY: Final = (2021, 3, 1, 0, 0, 0)  # the same files give the same archive
log = structlog.get_logger()


async def ask(as_at: date, known_on: date | None, records: str, reason: str, by: Actor) -> Pack:
    """Ask for a pack. Refused where it would be of nothing, of both kinds of records, or corrects without a reason."""
    await require_role(by, Role.FUND_OFFICER)
    kind = await only(as_at, checked(as_at, known_on, records))
    async with transaction():
        pack = await Pack.create(
            as_at=as_at,
            known_on=known_on,
            records=kind,
            reason=reason.strip(),
            asked_by_id=by.person_id,
            asked_at=real_now(),
            steps=STEPS,
        )
        await audit.record("pack asked for", f"evaluation_pack:{pack.id}", by)
    return pack


async def build_due() -> int:
    """Build every pack that waits, one after the other; returns how many. A killed worker's pack waits for its lease."""
    built = 0
    while (pack := await _claim()) is not None:
        await _build(pack)
        built += 1
    return built


async def _claim() -> Pack | None:
    now = real_now()
    # whose worker was killed each time: it is given up like one that failed each time
    for row in await Pack.filter(ready_at=None, failed_at=None, tries__gte=MOST_TRIES, leased_until__lt=now):
        await _failed(row, GAVE_UP)
    rows = await fetch(
        "UPDATE evaluation_pack SET leased_until = $2, tries = tries + 1, steps_done = 0 WHERE id = (SELECT id FROM"
        " evaluation_pack WHERE ready_at IS NULL AND failed_at IS NULL AND (leased_until IS NULL OR leased_until < $1)"
        " ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING id",
        now,
        now + LEASE,
    )
    return await Pack.get(id=rows[0]["id"]) if rows else None


async def _build(pack: Pack) -> None:
    async def tell(steps: int) -> None:
        await Pack.filter(id=pack.id).update(steps_done=steps)

    try:
        made = await build(pack.as_at, pack.known_on, Records(pack.records), tell)
        content = archive(made)
        key = f"packs/{pack.id}-{new_token()[:24].lower().replace('_', '-').strip('-')}.zip"
        await storage.save(key, content)
        await _give_out(pack, made, key, content)
    except SiteError as refused:  # what an officer can put right
        await _failed(pack, refused.message)
        return
    except Exception:
        if pack.tries >= MOST_TRIES:
            await _failed(pack, GAVE_UP)
        raise


async def _give_out(pack: Pack, made: Built, key: str, content: bytes) -> None:
    """It is there, and its figures are published: both or neither. Of two workers that built it the first gives it out; the
    other's file is held by nobody and goes.
    """
    async with transaction():
        moved = await Pack.filter(id=pack.id, ready_at=None, failed_at=None).update(
            file_key=key, sha256=sha256_of(content), size_bytes=len(content), ready_at=real_now(), leased_until=None
        )
        if moved:
            by = Actor(pack.asked_by_id, Role.FUND_OFFICER)
            await published.publish(made.report, f"pack {pack.id}", by, pack.reason)
            await audit.record("pack built", f"evaluation_pack:{pack.id}", SYSTEM, size=len(content))


async def _failed(pack: Pack, why: str) -> None:
    await Pack.filter(id=pack.id, ready_at=None).update(failed_at=real_now(), why_failed=why[:300], leased_until=None)


def archive(built: Built) -> bytes:
    """The files in one ZIP, the same bytes for the same files."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as out:
        for name, content in sorted(built.files.items()):
            out.writestr(zipfile.ZipInfo(name, _DAY), content, zipfile.ZIP_DEFLATED)
    return kept.getvalue()


async def file_of(pack_id: int) -> tuple[Pack, bytes]:
    """A pack that is ready, with its file. NotFound."""
    pack = await Pack.get_or_none(id=pack_id)
    if pack is None or pack.file_key is None:
        raise NotFound
    return pack, await storage.read(pack.file_key)


async def _held() -> set[str]:
    return {
        str(row["key"]) for row in await fetch("SELECT file_key AS key FROM evaluation_pack WHERE file_key IS NOT NULL")
    }


HOLDERS: Final = (Holder("packs/", lambda key: key, _held),)
