"""Everything that writes cases: lock, decide by rules, save, tell. Raises Refused, Forbidden, NotFound, MovedAlready.

case = await open_case(Kind.REPORT, text="It names a child", subject="post:7", by=actor)
"""

from typing import Any, Final

from crowdfund_kent import audit, events
from crowdfund_kent.accounts.access import require_role
from crowdfund_kent.accounts.models import Person
from crowdfund_kent.audit import Actor
from crowdfund_kent.cases import letters, links, queries, rules
from crowdfund_kent.cases.kinds import UNANSWERED, Kind, Outcome, Side, Way
from crowdfund_kent.cases.models import Case, CaseMessage
from crowdfund_kent.cases.states import WAITS_FOR_US
from crowdfund_kent.cases.states import Case as Status
from crowdfund_kent.clock import business_now
from crowdfund_kent.database import execute, transaction
from crowdfund_kent.errors import Forbidden, NotFound, Refused
from crowdfund_kent.references import new_reference

FORGOTTEN: Final = "Removed, since the time for which we keep it is over."


async def open_case(
    kind: Kind,
    *,
    text: str,
    by: Actor,
    subject: str = "",
    page: str = "",
    name: str = "",
    email: str = "",
    phone: str = "",
    postal: str = "",
    when: str = "",
    way: Way | None = None,
    person_id: int | None = None,
    about_id: int | None = None,
    form_key: str | None = None,
) -> Case:
    """Somebody asks something of us: begins its clock, and sends the receipt where there is an e-mail address.

    `subject`: the row it is about, as "campaign:12"; `page`: a path of this site. `way`: how to answer, else the first of
    e-mail, telephone and post that was given. `person_id`: who asked, where they had signed in: their address is taken
    when they did not choose another way. `about_id`: the officer it is about, who never sees it. `form_key`: the same key
    twice is one case.
    Refused without a text, or for a way that leads nowhere.
    """
    if not text.strip():
        raise Refused("Write what it is about.")
    async with transaction():
        if form_key is not None:
            # two at once: the second waits here and finds the first's row
            await execute("SELECT pg_advisory_xact_lock(hashtext($1))", f"case:{form_key}")
            known = await Case.get_or_none(form_key=form_key)
            if known is not None:
                return known
        person = await Person.get_or_none(id=person_id) if person_id is not None else None
        case = await _create(
            kind,
            by,
            name=name or (person.name if person else ""),
            email=email or ((person.email or "") if person and way is None else ""),
            way=way,
            subject=subject,
            page=page,
            phone=phone,
            postal=postal,
            when=when,
            person_id=person_id,
            about_id=about_id,
            about_at=business_now() if about_id is not None else None,
            form_key=form_key,
        )
        await _write(case, Side.PERSON, text, by)
        await audit.record("case created", f"care_case:{case.id}", by, kind=kind.value)
        await letters.tell("received", case, text=text.strip())
    return case


async def _create(kind: Kind, by: Actor, *, way: Way | None, **given: Any) -> Case:
    ways = {Way.EMAIL: given["email"], Way.PHONE: given["phone"], Way.POST: given["postal"]}
    chosen = way or next((one for one, address in ways.items() if address), Way.NONE)
    if chosen in ways and not ways[chosen]:
        raise Refused("Say how we can answer: an e-mail address, a telephone number or a postal address.")
    now = business_now()
    reference = new_reference("C")
    due = rules.clocks(kind, now)
    case = await Case.create(
        status="new",
        kind=kind,
        reference=reference,
        token_hash=links.PAGES.hash_of(reference),
        answer_way=chosen,
        opened_at=now,
        due_at=due.due_at,
        settle_by=due.settle_by,
        **given,
    )
    await events.begin(case, by)
    return case


async def _write(case: Case, side: Side, text: str, by: Actor, way: str = "") -> CaseMessage:
    if not text.strip():
        raise Refused("Write something first.")
    return await CaseMessage.create(
        case_id=case.id, side=side, way=way, text=text.strip(), by_id=by.person_id, at=business_now()
    )


async def _said_already(case: Case, side: Side, text: str, by: Actor) -> bool:
    """The newest message is this very one: a form that was sent twice."""
    last = await CaseMessage.filter(case_id=case.id).order_by("-id").first()
    return last is not None and (last.side, last.text, last.by_id) == (side, text.strip(), by.person_id)


async def _move(case: Case, cause: str, by: Actor, **changes: Any) -> None:
    await events.move(case, cause, by, **changes)
    await audit.record(f"case {cause}", f"care_case:{case.id}", by)


# the person who asked ---------------------------------------------------------------------------------------


async def write_more(case_id: int, by: Actor, text: str) -> Case:
    """The person adds something. After an answer the case waits for us again, with its clock from the beginning."""
    async with transaction():
        case = await _locked(case_id)
        if await _said_already(case, Side.PERSON, text, by):
            return case
        await _write(case, Side.PERSON, text, by)
        if case.status in WAITS_FOR_US:
            await events.note(case, "added to", by)
            return case
        await _begin_again(case, "wrote again", by)
        await letters.tell("received", case, text=text.strip())
    return case


async def not_content(case_id: int, by: Actor, text: str) -> Case:
    """The person is not content with the answer: somebody else answers. Once; then the way is outside."""
    async with transaction():
        case = await _locked(case_id)
        if not rules.may_say_not_content(case.status, case.second_at):
            raise Refused(
                "Two people have answered already, or the first answer is not there yet. This page says who else can help.",
                rule="two people",
            )
        await _write(case, Side.PERSON, text, by)
        await _begin_again(case, "not content", by, second_at=business_now(), assigned_id=None)
        await letters.tell("second_look", case)
    return case


