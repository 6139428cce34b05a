"""Everything that the books say of a year is laid beside everything else that knows it, to the penny."""

from datetime import date

from crowdfund_kent.chart import Nature, chart
from crowdfund_kent.clock import business_today, day_begins, day_ends, real_now
from crowdfund_kent.database import fetch
from crowdfund_kent.wiring import compose_chart
from payments.books import commitments, daily, figures, reading, statement
from payments.books.figures import PROGRAMME, Scope
from payments.books.models import BookDay
from payments.gift_aid import queries as claimed
from payments.gift_aid.models import GiftAidClaim
from payments.gift_aid.schedule import schedule_of
from payments.models import Refund
from payments.shares_back import accounts as shares_back
from projects.models import DeliveryTurn
from tests.year.playing import Year

_MATCHED = "SELECT amount_pence AS pence FROM bank_line WHERE status = 'matched'"
PLACES = ("earmarked", "pledged", "confirmed", "paid", "recovered")
OF_NONE = {"gifts banked", "added by the council"}  # a slip of several campaigns; the council's own
_SENT = (
    "SELECT account, sum(amount_pence)::bigint AS sent, sum(reversed_pence)::bigint AS back FROM transfer"
    " WHERE status IN ('succeeded', 'reversed') GROUP BY 1"
)


async def statements_agree(first: date, last: date, *, each: bool = True) -> statement.Statement:
    """Campaigns and projects sum to the programme, funds to funders to the programme. Returns the programme's.

    `each`: every statement is read on its own, as its page does; else all are made of the programme's rows.
    """
    compose_chart()
    rows = await figures.flows(PROGRAMME, day_begins(first), day_ends(last))
    made = {scope: statement.make(scope, first, last, of, chart()) for scope, of in figures.by_scope(rows).items()}
    if each:
        for scope, expected in made.items():
            assert (await reading.read(scope, first, last)).of == expected, scope.key
    whole = made[PROGRAMME]
    nobodys = {
        flow.kind
        for flow in rows
        if flow.campaign_id is None and flow.project_id is None and flow.account not in figures.POT_ONLY
    }
    assert nobodys <= OF_NONE, "every movement of money but these is of a campaign or a project"
    parts = {
        kind: [one for scope, one in made.items() if scope.kind == kind]
        for kind in ("campaign", "project", "fund", "funder")
    }
    for item, moved in whole.items:
        of_people = [one.item(item.key) for kind in ("campaign", "project") for one in parts[kind]]
        assert sum(one.within for one in of_people) == moved.within, item.key
        assert sum(one.at_end for one in of_people) == moved.at_end, item.key
        for kind in ("fund", "funder") if item.of_funds else ():
            assert sum(one.item(item.key).within for one in parts[kind]) == moved.within, (kind, item.key)
            assert sum(one.item(item.key).at_end for one in parts[kind]) == moved.at_end, (kind, item.key)
    return whole


async def books_agree_with_everything(year: Year, *, each: bool = False) -> None:
    """With the player's own sums, the sandbox, the bank, the pots, each day and the commitments."""
    whole = await statements_agree(date(2020, 1, 1), business_today(), each=each)
    await _cards(year, whole)
    await _council(year, whole)
    await _gifts(year, whole)
    await _shares(year, whole)
    await _gift_aid(year)
    await _days(whole)


async def _cards(year: Year, whole: statement.Statement) -> None:
    """The player, the provider and the ledger say the same of every kind of movement, and of what lies there."""
    said, truth = year.said, await year.world.control.truth()
    provider = next(line for line in whole.accounts if line.account == "provider balance")
    moved = dict(provider.moves)
    assert moved["collected"] == said.charged == truth["charged_pence"]
    assert -moved["refunded"] - moved.get("refund failed", 0) == said.given_back == truth["refunded_pence"]
    assert -moved["paid out"] == truth["transferred_pence"] > 0
    assert moved["taken back"] == truth["reversed_pence"] > 0
    assert -moved["card cost"] == truth["fees_pence"] > 0
    assert -moved["disputed"] == said.lost_in_disputes == truth["disputed_pence"]
    assert -moved["dispute fee"] == truth["dispute_fees_pence"] > 0
    assert (-moved.get("drawn by the council", 0), moved.get("added by the council", 0)) == (said.drawn, said.added)
    assert provider.after == truth["balance"]["available_pence"] + truth["balance"]["pending_pence"]
    stands = {line.account: line.after for line in whole.accounts}
    assert stands["repaid another way"] == said.another_way - said.drawn
    # each group's account at the provider
    for row in await fetch(_SENT):
        there = truth["accounts"][row["account"]]
        assert (row["sent"], row["back"]) == (there["received_pence"], there["reversed_pence"])
    # every penny of it is somebody's: what is owed and what the programme bears make up what lies there
    money = [line for line in whole.accounts if line.nature is not Nature.MEMORANDUM]
    lies = sum(line.after for line in money if line.nature in (Nature.ASSET, Nature.EXPENSE))
    assert lies == sum(line.after for line in money if line.nature in (Nature.LIABILITY, Nature.INCOME))


