"""What a fund says and asks in its own words: dated terms that a group accepts, and its questions.

Terms are never changed: new ones apply from their day. A question that was answered is frozen: it is retired, and
another is asked. The database refuses both as the last guard (migration 0006).
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from crowdfund_kent import audit
from crowdfund_kent.accounts.access import require_role
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now, business_today
from crowdfund_kent.database import transaction
from crowdfund_kent.errors import Conflict, NotFound, Refused
from pledges import pots, rounds_ahead
from pledges.models import FundQuestion, FundTerms

MOST_QUESTIONS: Final = 8  # a request is read by volunteers, and written by them
TERMS_LONGEST: Final = 20_000
LEAST_WORDS, MOST_WORDS = 20, 500  # of an answer; the table says the same


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as an officer types it. `most_words`: of an answer."""

    words: str
    hint: str = ""
    most_words: int = 150
    needed: bool = True


async def terms_on(fund_id: int, day: date) -> FundTerms | None:
    """The terms in force on a day; None where a fund has none yet."""
    return await FundTerms.filter(fund_id=fund_id, applies_from__lte=day).order_by("-applies_from").first()


async def terms_history(fund_id: int) -> list[FundTerms]:
    """All terms of a fund, the latest first."""
    return await FundTerms.filter(fund_id=fund_id).order_by("-applies_from")


async def set_terms(fund_id: int, body: str, applies_from: date, by: Actor) -> FundTerms:
    """Terms of a fund from a day on, by a fund officer. Never for a past day: an offer keeps the words of its day."""
    await require_role(by, Role.FUND_OFFICER, fund_id=fund_id)
    words = body.strip()
    if not words or len(words) > TERMS_LONGEST:
        raise Refused(f"Enter the terms in {TERMS_LONGEST:,} characters or fewer.", rule="words")
    if applies_from < business_today():
        raise Refused("Terms apply from today or a later day: an offer keeps the words of its day.", rule="day")
    async with transaction():
        await pots.lock(None, [fund_id])
        if await FundTerms.filter(fund_id=fund_id, applies_from=applies_from).exists():
            raise Refused("This fund has terms from that day already. Choose a later day.", rule="day")
        now = await terms_on(fund_id, applies_from)
        if now is not None and now.body == words:
            raise Refused("This is what the terms say already.", rule="words")
        row = await FundTerms.create(
            fund_id=fund_id,
            body=words,
            applies_from=applies_from,
            entered_by_id=by.person_id,
            created_at=business_now(),
        )
        await audit.record("fund terms added", f"fund_terms:{row.id}", by, fund_id=fund_id)
    return row


async def questions_of(fund_id: int, *, retired: bool = False) -> list[FundQuestion]:
    """The questions that a fund asks now, in their order; with those retired when asked."""
    found = FundQuestion.filter(fund_id=fund_id)
    return await (found if retired else found.filter(retired_at=None)).order_by("position", "id")


async def question(fund_id: int, question_id: int) -> FundQuestion:
    """A question of this fund; another fund's is NotFound."""
    found = await FundQuestion.get_or_none(id=question_id, fund_id=fund_id)
    if found is None:
        raise NotFound
    return found


async def add_question(fund_id: int, asked: Asked, by: Actor) -> FundQuestion:
    """A further question at the end, by a fund officer."""
    await require_role(by, Role.FUND_OFFICER, fund_id=fund_id)
    async with transaction():
        await pots.lock(None, [fund_id])
        now = await questions_of(fund_id)
        _refuse_unsound(asked, now)
        if len(now) >= MOST_QUESTIONS:
            raise Refused(f"A fund asks {MOST_QUESTIONS} questions at most. Retire one first.", rule="questions")
        row = await FundQuestion.create(
            fund_id=fund_id,
            position=max((one.position for one in now), default=-1) + 1,
            words=asked.words,
            hint=asked.hint,
            most_words=asked.most_words,
            needed=asked.needed,
            created_at=business_now(),
        )
        await audit.record("fund question added", f"fund_question:{row.id}", by, fund_id=fund_id)
    return row


async def change_question(fund_id: int, question_id: int, asked: Asked, by: Actor) -> FundQuestion:
    """Other words of a question, as long as no request has answered it. Refused (rule "frozen") once one has."""
    await require_role(by, Role.FUND_OFFICER, fund_id=fund_id)
    async with transaction():
        await pots.lock(None, [fund_id])
        found = await _asked_now(fund_id, question_id)
        if await rounds_ahead.answered([question_id]):
            raise Refused(
                "A group has answered this question, so its words stay. Retire it and add another.", rule="frozen"
            )
        _refuse_unsound(asked, [one for one in await questions_of(fund_id) if one.id != question_id])
        found.words, found.hint = asked.words, asked.hint
        found.most_words, found.needed = asked.most_words, asked.needed
        await found.save(update_fields=["words", "hint", "most_words", "needed"])
        await audit.record("fund question changed", f"fund_question:{question_id}", by, fund_id=fund_id)
    return found


async def retire_question(fund_id: int, question_id: int, by: Actor) -> None:
    """No new request is asked it; what was answered stays with its answers."""
    await require_role(by, Role.FUND_OFFICER, fund_id=fund_id)
    async with transaction():
        await pots.lock(None, [fund_id])
        found = await _asked_now(fund_id, question_id)
        found.retired_at = business_now()
        await found.save(update_fields=["retired_at"])
        await audit.record("fund question retired", f"fund_question:{question_id}", by, fund_id=fund_id)


async def move_question_up(fund_id: int, question_id: int, by: Actor) -> None:
    """One place earlier; the first one stays where it is."""
    await require_role(by, Role.FUND_OFFICER, fund_id=fund_id)
    async with transaction():
        await pots.lock(None, [fund_id])
        await _asked_now(fund_id, question_id)
        order = [one.id for one in await questions_of(fund_id)]
        place = order.index(question_id)
        if place == 0:
            return
        order[place - 1], order[place] = order[place], order[place - 1]
        for position, one in enumerate(order):
            await FundQuestion.filter(id=one).update(position=position)
        await audit.record("fund questions ordered", f"match_fund:{fund_id}", by)


async def _asked_now(fund_id: int, question_id: int) -> FundQuestion:
    found = await question(fund_id, question_id)
    if found.retired_at is not None:
        raise Conflict("This question is retired. Open the list of questions again.")
    return found


def _refuse_unsound(asked: Asked, others: list[FundQuestion]) -> None:
    if not asked.words.strip():
        raise Refused("Enter the question.", rule="words")
    if not LEAST_WORDS <= asked.most_words <= MOST_WORDS:
        raise Refused(f"Enter a number of words from {LEAST_WORDS} to {MOST_WORDS}.", rule="words")
    if any(one.words.casefold() == asked.words.casefold() for one in others):
        raise Refused("This fund asks that question already.", rule="question once")
