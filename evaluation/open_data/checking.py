"""What must hold of a 360Giving file before it is given out, by the standard's own words. Needs no schema file. Pure."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from crowdfund_kent.geography import DISTRICTS
from evaluation.open_data.rules import NOBODY, TITLE_LETTERS

_REGISTERS: Final = {
    "GB-CHC-": re.compile(r"\d{6,7}(-\d+)?"),
    "GB-SC-": re.compile(r"SC0\d{5}"),
    "GB-NIC-": re.compile(r"1\d{5}"),
    "GB-COH-": re.compile(r"([A-Z]{2}\d{6}|\d{8})"),
    "GB-LAE-": re.compile(r"[A-Z]{3}"),
}
_TEXTS: Final = ("id", "title", "description", "currency", "awardDate", "dateModified")
_AMOUNTS: Final = ("amountAwarded", "amountAppliedFor", "amountDisbursed")
_CODES: Final = {one.code for one in DISTRICTS}


def problems(package: Mapping[str, Any], prefix: str, as_at: date) -> list[str]:
    """Every rule that is broken, with the grant that breaks it; empty for a file that may go out."""
    grants: Sequence[Mapping[str, Any]] = package.get("grants", [])
    if not grants:
        return ["a file holds at least one grant"]
    found = [
        f"{name} is there {count} times" for name, count in Counter(g.get("id") for g in grants).items() if count > 1
    ]
    return found + [f"{one.get('id')}: {problem}" for one in grants for problem in _of_grant(one, prefix, as_at)]


def _of_grant(one: Mapping[str, Any], prefix: str, as_at: date) -> Iterator[str]:
    yield from (f"{name} is missing" for name in _TEXTS if not isinstance(one.get(name), str) or not one[name].strip())
    if not str(one.get("id", "")).startswith(f"{prefix}-"):
        yield f"its id does not begin with {prefix}-"
    if one.get("currency") != "GBP":
        yield "its currency is not GBP"
    if len(str(one.get("title", ""))) > TITLE_LETTERS:
        yield f"its title is longer than {TITLE_LETTERS} letters"
    yield from _amounts(one)
    days = {"awardDate": one.get("awardDate"), "dateModified": one.get("dateModified")}
    for planned in one.get("plannedDates", []):
        days |= {name: planned.get(name) for name in ("startDate", "endDate")}
        if str(planned.get("startDate"))[:10] > str(planned.get("endDate"))[:10]:
            yield "it is planned to end before it begins"
    yield from (f"{name} is no moment" for name, text in days.items() if not _is_moment(text))
    if str(one.get("awardDate", ""))[:10] > as_at.isoformat():
        yield "it is awarded in the future"
    yield from _parties(one, prefix)
    for place in one.get("beneficiaryLocation", []):
        if place.get("geoCode") not in _CODES:
            yield f"{place.get('geoCode')} is no district of Kent"


def _amounts(one: Mapping[str, Any]) -> Iterator[str]:
    for name in _AMOUNTS:
        amount = one.get(name)
        if amount is None and name != "amountAwarded":
            continue
        if isinstance(amount, bool) or not isinstance(amount, int | float):
            yield f"{name} is no number"
        elif abs(amount * 100 - round(amount * 100)) > 1e-6:
            yield f"{name} has parts of a penny"
        elif amount < 0 or (name == "amountAwarded" and not amount):
            yield f"{name} is nothing or less"
    paid, awarded = one.get("amountDisbursed"), one.get("amountAwarded")
    if isinstance(paid, int | float) and isinstance(awarded, int | float) and paid > awarded:
        yield "more was paid than was awarded"


def _parties(one: Mapping[str, Any], prefix: str) -> Iterator[str]:
    if ("recipientOrganization" in one) == ("recipientIndividual" in one):
        yield "it has one recipient, an organisation or an individual"
    individual = one.get("recipientIndividual")
    if individual is not None:
        if individual.get("name") != NOBODY:
            yield "it names an individual"
        if not str(individual.get("id", "")).startswith(f"{prefix}-IND-"):
            yield "the individual's id is not one of ours"
        if "url" in one:
            yield "it links to a page that may name an individual"
    for kind in ("recipientOrganization", "fundingOrganization"):
        some = one.get(kind, [] if kind == "recipientOrganization" else None)
        if not some and (kind == "fundingOrganization" or individual is None):
            yield f"{kind} is missing"
        for party in some or []:
            if not party.get("name"):
                yield f"{kind} has no name"
            if not _is_organisation(str(party.get("id", "")), prefix):
                yield f"{party.get('id')!r} is no identifier of an organisation"


def _is_organisation(text: str, prefix: str) -> bool:
    if text.startswith(f"{prefix}-"):
        return len(text) > len(prefix) + 1
    known = [pattern for register, pattern in _REGISTERS.items() if text.startswith(register)]
    if known:
        return any(pattern.fullmatch(text.split("-", 2)[2]) for pattern in known)
    return bool(re.fullmatch(r"[A-Z]{2,3}-[A-Z0-9]+-\S+", text))  # another register of org-id.guide


def _is_moment(text: Any) -> bool:
    try:
        return datetime.fromisoformat(str(text)).tzinfo is not None
    except ValueError:
        return False
