"""ISO 20022 camt.053.001.02 and .08: end-of-day account statements as XML.

Read with the standard library's parser under three rules: no document type and no entity is ever looked at (a file that
has one is refused before it is parsed), a size limit, and a limit of depth. Booked entries only; a batch entry is taken
apart into its transactions where the bank lists them with amounts. Written from the published message definitions; we have
seen no bank's own sample (docs/paying.md).
"""

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Final
from xml.etree import ElementTree
from xml.parsers import expat

from payments.bank_statements.kinds import Format
from payments.bank_statements.read import MOST_BYTES, ReadLine, Statement, StatementError, pence_of, proved

_SPACES: Final = {
    "urn:iso:std:iso:20022:tech:xsd:camt.053.001.02": Format.CAMT_02,
    "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08": Format.CAMT_08,
}
_DEPTH: Final = 40
# returns and reversals in the bank's codes: the reversal mark, a reason for a return, or a sub-family of returns
_RETURN_FAMILIES: Final = frozenset({"RRTN", "PRTN", "ARET", "RPCR", "UPDD", "UPCT"})
_OPENINGS: Final = ("OPBD", "PRCD")
_CLOSING: Final = "CLBD"
_LONGEST_REFERENCE: Final = 140
_LONGEST_WORDS: Final = 500
Element = ElementTree.Element


def read(content: bytes) -> list[Statement]:
    """Every statement in the file, each proved. StatementError, and nothing of the file is taken, when one is wrong."""
    root = _parse(content)
    space, _, name = root.tag.removeprefix("{").partition("}")
    if space not in _SPACES or name != "Document":
        raise StatementError(
            "This is not a camt.053.001.02 or camt.053.001.08 statement. Ask the bank for one of these, or send CSV."
        )
    found = [_statement(one, _SPACES[space]) for one in _all(root, "BkToCstmrStmt", "Stmt")]
    if not found:
        raise StatementError("There is no statement in this file.")
    return found


def _parse(content: bytes) -> Element:
    if len(content) > MOST_BYTES:
        raise StatementError("The file is larger than 5 megabytes. Ask the bank for shorter statements.")
    _refuse_traps(content)
    try:
        return ElementTree.fromstring(content)  # noqa: S314 - what could be a trap was refused above
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise StatementError("The file is not well-formed XML. Export it from the bank once more.") from error


def _refuse_traps(content: bytes) -> None:
    """A first pass that stops at a document type, an entity, a processing instruction, or XML that is nested too deep.

    The parser itself says what it sees, in whichever encoding the file is: a search for "<!DOCTYPE" could be fooled.
    """
    depth = 0

    def refuse(*_what: object) -> None:
        raise StatementError(
            "The file has a document type or entities, which no bank statement needs. It was not read."
        )

    def begins(_name: str, _attributes: object) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEPTH:
            raise StatementError("The file is nested too deep for a bank statement. It was not read.")

    def ends(_name: str) -> None:
        nonlocal depth
        depth -= 1

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.ProcessingInstructionHandler = refuse
    parser.ExternalEntityRefHandler = refuse  # type: ignore[assignment]
    parser.StartElementHandler = begins
    parser.EndElementHandler = ends
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise StatementError("The file is not well-formed XML. Export it from the bank once more.") from error


def _statement(statement: Element, kind: Format) -> Statement:
    opening, closing = _balances(statement)
    lines = [line for entry in _all(statement, "Ntry") for line in _lines(entry)]
    days = [line.booked_on for line in lines]
    begins, ends = _text(statement, "FrToDt", "FrDtTm"), _text(statement, "FrToDt", "ToDtTm")
    from_on = _day(begins) if begins else min(days, default=opening[1])
    to_on = _day(ends) if ends else max(days, default=closing[1])
    return proved(
        Statement(
            kind,
            _text(statement, "Acct", "Id", "IBAN") or _text(statement, "Acct", "Id", "Othr", "Id"),
            _text(statement, "Id"),
            opening[0],
            closing[0],
            from_on,
            max(from_on, to_on),
            lines,
        )
    )


def _balances(statement: Element) -> tuple[tuple[int, date], tuple[int, date]]:
    """(pence, day) of the booked opening and closing balance; below nothing where the account is overdrawn."""
    found: dict[str, tuple[int, date]] = {}
    for balance in _all(statement, "Bal"):
        code = _text(balance, "Tp", "CdOrPrtry", "Cd")
        day = _text(balance, "Dt", "Dt") or _text(balance, "Dt", "DtTm")
        if code and day:
            found.setdefault(code, (_amount(balance), _day(day)))
    opening = next((found[code] for code in _OPENINGS if code in found), None)
    if opening is None or _CLOSING not in found:
        raise StatementError(
            "The statement has no booked opening balance (OPBD) or no booked closing balance (CLBD), so it can't be proved."
            " Ask the bank for end-of-day statements."
        )
    return opening, found[_CLOSING]


