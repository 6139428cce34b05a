"""What two requests at the same moment must not do together: separate connections, committed rows."""

import asyncio

from crowdfund_kent.accounts import sign_in, staff
from crowdfund_kent.accounts.models import Person, SignIn, StaffRole
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.accounts.rules import MOST_TRIES
from crowdfund_kent.errors import Gone, Refused, SiteError
from crowdfund_kent.references import new_token
from tests.accounts import make


async def test_a_link_pressed_many_times_at_once_signs_in_once(committed: str) -> None:
    email = "many@example.org"
    await sign_in.ask(email, "/account", new_token())
    token = (await make.newest_link_and_code(email))[0].rsplit("/", 1)[1]
    answers = await asyncio.gather(*(sign_in.use_link(token) for _ in range(8)), return_exceptions=True)
    assert sum(isinstance(answer, tuple) for answer in answers) == 1
    assert sum(isinstance(answer, Gone) for answer in answers) == 7
    assert await Person.filter(email=email).count() == 1


async def test_codes_guessed_in_parallel_are_counted_one_by_one(committed: str) -> None:
    email = "guess@example.org"
    asked = await sign_in.ask(email, "/account", new_token())
    _, code = await make.newest_link_and_code(email)
    guesses = (sign_in.use_code(asked, make.wrong(code), new_token()) for _ in range(12))
    answers = await asyncio.gather(*guesses, return_exceptions=True)
    assert all(isinstance(answer, Refused) for answer in answers)
    assert (await SignIn.get(id=asked)).tries == MOST_TRIES


async def test_two_first_sign_ins_make_one_person(committed: str) -> None:
    people = await asyncio.gather(*(sign_in.person_for("twice@example.org") for _ in range(8)))
    assert len({person.id for person in people}) == 1


async def test_two_administrators_cannot_together_give_what_neither_could_alone(committed: str) -> None:
    _, one = await make.staff(Role.ADMINISTRATOR)
    _, other = await make.staff(Role.ADMINISTRATOR)
    for number in range(5):
        email = f"new{number}@example.org"
        answers = await asyncio.gather(
            staff.grant(email, Role.ADMINISTRATOR, None, one),
            staff.grant(email, Role.FUND_OFFICER, None, other),
            return_exceptions=True,
        )
        assert sum(isinstance(answer, Refused) for answer in answers) == 1
        assert await StaffRole.filter(person__email=email, ended_at=None).count() == 1


async def test_two_administrators_who_end_each_other_leave_one(committed: str) -> None:
    await StaffRole.filter(role=Role.ADMINISTRATOR).delete()
    first, one = await make.staff(Role.ADMINISTRATOR)
    second, other = await make.staff(Role.ADMINISTRATOR)
    row_one, row_other = await StaffRole.get(person=first), await StaffRole.get(person=second)
    answers = await asyncio.gather(staff.end(row_other.id, one), staff.end(row_one.id, other), return_exceptions=True)
    assert sum(isinstance(answer, SiteError) for answer in answers) == 1
    assert await StaffRole.filter(role=Role.ADMINISTRATOR, ended_at=None).count() == 1


async def test_the_operator_names_one_first_administrator_however_often_at_once(committed: str) -> None:
    await StaffRole.filter(role=Role.ADMINISTRATOR).delete()
    emails = [f"first{number}@example.org" for number in range(4)]
    answers = await asyncio.gather(*map(staff.grant_first_administrator, emails), return_exceptions=True)
    assert sum(isinstance(answer, StaffRole) for answer in answers) == 1
    assert await StaffRole.filter(role=Role.ADMINISTRATOR, ended_at=None).count() == 1
