"""A case from its opening to its end, by the services: mails, two people, the record."""

from datetime import timedelta

import pytest

from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.cases import queries, services, tasks
from crowdfund_kent.cases.checks import RULES
from crowdfund_kent.cases.kinds import Kind, Outcome, Side, Way
from crowdfund_kent.cases.models import Case, CaseEvent
from crowdfund_kent.clock import business_now
from crowdfund_kent.errors import Forbidden, Refused
from crowdfund_kent.invariants import run
from crowdfund_kent.models import AuditRow, Outbox
from tests.cases import make

pytestmark = pytest.mark.usefixtures("db")


async def causes(case: Case) -> list[str]:
    return [event.cause for event in await CaseEvent.filter(subject_id=case.id).order_by("id")]


async def test_a_complaint_goes_to_a_second_person_and_then_outside() -> None:
    first, second = await make.officer(), await make.officer("Alex Hill")
    case = await make.case()
    receipt = (await make.mails("received"))[0]
    assert case.reference in receipt["subject"]
    assert f"/cases/{case.reference}/" in receipt["text"]
    assert "We aim to settle it by the end of" in receipt["text"]

    await services.answer(case.id, first, "We rang today and said sorry.", outcome=Outcome.PUT_RIGHT)
    letter = (await make.mails("answered"))[0]
    assert "We rang today and said sorry." in letter["text"]
    assert "Somebody else then looks at it." in letter["text"]

    case = await services.not_content(case.id, make.VISITOR, "Nobody rang.")
    assert (case.status, case.assigned_id, case.outcome, case.closed_at) == ("reopened", None, "", None)
    for work in (
        services.answer(case.id, first, "We did."),
        services.close(case.id, first, Outcome.TWICE),
        services.assign(case.id, second, first.person_id),
    ):
        with pytest.raises(Refused, match="You answered this before"):
            await work
    await services.answer(case.id, second, "You are right. It is done now.", outcome=Outcome.PUT_RIGHT)
    assert "who outside the Council" in (await make.mails("answered"))[1]["text"]
    with pytest.raises(Refused, match="who else can help"):
        await services.not_content(case.id, make.VISITOR, "Still nobody.")

    assert await causes(case) == ["created", "answered", "closed", "not content", "answered", "closed"]
    rows = await AuditRow.filter(subject=f"care_case:{case.id}").order_by("id")
    assert [row.act for row in rows] == [f"case {cause}" for cause in await causes(case)]
    assert not [finding for finding in await run(RULES) if finding.count]


async def test_who_it_is_about_neither_sees_nor_answers_it() -> None:
    about, other = await make.officer(), await make.officer()
    case = await make.case()
    await services.assign(case.id, other, about.person_id)
    with pytest.raises(Refused, match="Ask a colleague"):
        await services.say_about(case.id, about, about.person_id)
    await services.say_about(case.id, other, about.person_id)
    with pytest.raises(Forbidden, match="about you"):
        await services.answer(case.id, about, "All is well.")
    with pytest.raises(Forbidden, match="about you"):
        await queries.for_officer(case.reference, about)
    assert await queries.queue(queries.Which.WAITING, about) == []
    assert [one.id for one in await queries.queue(queries.Which.NOBODYS, other)] == [case.id]


async def test_nobody_answers_what_they_asked_themself() -> None:
    officer = await make.officer()
    case = await services.open_case(Kind.WRONG, text="A name is wrong.", person_id=officer.person_id, by=officer)
    assert case.email.startswith("care")
    with pytest.raises(Refused, match="asked this yourself"):
        await services.answer(case.id, officer, "It is right.")


async def test_the_same_form_twice_is_one_case_and_one_receipt() -> None:
    first = await make.case(form_key="a")
    assert (await make.case(form_key="a")).id == first.id
    assert (await make.case(form_key="b")).id != first.id
    assert len(await make.mails("received")) == 2


