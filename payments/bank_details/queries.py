"""Reads about bank details: what stands, what is open, and whether a group can be paid now."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from crowdfund_kent.database import fetch
from crowdfund_kent.settings import get_settings
from payments.bank_details import rules
from payments.bank_details.models import BankDetails
from payments.bank_details.states import OPEN, Details
from projects.models import Evidence


@dataclass(frozen=True, slots=True)
class Standing:
    """How a group stands: the approved details if there are any, and those that are being checked."""

    approved: BankDetails | None
    open: BankDetails | None

    @property
    def paid_from(self) -> datetime | None:
        """From when the approved ones are paid to; None without any."""
        if self.approved is None or self.approved.approved_at is None:
            return None
        return rules.paid_from(self.approved.approved_at)

    def missing(self, now: datetime) -> str:
        """Why nothing can be paid now, in a few words; empty when it can."""
        if self.open is not None:
            changed = " are being changed, and the new ones" if self.approved is not None else ""
            return f"Bank details{changed} are not checked and approved yet"
        if self.approved is None:
            return "No approved bank details"
        paid_from = self.paid_from
        if paid_from is not None and now < paid_from:
            return "Bank details were approved less than five working days ago"
        return ""


async def standing_of(group_ids: list[int]) -> dict[int, Standing]:
    """Every one of these groups."""
    rows = await BankDetails.filter(group_id__in=group_ids, status__in=[Details.APPROVED, *OPEN])
    approved = {row.group_id: row for row in rows if row.status == Details.APPROVED}
    opened = {row.group_id: row for row in rows if row.status in OPEN}
    return {one: Standing(approved.get(one), opened.get(one)) for one in group_ids}


async def standing(group_id: int) -> Standing:
    """One group."""
    return (await standing_of([group_id]))[group_id]


@dataclass(frozen=True, slots=True)
class HeldNumber:
    """A telephone number of an owner that we held before the details came."""

    person_id: int
    name: str
    phone: str
    since: datetime


async def numbers_held(details: BankDetails) -> list[HeldNumber]:
    """Owners' numbers in our records from long before the details came. Whoever sent them is called last, if at all."""
    rows = await fetch(
        "SELECT p.id, p.name, p.phone, p.phone_since FROM group_member m JOIN person p ON p.id = m.person_id"
        " WHERE m.group_id = $1 AND m.role = 'owner' AND m.ended_at IS NULL AND p.phone <> '' AND p.phone_since <= $2"
        " ORDER BY p.id = $3, m.id",
        details.group_id,
        details.asked_at - timedelta(days=get_settings().call_back_held_days),
        details.asked_by_id,
    )
    return [HeldNumber(row["id"], row["name"], row["phone"], row["phone_since"]) for row in rows]


async def papers_of(group_id: int) -> list[Evidence]:
    """Files that the group gave with its projects and that are still there, newest first."""
    return (
        await Evidence.filter(project__group_id=group_id, removed_at=None, file_gone_at=None, key__isnull=False)
        .order_by("-id")
        .select_related("project")
    )


async def others_with(details: BankDetails) -> int:
    """How many other groups gave the same account: a reason to look twice."""
    rows = await fetch(
        "SELECT count(DISTINCT group_id) AS n FROM bank_details WHERE fingerprint = $1 AND group_id <> $2",
        details.fingerprint,
        details.group_id,
    )
    return int(rows[0]["n"])
