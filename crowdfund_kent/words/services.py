"""Publishing a text, and what was done after people said something. Officers only; every version stays."""

from datetime import date

from crowdfund_kent import audit
from crowdfund_kent.accounts.access import require_role
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now
from crowdfund_kent.database import execute, transaction
from crowdfund_kent.errors import Conflict, NotFound, Refused
from crowdfund_kent.words import queries
from crowdfund_kent.words.catalogue import GLOSSARY, WordsPage
from crowdfund_kent.words.glossary import wrong_glossary
from crowdfund_kent.words.models import SaidDone, WordsVersion
from crowdfund_kent.words.source import problems


def why_not(page: WordsPage, text: str) -> list[str]:
    """What is wrong with a text for this page, each as something to do."""
    return [*problems(text), *(wrong_glossary(text) if page is GLOSSARY else [])]


async def publish(page: WordsPage, text: str, why: str, base: int, by: Actor) -> WordsVersion:
    """Publish a text as the next version. `base`: the number that was edited.

    Refused for a text that has something wrong, or that says what the page says already; Conflict when somebody else
    has published meanwhile.
    """
    clean = text.strip().replace("\r\n", "\n") + "\n"
    wrong = why_not(page, clean)
    if wrong:
        raise Refused(wrong[0], rule="sound text")
    if not why.strip():
        raise Refused("Say in a few words why the text changes.")
    async with transaction():
        await require_role(by, Role.FUND_OFFICER)
        await execute("SELECT pg_advisory_xact_lock(hashtext($1))", f"words:{page.key}")
        now = await queries.newest_of(page)
        if now.text.strip() == clean.strip():
            raise Refused("This is what the page says already.")
        if now.number != base:
            raise Conflict(
                "Somebody else has published this page since you began. Your text was not published. Copy it, open the"
                " page again, and look at what they changed."
            )
        version = await WordsVersion.create(
            page=page.key,
            number=now.number + 1,
            text=clean,
            why=why.strip(),
            shipped_digest=page.shipped_digest,
            by_id=by.person_id,
            at=business_now(),
        )
        await audit.record("words published", f"words_version:{version.id}", by, page=page.key, number=version.number)
    return version


async def save_said(
    by: Actor, *, said: str, did: str, done_on: date, shown: bool = True, entry_id: int | None = None
) -> SaidDone:
    """Write or change an entry of "You said, we did"."""
    async with transaction():
        await require_role(by, Role.FUND_OFFICER)
        entry = await SaidDone.filter(id=entry_id).select_for_update().first() if entry_id else SaidDone()
        if entry is None:
            raise NotFound
        entry.said, entry.did, entry.done_on, entry.shown = said, did, done_on, shown
        entry.by_id, entry.changed_at = by.person_id, business_now()
        await entry.save()
        await audit.record("said and done kept", f"said_done:{entry.id}", by, shown=shown)
    return entry
