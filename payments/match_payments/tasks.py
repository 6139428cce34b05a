"""What jobs and the timetable ask of the council's money. Each may run twice, late or never: the rows say what is due."""

from collections.abc import Awaitable, Callable
from typing import Final

from payments.bank_details.services import CHANGED_JOB
from payments.match_payments.services import cancel_unsound
from payments.recoveries.services import ask_missing as ask_back
from payments.shares_back.giving import end_unpaid, give_due, give_shares_back
from payments.shares_back.services import JOB as GIVE_SHARES
from payments.shares_back.waiting import look_at_accounts
from payments.subsidy.services import ask_missing as ask_about_subsidy


async def bank_details_changed(group_id: int) -> None:
    """Take back payments to a group that have not gone out: its bank details are others now, or stopped."""
    await cancel_unsound(group_id)


async def look_after_council_money() -> None:
    """Groups are asked about subsidy and for what was not spent, shares go back, what may not go out is taken back."""
    await ask_about_subsidy()
    await ask_back()
    await end_unpaid()
    await give_due()
    await cancel_unsound()
    await look_at_accounts()  # last: it asks the provider, and what must not go out waits for no answer of theirs


TASKS: Final[dict[str, Callable[..., Awaitable[None]]]] = {
    CHANGED_JOB: bank_details_changed,
    GIVE_SHARES: give_shares_back,
}
