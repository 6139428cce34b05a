"""What HMRC asks of a declaration, and how its schedule spells it. Pure.

Sources: gov.uk, "Gift Aid declarations: claim tax back on donations" (wording of 2015, a single donation) and "Schedule
spreadsheet to claim back tax on Gift Aid donations" (columns, lengths, DD/MM/YY, 1,000 rows); ITA 2007, sections 413-430.
"""

import re
from datetime import date
from typing import Final

STATEMENT: Final = "2015"  # which wording a declaration was given in
WORDS: Final[dict[str, str]] = {
    STATEMENT: "I want to Gift Aid this donation to {charity}. I am a UK taxpayer and understand that if I pay less Income Tax"
    " and/or Capital Gains Tax in the current tax year than the amount of Gift Aid claimed on all my donations it is my"
    " responsibility to pay any difference."
}
OWN_MONEY: Final = "It is my own money, not that of a company, a club or other people, and I get nothing for it."
REFERENCE: Final = re.compile(r"[A-Z]{1,2}[0-9]{1,5}", re.ASCII)
MOST_ROWS: Final = 1_000
YEARS: Final = 4  # from the donation, for a declaration and a claim
TAX_PART: Final = 4  # a charity gets a quarter of the donation: basic rate on the grossed-up gift


def words_for(charity: str) -> str:
    """The statement that HMRC asks for, with the charity's name in it."""
    return WORDS[STATEMENT].format(charity=charity)


def reference(text: str) -> str | None:
    """ab 12345 -> AB12345, as HMRC names a charity or a CASC; None for another form. A right form is not existence.

    >>> reference("xr 4711")
    'XR4711'
    """
    plain = re.sub(r"[\s\-/]", "", text).upper()
    return plain if REFERENCE.fullmatch(plain) else None


def in_time(donated_on: date, today: date) -> bool:
    """Whether a donation may still be declared and claimed: within four years."""
    later = donated_on.replace(year=donated_on.year + YEARS, day=min(donated_on.day, 28))
    return today <= later


def schedule_name(text: str, most: int = 35) -> str:
    """A name as the schedule wants it: a space instead of a hyphen, at most so many letters.

    >>> schedule_name("House-Martin")
    'House Martin'
    """
    return " ".join(text.replace("-", " ").split())[:most]


def schedule_day(day: date) -> str:
    """DD/MM/YY"""
    return day.strftime("%d/%m/%y")


def tax_on(amount_pence: int) -> int:
    """What HMRC pays on donations of so much: 25p for each £1, rounded down."""
    return amount_pence // TAX_PART
