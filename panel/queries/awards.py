"""Reads of awards, shaped for the pages of those who propose and sign."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from crowdfund_kent.accounts.queries import roles_of
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from crowdfund_kent.errors import NotFound
from panel import access
from panel.models import Award, Pitch
from panel.rules import After, Ask, run_down
from panel.states import Award as Status
from panel.states import Round as RoundStatus
from panel.weighing import Weighing, weigh
from pledges.fund_queries import Pot, pot_of
from pledges.models import MatchFund, MatchPledge
from pledges.recipients import WITH, recipient_of
from pledges.states import Match
from projects.models import Campaign
from projects.states import Campaign as CampaignStatus

_WITH = ("fund__funder", *WITH, "match_pledge")


async def funds_of(person_id: int, *roles: Role) -> list[MatchFund]:
    """The funds for which somebody holds one of `roles`, in the funds' order."""
    grants = [grant for grant in await roles_of(person_id) if grant.role in roles]
    wanted = (
        MatchFund.all()
        if any(grant.fund_id is None for grant in grants)
        else MatchFund.filter(id__in=[grant.fund_id for grant in grants])
    )
    return await wanted.order_by("position", "id").select_related("funder")


async def award_by_id(award_id: int) -> Award:
    """An award with fund, funder, campaign, project, version and match pledge; NotFound for none."""
    award = await Award.get_or_none(id=award_id).select_related(*_WITH)
    if award is None:
        raise NotFound
    return award


async def award_of(match: MatchPledge) -> Award | None:
    """The award that a match pledge comes from; None for imported ones."""
    return await Award.get_or_none(match_pledge_id=match.id)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposed award in a fund's list: what it could be today, and what signing down to this row leaves."""

    award: Award
    now: Weighing
    after: After

    @property
    def problem(self) -> str:
        """Why it can't be signed as it stands, in words; empty when it can."""
        if self.award.campaign is not None and self.award.campaign.status != CampaignStatus.LIVE:
            return "The campaign takes no money now"
        if self.now.not_yet is not None:
            return self.now.not_yet.words
        if self.award.amount_pence > self.now.most.pence:
            return f"More than {self.now.most.binding_words}"
        return "" if self.after.fits else "No room in the pot"


async def proposals(fund: MatchFund) -> tuple[Pot, list[Proposal]]:
    """What waits for a signature of this fund, the oldest first, with its pot."""
    pot = await pot_of(fund)
    awards = (
        await Award.filter(fund_id=fund.id, status=Status.PROPOSED).order_by("proposed_at", "id").select_related(*_WITH)
    )
    asks = [Ask(award.amount_pence, award.calculation["proposed"]["fitting"]) for award in awards]
    sources = [(source.id, bool(source.purpose), figures.left_pence) for source, figures in pot.sources]
    found = [
        Proposal(award, await weigh(recipient_of(award), fund.id, ask.fitting), after)
        for award, ask, after in zip(awards, asks, run_down(sources, asks), strict=True)
    ]
    return pot, found


async def decided(fund: MatchFund, limit: int = 50) -> list[Award]:
    """Awards of a fund that were signed, refused or withdrawn, the latest first."""
    return (
        await Award.filter(fund_id=fund.id)
        .exclude(status=Status.PROPOSED)
        .order_by("-decided_at", "-id")
        .limit(limit)
        .select_related(*_WITH)
    )


async def closed_to(found: Collection[Award], by: Actor) -> set[int]:
    """Ids of awards of a list that this person does not read until the record of its round is public; auditors read all.

    Who is barred from the pitch; and of the panel, who had no place in that round (a reserve who was not called), or
    never declared.
    """
    if by.role == Role.AUDITOR or by.person_id is None:
        return set()
    ids = [award.pitch_id for award in found if award.pitch_id is not None]
    waiting = Pitch.filter(id__in=ids).exclude(round__status=RoundStatus.PUBLISHED).select_related("round__fund")
    pitches = {pitch.id: pitch for pitch in await waiting}
    shut_out = {pitch_id for pitch_id, _ in await access.who_is_barred(pitches, [by.person_id])}
    if by.role in (Role.PANEL_MEMBER, Role.PANEL_CHAIR):
        for round_ in {pitch.round_id: pitch.round for pitch in pitches.values()}.values():
            if await access.sits(round_, by.person_id) is None or not await access.has_declared(round_, by.person_id):
                shut_out |= {pitch.id for pitch in pitches.values() if pitch.round_id == round_.id}
    return {award.id for award in found if award.pitch_id in shut_out}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A live campaign that the fund could be asked about."""

    campaign: Campaign
    now: Weighing


async def candidates(fund: MatchFund) -> list[Candidate]:
    """Live campaigns to which this fund has offered nothing yet, the soonest deadline first."""
    asked = await Award.filter(fund_id=fund.id, status=Status.PROPOSED).values_list("campaign_id", flat=True)
    offered = (
        await MatchPledge.filter(fund_id=fund.id).exclude(status=Match.RELEASED).values_list("campaign_id", flat=True)
    )
    live = (
        await Campaign.filter(status=CampaignStatus.LIVE)
        .exclude(id__in=[*_ids(asked), *_ids(offered)])
        .order_by("deadline_at", "id")
        .select_related("project__group", "version")
    )
    return [Candidate(campaign, await weigh(campaign, fund.id)) for campaign in live]


def _ids(values: object) -> Sequence[int]:
    return [int(value) for value in values] if isinstance(values, list) else []


async def waiting_to_sign(person_id: int) -> int:
    """Proposals that wait for a signature of funds for which somebody is signatory, without their own."""
    funds = await funds_of(person_id, Role.SIGNATORY)
    return await (
        Award.filter(status=Status.PROPOSED, fund_id__in=[fund.id for fund in funds])
        .exclude(proposed_by_id=person_id)
        .count()
    )


async def waiting_in_funds(person_id: int) -> int:
    """Proposals that wait in the funds for which somebody is officer."""
    funds = await funds_of(person_id, Role.FUND_OFFICER)
    return await Award.filter(status=Status.PROPOSED, fund_id__in=[fund.id for fund in funds]).count()
