"""The schedule as a spreadsheet: the columns of HMRC's, in their order and spelling."""

from typing import Final

from crowdfund_kent.money import pounds_exact
from crowdfund_kent.table_files import Table
from payments.gift_aid.kinds import Adjusted
from payments.gift_aid.models import GiftAidAdjustment, GiftAidClaim, GiftAidLine
from pledges.gift_aid.rules import schedule_day, schedule_name, tax_on

COLUMNS: Final = (
    "Title",
    "First name",
    "Last name",
    "House name or number",
    "Postcode",
    "Aggregated donations",
    "Sponsored event",
    "Donation date (DD/MM/YY)",
    "Amount",
)
ADJUSTED: Final = (
    "Schedule",
    "First name",
    "Last name",
    "House name or number",
    "Postcode",
    "Donation date (DD/MM/YY)",
    "Amount",
    "Tax",
    "Why",
)
WHY: Final = {
    Adjusted.NO_GIFT: "No gift any more: it went back, or the declaration was cancelled",
    Adjusted.CORRECTED: "The giver corrected their name or home: claimed once more on this schedule",
}
ABROAD: Final = "X"  # of a giver without a postcode in the UK


async def schedule_of(claim: GiftAidClaim) -> Table:
    """The lines of a claim. The claim comes with its recipient."""
    lines = await GiftAidLine.filter(claim_id=claim.id).order_by("donated_on", "id").select_related("declaration")
    rows = [
        (
            one.declaration.title,
            schedule_name(one.declaration.first_name),
            schedule_name(one.declaration.last_name),
            one.declaration.house,
            one.declaration.postcode or ABROAD,
            "",
            "",
            schedule_day(one.donated_on),
            one.amount_pence,
        )
        for one in lines
    ]
    earliest = schedule_day(lines[0].donated_on) if lines else ""
    notes = (
        f"{claim.recipient.hmrc_name}, HMRC reference {claim.recipient.hmrc_reference}, schedule {claim.reference}",
        f"Earliest donation date in the period of claim: {earliest}",
        f"Total donations: {pounds_exact(claim.amount_pence)}",
        f"Adjustment (tax of earlier claims to be given back): {pounds_exact(tax_on(claim.adjusted_pence))}",
        "Copy the rows into HMRC’s own template of the day (values only). Keep this file.",
    )
    return Table("Gift Aid schedule", COLUMNS, rows, money=frozenset({"Amount"}), notes=notes)


async def adjustments_of(claim: GiftAidClaim) -> Table:
    """What earlier claims had too much: the lines as HMRC has them, with the reason, for HMRC's adjustment box."""
    rows = (
        await GiftAidAdjustment.filter(claim_id=claim.id)
        .order_by("id")
        .select_related("line__claim", "line__declaration")
    )
    listed = [
        (
            one.line.claim.reference,
            schedule_name(one.line.declaration.first_name),
            schedule_name(one.line.declaration.last_name),
            one.line.declaration.house,
            one.line.declaration.postcode or ABROAD,
            schedule_day(one.line.donated_on),
            one.amount_pence,
            tax_on(one.amount_pence),
            WHY[Adjusted(one.why)],
        )
        for one in rows
    ]
    notes = (
        f"Adjustment (tax of earlier claims to be given back): {pounds_exact(tax_on(claim.adjusted_pence))}",
        "Enter the sum where HMRC asks for an adjustment. Corrected donations stand in the schedule once more.",
    )
    return Table("Adjustments", ADJUSTED, listed, money=frozenset({"Amount", "Tax"}), notes=notes)
