"""Reads for pages about groups' accounts and payouts: what each payment brought, what it cost, what was sent on."""

from dataclasses import dataclass
from datetime import datetime

from crowdfund_kent.csv_files import csv_text
from crowdfund_kent.database import fetch
from payments.holds.models import PaymentHold
from payments.holds.queries import hold_on
from payments.payouts import paying, recipients
from payments.payouts.models import CollapseProposal, Payout, Recipient
from payments.payouts.states import Collapse
from payments.payouts.states import Payout as Status
from payments.payouts.states import Recipient as RecipientStatus
from pledges.queries import CampaignView, campaign_view
from projects.models import Group
from projects.queries import group_id_of, receiving_group


@dataclass(frozen=True, slots=True)
class Line:
    """One payment of a campaign. Amounts in pence; fee_pence is None until the provider's books tell.

    by_programme_pence: of the fee, and of what refunds and disputes took, what the programme bears.
    """

    number: int
    pledge_id: int
    reference: str
    paid_at: datetime
    status: str
    pledge_pence: int
    cover_pence: int
    charge_pence: int
    fee_pence: int | None
    by_programme_pence: int
    back_pence: int
    sent_pence: int
    transfer_status: str | None
    transfer_code: str | None
    owed_pence: int = 0  # to the backer: refunds that the bank did not take

    @property
    def words(self) -> str:
        """What became of it, for the group and for officers."""
        if self.status == "disputed":
            return "Disputed since it was sent" if self.sent_pence else "Disputed: left out until it is decided"
        if self.status == "charged back":
            return "Taken back by the backer’s bank"
        if self.status == "refunded":
            return "Given back to the backer"
        if self.owed_pence and self.owed_pence + self.back_pence >= self.charge_pence:
            return "The backer’s: their bank did not take it back yet"
        if self.sent_pence:
            return "Sent" if not self.back_pence else "Sent; a part went back to the backer"
        if self.transfer_status in ("intended", "unknown"):
            return "On its way"
        if self.fee_pence is None:
            return "Waits for the provider’s fee"
        return "Nothing is left after the card cost" if self.is_used_up else "Not sent yet"

    @property
    def is_used_up(self) -> bool:
        """The card cost and what went back took all of it."""
        gone = (self.fee_pence or 0) - self.by_programme_pence + self.back_pence
        return self.fee_pence is not None and gone >= self.charge_pence


@dataclass(frozen=True, slots=True)
class Sums:
    """All payments together, in pence. fee_pence: of those that are known."""

    charge_pence: int
    fee_pence: int
    by_programme_pence: int
    back_pence: int
    sent_pence: int


@dataclass(frozen=True, slots=True)
class PayoutView:
    """A payout as its pages show it."""

    payout: Payout
    campaign: CampaignView
    lines: list[Line]
    sums: Sums
    waits_for: list[str]
    receiver: Group
    account: Recipient | None
    hold: PaymentHold | None
    collapse: CollapseProposal | None

    @property
    def state(self) -> str:
        """In words."""
        if self.hold is not None and self.payout.status in (Status.WAITING, Status.SENDING):
            return "Stopped by an officer"
        return {
            Status.WAITING: "Waiting" if self.waits_for else "Ready",
            Status.SENDING: "Being sent",
            Status.PAID: "Sent",
            Status.CANCELLED: "Everybody gets their money back",
        }[Status(self.payout.status)]


_LINES = """
SELECT row_number() OVER (ORDER BY a.id) AS number, p.id AS pledge_id, p.reference, a.decided_at AS paid_at, p.status,
  p.amount_pence AS pledge_pence, a.cover_pence, a.amount_pence AS charge_pence, f.fee_pence,
  coalesce(b.pence, 0)::bigint AS by_programme_pence,
  (coalesce(r.pence, 0) + coalesce(d.pence, 0))::bigint AS back_pence, coalesce(t.pence, 0)::bigint AS sent_pence,
  n.status AS transfer_status, n.code AS transfer_code,
  (SELECT coalesce(sum(amount_pence), 0)::bigint FROM refund WHERE attempt_id = a.id AND status = 'failed') AS owed_pence
FROM charge_attempt a JOIN pledge p ON p.id = a.pledge_id LEFT JOIN card_fee f ON f.attempt_id = a.id
LEFT JOIN LATERAL (SELECT sum(card_cost_pence + loss_pence) AS pence FROM cost_booking WHERE attempt_id = a.id) b ON true
LEFT JOIN LATERAL (SELECT sum(amount_pence) AS pence FROM refund
  WHERE attempt_id = a.id AND status IN ('succeeded', 'repaid')) r ON true
LEFT JOIN LATERAL (SELECT sum(withdrawn_pence) AS pence FROM dispute WHERE attempt_id = a.id AND status = 'lost') d ON true
LEFT JOIN LATERAL (SELECT sum(amount_pence - reversed_pence) AS pence FROM transfer
  WHERE attempt_id = a.id AND status IN ('succeeded', 'reversed')) t ON true
LEFT JOIN LATERAL (SELECT status, code FROM transfer WHERE attempt_id = a.id ORDER BY number DESC LIMIT 1) n ON true
WHERE p.campaign_id = $1 AND a.status = 'succeeded' ORDER BY a.id"""