async def test_what_is_added_waits_for_us_again_once_it_was_answered() -> None:
    officer = await make.officer()
    case = await make.case(Kind.WRONG)
    await services.write_more(case.id, make.VISITOR, "And the date.")
    assert len(await make.mails("received")) == 1
    await services.answer(case.id, officer, "Both are mended.")
    await services.note(case.id, officer, "The group had mixed them up.")
    case = await services.write_more(case.id, make.VISITOR, "Now the place is wrong.")
    assert case.status == "reopened"
    assert len(await make.mails("received")) == 2
    # a second letter of the same officer is all right, since nobody said that the first was not enough
    await services.answer(case.id, officer, "Mended too.", outcome=Outcome.PUT_RIGHT)
    assert await causes(case) == ["created", "added to", "answered", "wrote again", "answered", "closed"]
    told = [(one.side, one.text) for one in await queries.messages_of(case.id, notes=False)]
    assert (Side.NOTE, "The group had mixed them up.") not in told
    assert len(told) == 5
    await services.reopen(case.id, officer)
    assert (await Case.get(id=case.id)).status == "reopened"
    assert not [finding for finding in await run(RULES) if finding.count]


async def test_who_has_no_e_mail_is_answered_by_telephone_or_post() -> None:
    officer = await make.officer()
    case = await services.open_case(
        Kind.CALL, text="About my pledge.", phone="01234 567890", when="mornings", by=make.VISITOR
    )
    assert case.answer_way == Way.PHONE
    with pytest.raises(Refused, match="no e-mail address"):
        await services.answer(case.id, officer, "Hello", Way.EMAIL)
    await services.answer(case.id, officer, "Rang at ten; all is clear.", outcome=Outcome.DONE)
    assert await make.mails("answered") == []
    posted = await services.open_case(Kind.FORMAT, text="Large print", postal="1 High Street", by=make.VISITOR)
    assert posted.answer_way == Way.POST
    with pytest.raises(Refused, match="how we can answer"):
        await services.open_case(Kind.FORMAT, text="Large print", way=Way.PHONE, by=make.VISITOR)


async def test_a_case_without_an_answer_is_closed_only_where_nobody_waits() -> None:
    officer = await make.officer()
    case = await make.case()
    with pytest.raises(Refused, match="Answer first"):
        await services.close(case.id, officer, Outcome.PUT_RIGHT)
    await services.close(case.id, officer, Outcome.TWICE)
    assert await make.mails("closed") == []
    nameless = await services.open_case(Kind.WRONG, text="A broken link", by=make.VISITOR)
    closed = await services.close(nameless.id, officer, Outcome.PUT_RIGHT)
    assert (closed.status, closed.outcome) == ("closed", "put right")


async def test_cases_hold_to_staff_roles() -> None:
    case = await make.case()
    with pytest.raises(Forbidden):
        await services.answer(case.id, make.VISITOR, "Hello")

    auditor = await make.officer(role=Role.AUDITOR)
    with pytest.raises(Forbidden):
        await services.note(case.id, auditor, "Hm.")


async def test_what_was_written_goes_some_years_after_the_end() -> None:
    officer = await make.officer()
    case = await make.case(name="Kim Reed", phone="01622 555 123")
    with pytest.raises(Refused, match="Close the case first"):
        await services.forget(case.id, officer)
    await services.answer(case.id, officer, "Sorry, Kim.", outcome=Outcome.PUT_RIGHT)
    await tasks.forget_old()
    assert (await Case.get(id=case.id)).name == "Kim Reed"
    await Case.filter(id=case.id).update(closed_at=business_now() - timedelta(days=2 * 366 + 1))
    await tasks.forget_old()
    await tasks.forget_old()
    case = await Case.get(id=case.id)
    assert (case.name, case.email, case.phone, case.answer_way) == ("", "", "", "none")
    assert (case.status, case.outcome) == ("closed", "put right")
    assert {one.text for one in await queries.messages_of(case.id, notes=True)} == {services.FORGOTTEN}
    assert await AuditRow.filter(subject=f"care_case:{case.id}", act="case forgotten").count() == 1
    assert not [finding for finding in await run(RULES) if finding.count]


async def test_who_need_not_be_told_gets_no_mail_though_we_know_their_address() -> None:
    officer = await make.officer()
    case = await services.open_case(Kind.WRONG, text="A date.", person_id=officer.person_id, way=Way.NONE, by=officer)
    assert case.email == ""
    assert await Outbox.filter(name="cases/received").count() == 0
