"""Identifiers, years and words of open data (domain.md, section 4). Pure.

Of a group of one or two people no name is published: its name may be theirs, and so may its title. 360Giving has a form for
that, the grant to an individual, with a general name, title and description.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from crowdfund_kent.geography import DISTRICTS
from projects.kinds import LegalForm

LICENCE_NAME: Final = "Open Government Licence v3.0"
LICENCE: Final = "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"
NOBODY: Final = "Individual Recipient"  # the standard's own words for a name that is not published
GENERATED: Final = (
    "Generated record, not a fact. "  # before the words of each, in files that have no other place for it
)
TITLE_LETTERS: Final = 139  # the standard asks for fewer than 140
_NAMES: Final = {one.code: one.name for one in DISTRICTS}
_YEAR: Final = re.compile(r"(20\d\d)-(\d\d)")


class YearError(ValueError):
    """The text is no financial year. `message` says what to type instead."""

    def __init__(self) -> None:
        self.message = "A financial year is written like 2021-22: from 1 April 2021 to 31 March 2022."
        super().__init__(self.message)


@dataclass(frozen=True, slots=True)
class FinancialYear:
    """1 April to 31 March, both in London."""

    begins: int

    @staticmethod
    def of(text: str) -> "FinancialYear":
        """2021-22 -> 1 April 2021 to 31 March 2022; YearError for anything else."""
        found = _YEAR.fullmatch(text)
        if not found or (int(found[1]) + 1) % 100 != int(found[2]):
            raise YearError
        return FinancialYear(int(found[1]))

    @staticmethod
    def at(day: date) -> "FinancialYear":
        """The year that `day` is in."""
        return FinancialYear(day.year if (day.month, day.day) >= (4, 1) else day.year - 1)

    @property
    def name(self) -> str:
        """As it is written."""
        return f"{self.begins}-{(self.begins + 1) % 100:02d}"

    @property
    def first_day(self) -> date:
        """1 April."""
        return date(self.begins, 4, 1)

    @property
    def last_day(self) -> date:
        """31 March."""
        return date(self.begins + 1, 3, 31)

    def has(self, day: date) -> bool:
        """Whether `day` is in it."""
        return self.first_day <= day <= self.last_day


@dataclass(frozen=True, slots=True)
class Recipient:
    """A group as its approved version names it; of one or two people only that they are."""

    group_id: int
    legal_form: str
    name: str
    charity_number: str
    company_number: str

    @property
    def is_individual(self) -> bool:
        """One or two people, whose names stay theirs."""
        return self.legal_form == LegalForm.NAMED_PEOPLE

    @property
    def public_name(self) -> str:
        """Its name, or that none is published."""
        return NOBODY if self.is_individual else self.name

    @property
    def registration_number(self) -> str:
        """Of the charity, else of the company, else nothing."""
        return "" if self.is_individual else self.charity_number or self.company_number


def recipient_id(one: Recipient, prefix: str) -> str:
    """The organisation's identifier by the register it is in; zeros are kept.

    >>> recipient_id(Recipient(7, "registered charity", "A", "SC012345", ""), "360G-x")
    'GB-SC-SC012345'
    >>> recipient_id(Recipient(7, "community interest company", "A", "", "00123456"), "360G-x")
    'GB-COH-00123456'
    >>> recipient_id(Recipient(7, "unincorporated group", "A", "", ""), "360G-x")
    '360G-x-ORG-7'
    """
    if one.is_individual:
        return f"{prefix}-IND-{one.group_id}"
    number = one.charity_number
    if number.startswith("SC"):
        return f"GB-SC-{number}"
    if number.startswith("NIC"):  # the register's code is the number alone
        return f"GB-NIC-{number.removeprefix('NIC')}"
    if number:
        return f"GB-CHC-{number}"
    if one.company_number:
        return f"GB-COH-{one.company_number}"
    return f"{prefix}-ORG-{one.group_id}"


def funder_id(organisation_id: str, slug: str, prefix: str) -> str:
    """As the funder has it (GB-LAE-KEN for Kent County Council), else one of our own."""
    return organisation_id or f"{prefix}-FUNDER-{slug}"


def grant_id(reference: str, prefix: str) -> str:
    """The prefix that 360Giving issued, and our own reference; never changes."""
    return f"{prefix}-{reference}"


def district_name(code: str) -> str:
    """Its name; nothing for a project without one."""
    return _NAMES.get(code, "")


def title_of(title: str, recipient: Recipient, district: str, *, taken_down: bool) -> str:
    """The project's title; a general one for one or two people, or where the project's page was taken down."""
    if recipient.is_individual or taken_down:
        return f"A community project in {district_name(district) or 'Kent'}"
    return title if len(title) <= TITLE_LETTERS else title[: TITLE_LETTERS - 1] + "…"


def purpose_of(summary: str, title: str, objective: str, recipient: Recipient, *, taken_down: bool) -> str:
    """What the money is for. In general words for one or two people, or where the project's page was taken down."""
    if recipient.is_individual:
        return f"A project of one or two people{f', for {objective.lower()}' if objective else ''}."
    if taken_down:
        return "A community project. What its page said was taken down."
    return summary.strip() or f"{title}: a community project."
