"""A year of a programme: every statement agrees with every other, the sandbox and the bank, before and after the close."""

import io
import zipfile
from datetime import timedelta

import pytest

from crowdfund_kent.clock import business_today
from evaluation.evidence import payment_files
from payments.books import closing, journal
from payments.books.models import BookDay, ClosedStatement
from tests.books import make as books
from tests.payments import make
from tests.sandbox import World
from tests.year import adding_up
from tests.year.playing import KINDS, Year, kinds_of

DAY = timedelta(days=1)


async def evidence_holds_what_was_paid(year: Year) -> None:
    """Of a payment that came back and was made again: two payments, three lines of the bank, the account of each."""
    match = next(one.matches[0] for one in year.campaigns if one.kind == "returned")
    _, body = await payment_files.match_file(match.reference)
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        lines = {name: len(archive.read(f"6-{name}.csv").splitlines()) - 1 for name in ("payments", "bank-lines")}
        assert lines == {"payments": 2, "bank-lines": 3}
        assert len(archive.read("4-bank-details.csv").splitlines()) == 3
        assert b"no enterprise" in archive.read("4-subsidy.csv") or b"cleared" in archive.read("4-subsidy.csv")


async def play(world: World, each: int) -> Year:
    """A wave, the close of what it was, late facts, another wave; everything is added up at each step."""
    year = Year(world)
    first_day = business_today()
    await year.begin()
    await year.wave(each)
    await year.grants_paid(*(30_000 + number for number in range(each)))
    await adding_up.books_agree_with_everything(year)
    await year.pass_time(days=2)
    for account in journal.coded():
        await journal.set_code(account.prefix, "61234", "4400", year.approver)
    batch = await journal.make(business_today() - DAY, year.approver)
    period = await books.closed(1)
    before = await adding_up.said_of(period.from_day, period.until_day)
    await adding_up.books_agree_with_everything(year)

    late = await year.late_fact(2, year.approver)
    assert await adding_up.said_of(period.from_day, period.until_day) == before, "a closed period never changes"
    await year.wave(each)
    assert await adding_up.said_of(period.from_day, period.until_day) == before
    assert await closing.changed_statements() == []
    assert await journal.make(business_today() - DAY, year.approver) != batch
    await adding_up.books_agree_with_everything(year)
    await adding_up.statements_agree(period.until_day + DAY, business_today())
    assert late.id
    await evidence_holds_what_was_paid(year)
    statements = await ClosedStatement.filter(period_id=period.id).count()
    assert statements >= 1 + 2 + 5 + each * len(KINDS)
    assert await BookDay.all().count() >= (business_today() - first_day).days - 1
    assert kinds_of(year.campaigns) == dict.fromkeys(KINDS, 2 * each)
    await make.nothing_is_broken()
    return year


@pytest.mark.usefixtures("db")
async def test_a_year_of_every_kind_agrees_to_the_penny(provider: World) -> None:
    await play(provider, 1)


@pytest.mark.drill
@pytest.mark.usefixtures("db")
async def test_a_year_of_200_campaigns_agrees_to_the_penny(provider: World) -> None:
    year = await play(provider, 12)
    assert len(year.campaigns) >= 200
