"""Warnings when a pot is nearly all held: at 80% and at 95% of its cap, by everything that is set aside, promised or paid.

Officers' pages say it as long as it is so. Officers and finance approvers of the fund get one mail when a take first
comes to a threshold, in the transaction of the take; another cap makes it a new first time.
"""

from typing import Final

from crowdfund_kent import mail, outbox
from crowdfund_kent.accounts.queries import people_with
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.database import fetch
from crowdfund_kent.settings import get_settings
from pledges.models import MatchFund

WARN_AT: Final = (80, 95)  # per cent
_TOLD: Final = (Role.FUND_OFFICER, Role.FINANCE_APPROVER)


def reached(held_pence: int, cap_pence: int) -> int | None:
    """The highest threshold, in per cent, that what is held has come to. None below all, and for a pot of nothing.

    >>> reached(7_999, 10_000), reached(8_000, 10_000), reached(10_000, 10_000), reached(0, 0)
    (None, 80, 95, None)
    """
    if cap_pence <= 0:
        return None
    return max((one for one in WARN_AT if held_pence * 100 >= cap_pence * one), default=None)


async def look(fund_id: int, taken_pence: int) -> None:
    """After `taken_pence` were taken, in the same transaction and under its locks: tell who must know, once."""
    (row,) = await fetch(
        "SELECT sum(cap_pence)::bigint AS cap, sum(earmarked_pence + pledged_pence + confirmed_pence + paid_pence"
        " + recovered_pence)::bigint AS held FROM funding_source WHERE fund_id = $1",
        fund_id,
    )
    now = reached(row["held"], row["cap"])
    if now is not None and now != reached(row["held"] - taken_pence, row["cap"]):
        await _tell(fund_id, now, row["held"], row["cap"])


async def _tell(fund_id: int, per_cent: int, held_pence: int, cap_pence: int) -> None:
    fund = await MatchFund.get(id=fund_id)
    written = mail.write(
        "pledges/pot_warning.txt",
        fund=fund,
        per_cent=per_cent,
        held_pence=held_pence,
        cap_pence=cap_pence,
        left_pence=cap_pence - held_pence,
        page=f"{get_settings().site_url}/staff/funds/{fund.slug}",
    )
    people = {person.id: person for role in _TOLD for person in await people_with(role, fund_id)}
    for person in people.values():
        if person.email:
            await outbox.email(
                "pot_warning",
                to=person.email,
                subject=written.subject,
                text=written.text,
                unique_key=f"pot-{per_cent}-{fund_id}-{cap_pence}-{person.id}",
            )
