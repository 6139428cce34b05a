"""docs/books.md lists every account as it is. `python -m tests.crowdfund_kent.test_chart` writes the table anew."""

from pathlib import Path

import pytest

from crowdfund_kent import chart
from crowdfund_kent.chart import Account, Nature, Whose
from crowdfund_kent.wiring import CHARTS, compose_chart
from pledges import match_accounts

DOCUMENT = Path(__file__).parent.parent.parent / "docs" / "books.md"
BEGINS, ENDS = "<!-- chart -->\n", "<!-- end of the chart -->\n"


def table() -> str:
    """One row an account."""
    rows = (
        f"| `{account.prefix}` | {account.name} | {account.meaning} | {account.nature} | {account.whose} |\n"
        for module in CHARTS
        for account in module.CHART
    )
    return "\n| Account | Name | What it stands for | Nature | Whose |\n|---|---|---|---|---|\n" + "".join(rows) + "\n"


def test_the_document_lists_every_account_as_it_is() -> None:
    assert DOCUMENT.read_text().partition(BEGINS)[2].partition(ENDS)[0] == table()


def test_an_account_is_known_by_its_whole_text() -> None:
    compose_chart()
    assert chart.account_of("held for group:campaign:12").whose is Whose.GROUP
    for name in match_accounts.PLACES:
        assert chart.account_of(match_accounts.place(7, name)).name == f"Source: {name}"
    for text in ("held for group:campaign:", "held for group:campaign:12:more", "x held for group:campaign:1", "memo:"):
        with pytest.raises(LookupError):
            chart.account_of(text)


def test_promises_are_memorandum_and_residents_money_is_nobodys_income() -> None:
    compose_chart()
    for account in chart.chart():
        if account.prefix.startswith("memo:"):
            assert account.nature is Nature.MEMORANDUM, account.prefix
        if account.nature is Nature.INCOME:
            assert account.whose not in (Whose.GROUP, Whose.BACKERS), account.prefix


def test_an_account_stands_in_the_chart_once() -> None:
    one = Account("petty cash", "Petty cash", "coins in a tin", Nature.ASSET, Whose.PROGRAMME)
    with pytest.raises(ValueError, match="twice"):
        chart.compose(((one,), (one,)))


if __name__ == "__main__":
    before, _, rest = DOCUMENT.read_text().partition(BEGINS)
    DOCUMENT.write_text(before + BEGINS + table() + ENDS + rest.partition(ENDS)[2])
