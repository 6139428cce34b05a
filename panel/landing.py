"""What /account shows of awards and offers, and the funds that a role can be limited to."""

from collections.abc import Sequence
from typing import Final

from crowdfund_kent.accounts.landing import LandingLink, Link, Scope, Section
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from crowdfund_kent.money import pounds
from crowdfund_kent.templating import day, last_day
from panel.models import Pitch
from panel.queries import awards as queries
from panel.queries import holds, pitches, requests, reviews, rounds
from panel.states import Pitch as PitchStatus
from panel.states import Round as RoundStatus
from pledges.matches import open_offers
from pledges.models import MatchFund, SourceCap
from pledges.recipients import project_of, title_for
from projects.models import Campaign
from projects.raised import NextStep


async def offers_section(person_id: int) -> Sequence[Section]:
    """Offers that wait for an answer of a group this person owns."""
    links = [
        Link(
            f"Answer the offer of {pounds(match.amount_pence)} for {title_for(match)}",
            f"/groups/{project_of(match).group.slug}/offers/{match.reference}",
            f"until the end of {day(last_day(match.accept_by))}" if match.accept_by else "",
        )
        for match in await open_offers(person_id)
    ]
    return [Section("What a fund offers you", links=links)] if links else []


async def offer_steps(campaign_id: int, person_id: int) -> Sequence[NextStep]:
    """The same offers on the campaign's own page, for its group."""
    return [
        NextStep(
            f"Answer the offer of {pounds(match.amount_pence)}",
            f"/groups/{project_of(match).group.slug}/offers/{match.reference}",
            f"Until the end of {day(last_day(match.accept_by))}" if match.accept_by else "",
        )
        for match in await open_offers(person_id)
        if match.campaign_id == campaign_id
    ]


async def request_steps(campaign_id: int, _person_id: int) -> Sequence[NextStep]:
    """On the project's own page: a request to a fund that can be made, gone on with, or whose answer is there."""
    campaign = await Campaign.get(id=campaign_id).select_related("project__group")
    made = [_decided(one) for one in await pitches.decided_of(campaign.project_id)]
    for one in await pitches.chances(campaign.project.group_id, campaign.project_id):
        funder = one.round.fund.funder.short_name
        until = f"Until the end of {day(one.round.pitch_by)}, decided by {day(one.round.decide_by)}"
        if one.pitch is not None and one.pitch.status == PitchStatus.DRAFT:
            made.append(NextStep(f"Go on with your request to {funder}", pitches.path_of(one.pitch), until))
        elif one.pitch is None and one.not_now is None:
            href = f"/groups/{campaign.project.group.slug}/pitches/new/{one.round.slug}/{campaign.project.slug}"
            made.append(NextStep(f"Ask {funder} for a match", href, until))
    return made


def _decided(pitch: Pitch) -> NextStep:
    funder = pitch.round.fund.funder.short_name
    words = "Nobody else reads it before it is made public"
    about = words if pitch.round.status == RoundStatus.SIGNED else ""
    return NextStep(f"Read what {funder} decided", f"{pitches.path_of(pitch)}/feedback", about)


async def to_prepare(by: Actor) -> int:
    """Requests that were sent to this officer's funds and are not decided."""
    funds = await queries.funds_of(by.person_id or 0, Role.FUND_OFFICER)
    return await Pitch.filter(status=PitchStatus.SUBMITTED, round__fund_id__in=[fund.id for fund in funds]).count()


async def reviews_waiting(_by: Actor) -> int:
    """Reviews of process that nobody has answered."""
    return await reviews.waiting_count()


async def holds_to_let_go(by: Actor) -> int:
    """Pitches that are held, which this person has not acted on."""
    funds = await queries.funds_of(by.person_id or 0, Role.FUND_OFFICER, Role.FINANCE_APPROVER)
    found = await holds.in_force([fund.id for fund in funds])
    return sum(1 for one in found if by.person_id not in (one.hold.row.placed_by_id, one.hold.row.agreed_by_id))


async def requests_waiting(_by: Actor) -> int:
    """Requests for information that are not answered."""
    return await requests.waiting_count()


async def answers_to_release(by: Actor) -> int:
    """Answers that somebody else prepared."""
    return await requests.to_release_count(by.person_id or 0)


async def to_sign(by: Actor) -> int:
    """Proposals that wait for this person's signature."""
    return await queries.waiting_to_sign(by.person_id or 0)


