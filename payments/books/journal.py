"""Journals for the council's finance system: each movement of money once, under the codes that finance gave its account.

A batch holds the movements up to a day that no batch held before, summed by day, account and kind. It is kept with its
lines: the same file can be taken again. What another platform moved (history) is in none.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from crowdfund_kent import audit, chart, ledger
from crowdfund_kent.accounts.access import require_role
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from crowdfund_kent.chart import Account, Nature
from crowdfund_kent.clock import business_now, business_today, day_ends, london_day
from crowdfund_kent.database import execute, fetch, transaction
from crowdfund_kent.errors import NotFound, Refused
from crowdfund_kent.references import new_reference
from crowdfund_kent.table_files import Table
from payments.books.closing import digest_of
from payments.books.models import AccountCode, JournalBatch

COLUMNS: Final = (
    "Journal",
    "Line",
    "Date",
    "Cost centre",
    "Subjective code",
    "Account",
    "Description",
    "Debit",
    "Credit",
)


_SOURCE: Final = re.compile(r":source:([0-9]+)")


@dataclass(frozen=True, slots=True)
class Code:
    """Where finance books an account of the chart; empty until somebody said it."""

    account: Account
    cost_centre: str = ""
    subjective_code: str = ""

    @property
    def is_known(self) -> bool:
        """Both codes are there."""
        return bool(self.cost_centre and self.subjective_code)


def coded() -> list[Account]:
    """The accounts of the chart that hold money of these books."""
    return [account for account in chart.chart() if account.nature is not Nature.MEMORANDUM]


async def codes() -> list[Code]:
    """Each account of money with the codes that count now."""
    rows = await fetch(
        "SELECT DISTINCT ON (prefix) prefix, cost_centre, subjective_code FROM account_code ORDER BY prefix, id DESC"
    )
    known = {row["prefix"]: (row["cost_centre"], row["subjective_code"]) for row in rows}
    return [Code(account, *known.get(account.prefix, ("", ""))) for account in coded()]


async def set_code(prefix: str, cost_centre: str, subjective_code: str, by: Actor) -> None:
    """A finance approver says where an account is booked from now on. Journals that were made keep theirs."""
    await require_role(by, Role.FINANCE_APPROVER)
    if prefix not in {account.prefix for account in coded()}:
        raise NotFound
    assert by.person_id is not None
    async with transaction():
        row = await AccountCode.create(
            prefix=prefix,
            cost_centre=cost_centre.strip(),
            subjective_code=subjective_code.strip(),
            entered_by_id=by.person_id,
            entered_at=business_now(),
        )
        await audit.record("account coded", f"account_code:{row.id}", by)


_WAITING: Final = """
SELECT m.id, m.kind, m.effective_at, l.account, l.amount_pence FROM ledger_movement m
JOIN ledger_line l ON l.movement_id = m.id LEFT JOIN journal_movement j ON j.movement_id = m.id
WHERE m.book = 'cash' AND m.effective_at < $1 AND j.id IS NULL
AND NOT EXISTS (SELECT 1 FROM ledger_line h WHERE h.movement_id = m.id AND h.account LIKE 'history:%') ORDER BY m.id, l.id"""


async def waiting(until_day: date) -> int:
    """How many movements up to this day are in no journal yet."""
    return len({row["id"] for row in await fetch(_WAITING, day_ends(until_day))})


async def make(until_day: date, by: Actor) -> JournalBatch:
    """Everything up to a day that is over and in no journal yet. Raises Refused where nothing is, or a code is missing."""
    await require_role(by, Role.FINANCE_APPROVER)
    if until_day >= business_today():
        raise Refused("Choose a day that is over: more may happen today.")
    async with transaction():
        await execute("SELECT pg_advisory_xact_lock($1)", ledger.POSTING_LOCK)
        rows = await fetch(_WAITING, day_ends(until_day))
        if not rows:
            raise Refused("Every movement up to that day is in a journal already.")
        lines = _lines(rows, {code.account.prefix: code for code in await codes()}, await _of_sources())
        assert by.person_id is not None
        batch = await JournalBatch.create(
            reference=new_reference("J"),
            until_day=until_day,
            made_by_id=by.person_id,
            made_at=business_now(),
            debit_pence=sum(line[-2] or 0 for line in lines),
            lines=lines,
            digest=digest_of(lines),
        )
        ids = sorted({row["id"] for row in rows})
        await execute(
            "INSERT INTO journal_movement (batch_id, movement_id) SELECT $1, unnest($2::bigint[])", batch.id, ids
        )
        await audit.record(
            "journal made", f"journal_batch:{batch.id}", by, movements=len(ids), debit_pence=batch.debit_pence
        )
    return batch


async def _of_sources() -> dict[str, tuple[str, str]]:
    """Funding source -> its own cost centre and subjective code, where it has both: they go before its account's."""
    rows = await fetch(
        "SELECT id, cost_centre, subjective_code FROM funding_source WHERE cost_centre <> '' AND subjective_code <> ''"
    )
    return {str(row["id"]): (row["cost_centre"], row["subjective_code"]) for row in rows}


