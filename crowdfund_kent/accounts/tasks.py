"""What the worker's timetable runs for accounts."""

import structlog

from crowdfund_kent.accounts import sessions, sign_in

log = structlog.get_logger()


async def sweep_accounts() -> None:
    """Delete sessions that are over and requests to sign in that nothing counts any more. Hourly is enough."""
    log.info("swept", sessions=await sessions.sweep(), sign_ins=await sign_in.sweep())


TASKS = {"sweep_accounts": sweep_accounts}
