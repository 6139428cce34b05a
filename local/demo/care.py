"""What people asked of us: some answered, one answered twice, some waiting, one late; and what was done about it."""

from datetime import timedelta

from crowdfund_kent import clock
from crowdfund_kent.accounts.contacts import save_contact
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from crowdfund_kent.cases import services
from crowdfund_kent.cases.kinds import Kind, Outcome, Way
from crowdfund_kent.cases.subjects import subject_of
from crowdfund_kent.words import services as words
from local.demo import projects as ideas
from local.demo.people import acting
from local.demo.stage import Stage
from projects.models import Project

VISITOR = Actor(None, "visitor")
COMPLAINTS = (
    (-60, "hazel@example.org", "Hazel Thorn", "The page said nothing about who keeps the bench in order."),
    (-52, "marlin@example.org", "Marlin Wick", "I rang twice and nobody rang back."),
    (-41, "posy@example.org", "Posy Wren", "The e-mail about my card was hard to understand."),
    (-33, "birch@example.org", "Birch Alder", "A picture of my house was on a project’s page. Nobody asked me."),
)


async def play(stage: Stage) -> None:
    """Cases at several ages, the named contact, and two entries of "you said, we did"."""
    officer, second = await acting(Role.FUND_OFFICER), await acting(Role.ADMINISTRATOR)
    try:
        for days, email, name, text in COMPLAINTS:
            await _at(days)
            case = await services.open_case(Kind.COMPLAINT, text=text, name=name, email=email, by=VISITOR)
            await _at(days + 1)
            await services.answer(
                case.id,
                officer,
                "You are right, and we are sorry. It is put right since today.",
                outcome=Outcome.PUT_RIGHT,
            )
        await _not_content(officer, second)
        await _waiting()
        await _at(-8)
        contact = {"phone": "03000 000 000", "hours": "weekdays 9am to 5pm"}
        await save_contact(officer, name="Sam Okafor", email="officer@example.org", **contact)
        await words.save_said(
            officer,
            said="The e-mail about a card that failed was hard to understand.",
            did="We wrote it anew with four people who had got it. It begins with what to do.",
            done_on=clock.business_today() - timedelta(days=20),
        )
        await words.save_said(
            officer,
            said="Nobody rings back.",
            did="Two people share the telephone now. Whoever asks for a call is rung by the end of the next working day.",
            done_on=clock.business_today() - timedelta(days=44),
        )
    finally:
        await clock.play(None)
    await stage.work()


async def _at(days: float) -> None:
    await clock.play(timedelta(days=days))


async def _not_content(officer: Actor, second: Actor) -> None:
    """A complaint that two people answered: the way outside is on its private page."""
    await _at(-24)
    case = await services.open_case(
        Kind.COMPLAINT,
        text="My name was shown beside my pledge. I had not agreed.",
        name="Rowan Pike",
        email="rowan@example.org",
        by=VISITOR,
    )
    await _at(-23)
    await services.answer(
        case.id,
        officer,
        "You had ticked the box. You can hide your name on your private page.",
        outcome=Outcome.NOTHING_WRONG,
    )
    await services.not_content(case.id, VISITOR, "I did not tick it. I want to know what you have on record.")
    await _at(-21)
    await services.answer(
        case.id,
        second,
        "We looked at the record with you on the telephone. The box was ticked on your tablet at 9:12pm. Your name is hidden"
        " now, and the question stands on a page of its own from next week.",
        outcome=Outcome.PARTLY,
    )


async def _waiting() -> None:
    """For the desk: one late, one due today, one new, one of them to be rung."""
    pool = await Project.get(title=ideas.POOL.title)
    page = f"/projects/{pool.slug}"
    await _at(-9)
    await services.open_case(
        Kind.WRONG,
        text="The rail in the drawing ends before the last step. Is that right?",
        page=page,
        subject=await subject_of(page),
        name="Fern Dale",
        email="fern@example.org",
        by=VISITOR,
    )
    await _at(-2)
    await services.open_case(
        Kind.FORMAT,
        text="Large print\n\nHow it works, and the page about the tidal pool.",
        name="Mr Sorrel",
        postal="Mr Sorrel\n4 Quarry Row\nCobble Bay",
        way=Way.POST,
        by=VISITOR,
    )
    await _at(-0.2)
    await services.open_case(
        Kind.CALL,
        text="We want to start a project and don’t know whether we may.",
        name="Ivy Elder",
        phone="01632 960 123",
        when="after 2pm",
        by=VISITOR,
    )
    await services.open_case(
        Kind.REFUND,
        text="My card was charged and I had let it off. My pledge begins with P-7.",
        name="Kaya Moss",
        email="kaya@example.org",
        by=VISITOR,
    )