def _lines(
    rows: Sequence[dict[str, Any]], known: dict[str, Code], of_sources: dict[str, tuple[str, str]]
) -> list[list[Any]]:
    """[day, cost centre, subjective code, account, words, debit, credit], the debits and credits of a day apart."""
    sums: dict[tuple[date, str, str, tuple[str, str]], list[int]] = {}
    for row in rows:
        account = chart.account_of(row["account"]).prefix
        source = _SOURCE.search(row["account"])
        code = known.get(account)
        codes = of_sources.get(source[1]) if source else None
        codes = codes or ((code.cost_centre, code.subjective_code) if code is not None else ("", ""))
        found = sums.setdefault((london_day(row["effective_at"]), account, row["kind"], codes), [0, 0])
        found[row["amount_pence"] < 0] += abs(row["amount_pence"])
    missing = sorted({account for _, account, _, codes in sums if not all(codes)})
    if missing:
        names = ", ".join(chart_name(account) for account in missing)
        raise Refused(f"Enter a cost centre and a subjective code first for: {names}.")
    lines = []
    for (day, account, kind, codes), (debit, credit) in sorted(sums.items()):
        head = [day.isoformat(), *codes, chart_name(account), kind.capitalize()]
        lines += [[*head, debit, None]] if debit else []
        lines += [[*head, None, credit]] if credit else []
    return lines


def chart_name(prefix: str) -> str:
    """What an account of the chart is called."""
    return next((account.name for account in chart.chart() if account.prefix == prefix), prefix)


async def batch_of(reference: str) -> JournalBatch:
    """The journal of this reference; NotFound without one."""
    found = await JournalBatch.get_or_none(reference=reference)
    if found is None:
        raise NotFound
    return found


def table_of(batch: JournalBatch) -> Table:
    """The file that finance takes in, the same each time."""
    rows = [
        (batch.reference, number, date.fromisoformat(line[0]), *line[1:]) for number, line in enumerate(batch.lines, 1)
    ]
    return Table(f"Journal {batch.reference}", COLUMNS, rows, frozenset({"Debit", "Credit"}))


async def changed_batches() -> list[str]:
    """Journals that do not balance, or that do not say what their movements say: for `check`."""
    rows = await fetch(
        "SELECT j.batch_id, sum(l.amount_pence) FILTER (WHERE l.amount_pence > 0)::bigint AS debit FROM journal_movement j"
        " JOIN ledger_line l ON l.movement_id = j.movement_id GROUP BY j.batch_id"
    )
    debits = {row["batch_id"]: row["debit"] for row in rows}
    offenders = []
    for batch in await JournalBatch.all().order_by("id"):
        debit, credit = (sum(line[place] or 0 for line in batch.lines) for place in (-2, -1))
        sound = debit == credit == batch.debit_pence == debits.get(batch.id, 0)
        if not sound or digest_of(batch.lines) != batch.digest:
            offenders.append(f"journal_batch {batch.id}")
    return offenders