async def lines_of(campaign_id: int) -> list[Line]:
    """Every payment of a campaign that was taken, in order. No backer's name or address."""
    return [Line(**row) for row in await fetch(_LINES, campaign_id)]


def sums_of(lines: list[Line]) -> Sums:
    """All of them together."""
    return Sums(
        sum(line.charge_pence for line in lines),
        sum(line.fee_pence or 0 for line in lines),
        sum(line.by_programme_pence for line in lines),
        sum(line.back_pence for line in lines),
        sum(line.sent_pence for line in lines),
    )


async def payout_view(payout: Payout) -> PayoutView:
    """Everything about one payout."""
    lines = await lines_of(payout.campaign_id)
    return PayoutView(
        payout=payout,
        campaign=await campaign_view(payout.campaign_id),
        lines=lines,
        sums=sums_of(lines),
        waits_for=await paying.waits_for(payout) if payout.status == Status.WAITING else [],
        receiver=await receiving_group(await group_id_of(payout.campaign_id)),
        account=await paying.receiver(payout.campaign_id),
        hold=await hold_on(f"payout:{payout.id}"),
        collapse=await CollapseProposal.filter(campaign_id=payout.campaign_id, status=Collapse.PROPOSED).first(),
    )


def csv_of(lines: list[Line]) -> str:
    """One line for each payment, amounts in pounds. The group gets no reference: it leads to nobody."""
    columns = [
        "Payment",
        "Paid on",
        "Pledge (£)",
        "Card cost added (£)",
        "Charged (£)",
        "Provider’s fee (£)",
        "Borne by the programme (£)",
        "Went back (£)",
        "Sent to the account (£)",
        "State",
    ]
    rows = [
        [
            line.number,
            f"{line.paid_at:%Y-%m-%d}",
            line.pledge_pence,
            line.cover_pence,
            line.charge_pence,
            line.fee_pence,
            line.by_programme_pence,
            line.back_pence,
            line.sent_pence,
            line.words,
        ]
        for line in lines
    ]
    return csv_text(columns, rows, money=[column for column in columns if column.endswith("(£)")])


@dataclass(frozen=True, slots=True)
class AccountView:
    """A group's account in plain words: what state it is in, what the provider still asks for."""

    row: Recipient | None

    @property
    def state(self) -> str:
        """In words."""
        if self.row is None or self.row.account is None:
            return "Not begun"
        if self.row.status == RecipientStatus.READY:
            return "Ready"
        if self.row.details_submitted and not self.row.currently_due:
            return "Being checked by the provider"
        return "Something is missing" if self.row.status != RecipientStatus.RESTRICTED else "Not ready any more"

    @property
    def is_ready(self) -> bool:
        """Money can be sent to it, and reaches the bank."""
        return self.row is not None and self.row.status == RecipientStatus.READY

    @property
    def wanted(self) -> list[str]:
        """What the provider still asks for, in words."""
        return recipients.wanted_in_words(list(self.row.currently_due)) if self.row is not None else []


async def account_of(group_id: int) -> AccountView:
    """The account of a group that receives for itself."""
    return AccountView(await Recipient.get_or_none(group_id=group_id))


async def payouts_listed() -> list[tuple[Payout, CampaignView]]:
    """Payouts, those that wait first."""
    rows = await Payout.all().order_by("id")
    order = [Status.WAITING, Status.SENDING, Status.PAID, Status.CANCELLED]
    rows.sort(key=lambda row: (order.index(Status(row.status)), -row.id))
    return [(row, await campaign_view(row.campaign_id)) for row in rows[:200]]


async def something_is_due(group_id: int) -> bool:
    """Whether who receives for a group must stay: a payout is not made, or a dispute may still take money back."""
    rows = await fetch(
        "SELECT 1 FROM payout o JOIN campaign c ON c.id = o.campaign_id JOIN project p ON p.id = c.project_id"
        " WHERE p.group_id = $1 AND o.status IN ('waiting', 'sending') UNION ALL"
        " SELECT 1 FROM dispute d JOIN charge_attempt a ON a.id = d.attempt_id JOIN pledge g ON g.id = a.pledge_id"
        " JOIN campaign c ON c.id = g.campaign_id JOIN project p ON p.id = c.project_id"
        " WHERE p.group_id = $1 AND d.status = 'open' LIMIT 1",
        group_id,
    )
    return bool(rows)