def _lines(entry: Element) -> Iterator[ReadLine]:
    """The lines of an entry: one, or those of its transactions when they have amounts that sum to the entry's."""
    # .02 has the status as text, .08 as a code below it
    status = _text(entry, "Sts", "Cd") or _text(entry, "Sts")
    if status != "BOOK":
        return
    total = _amount(entry)
    day = _text(entry, "BookgDt", "Dt") or _text(entry, "BookgDt", "DtTm")
    if not day:
        raise StatementError("An entry has no booking date, so nothing was imported.")
    booked_on, reversal = _day(day), _text(entry, "RvslInd").lower() in ("true", "1")
    number = _text(entry, "AcctSvcrRef") or _text(entry, "NtryRef")
    details = list(_all(entry, "NtryDtls", "TxDtls"))
    amounts = [_detail_pence(one, total) for one in details]
    whole = [one for one in amounts if one is not None]
    if len(details) > 1 and len(whole) == len(details) and sum(whole) == total:
        for place, (detail, pence) in enumerate(zip(details, whole, strict=True), 1):
            own = _text(detail, "Refs", "AcctSvcrRef") or (f"{number}/{place}" if number else "")
            if pence:
                yield _line(entry, [detail], booked_on, pence, own, reversal)
    elif total:
        yield _line(entry, details, booked_on, total, number, reversal)


def _detail_pence(detail: Element, total: int) -> int | None:
    """What one transaction of a batch is; None where the bank does not say."""
    if (text := _text(detail, "Amt")) or (text := _text(detail, "AmtDtls", "TxAmt", "Amt")):
        mark = _text(detail, "CdtDbtInd")
        sign = (1 if total > 0 else -1) if not mark else (1 if mark == "CRDT" else -1)
        return sign * _pence(text)
    return None


def _line(entry: Element, details: list[Element], booked_on: date, pence: int, number: str, reversal: bool) -> ReadLine:
    """One line. Of an entry that is a batch without amounts, the references of all its transactions stand together."""
    references = [_text(one, "Refs", "EndToEndId") for one in details]
    told = [words for one in details for path in ("Ustrd",) for words in _texts(one, "RmtInf", path)]
    told += [words for one in details for words in _texts(one, "RmtInf", "Strd", "CdtrRefInf", "Ref")]
    told += [_text(one, "AddtlTxInf") for one in details] + [_text(entry, "AddtlNtryInf")]
    family = [_text(entry, "BkTxCd", "Domn", "Fmly", "SubFmlyCd")]
    family += [_text(one, "BkTxCd", "Domn", "Fmly", "SubFmlyCd") for one in details]
    is_return = reversal or any(one.find(_wild("RtrInf")) is not None for one in details)
    is_return = is_return or bool(_RETURN_FAMILIES.intersection(family))
    known = dict.fromkeys(one for one in references if one and one != "NOTPROVIDED")
    return ReadLine(
        booked_on,
        pence,
        " ".join(known)[:_LONGEST_REFERENCE],
        " ".join(" ".join(one for one in told if one).split())[:_LONGEST_WORDS],
        is_return,
        number,
    )


def _amount(holder: Element) -> int:
    """The amount of a balance or an entry with its sign: credits above nothing. In pounds only."""
    amount = holder.find(_wild("Amt"))
    if amount is None:
        raise StatementError("An amount is missing, so nothing was imported.")
    if amount.get("Ccy") != "GBP":
        raise StatementError("The statement has amounts in another currency than pounds, so nothing was imported.")
    mark = _text(holder, "CdtDbtInd")
    if mark not in ("CRDT", "DBIT"):
        raise StatementError("An amount does not say whether it is a credit or a debit, so nothing was imported.")
    return _pence(amount.text or "") * (1 if mark == "CRDT" else -1)


def _pence(text: str) -> int:
    try:
        return pence_of(text)
    except ValueError as error:
        raise StatementError(
            "An amount in the file can't be read as pounds and pence, so nothing was imported."
        ) from error


def _day(text: str) -> date:
    """An ISO day, or the day of a date and time as the bank wrote it."""
    try:
        return (
            date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else datetime.fromisoformat(text).date()
        )
    except ValueError as error:
        raise StatementError("A date in the file can't be read, so nothing was imported.") from error


def _wild(*path: str) -> str:
    return "/".join(f"{{*}}{name}" for name in path)


def _all(within: Element, *path: str) -> Iterator[Element]:
    yield from within.iterfind(_wild(*path))


def _text(within: Element, *path: str) -> str:
    """The trimmed text of the first such element that has some; empty without."""
    return next(_texts(within, *path), "")


def _texts(within: Element, *path: str) -> Iterator[str]:
    for one in _all(within, *path):
        if one.text and one.text.strip():
            yield one.text.strip()
