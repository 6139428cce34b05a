"""The personal data of accounts: who a person is, and how they sign in."""

from crowdfund_kent.accounts.models import OfficerContact, Person, Session, SignIn, StaffRole
from crowdfund_kent.clock import real_now
from crowdfund_kent.database import execute
from crowdfund_kent.personal.register import Part, Sheet, Text, Whose

ACCOUNT = "while the account is used"


async def collect(one: Whose) -> list[Sheet]:
    """The account, its staff roles and requests to sign in."""
    person = await Person.get(id=one.person_id)
    roles = await StaffRole.filter(person_id=one.person_id).order_by("id")
    asked = await SignIn.filter(email=one.email).order_by("id")
    return [
        Sheet(
            "Your account",
            ("E-mail", "Name", "Telephone", "Postal address", "Since"),
            [(person.email, person.name, person.phone, person.postal, person.created_at)],
        ),
        Sheet("Your staff roles", ("Role", "Since", "Until"), [(r.role, r.granted_at, r.ended_at) for r in roles]),
        Sheet("When you asked to sign in", ("Asked", "Used"), [(row.created_at, row.used_at) for row in asked]),
    ]


async def blockers(one: Whose) -> list[str]:
    """Staff: who decided what must be told, so a role ends first."""
    if await StaffRole.filter(person_id=one.person_id, ended_at=None).exists():
        return ["You have a staff role. Ask an administrator to end it first."]
    return []


async def erase(one: Whose) -> list[str]:
    """The person's row stays as a number without a name: records name it."""
    person = await Person.get(id=one.person_id)
    words = [person.name, person.phone, *person.postal.splitlines()]
    await SignIn.filter(email=one.email).delete()
    await execute(
        "DELETE FROM session WHERE person_id = $1 OR position(lower($2) in lower(data::text)) > 0",
        one.person_id,
        one.email,
    )
    await Session.filter(person_id=one.person_id).delete()
    await OfficerContact.filter(person_id=one.person_id).delete()
    await Person.filter(id=one.person_id).update(email=None, name="", phone="", postal="", erased_at=real_now())
    return words


PART = Part(
    "accounts",
    texts=(
        Text("person", ("email", "name", "phone", "postal"), "Who has an account", ACCOUNT, "removed"),
        Text("officer_contact", ("name", "phone", "hours", "email"), "How to reach an officer", ACCOUNT, "deleted"),
        Text("sign_in", ("email", "next_path"), "Requests to sign in", "a few days", "deleted"),
        Text("session", ("data",), "A browser's session, and what was typed but not saved", "12 hours", "deleted"),
    ),
    harmless={
        "sign_in": ("link_hash", "code_hash"),
        "session": ("token_hash", "csrf_token"),
        "staff_role": ("role",),
    },
    collect=collect,
    erase=erase,
    blockers=blockers,
)
