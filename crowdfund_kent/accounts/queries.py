"""Reads about people."""

from crowdfund_kent.accounts.models import StaffRole


async def roles_of(person_id: int) -> list[StaffRole]:
    """The roles a person holds now."""
    return await StaffRole.filter(person_id=person_id, ended_at=None).order_by("id")
