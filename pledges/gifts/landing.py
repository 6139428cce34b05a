"""What off-line gifts add to /account."""

from collections.abc import Sequence
from typing import Final

from crowdfund_kent.accounts.landing import LandingLink
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from crowdfund_kent.templating import plural
from pledges.gift_aid.states import Recipient as RecipientStatus
from pledges.gifts import queries
from pledges.models import GiftAidRecipient, GiftPayment, GiftRecovery, OfflineGift
from projects.models import Campaign
from projects.raised import NextStep


async def to_count(by: Actor) -> int:
    """Gifts that wait to be counted by this person."""
    return len(await queries.to_count(by.person_id))


async def to_confirm(by: Actor) -> int:
    """Payments of gifts, and money back from groups, that wait for this person: not what they entered."""
    waiting = {"confirmed_at": None, "withdrawn_at": None}
    payments = await GiftPayment.filter(**waiting).exclude(entered_by_id=by.person_id).count()
    return payments + await GiftRecovery.filter(**waiting).exclude(entered_by_id=by.person_id).count()


async def to_pay_in(campaign_id: int, _person_id: int) -> Sequence[NextStep]:
    """Counted gifts that lie with the group."""
    project = (await Campaign.get(id=campaign_id).select_related("project__group")).project
    desk = await queries.desk_of(project.group_id)
    lying = await queries.at_desk(desk.id) if desk is not None else []
    if not lying:
        return []
    href = f"/groups/{project.group.slug}/projects/{project.slug}/gifts"
    return [
        NextStep(f"Pay in {plural(len(lying), 'gift')} in cash or cheques", href, "They were counted and lie with you.")
    ]


async def to_verify(_by: Actor) -> int:
    """References at HMRC that wait for an officer."""
    return await GiftAidRecipient.filter(status=RecipientStatus.ENTERED).count()


async def reference_exists(reference: str) -> bool:
    """Whether there is a receipt with this number; whose it is, is told to nobody."""
    return await OfflineGift.filter(reference=reference).exists()


REFERENCES: Final = {"G": reference_exists}
NEXT_STEPS: Final = (to_pay_in,)
LINKS: Final = (
    LandingLink(
        Role.FUND_OFFICER, "Who may claim Gift Aid", "staff_gift_aid", to_verify, "References at HMRC to verify."
    ),
    *(
        LandingLink(role, "Cash and cheques", "staff_gifts", count, "Gifts to take, count, pay in and give back.")
        for role, count in (
            (Role.HELPER, to_count),
            (Role.FUND_OFFICER, to_count),
            (Role.FINANCE_APPROVER, to_confirm),
        )
    ),
)
