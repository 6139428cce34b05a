"""What a group gives so that its campaign can be checked: files, words, somebody to ask, a promise.

While it writes, the group gives and takes back. While an officer has the campaign it may still give, so that a question is
answered without sending everything again; what an officer may have seen is not taken back. Files are read and stored
outside the transaction; their pages are drawn by the worker.
"""

import asyncio
import secrets
from typing import Any, Final

from crowdfund_kent import audit, outbox, storage
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now
from crowdfund_kent.database import transaction
from crowdfund_kent.errors import NotFound, Refused
from projects import given_files, queries, uploads
from projects.access import require_member
from projects.asked import Answer, Asked, by_key
from projects.models import Campaign, Evidence, Project
from projects.queries.papers import OTHER
from projects.states import EDITABLE, FINISHED
from projects.states import Campaign as Status

PREPARE: Final = "prepare_paper"
FORGET: Final = "forget_paper"
WORDS_LONGEST: Final = 2_000
_GIVES: Final = EDITABLE | {Status.SUBMITTED}


async def add_file(
    project_id: int, key: str, content: bytes, by: Actor, *, name: str = "", words: str = ""
) -> Evidence:
    """Keep a file for the asked paper `key` ("other" for none). The same file again for the same paper is a second click.

    Refused with what to do; then nothing is kept, neither a row nor a file.
    """
    limits = queries.upload_limits()
    async with transaction():
        paper = await _asked_for(project_id, key, by)
        if paper.answer not in {Answer.FILE, Answer.FILE_OR_WORDS}:
            raise NotFound
        await _refuse_too_many(project_id, len(content))
    taken = await asyncio.to_thread(uploads.take, content, name, limits)
    token = secrets.token_hex(16)
    stored = f"evidence/{token}/original.{taken.ending}"
    digest = await asyncio.to_thread(given_files.digest_of, taken.content)
    await storage.save(stored, taken.content)
    try:
        async with transaction():
            paper = await _asked_for(project_id, key, by)
            clicked = await Evidence.filter(**_place(project_id, paper), sha256=digest, removed_at=None).first()
            if clicked is None:
                await _refuse_too_many(project_id, len(taken.content))
                found = await _create(project_id, paper, by, taken=taken, key=stored, sha256=digest, words=words)
    except BaseException:
        await storage.remove(stored)
        raise
    if clicked is not None:
        await storage.remove(stored)
        return clicked
    return found


async def use_again(project_id: int, key: str, evidence_id: int, by: Actor) -> Evidence:
    """Give a file that the same group gave for another project: a copy, so that each file belongs to one row."""
    project = await queries.project_with_group(project_id)
    await require_member(by, project.group_id)
    other = await Evidence.get_or_none(id=evidence_id, project__group_id=project.group_id, removed_at=None)
    if other is None or other.key is None or other.file_gone_at is not None:
        raise NotFound
    return await add_file(project_id, key, await storage.read(other.key), by, name=other.shown_name, words=other.words)


async def say_in_words(project_id: int, key: str, words: str, by: Actor, *, without: bool = False) -> Evidence:
    """Answer a paper in words; with `without`, why the group can't give it. One such answer a paper: the newest counts."""
    text = _words(words, "Say why you can’t give it." if without else "Enter what you want to tell the officer.")
    async with transaction():
        paper = await _asked_for(project_id, key, by)
        if not without and paper.answer is not Answer.FILE_OR_WORDS:
            raise NotFound
        return await _replace(project_id, paper, by, words=text, without=without)


async def name_referee(
    project_id: int, by: Actor, *, name: str, relation: str, phone: str, email: str, words: str = ""
) -> Evidence:
    """Somebody whom an officer may ask. A telephone number or an e-mail address is needed."""
    if not phone.strip() and not email.strip():
        raise Refused(
            "Enter a telephone number or an e-mail address, so that an officer can reach them.", rule="referee"
        )
    async with transaction():
        paper = await _asked_for(project_id, "referee", by)
        return await _replace(
            project_id,
            paper,
            by,
            words=words.strip()[:WORDS_LONGEST],
            referee_name=name,
            referee_relation=relation,
            referee_phone=phone,
            referee_email=email,
        )


async def promise_end_note(project_id: int, by: Actor) -> Evidence:
    """Three sentences when it is done."""
    async with transaction():
        return await _replace(project_id, await _asked_for(project_id, "end-note", by), by)


async def remove_paper(project_id: int, evidence_id: int, by: Actor) -> None:
    """Take a paper back, while the group writes. Its file goes, unless an approval lists it."""
    async with transaction():
        campaign = await _open_campaign(project_id, by)
        if campaign.status not in EDITABLE:
            raise Refused("An officer may have read it by now, so it stays. You can add another.", rule="not editable")
        found = await Evidence.get_or_none(id=evidence_id, project_id=project_id, removed_at=None)
        if found is None:
            raise NotFound
        await _take_back(found, by)


