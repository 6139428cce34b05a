"""Giving a person their data, and letting it go: money records stay without names, the fair count and the figures hold."""

from collections.abc import Sequence
from typing import Final

from crowdfund_kent import audit
from crowdfund_kent.accounts.models import Person
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import real_now
from crowdfund_kent.database import execute, transaction
from crowdfund_kent.errors import NotFound, Refused
from crowdfund_kent.personal.register import Part, Sheet, Whose

SHORTEST_TRACE: Final = 6  # shorter words are in other people's e-mails by chance
LONGEST_TRACE: Final = 80


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

    Copies in e-mails that were sent go too: every body that names the address, or holds words that the parts took away.
    """
    async with transaction():
        await Person.select_for_update().get(id=one.person_id)
        left = await blockers(parts, one)
        if left:
            raise Refused(" ".join(left), rule="erasure")
        words = [one.email]
        for part in parts:
            words += await part.erase(one)
        for word in {one[:LONGEST_TRACE] for one in words if len(one) >= SHORTEST_TRACE}:
            await _forget_mails(word)
        await audit.record("person erased", f"person:{one.person_id}", by)


async def _forget_mails(word: str) -> None:
    """E-mails that hold this; what has not gone out yet is not sent any more."""
    await execute(
        "UPDATE outbox SET body = NULL, done_at = coalesce(done_at, $2) WHERE kind = 'email'"
        " AND (position(lower($1) in lower(body->>'to')) > 0 OR position(lower($1) in lower(body->>'text')) > 0"
        " OR position(lower($1) in lower(body->>'subject')) > 0)",
        word,
        real_now(),
    )
