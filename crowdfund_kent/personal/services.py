"""Giving a person their data, and letting it go: money records stay without names, the fair count and the figures hold."""

import re
from collections.abc import Sequence
from typing import Final

from crowdfund_kent import audit, outbox
from crowdfund_kent.accounts.models import Person
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import real_now
from crowdfund_kent.database import execute, transaction
from crowdfund_kent.errors import NotFound, Refused
from crowdfund_kent.personal.register import Part, Sheet, Whose

SHORTEST_TRACE: Final = 6  # shorter words are in other people's e-mails by chance
LONGEST_TRACE: Final = 80
GONE: Final = "…"


async def whose(person_id: int) -> Whose:
    """The person behind an account that proved its e-mail address by signing in. NotFound for one that is erased."""
    person = await Person.get_or_none(id=person_id)
    if person is None or person.email is None:
        raise NotFound
    return Whose(person.id, person.email, person.name, person.phone)


async def collect(parts: Sequence[Part], one: Whose) -> list[Sheet]:
    """Everything that the parts hold about this person."""
    return [sheet for part in parts for sheet in await part.collect(one)]


async def blockers(parts: Sequence[Part], one: Whose) -> list[str]:
    """What must end before the person can be erased, in sentences that say what to do."""
    return [words for part in parts for words in await part.blockers(one)]


async def erase(parts: Sequence[Part], one: Whose, by: Actor) -> None:
    """Empty what is personal about this person, in one transaction. Refused while something of theirs still runs.

    Copies in e-mails go too: everything that was sent to the address, and in others' mails the words that the parts took
    away.
    """
    async with transaction():
        await Person.select_for_update().get(id=one.person_id)
        left = await blockers(parts, one)
        if left:
            raise Refused(" ".join(left), rule="erasure")
        words = [one.email]
        for part in parts:
            words += await part.erase(one)
        await _forget_mails_to(one.email)
        for word in {one for one in words if len(one) >= SHORTEST_TRACE}:
            await _forget_in_mails_to_others(word)
        await audit.record("person erased", f"person:{one.person_id}", by)


async def _forget_mails_to(email: str) -> None:
    """What was sent to them; what has not gone out yet is not sent any more."""
    await execute(
        "UPDATE outbox SET body = NULL, done_at = coalesce(done_at, $2) WHERE kind = 'email'"
        " AND lower(body->>'to') = lower($1)",
        email,
        real_now(),
    )


async def _forget_in_mails_to_others(word: str) -> None:
    """The words go from what was sent. What waits is another's, and is sent as it is: its text goes right afterwards.

    A person chooses their own name: were such mails stopped, "Crowdfund" could stop everybody's.
    """
    found = (
        "kind = 'email' AND (position(lower($1) in lower(body->>'text')) > 0"
        " OR position(lower($1) in lower(body->>'subject')) > 0)"
    )
    trace = word[:LONGEST_TRACE]
    await execute(
        "UPDATE outbox SET body = CASE WHEN done_at IS NULL THEN body || jsonb_build_object($3::text, true)"
        " ELSE body || jsonb_build_object('subject', regexp_replace(body->>'subject', $2, $4, 'gi'),"
        f" 'text', regexp_replace(body->>'text', $2, $4, 'gi')) END WHERE {found}",
        trace,
        re.escape(word),
        outbox.FORGET,
        GONE,
    )
    # long words may be there in part
    await execute(f"UPDATE outbox SET body = NULL WHERE done_at IS NOT NULL AND {found}", trace)
