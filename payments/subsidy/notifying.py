"""What must be notified of subsidies, as a file: under the rule set of the day on which each was signed."""

from typing import Final

from crowdfund_kent.money import pounds
from crowdfund_kent.table_files import Table, Value
from payments.subsidy.queries import to_publish
from payments.subsidy.rules import RULE_SETS

COLUMNS: Final = (
    "Match",
    "Beneficiary",
    "Purpose",
    "Public authority",
    "Fund",
    "Form",
    "Amount",
    "Signed on",
    "Confirmed in writing on",
    "Rule set",
)


async def table() -> Table:
    """A line for each subsidy that its rule set has published; the notes say from which amount, and that others are not."""
    rows: list[tuple[Value, ...]] = [
        (
            one.reference,
            one.group,
            one.title,
            one.funder,
            one.fund,
            "Grant",
            one.amount_pence,
            one.signed_on.isoformat(),
            one.confirmed_on.isoformat() if one.confirmed_on else "",
            one.rule_set,
        )
        for one in await to_publish()
    ]
    notes = tuple(
        f"{one.name[0].upper()}{one.name[1:]}, for money offered from {one.applies_from:%-d %B %Y}: "
        + (
            f"above {pounds(one.publish_over_pence)}"
            if one.publish_over_pence is not None
            else "nothing is notified by us"
        )
        for one in RULE_SETS
    )
    return Table("Subsidies to notify", COLUMNS, rows, money=frozenset({"Amount"}), notes=notes)
