"""A year of a programme: every statement agrees with every other, the sandbox and the bank, before and after the close.

The suite plays ten of everything, the drill 216 campaigns: the same plays, more of each.
"""

import io
import zipfile
from datetime import timedelta

import pytest

from crowdfund_kent.clock import business_today
from evaluation.evidence import payment_files, payout_files, sample
from payments.books import closing, journal
from payments.books.models import BookDay, ClosedStatement
from payments.payouts.models import Payout
from tests.books import make as books
from tests.payments import make
from tests.sandbox import World
from tests.year import adding_up, going_back, kinds, paying
from tests.year.playing import Year, shown

DAY = timedelta(days=1)


def unpacked(body: bytes) -> dict[str, str]:
    """The files of a zip."""
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


async def match_evidence(year: Year) -> None:
    """Of a payment that came back and was made again: two payments, three lines of the bank, the account of each."""
    match = kinds.of_kind(year.campaigns, "payment returned")[0].matches[0]
    files = unpacked((await payment_files.match_file(match.reference))[1])
    lines = {name: len(files[f"6-{name}.csv"].splitlines()) - 1 for name in ("payments", "bank-lines")}
    assert lines == {"payments": 2, "bank-lines": 3}
    assert len(files["4-bank-details.csv"].splitlines()) == 3
    assert "cleared" in files["4-subsidy.csv"]


async def payout_evidence(year: Year) -> None:
    """Of a payout with a dispute that was lost, and of one with a refund: each movement, and nobody's name."""
    lost = kinds.of_kind(year.campaigns, "dispute lost")[0]
    payout = await Payout.get(campaign_id=lost.campaign_id)
    name, body = await payout_files.payout_file(payout.id)
    assert body == (await payout_files.payout_file(payout.id))[1], "the same facts give the same bytes"
    assert name == f"evidence-payout-{payout.id}.zip"
    files = unpacked(body)
    rows = {name: len(text.splitlines()) - 1 for name, text in files.items()}
    assert (rows["6-charges.csv"], rows["6-transfers.csv"], rows["6-disputes.csv"]) == (2, 2, 1)
    assert ",lost," in files["6-disputes.csv"]
    assert "threshold met" in files["2-decision.csv"]
    assert ",ready," in files["3-account.csv"]
    assert "tr_" in files["6-transfers.csv"]
    assert "pi_" in files["6-charges.csv"]
    assert rows["4-nights.csv"] >= 1
    for kind in ("collected", "card cost", "paid out", "disputed", "dispute fee", "dispute lost"):
        assert f",{kind}," in files["6-ledger.csv"], kind
    assert "dispute lost" in files["7-record.csv"]
    refunded = kinds.of_kind(year.campaigns, "refund after the payout")[0]
    other = unpacked((await payout_files.payout_file((await Payout.get(campaign_id=refunded.campaign_id)).id))[1])
    assert len(other["6-refunds.csv"].splitlines()) == len(other["6-reversals.csv"].splitlines()) == 2
    assert ",agreed," in other["6-proposals.csv"]
    assert ",cheque bounced," in other["6-gifts.csv"]
    for one, texts in ((lost, files), (refunded, other)):
        for pledge in one.pledges:
            assert not any(str(pledge.email) in text for text in texts.values())
        assert not any("Eve Moor" in text or "Ada Reed" in text for text in texts.values())


async def samples(year: Year) -> None:
    """Payouts are a population of their own: each once, with all that was sent of it, and drawn again the same."""
    settled = await Payout.filter(status="paid").count()
    row = await sample.draw(
        "payouts", business_today() - timedelta(days=900), business_today(), 5, "spring", year.approver
    )
    assert row.population_count == settled
    assert len(sample.items_of(row)) == 5
    parts = await sample.draw("payments sent on", row.from_day, row.until_day, 5, "spring", year.approver)
    assert row.population_pence == parts.population_pence
    assert await sample.changed() == []


async def play(world: World, each: int) -> Year:
    """A wave, the close of what it was, late facts, another wave; everything is added up at each step."""
    year = Year(world)
    first_day = business_today()
    await year.begin()
    year.recipients = [await going_back.may_claim(year, group, no) for no, (group, _) in enumerate(year.groups, 1)]
    await kinds.wave(year, each)
    await paying.grants(year, min(each, 2))
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
    await kinds.wave(year, each)
    assert await adding_up.said_of(period.from_day, period.until_day) == before
    assert await closing.changed_statements() == []
    assert await journal.make(business_today() - DAY, year.approver) != batch
    await adding_up.books_agree_with_everything(year, each=True)
    await adding_up.statements_agree(period.until_day + DAY, business_today(), each=False)
    assert late.id
    await match_evidence(year)
    await payout_evidence(year)
    await samples(year)
    statements = await ClosedStatement.filter(period_id=period.id).count()
    assert statements >= 1 + 2 + 5 + each * len(kinds.PLAYS)
    assert await BookDay.all().count() >= (business_today() - first_day).days - 1
    assert shown(year.campaigns) == dict.fromkeys(kinds.NAMES, 2 * each)
    await make.nothing_is_broken()
    return year


@pytest.mark.usefixtures("db")
async def test_a_year_of_every_kind_agrees_to_the_penny(provider: World) -> None:
    await play(provider, 5)


@pytest.mark.drill
@pytest.mark.usefixtures("db")
async def test_a_year_of_216_campaigns_agrees_to_the_penny(provider: World) -> None:
    year = await play(provider, 18)
    assert len(year.campaigns) >= 200