async def _council(year: Year, whole: statement.Statement) -> None:
    """The player, the bank's statements, the pots, the commitments and the ledger."""
    said = year.said
    at_end = {item.key: moved.at_end for item, moved in whole.items}
    stands = {line.account: line.after for line in whole.accounts}
    assert (at_end["paid"], -at_end["sent_back"], at_end["recovered"]) == (said.paid, said.paid_back, said.recovered)
    cost = said.paid - said.paid_back - said.recovered
    assert -sum(pence for _, pence in said.bank) == cost == stands[statement.source("paid")]
    assert stands["council bank"] == -cost
    assert sum(row["pence"] for row in await fetch(_MATCHED)) == -cost
    sums = ", ".join(f"sum({place}_pence)::bigint AS {place}" for place in PLACES)
    (pots,) = await fetch(f"SELECT {sums} FROM funding_source")
    assert {place: stands.get(statement.source(place), 0) for place in PLACES} == dict(pots)
    committed = await commitments.as_at(business_today())
    assert sum(one.pence for one in committed) == pots["earmarked"] + pots["pledged"] + pots["confirmed"]


async def _gifts(year: Year, whole: statement.Statement) -> None:
    """Cash and cheques: the desk's own sums and the ledger."""
    said = year.said
    at_end = {item.key: moved.at_end for item, moved in whole.items}
    assert (at_end["gifts"], at_end["gifts_back"], at_end["gifts_on"]) == (
        said.gifts_counted, said.gifts_back, said.gifts_on,
    )  # fmt: skip
    assert (at_end["unpaid"], at_end["made_good"]) == (said.cheques_unpaid, said.cheques_made_good)
    stands = {line.account: line.after for line in whole.accounts}
    assert stands["bank for gifts"] == said.cheques_made_good - said.cheques_unpaid
    assert at_end["other_held"] == 0


async def _shares(year: Year, whole: statement.Statement) -> None:
    """What of each project was not spent is the funds', the backers', the givers' and, in pennies, the group's."""
    stands = {line.account: line.after for line in whole.accounts}
    assert abs(stands.get(shares_back.GIVERS, 0)) == year.said.shares_by_hand
    assert not await Refund.filter(status="intended").exists()
    turns = await DeliveryTurn.filter(status="agreed")
    of_whom = await fetch("SELECT coalesce(sum(amount_pence), 0)::bigint AS pence FROM unspent_share")
    assert sum(one.unspent_pence - one.kept_pence for one in turns) == of_whom[0]["pence"] > 0


async def _gift_aid(year: Year) -> None:
    """The schedules, line by line, are what givers declared; what is none any more is told, or waits for the next one."""
    claims = await GiftAidClaim.filter(status="claimed").select_related("recipient")
    tables = [await schedule_of(one) for one in claims]
    assert sum(int(str(row[-1])) for one in tables for row in one.rows) == year.said.gift_aid > 0
    assert sum(one.amount_pence for one in claims) == year.said.gift_aid
    assert sum(one.adjusted_pence for one in claims) == year.said.gift_aid_right
    standing = [await claimed.standing(one.id, business_today()) for one in year.recipients]
    assert sum(one.left_pence for one in standing) == 0
    assert sum(one.too_much_pence for one in standing) == year.said.gift_aid_wrong > 0
    assert sum(one.claimed_pence for one in standing) == year.said.gift_aid - year.said.gift_aid_right


async def _days(whole: statement.Statement) -> None:
    """Each day that was kept says of payments what the payments say; today's statement ends where the programme's does."""
    assert await BookDay.filter(difference_pence__not=0).count() == 0
    today = await daily.as_at(business_today(), real_now())
    assert today.difference_pence == 0
    assert today.assets_pence == today.owed_pence
    assert dict(today.accounts) == {
        line.account: line.after * (-1 if line.nature in (Nature.LIABILITY, Nature.INCOME) else 1)
        for line in whole.accounts
        if line.nature is not Nature.MEMORANDUM and line.after
    }


async def said_of(first: date, last: date) -> list[tuple[str, int, int]]:
    """The programme's figures over these days, to see that they do not change."""
    found = await reading.read(Scope("programme"), first, last)
    return [(item.key, moved.within, moved.at_end) for item, moved in found.of.items]
