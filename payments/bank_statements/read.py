"""What a bank statement says, whichever format it came in: read whole, proved, or refused whole. Pure."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from crowdfund_kent.money import pounds_exact
from payments.bank_statements.kinds import Format

MOST_BYTES: Final = 5_000_000
MOST_LINES: Final = 20_000
MOST_PENCE: Final = 10**13  # £100 billion: a slip, not a balance


class StatementError(Exception):
    """The file is refused whole; `message` says why and what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, slots=True)
class ReadLine:
    """One booked line. `amount_pence`: above nothing came in. `bank_reference`: the bank's own number, where it gives one."""

    booked_on: date
    amount_pence: int
    reference: str
    words: str = ""
    is_return: bool = False
    bank_reference: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement whose lines have been proved to lead from its opening to its closing balance."""

    format: Format
    account: str
    bank_reference: str
    opening_pence: int
    closing_pence: int
    from_on: date
    to_on: date
    lines: Sequence[ReadLine]


def proved(statement: Statement) -> Statement:
    """The statement, once opening + lines = closing. StatementError with both sums otherwise."""
    if not statement.account.strip():
        raise StatementError("The statement does not say whose account it is, so nothing was imported.")
    if len(statement.lines) > MOST_LINES:
        raise StatementError(f"The statement has more than {MOST_LINES:,} lines. Ask the bank for shorter ones.")
    reached = statement.opening_pence + sum(line.amount_pence for line in statement.lines)
    if reached != statement.closing_pence:
        raise StatementError(
            f"The opening balance and the lines lead to {_signed(reached)}, and the statement closes with"
            f" {_signed(statement.closing_pence)}. Something is missing or doubled in the file, so nothing was imported."
        )
    return statement


def keys_of(statement: Statement) -> list[str]:
    """What makes each line this line: account, day, amount, references and words, and which of several alike it is.

    The bank's own number of a line tells it apart where there is one. The same line in another file has the same key,
    wherever in it: banks list the newest first, and a later file of a day puts other lines before it.
    """
    seen: dict[tuple[object, ...], int] = {}
    keys = []
    for line in statement.lines:
        told = (line.bank_reference, line.reference, line.words)
        about = (statement.account, line.booked_on.isoformat(), line.amount_pence, *told)
        seen[about] = seen.get(about, 0) + 1
        keys.append(hashlib.sha256("\x1f".join(map(str, (*about, seen[about]))).encode()).hexdigest())
    return keys


def pence_of(text: str) -> int:
    """1234.5, 1,234.50 -> pence, exactly. ValueError for anything else; a sign is the caller's."""
    compact = text.strip().replace(",", "").removeprefix("£")
    whole, _, part = compact.partition(".")
    if not (
        whole.isascii() and whole.isdigit() and len(part) <= 5 and (not part or (part.isascii() and part.isdigit()))
    ):
        raise ValueError("not an amount")
    if part[2:].strip("0"):
        raise ValueError("not whole pence")
    pence = int(whole) * 100 + int((part[:2] or "0").ljust(2, "0"))
    if pence > MOST_PENCE:
        raise ValueError("too large")
    return pence


def _signed(pence: int) -> str:
    return f"-{pounds_exact(-pence)}" if pence < 0 else pounds_exact(pence)
