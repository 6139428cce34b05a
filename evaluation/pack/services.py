"""Make a pack by command: into a folder, and what it gives out is listed as published."""

from datetime import date
from functools import partial
from pathlib import Path

from starlette.concurrency import run_in_threadpool

from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_today
from crowdfund_kent.errors import Refused
from evaluation import published
from evaluation.asking import checked_day, only
from evaluation.pack.building import build, write
from evaluation.scope import FIRST_DAY, Records

COMMAND = "crowdfund-kent evaluate"


async def evaluate(as_at: date, known_on: date | None, records: str, out: Path, reason: str = "") -> list[Path]:
    """Write the files of the pack; returns their paths. Refused for a day without figures, for records of both kinds,
    and where a figure differs from what was published for that day and no reason says why.
    """
    wanted = checked(as_at, known_on, records)
    kind = await only(as_at, wanted)
    await run_in_threadpool(partial(out.mkdir, parents=True, exist_ok=True))  # what can't be written is not published
    built = await build(as_at, known_on, kind)
    await published.publish(built.report, COMMAND, Actor(None, "system"), reason)
    return write(built, out)


def checked(as_at: date, known_on: date | None, records: str) -> Records | None:
    """What was asked for, or Refused with what to ask for instead."""
    checked_day(as_at)
    if known_on is not None and not FIRST_DAY <= known_on <= business_today():
        raise Refused("What was known is asked for by the end of a day from 1 March 2021 to today: choose such a day.")
    if records and records not in set(Records):
        raise Refused("Records are real or generated.")
    return Records(records) if records else None
