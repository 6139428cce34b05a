"""Everything that the books say of a year is laid beside everything else that knows it, to the penny."""

from datetime import date

from crowdfund_kent.chart import Nature
from crowdfund_kent.clock import business_today
from crowdfund_kent.database import fetch
from crowdfund_kent.wiring import compose_chart
from payments.books import commitments, reading, statement
from payments.books.figures import PROGRAMME, Scope
from payments.books.models import BookDay
from tests.year.playing import Year

_MATCHED = "SELECT amount_pence AS pence FROM bank_line WHERE status = 'matched'"
PLACES = ("earmarked", "pledged", "confirmed", "paid", "recovered")


async def read(kind: str, number: int, first: date, last: date) -> statement.Statement:
    """One statement over these days."""
    return (await reading.read(Scope(kind, number), first, last)).of


async def statements_agree(first: date, last: date) -> statement.Statement:
    """Campaigns and projects sum to the programme, funds to funders to the programme. Returns the programme's."""
    compose_chart()
    whole = await read("programme", 0, first, last)
    parts: dict[str, list[statement.Statement]] = {}
    for kind, table in (("campaign", "campaign"), ("project", "project"), ("fund", "match_fund"), ("funder", "funder")):
        rows = await fetch(f"SELECT id FROM {table} ORDER BY id")
        parts[kind] = [await read(kind, row["id"], first, last) for row in rows]
    for item, moved in whole.items:
        of_people = [one.item(item.key) for kind in ("campaign", "project") for one in parts[kind]]
        assert sum(one.within for one in of_people) == moved.within, item.key
        assert sum(one.at_end for one in of_people) == moved.at_end, item.key
        for kind in ("fund", "funder") if item.of_funds else ():
            assert sum(one.item(item.key).within for one in parts[kind]) == moved.within, (kind, item.key)
            assert sum(one.item(item.key).at_end for one in parts[kind]) == moved.at_end, (kind, item.key)
    return whole


async def books_agree_with_everything(year: Year) -> None:
    """With the player's own sums, the sandbox, the bank, the pots, each day and the commitments."""
    said, today = year.said, business_today()
    whole = await statements_agree(date(2020, 1, 1), today)
    at_end = {item.key: moved.at_end for item, moved in whole.items}
    stands = {line.account: line.after for line in whole.accounts}
    truth = await year.world.control.truth()
    # cards: the player, the sandbox and the ledger
    provider = next(line for line in whole.accounts if line.account == "provider balance")
    moved = dict(provider.moves)
    assert moved["collected"] == said.charged == truth["charged_pence"]
    assert -moved.get("refunded", 0) - moved.get("refund failed", 0) == said.given_back == truth["refunded_pence"]
    assert -moved.get("paid out", 0) == truth["transferred_pence"]
    assert moved.get("taken back", 0) == truth["reversed_pence"]
    # what the provider says lies there, and its fees as far as they are not booked yet
    booked = -moved.get("card cost", 0) - moved.get("dispute fee", 0)
    fees = truth["fees_pence"] + truth["dispute_fees_pence"] - booked
    assert provider.after == truth["balance"]["available_pence"] + truth["balance"]["pending_pence"] + fees
    # every penny of it is somebody's: what is owed and what the programme bears make up what lies there
    money = [line for line in whole.accounts if line.nature is not Nature.MEMORANDUM]
    lies = sum(line.after for line in money if line.nature in (Nature.ASSET, Nature.EXPENSE))
    assert lies == sum(line.after for line in money if line.nature in (Nature.LIABILITY, Nature.INCOME))
    # the council's money: the player, the bank and the ledger
    assert (at_end["paid"], -at_end["sent_back"], at_end["recovered"]) == (said.paid, said.paid_back, said.recovered)
    cost = said.paid - said.paid_back - said.recovered
    assert -sum(pence for _, pence in said.bank) == cost == stands[statement.source("paid")]
    assert stands["council bank"] == -cost
    assert sum(row["pence"] for row in await fetch(_MATCHED)) == -cost
    # gifts in cash
    assert (at_end["gifts"], at_end["gifts_back"], at_end["gifts_on"]) == (
        said.gifts_counted, said.gifts_back, said.gifts_on,
    )  # fmt: skip
    assert at_end["other_held"] == 0
    # the pots, and what is committed of them
    sums = ", ".join(f"sum({place}_pence)::bigint AS {place}" for place in PLACES)
    (pots,) = await fetch(f"SELECT {sums} FROM funding_source")
    assert {place: stands.get(statement.source(place), 0) for place in PLACES} == dict(pots)
    committed = await commitments.as_at(today)
    assert sum(one.pence for one in committed) == pots["earmarked"] + pots["pledged"] + pots["confirmed"]
    # each day that was kept
    assert await BookDay.filter(difference_pence__not=0).count() == 0


async def said_of(first: date, last: date) -> list[tuple[str, int, int]]:
    """The programme's figures over these days, to see that they do not change."""
    found = await reading.read(PROGRAMME, first, last)
    return [(item.key, moved.within, moved.at_end) for item, moved in found.of.items]