async def proposed(by: Actor) -> int:
    """Proposals that wait for a signature in this officer's funds."""
    return await queries.waiting_in_funds(by.person_id or 0)


async def caps_to_confirm(by: Actor) -> int:
    """Caps that wait for this person: not those they entered."""
    funds = await queries.funds_of(by.person_id or 0, Role.FINANCE_APPROVER)
    return await (
        SourceCap.filter(confirmed_at=None, withdrawn_at=None, source__fund_id__in=[fund.id for fund in funds])
        .exclude(entered_by_id=by.person_id)
        .count()
    )


async def rounds_to_do(by: Actor) -> int:
    """Rounds in which this member must do something now."""
    return sum(1 for one in await rounds.my_rounds(by.person_id or 0) if one.next.href)


async def rounds_to_decide(by: Actor) -> int:
    """Rounds of this officer's funds that are scored or at their meeting."""
    waiting = (RoundStatus.SCORING, RoundStatus.MEETING)
    return sum(1 for one in await rounds.rounds_for(by.person_id or 0) if one.status in waiting)


async def fund_scopes() -> Sequence[Scope]:
    """Every fund."""
    return [Scope(fund.id, fund.name) for fund in await MatchFund.all().order_by("position", "id")]


SECTIONS: Final = (offers_section,)
NEXT_STEPS: Final = (offer_steps, request_steps)
REFERENCES: Final = {"R": pitches.reference_exists, "Q": requests.reference_exists}
SCOPES: Final = (fund_scopes,)
LINKS: Final = (
    LandingLink(Role.SIGNATORY, "Awards to sign", "staff_awards", to_sign, "Sign what somebody else proposed."),
    LandingLink(Role.FUND_OFFICER, "Awards", "staff_awards", proposed, "Propose what to sign."),
    LandingLink(Role.FUND_OFFICER, "Funds", "staff_funds", about="Sources, rules, and who may sign."),
    LandingLink(Role.FINANCE_APPROVER, "Caps to confirm", "staff_funds", caps_to_confirm, "The second look at a pot."),
    LandingLink(Role.FUND_OFFICER, "Rounds", "staff_rounds", rounds_to_decide, "Plan them, and see what is missing."),
    LandingLink(Role.SIGNATORY, "Rounds", "staff_rounds", about="How each stands, and when it must be decided."),
    LandingLink(Role.AUDITOR, "Rounds", "staff_rounds", about="How each stands, who sat, and who was barred."),
    LandingLink(Role.PANEL_MEMBER, "Your panels", "panel_home", rounds_to_do, "Declare, read, score and vote."),
    LandingLink(Role.PANEL_CHAIR, "Your panels", "panel_home", rounds_to_do, "Declare, read, score, lead the meeting."),
    LandingLink(Role.PANEL_MEMBER, "Awards", "staff_awards", about="What is proposed, what was decided, and why."),
    LandingLink(Role.PANEL_CHAIR, "Awards", "staff_awards", about="What is proposed, what was decided, and why."),
    LandingLink(Role.AUDITOR, "Awards", "staff_awards", about="What was proposed and decided."),
    LandingLink(Role.FUND_OFFICER, "Pitches", "staff_pitches", to_prepare, "What groups ask your funds for."),
    LandingLink(Role.SIGNATORY, "Pitches", "staff_pitches", about="What groups ask your fund for."),
    LandingLink(Role.AUDITOR, "Pitches", "staff_pitches", about="What groups ask funds for."),
    *(
        LandingLink(role, "Requests for information", "staff_requests", count, "Answered in 20 working days, by two.")
        for role, count in (
            (Role.FUND_OFFICER, requests_waiting),
            (Role.FINANCE_APPROVER, answers_to_release),
            (Role.AUDITOR, requests_waiting),
        )
    ),
    *(
        LandingLink(role, "Holds", "staff_holds", holds_to_let_go, "Held, or with auditors: somebody else lets go.")
        for role in (Role.FUND_OFFICER, Role.FINANCE_APPROVER, Role.AUDITOR)
    ),
    *(
        LandingLink(role, "Reviews of process", "staff_reviews", reviews_waiting, "Answered by who took no part.")
        for role in (Role.FUND_OFFICER, Role.FINANCE_APPROVER, Role.AUDITOR)
    ),
    LandingLink(Role.AUDITOR, "Funds", "staff_funds", about="Sources, rules, and who may sign."),
)
