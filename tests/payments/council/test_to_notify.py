"""What must be notified of subsidies, as a file: who may take it, what it holds, and what it leaves out."""

import csv
import io
import zipfile
from datetime import UTC, datetime

import pytest

from crowdfund_kent.accounts.models import Person
from payments.subsidy import rules
from payments.subsidy import services as subsidy
from payments.subsidy.models import SubsidyCheck
from pledges import pots
from pledges.models import MatchFund, MatchPledge
from projects.models import Group
from tests.accounts.make import sign_in
from tests.client import SiteClient
from tests.payments.council import make
from tests.pledges import pot_make

pytestmark = pytest.mark.usefixtures("db")
PATH = "/staff/subsidy/to-notify"


async def decided(one: make.Owed, who: make.People, *, is_enterprise: bool) -> SubsidyCheck:
    found = await subsidy.ask(one.match.id)
    await subsidy.answer(found.id, subsidy.Answers(True, True, 0, "Sam Example"), one.owner)
    return await subsidy.decide(found.id, who.officer, is_enterprise=is_enterprise, reason="It has a café.")


async def lines(client: SiteClient) -> list[dict[str, str]]:
    """The rows of the CSV under its headings; notes may stand above them."""
    text = (await client.http.get(f"{PATH}.csv")).text.lstrip("\ufeff")
    rows = list(csv.reader(io.StringIO(text)))
    begins = next(number for number, row in enumerate(rows) if row and row[0] == "Match")
    return [dict(zip(rows[begins], row, strict=False)) for row in rows[begins + 1 :] if row]


async def test_it_holds_subsidies_to_enterprises_above_the_amount_of_their_rule_set(client: SiteClient) -> None:
    who = await make.people()
    fund = await pot_make.fund(90_000_000)
    over, at, none, gone, before = [
        await make.owed(pence, fund=fund) for pence in (10_000_001, 10_000_000, 11_000_000, 10_500_000, 10_600_000)
    ]
    await Group.filter(id=over.group.id).update(name="=HYPERLINK(1)")
    await MatchPledge.filter(id=before.match.id).update(created_at=datetime(2021, 6, 1, tzinfo=UTC))
    for one in (over, at, gone, before):
        await decided(one, who, is_enterprise=True)
    await decided(none, who, is_enterprise=False)
    assert (await SubsidyCheck.get(match_pledge_id=gone.match.id)).status == "cleared"
    match = await MatchPledge.get(id=gone.match.id)
    await pots.release(match, "collapsed", who.officer)  # let go before it was paid: no subsidy was given
    limit = next(one.publish_over_pence for one in rules.RULE_SETS if one.publish_over_pence is not None)
    assert limit == 10_000_000

    await sign_in(client, await Person.get(id=one.owner.person_id))
    await client.get(f"{PATH}.csv", status=403)
    await sign_in(client, await Person.get(id=who.approver.person_id))
    (row,) = await lines(client)
    assert row["Match"] == over.match.reference
    assert row["Beneficiary"] == "'=HYPERLINK(1)"  # a formula in a name is harmless
    assert (row["Form"], row["Amount"]) == ("Grant", "100000.01")
    assert row["Public authority"] == (await MatchFund.get(id=fund.id).select_related("funder")).funder.name
    assert row["Confirmed in writing on"]
    found = await client.http.get(f"{PATH}.ods")
    with zipfile.ZipFile(io.BytesIO(found.content)) as ods:
        content = ods.read("content.xml").decode()
    assert over.match.reference in content
    assert "above £100,000" in content
    await client.get(f"{PATH}.xml", status=404)
