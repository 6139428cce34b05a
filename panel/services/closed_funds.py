"""A fund was closed: whoever waits for a signature of it is told, once. Nothing is decided by it."""

from crowdfund_kent import outbox
from crowdfund_kent.accounts.models import Person
from crowdfund_kent.accounts.queries import people_with
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.database import transaction
from crowdfund_kent.mail import write
from crowdfund_kent.settings import get_settings
from panel.models import Award, Round
from panel.states import Award as AwardStatus
from panel.states import Round as RoundStatus
from pledges.models import MatchFund
from pledges.recipients import WITH, title_for
from pledges.states import Fund as FundStatus

_UNDER_WAY = (RoundStatus.PLANNED, RoundStatus.OPEN, RoundStatus.SCORING, RoundStatus.MEETING)


async def tell(fund_id: int) -> None:
    """To who proposed what can't be signed any more, and to the fund's officers: what is still open, and what to do."""
    fund = await MatchFund.get(id=fund_id)
    if fund.status != FundStatus.CLOSED:
        return
    proposals = await Award.filter(fund_id=fund_id, status=AwardStatus.PROPOSED).order_by("id").select_related(*WITH)
    rounds = await Round.filter(fund_id=fund_id, status__in=_UNDER_WAY).order_by("id")
    if not proposals and not rounds:
        return
    told = {person.id: person for person in await people_with(Role.FUND_OFFICER, fund_id)}
    proposers = [award.proposed_by_id for award in proposals if award.proposed_by_id is not None]
    told |= {person.id: person for person in await Person.filter(id__in=proposers)}
    written = write(
        "panel/fund_closed.txt",
        fund=fund,
        proposals=[title_for(award) for award in proposals],
        rounds=rounds,
        awards_url=f"{get_settings().site_url}/staff/awards",
    )
    async with transaction():
        for person in told.values():
            if person.email:
                await outbox.email(
                    "fund_closed",
                    to=person.email,
                    subject=written.subject,
                    text=written.text,
                    unique_key=f"fund_closed:{fund_id}:{person.id}",
                )