async def prepare_paper(evidence_id: int) -> None:
    """Draw the pages of a document, or read its words. Safe to run twice."""
    found = await Evidence.get_or_none(id=evidence_id, prepared_at=None, file_gone_at=None)
    if found is not None and (kept := await given_files.drawn(found)):
        await Evidence.filter(id=evidence_id, prepared_at=None).update(**kept)


async def forget_paper(evidence_id: int) -> None:
    """Remove the files of a paper that was taken back. Safe to run twice, and harmless for one that is frozen."""
    found = await Evidence.get_or_none(id=evidence_id, file_gone_at=None)
    if found is None or found.key is None or found.removed_at is None:
        return
    if found.id in await queries.frozen_evidence(found.project_id):
        return
    await given_files.remove(found)
    await Evidence.filter(id=evidence_id).update(file_gone_at=business_now())


async def _open_campaign(project_id: int, by: Actor) -> Campaign:
    """The unfinished campaign, locked, for a member of the group: submitting and deciding wait for this."""
    project = await Project.get_or_none(id=project_id)
    if project is None:
        raise NotFound
    await require_member(by, project.group_id)
    found = Campaign.select_for_update().filter(project_id=project_id).exclude(status__in=list(FINISHED))
    campaign = await found.first()
    if campaign is None or campaign.status not in _GIVES:
        raise Refused("Papers can’t be given now: nothing is being checked.", rule="not editable")
    return campaign


async def _asked_for(project_id: int, key: str, by: Actor) -> Asked:
    """The paper of this address, asked of the project now; NotFound for another. Locks the campaign."""
    campaign = await _open_campaign(project_id, by)
    if key == OTHER.key:
        return OTHER
    project = await queries.project_with_group(project_id)
    found = by_key(queries.asked_papers(project, await queries.lines_of(project_id), campaign), key)
    if found is None:
        raise NotFound
    return found


async def _refuse_too_many(project_id: int, coming: int) -> None:
    held = await Evidence.filter(project_id=project_id, file_gone_at=None, key__not_isnull=True).values_list(
        "size_bytes", flat=True
    )
    uploads.refuse_too_many([int(str(one)) for one in held], coming, queries.upload_limits())


def _place(project_id: int, paper: Asked) -> dict[str, Any]:
    return {"project_id": project_id, "kind": paper.kind, "cost_line_id": paper.line_id}


async def _create(
    project_id: int, paper: Asked, by: Actor, *, taken: uploads.Taken, key: str, sha256: str, words: str
) -> Evidence:
    """A row for a stored file. A group that found the paper after all does not lack it any more."""
    for lacking in await Evidence.filter(**_place(project_id, paper), without=True, removed_at=None):
        await _take_back(lacking, by)
    file = given_files.columns_of(taken, key, sha256, by.person_id)
    found = await Evidence.create(**_place(project_id, paper), words=words.strip()[:WORDS_LONGEST], **file)
    await audit.record("give paper", f"project:{project_id}", by, evidence_id=found.id, kind=str(paper.kind))
    if taken.size is None:
        await outbox.job(PREPARE, found.id, unique_key=f"{PREPARE}:{found.id}")
    return found


async def _replace(project_id: int, paper: Asked, by: Actor, **given: Any) -> Evidence:
    """One answer without a file a paper; what stood before is taken back, so that the officer's record stays whole."""
    old = await Evidence.filter(**_place(project_id, paper), key=None, removed_at=None).order_by("-id")
    if old and all(getattr(old[0], name) == value for name, value in given.items()):
        return old[0]
    for one in old:
        await _take_back(one, by)
    found = await Evidence.create(
        **_place(project_id, paper), uploaded_by_id=by.person_id, uploaded_at=business_now(), **given
    )
    await audit.record("give paper", f"project:{project_id}", by, evidence_id=found.id, kind=str(paper.kind))
    return found


async def _take_back(found: Evidence, by: Actor) -> None:
    await Evidence.filter(id=found.id).update(removed_at=business_now(), removed_by_id=by.person_id)
    await audit.record("take back paper", f"project:{found.project_id}", by, evidence_id=found.id, kind=found.kind)
    if found.key is not None:
        await outbox.job(FORGET, found.id, unique_key=f"{FORGET}:{found.id}")


def _words(words: str, otherwise: str) -> str:
    text = words.strip()
    if not text:
        raise Refused(otherwise, rule="words")
    if len(text) > WORDS_LONGEST:
        raise Refused(f"Use {WORDS_LONGEST:,} characters or fewer.", rule="words")
    return text
