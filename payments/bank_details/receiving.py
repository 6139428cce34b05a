"""Who receives a group's money, as payments see it: the group itself, or the host that agreed to hold it for the group."""

from dataclasses import dataclass

from projects.queries.receiving import receiving_group


@dataclass(frozen=True, slots=True)
class Receiver:
    """Whose account is paid."""

    group_id: int
    name: str


async def receiver(group_id: int) -> Receiver:
    """Of the money of this group."""
    found = await receiving_group(group_id)
    return Receiver(found.id, found.name)
