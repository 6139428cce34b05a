"""What a fund has committed, by source and financial year, to the penny: for its officers' page and as a CSV file."""

from itertools import groupby
from typing import Any, Final

from crowdfund_kent.csv_files import Cell, csv_text
from crowdfund_kent.money import pounds_exact
from pledges.fund_queries import Figures, Pot
from pledges.models import FundingSource

_AMOUNTS: Final = ("cap", "earmarked", "pledged", "confirmed", "paid", "recovered", "left")
_WORDS: Final = ("Cap", "Earmarked", "Pledged", "Confirmed", "Paid", "Came back", "Left")
COLUMNS: Final[list[Any]] = [
    "Source",
    "Financial year",
    "Budget code",
    *({"words": words, "number": True} for words in _WORDS),
]


def _by_year(pot: Pot) -> list[tuple[FundingSource, Figures]]:
    """The sources by financial year, those of no one year last."""
    return sorted(pot.sources, key=lambda pair: (pair[0].financial_year == "", pair[0].financial_year))


def _sums(rows: list[tuple[FundingSource, Figures]]) -> list[int]:
    return [sum(getattr(figures, f"{name}_pence") for _, figures in rows) for name in _AMOUNTS]


def rows_of(pot: Pot) -> list[Any]:
    """Rows of a table with COLUMNS: each source, each year where there are several, and all together."""
    rows: list[Any] = []
    years = [(year, list(of)) for year, of in groupby(_by_year(pot), key=lambda pair: pair[0].financial_year)]
    for year, sources in years:
        for source, figures in sources:
            name = {"text": source.name, "small": f"only for {source.purpose}" if source.purpose else ""}
            rows.append(
                [name, year or "no one year", source.budget_code or "none", *_pounds(_sums([(source, figures)]))]
            )
        if len(years) > 1 and len(sources) > 1:
            words = f"All of {year}" if year else "All of no one year"
            rows.append({"cells": [words, "", "", *_pounds(_sums(sources))], "total": True})
    rows.append({"cells": ["Together", "", "", *_pounds(_sums(list(pot.sources)))], "total": True})
    return rows


def _pounds(amounts: list[int]) -> list[str]:
    return [pounds_exact(pence) for pence in amounts]


def csv_of(pot: Pot) -> str:
    """One line for each source, amounts in pounds; no sums, so that a spreadsheet can make its own."""
    amounts = [f"{words} (£)" for words in _WORDS]
    lines: list[list[Cell]] = [
        [
            pot.fund.name,
            source.financial_year,
            source.name,
            source.budget_code,
            source.purpose,
            *_sums([(source, figures)]),
        ]
        for source, figures in _by_year(pot)
    ]
    columns = ["Fund", "Financial year", "Source", "Budget code", "Only for", *amounts]
    return csv_text(columns, lines, money=amounts)
