"""Who holds which staff role: given and ended by administrators, never by themselves, always on record."""

from crowdfund_kent import audit, outbox
from crowdfund_kent.accounts.access import require_role
from crowdfund_kent.accounts.landing import scopes
from crowdfund_kent.accounts.models import Person, StaffRole
from crowdfund_kent.accounts.queries import roles_of
from crowdfund_kent.accounts.roles import ONE_FUND, SITE_WIDE, Role, why_not_together
from crowdfund_kent.accounts.sign_in import person_for
from crowdfund_kent.audit import SYSTEM, Actor
from crowdfund_kent.clock import real_now
from crowdfund_kent.database import execute, fetch, transaction
from crowdfund_kent.errors import Conflict, NotFound, Refused
from crowdfund_kent.forms.fields import is_email
from crowdfund_kent.mail import write

_LOCK_ADMINISTRATORS = (
    f"SELECT id, person_id FROM staff_role WHERE role = '{Role.ADMINISTRATOR}' AND ended_at IS NULL"
    " ORDER BY id FOR UPDATE"
)


async def grant(email: str, role: Role, fund_id: int | None, by: Actor) -> StaffRole:
    """Give `role` to whoever signs in with `email`, for one fund or for the site (None). They get an e-mail.

    Refused for oneself, for roles that don't go together, for a role held already, and for a fund where there must
    be none or the other way round. Forbidden unless `by` is an administrator.
    """
    async with transaction():
        await require_role(by, Role.ADMINISTRATOR)
        person = await person_for(email)
        if person.id == by.person_id:
            raise Refused("You can't give a role to yourself. Ask another administrator.", rule="not to oneself")
        return await _grant(person, role, fund_id, by)


async def grant_first_administrator(email: str) -> StaffRole:
    """The site's first administrator, named by its operator. Refused once there is one, or for what is no address."""
    address = email.strip().lower()
    if not is_email(address):
        raise Refused("Give an e-mail address in the right form, like name@example.com.")
    async with transaction():
        # nothing to lock yet, so the table: two first administrators at once are one too many
        await execute("LOCK TABLE staff_role IN SHARE ROW EXCLUSIVE MODE")
        if await StaffRole.filter(role=Role.ADMINISTRATOR, ended_at=None).exists():
            raise Refused("There is an administrator already. Ask them to give the role.", rule="first only")
        return await _grant(await person_for(address), Role.ADMINISTRATOR, None, SYSTEM)


async def _grant(person: Person, role: Role, fund_id: int | None, by: Actor) -> StaffRole:
    # the person's row is the lock: two administrators can't together give what neither could alone
    await execute("SELECT id FROM person WHERE id = $1 FOR UPDATE", person.id)
    held = await roles_of(person.id)
    refusal = why_not_together((Role(row.role) for row in held), role)
    if refusal:
        raise Refused(refusal, rule="roles apart")
    if role in SITE_WIDE and fund_id is not None:
        raise Refused(f"The role {role} is for every fund. Choose “every fund”.")
    if role in ONE_FUND and fund_id is None:
        raise Refused(f"The role {role} is for one fund. Choose the fund.")
    if any(row.role == role and row.fund_id in (None, fund_id) for row in held):
        raise Refused("They hold this role already.")
    where = await _name_of(fund_id)
    row = await StaffRole.create(
        person=person, role=role, fund_id=fund_id, granted_by_id=by.person_id, granted_at=real_now()
    )
    await audit.record("gave a role", f"person:{person.id}", by, staff_role=row.id, role_given=role.value, fund=fund_id)
    await _tell(person, "role_granted", role, where)
    return row


async def end(role_id: int, by: Actor) -> StaffRole:
    """End a role now; it stays on record, and the person gets an e-mail.

    Refused for the last administrator, Conflict when it has ended already, Forbidden unless `by` is an administrator.
    """
    async with transaction():
        await require_role(by, Role.ADMINISTRATOR)
        administrators = await fetch(_LOCK_ADMINISTRATORS)
        row = await StaffRole.filter(id=role_id).select_for_update().first()
        if row is None:
            raise NotFound
        if row.ended_at is not None:
            raise Conflict("This role has ended already.")
        if row.role == Role.ADMINISTRATOR and len(administrators) == 1:
            raise Refused(
                "This is the last administrator. Give the role to somebody else first: nobody could give roles any more.",
                rule="last administrator",
            )
        row.ended_at = real_now()
        await row.save(update_fields=["ended_at"])
        person = await Person.get(id=row.person_id)
        await audit.record(
            "ended a role", f"person:{person.id}", by, staff_role=row.id, role_ended=row.role, fund=row.fund_id
        )
        await _tell(person, "role_ended", Role(row.role), await _name_of(row.fund_id))
    return row


async def _name_of(fund_id: int | None) -> str:
    if fund_id is None:
        return ""
    names = {scope.id: scope.name for scope in await scopes()}
    if fund_id not in names:
        raise Refused("Choose a fund from the list.")
    return names[fund_id]


async def _tell(person: Person, template: str, role: Role, where: str) -> None:
    if person.email:
        mail = write(f"accounts/{template}.txt", role=role.value, where=where)
        await outbox.email(template, to=person.email, subject=mail.subject, text=mail.text)
