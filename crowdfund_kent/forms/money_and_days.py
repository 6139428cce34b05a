"""Amounts in pence and calendar days."""

from datetime import date
from typing import Any

from crowdfund_kent.forms.fields import GovField, clean
from crowdfund_kent.money import AmountError, parse_amount, pounds

_MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_FOUR_FIGURES = 4
_YEARS = (1900, 2199)  # others are slips of the keyboard, and the day after the last of all can't be computed
_SHORTEST_MONTH = 3


class MoneyField(GovField):
    """An amount that a person types in pounds; `data` is whole pence (domain.md, ruling 16)."""

    def __init__(self, label: str, *, least_pence: int = 1, most_pence: int | None = None, **rest: Any) -> None:
        super().__init__(label, **({"classes": "govuk-input--width-5"} | rest))
        self.least_pence = least_pence
        self.most_pence = most_pence

    def read(self, text: str) -> int | None:
        """Pence; nothing typed is None."""
        if not text:
            return None
        try:
            return parse_amount(text, least_pence=self.least_pence, most_pence=self.most_pence)
        except AmountError as error:
            raise ValueError(error.message) from error

    def written(self) -> str:
        """12.50, 1,000"""
        return pounds(int(self.data)).replace("£", "")

    def extra(self) -> dict[str, Any]:
        """The pound sign before the input."""
        return super().extra() | {"prefix": {"text": "£"}, "inputmode": "decimal", "spellcheck": False}


class DayField(GovField):
    """A day in three inputs; `data` is a date. Months may be typed as words."""

    component = "date"

    def __init__(self, label: str, **rest: Any) -> None:
        super().__init__(label, **rest)
        self.parts = ["", "", ""]
        self.wrong: set[str] = set()

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        """Day, month and year arrive under three names; WTForms looks for one."""
        self.process_errors = []
        self.raw_data = None
        names = [f"{self.name}-{part}" for part in ("day", "month", "year")]
        if formdata is not None:
            sent = [formdata.getlist(name) for name in names]
            self.parts = [clean(values[0]) if values and isinstance(values[0], str) else "" for values in sent]
            self.raw_data = self.parts
            self.data = None
            try:
                self.data = self._day_of(*self.parts)
            except ValueError as error:
                self.process_errors.append(str(error))
            return
        self.data = data if isinstance(data, date) else self.default() if callable(self.default) else self.default
        if self.data is not None:
            self.parts = [str(self.data.day), str(self.data.month), str(self.data.year)]

    def _day_of(self, day: str, month: str, year: str) -> date | None:
        if not (day or month or year):
            self.wrong = {"day", "month", "year"}
            return None
        absent = [name for name, value in (("day", day), ("month", month), ("year", year)) if not value]
        if absent:
            self.wrong = set(absent)
            words = " and ".join(f"a {name}" for name in absent)
            raise ValueError(f"{self.title} must include {words}")
        month = _month_number(month)
        for name, value in (("day", day), ("month", month), ("year", year)):
            if not (value.isascii() and value.isdigit()):
                self.wrong = {name}
                raise ValueError(f"{self.title} must be a real date, like 27 3 2027")
        if len(year) != _FOUR_FIGURES:
            self.wrong = {"year"}
            raise ValueError(f"{self.title} must include a year of 4 figures, like 2027")
        try:
            if not _YEARS[0] <= int(year) <= _YEARS[1]:
                raise ValueError
            return date(int(year), int(month), int(day))
        except ValueError:
            self.wrong = {"day", "month", "year"}
            raise ValueError(f"{self.title} must be a real date, like 27 3 2027") from None

    @property
    def error_id(self) -> str:
        """The first of the three inputs that is wrong."""
        first = next((part for part in ("day", "month", "year") if part in self.wrong), "day")
        return f"{self.id}-{first}"

    def shown(self) -> str:
        """The three parts in one line, for a summary."""
        return " ".join(part for part in self.parts if part)

    def asked(self, heading: bool) -> dict[str, Any]:
        """The question stands in the legend."""
        return legend(self.title, heading)

    def extra(self) -> dict[str, Any]:
        """Three inputs, the wrong ones marked."""
        widths = {"day": 2, "month": 2, "year": 4}
        return {
            "namePrefix": self.name,
            "items": [
                {
                    "name": part,
                    "classes": f"govuk-input--width-{width}"
                    + (" govuk-input--error" if self.problem and (not self.wrong or part in self.wrong) else ""),
                    "value": value,
                }
                for (part, width), value in zip(widths.items(), self.parts, strict=True)
            ],
        }


def _month_number(month: str) -> str:
    """3, mar, March -> 3; anything else as it is."""
    if len(month) >= _SHORTEST_MONTH:
        for at, name in enumerate(_MONTHS, 1):
            if name.startswith(month.lower()):
                return str(at)
    return month


def legend(title: str, heading: bool) -> dict[str, Any]:
    """A fieldset whose legend asks the question."""
    size = "l" if heading else "s"
    words = {"text": title, "classes": f"govuk-fieldset__legend--{size}", "isPageHeading": heading}
    return {"fieldset": {"legend": words}}