async def _begin_again(case: Case, cause: str, by: Actor, **changes: Any) -> None:
    due = rules.clocks(Kind(case.kind), business_now())
    cleared = {"outcome": "", "closed_at": None}
    await _move(case, cause, by, due_at=due.due_at, settle_by=due.settle_by, **cleared, **changes)


# officers ---------------------------------------------------------------------------------------------------


async def answer(case_id: int, by: Actor, text: str, way: Way | None = None, outcome: Outcome | None = None) -> Case:
    """An officer answers: by e-mail it is sent, otherwise it records what was said or posted. `outcome` also closes it.

    Refused for who it is about, who asked it, and, once the person was not content, for who answered before.
    """
    async with transaction():
        case = await _for_officer(case_id, by)
        if await _said_already(case, Side.OFFICER, text, by):
            return case
        await _refuse_answer(case, by)
        chosen = way or Way(case.answer_way)
        if chosen is Way.EMAIL and not case.email:
            raise Refused("They gave no e-mail address. Choose how the answer went.")
        await _write(case, Side.OFFICER, text, by, chosen)
        if case.status in WAITS_FOR_US:
            await _move(
                case,
                "answered",
                by,
                first_answered_at=case.first_answered_at or business_now(),
                assigned_id=by.person_id,
            )
        else:
            await events.note(case, "answered again", by)
        if outcome is not None:
            await _close(case, by, outcome)
        if chosen is Way.EMAIL:
            await letters.tell("answered", case, by.person_id, text=text.strip())
    return case


async def note(case_id: int, by: Actor, text: str) -> CaseMessage:
    """A note between officers; the person never sees it on the site (but may ask for a copy of what we hold)."""
    async with transaction():
        case = await _for_officer(case_id, by)
        return await _write(case, Side.NOTE, text, by)


async def close(case_id: int, by: Actor, outcome: Outcome) -> Case:
    """It is settled. Refused while somebody who can be reached waits for an answer, but for what was not meant for us."""
    async with transaction():
        case = await _for_officer(case_id, by)
        if case.status in WAITS_FOR_US:
            await _refuse_answer(case, by)
        refusal = rules.why_not_close(case.status, outcome, case.answer_way)
        if refusal:
            raise Refused(refusal, rule="answered first")
        await _close(case, by, outcome)
        if outcome not in UNANSWERED:
            await letters.tell("closed", case, by.person_id)
    return case


async def _close(case: Case, by: Actor, outcome: Outcome) -> None:
    await _move(case, "closed", by, outcome=outcome, closed_at=business_now())


async def reopen(case_id: int, by: Actor) -> Case:
    """An officer takes a closed case up again, with its clock from the beginning."""
    async with transaction():
        case = await _for_officer(case_id, by)
        await _begin_again(case, "reopened", by)
    return case


async def assign(case_id: int, by: Actor, person_id: int | None) -> Case:
    """Give the case to somebody who may answer it, or (None) back to everybody."""
    async with transaction():
        case = await _for_officer(case_id, by)
        if person_id is not None:
            if person_id not in {person.id for person in await queries.answerers()}:
                raise Refused("Choose somebody who answers cases.")
            await _refuse_answer(case, Actor(person_id, by.role))
        await Case.filter(id=case.id).update(assigned_id=person_id)
        case.assigned_id = person_id
        await audit.record("case assigned", f"care_case:{case.id}", by, to=person_id)
    return case


async def say_about(case_id: int, by: Actor, person_id: int | None) -> Case:
    """Say which officer a case is about: they neither see nor answer it from now on. None takes that back."""
    async with transaction():
        case = await _for_officer(case_id, by)
        if person_id == by.person_id and person_id is not None:
            raise Refused("Ask a colleague to say so: you can't see this case afterwards.", rule="two people")
        case.about_id, case.about_at = person_id, business_now() if person_id is not None else None
        if case.assigned_id == person_id:
            case.assigned_id = None
        await case.save(update_fields=["about_id", "about_at", "assigned_id"])
        await audit.record("case is about", f"care_case:{case.id}", by, about=person_id)
    return case


async def forget(case_id: int, by: Actor) -> None:
    """Empty what was written and how to reach the person; kind, dates, states and outcome stay. Refused while it is open."""
    async with transaction():
        case = await _locked(case_id)
        if case.status != Status.CLOSED:
            raise Refused("Close the case first.")
        if case.forgotten_at is not None:
            return
        await CaseMessage.filter(case_id=case.id).update(text=FORGOTTEN)
        emptied = dict.fromkeys(("name", "email", "phone", "postal", "when", "page"), "")
        await Case.filter(id=case.id).update(
            **emptied, answer_way=Way.NONE, person_id=None, forgotten_at=business_now()
        )
        await audit.record("case forgotten", f"care_case:{case.id}", by)


async def _locked(case_id: int) -> Case:
    case = await Case.filter(id=case_id).select_for_update().first()
    if case is None:
        raise NotFound
    return case


async def _for_officer(case_id: int, by: Actor) -> Case:
    await require_role(by, *queries.ANSWERERS)
    case = await _locked(case_id)
    if case.about_id is not None and case.about_id == by.person_id:
        raise Forbidden("This case is about you. Somebody else answers it.")
    return case


async def may_answer(case: Case, by: Actor) -> bool:
    """Whether this officer may answer it: not what they asked, what is about them, or what they answered before."""
    return not await _why_not_answer(case, by)


async def _refuse_answer(case: Case, by: Actor) -> None:
    refusal = await _why_not_answer(case, by)
    if refusal:
        raise Refused(refusal, rule="two people")


async def _why_not_answer(case: Case, by: Actor) -> str | None:
    return rules.why_not_answer(
        by.person_id,
        asked_by=case.person_id,
        about=case.about_id,
        answered=await queries.answered_by(case.id),
        second=case.second_at is not None,
    )
