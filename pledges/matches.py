"""Match pledges from the group's and the campaign's side: accepted, declined, run out, confirmed, released."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from tortoise.expressions import Q, Subquery

from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.accounts.two_people import refuse_same_person
from crowdfund_kent.audit import SYSTEM, Actor
from crowdfund_kent.clock import business_now, london_day
from crowdfund_kent.database import fetch, transaction
from crowdfund_kent.errors import Conflict, InvalidMove, NotFound, Refused
from crowdfund_kent.mail import write
from crowdfund_kent.money import pounds
from crowdfund_kent.settings import get_settings
from crowdfund_kent.templating import day
from pledges import pots
from pledges.accruing import LATER, Accepted, which_count
from pledges.match_words import counts_words, later_words
from pledges.models import FundTerms, MatchPledge
from pledges.recipients import WITH, group_id_for, project_of, title_for
from pledges.states import MATCH, Match
from pledges.totals import Totals, totals, totals_of
from projects.access import require_member
from projects.kinds import MemberRole, PaperAct
from projects.letters import to_owners
from projects.models import Campaign, Member
from projects.paper_acts import Choice
from projects.queries import officer_of
from projects.services.signing import require_paper
from projects.states import Campaign as CampaignStatus

# what becomes of an offer that nobody accepted, where an accepted one has a cause of its own
NEVER: Final = "never counted"  # accepted, and the campaign ended before it joined what was raised (ruling 6)
_OFFER_CAUSE: Final = {"target missed": "verdict", "campaign cancelled": "campaign cancelled", "verdict": "verdict"}


async def accept(match_id: int, by: Actor, terms_id: int | None = None) -> MatchPledge:
    """The group accepts what a fund offers: it is promised from now on, and counts from the point in ruling 6.

    By an owner of the group, or the officer who records an owner's signed paper; neither proposed nor signed it. Before
    accept_by, while the campaign is live and its deadline has not passed. `terms_id`: the fund's terms as they were when it
    was offered, which the owner has ticked; None only where the fund had none. What goes to a project without a crowd is
    confirmed at once. Raises NotFound to strangers, Forbidden to editors and helpers, Refused, and Conflict when it is no
    longer an open offer.
    """
    async with transaction():
        match = await _held(match_id)
        await _by_owner(match, PaperAct.ACCEPT, by)
        refuse_same_person(by, match.proposed_by_id, match.signed_by_id, what="offer and accept this money")
        if match.status != Match.EARMARKED:
            raise InvalidMove(match.status, "accepted")
        now = business_now()
        if match.accept_by is not None and now >= match.accept_by:
            raise Refused("The last day to accept this offer is over. Ask the fund's officers.", rule="accept by")
        if match.campaign_id is not None:
            await _refuse_closed(match.campaign_id, now)
        terms = await terms_of(match)
        if terms is not None and terms_id != terms.id:
            raise Refused("Read the fund's terms, and tick that your group accepts them.", rule="terms")
        await pots.pledge(match, by, terms_id=terms.id if terms is not None else None)
        if match.campaign_id is None:
            await pots.confirm(match, by, cause="no crowd")
        await tell_owners(match, "accepted")
    return match


async def _refuse_closed(campaign_id: int, now: datetime) -> None:
    campaign = await Campaign.get(id=campaign_id)
    if campaign.status != CampaignStatus.LIVE or campaign.deadline_at is None or now >= campaign.deadline_at:
        raise Refused("Your campaign does not take money now, so the offer can't be accepted.", rule="campaign")


async def terms_of(match: MatchPledge) -> FundTerms | None:
    """The fund's terms that go with an offer: those that were accepted, or those of the day it was made; None without any."""
    if match.accepted_at is not None:
        return await FundTerms.get_or_none(id=match.accepted_terms_id)
    known = FundTerms.filter(fund_id=match.fund_id, created_at__lte=match.created_at)
    return await known.filter(applies_from__lte=london_day(match.created_at)).order_by("-applies_from").first()


async def decline(match_id: int, by: Actor) -> MatchPledge:
    """An owner of the group does not want it: what was set aside goes back to the pot."""
    async with transaction():
        match = await _held(match_id)
        await _by_owner(match, PaperAct.DECLINE, by)
        refuse_same_person(by, match.proposed_by_id, match.signed_by_id, what="offer and decline this money")
        await pots.release(match, "declined by group", by)
    return match


async def _by_owner(match: MatchPledge, act: PaperAct, by: Actor) -> None:
    """An owner answers; for one without e-mail an officer does who has just recorded the signed paper."""
    group_id = await group_id_for(match)
    mine = Member.filter(group_id=group_id, person_id=by.person_id, role=MemberRole.OWNER, ended_at=None)
    if by.role == Role.FUND_OFFICER and not await mine.exists():
        await require_paper(by, act, await _subject(match, act))
    else:
        await require_member(by, group_id, MemberRole.OWNER)


async def _subject(match: MatchPledge, act: PaperAct) -> str:
    """What a signed paper is about: the offer, and the terms that are accepted with it."""
    terms = await terms_of(match) if act == PaperAct.ACCEPT else None
    return f"match_pledge:{match.id}" + (f":terms:{terms.id}" if terms is not None else "")


async def paper_choices(campaign_id: int) -> list[Choice]:
    """What an owner may answer on paper now: each offer that is open."""
    made = []
    campaign = await Campaign.get(id=campaign_id)
    of_either = Q(campaign_id=campaign_id) | Q(project_id=campaign.project_id)
    for match in await MatchPledge.filter(of_either, status=Match.EARMARKED).select_related("fund").order_by("id"):
        amount, terms = pounds(match.amount_pence), await terms_of(match)
        about = [("From", match.fund.name)]
        words = f"Accept the offer of {amount}"
        if terms is not None:
            words += f" and the fund’s terms from {day(terms.applies_from)}"
            about.append((f"Terms from {day(terms.applies_from)}", terms.body))
        made.append(Choice(PaperAct.ACCEPT, await _subject(match, PaperAct.ACCEPT), words, tuple(about)))
        words = f"Decline the offer of {amount}"
        made.append(Choice(PaperAct.DECLINE, await _subject(match, PaperAct.DECLINE), words, (about[0],)))
    return made


async def answer_on_paper(act: PaperAct, subject: str, by: Actor) -> MatchPledge:
    """What a signed paper says about an offer, by the officer who records it."""
    match_id, _, terms_id = subject.removeprefix("match_pledge:").partition(":terms:")
    if act == PaperAct.ACCEPT:
        return await accept(int(match_id), by, int(terms_id) if terms_id else None)
    return await decline(int(match_id), by)


async def release_stale_offers() -> int:
    """Let go of offers whose last day to accept is over; returns how many. Run by the timetable; safe to repeat."""
    rows = await fetch(
        "SELECT id FROM match_pledge WHERE status = 'earmarked' AND accept_by <= $1 ORDER BY id", business_now()
    )
    gone = 0
    for row in rows:
        try:
            async with transaction():
                match = await _held(row["id"])
                await pots.release(match, "offer ran out", SYSTEM)
                await tell_owners(match, "ran_out")
                gone += 1
        except Conflict:
            continue  # accepted or declined a moment ago
    return gone


async def confirm_all(campaign: Campaign, by: Actor, *, effective_at: datetime | None = None) -> None:
    """The target is met: accepted match is confirmed, what is still only offered is let go.

    So is what was accepted and never came to count (ruling 6). In the transaction of the verdict, which holds the lock on
    the campaign row.
    """
    async with transaction():
        held = await _of(campaign)
        never = await _never_counted(campaign, held)
        for match in held:
            if match.id in never:
                await pots.release(match, NEVER, by, effective_at=effective_at)
            elif match.status == Match.PLEDGED:
                await pots.confirm(match, by, effective_at=effective_at)
            elif match.status == Match.EARMARKED:
                await pots.release(match, "verdict", by, effective_at=effective_at)


async def release_all(campaign: Campaign, cause: str, by: Actor, *, effective_at: datetime | None = None) -> None:
    """Let go of all match of a campaign that is held. `cause`: target missed, campaign cancelled, or collapsed.

    Safe to repeat: what is released or paid already stays as it is. ValueError for another cause.
    """
    if cause not in {"target missed", "campaign cancelled", "collapsed"}:
        raise ValueError(f"no campaign lets go of match because of {cause!r}")
    async with transaction():
        held = await _of(campaign)
        never = await _never_counted(campaign, held) if cause == "target missed" else set()
        for match in held:
            words = _OFFER_CAUSE.get(cause, cause) if match.status == Match.EARMARKED else cause
            words = NEVER if match.id in never else words
            if (match.status, words) in MATCH:
                await pots.release(match, words, by, effective_at=effective_at)


async def _never_counted(campaign: Campaign, held: Iterable[MatchPledge]) -> set[int]:
    """Ids of accepted match that does not count as the campaign ends: the frozen sum is without it."""
    accepted = [match for match in held if match.status == Match.PLEDGED]
    if not any(match.accrual in LATER for match in accepted):
        return set()
    now = await Campaign.get(id=campaign.id)
    counting = which_count(
        now.target_pence or 0,
        (await totals(campaign.id)).crowd_pence,
        [Accepted.of(one.amount_pence, one.accrual, one.terms.get("start_bp")) for one in accepted],
    )
    return {one.id for one, counts in zip(accepted, counting, strict=True) if not counts}


@dataclass(frozen=True, slots=True)
class MatchPart:
    """One fund's part of a campaign's bar. Offered does not count as raised; accepted does, unless `later` says from when."""

    campaign_id: int
    fund_name: str
    fund_slug: str
    funder: str  # its short name, as pages say it: KCC
    reference: str  # of the written record at /awards/<reference>, public once accepted
    accepted_pence: int
    offered_pence: int
    accept_by: datetime | None
    later: str = ""


async def match_parts(
    campaign_ids: Iterable[int], sums: Mapping[int, Totals] | None = None
) -> dict[int, list[MatchPart]]:
    """For each campaign what each fund has offered and what was accepted, in the order of the funds.

    Released match is left out. `sums`: the totals of these campaigns, where the caller has read them.
    """
    found: dict[int, list[MatchPart]] = {campaign_id: [] for campaign_id in campaign_ids}
    accepted: dict[int, list[tuple[int, Accepted]]] = {campaign_id: [] for campaign_id in found}
    targets: dict[int, int] = {}
    rows = await fetch(
        "SELECT m.campaign_id, f.name AS fund_name, f.slug AS fund_slug, u.short_name AS funder, m.reference,"
        " CASE WHEN m.status = 'earmarked' THEN 0 ELSE m.amount_pence END AS accepted_pence,"
        " CASE WHEN m.status = 'earmarked' THEN m.amount_pence ELSE 0 END AS offered_pence, m.accept_by,"
        " m.accrual, m.terms->>'start_bp' AS start_bp, c.target_pence FROM match_pledge m"
        " JOIN match_fund f ON f.id = m.fund_id JOIN funder u ON u.id = f.funder_id JOIN campaign c ON c.id = m.campaign_id"
        " WHERE m.campaign_id = ANY($1::bigint[]) AND m.status <> 'released' ORDER BY f.position, f.id, m.id",
        list(found),
    )
    for row in rows:
        campaign_id, start_bp, accrual = row["campaign_id"], row.pop("start_bp"), row.pop("accrual")
        targets[campaign_id] = row.pop("target_pence") or 0
        if row["accepted_pence"]:
            one = Accepted.of(row["accepted_pence"], accrual, start_bp)
            accepted[campaign_id].append((len(found[campaign_id]), one))
        found[campaign_id].append(MatchPart(**row))
    waiting = {key: some for key, some in accepted.items() if any(one.accrual in LATER for _, one in some)}
    read = sums if sums is not None else await totals_of(waiting)
    for campaign_id, some in waiting.items():
        words = later_words(targets[campaign_id], read[campaign_id].crowd_pence, [one for _, one in some])
        for (place, _), later in zip(some, words, strict=True):
            found[campaign_id][place] = replace(found[campaign_id][place], later=later)
    return found


async def bar_matches(campaign_id: int) -> list[dict[str, Any]]:
    """What each fund adds to one campaign, as templates/components/bar.html takes it: `matches` of bar_key."""
    return [
        {
            "funder": one.funder,
            "pence": one.accepted_pence or one.offered_pence,
            "offered": not one.accepted_pence,
            "later": one.later,
        }
        for one in (await match_parts([campaign_id]))[campaign_id]
    ]


async def offer_by_reference(reference: str) -> MatchPledge:
    """A match pledge with its fund, funder, campaign and project, or NotFound."""
    match = await MatchPledge.get_or_none(reference=reference).select_related("fund__funder", *WITH, "authority")
    if match is None:
        raise NotFound
    return match


async def offers_of(group_id: int) -> list[MatchPledge]:
    """What funds have offered a group, the newest first, with fund, funder, project and version."""
    return await MatchPledge.filter(_of_groups([group_id])).order_by("-id").select_related("fund__funder", *WITH)


async def open_offers(person_id: int) -> list[MatchPledge]:
    """Offers that wait for an answer of groups this person owns, the most urgent first."""
    return (
        await MatchPledge.filter(
            _of_groups(
                Subquery(Member.filter(person_id=person_id, role=MemberRole.OWNER, ended_at=None).values("group_id"))
            ),
            status=Match.EARMARKED,
        )
        .order_by("accept_by", "id")
        .select_related("fund__funder", *WITH)
    )


def _of_groups(group_ids: Subquery | list[int]) -> Q:
    """Match pledges of these groups, for a campaign or for a project."""
    return Q(campaign__project__group_id__in=group_ids) | Q(project__group_id__in=group_ids)


async def _held(match_id: int) -> MatchPledge:
    """The match pledge under the locks of its campaign and fund, read after they were got."""
    first = await MatchPledge.get_or_none(id=match_id)
    if first is None:
        raise NotFound
    await pots.lock(first.campaign_id, [first.fund_id], project_id=first.project_id)
    return await MatchPledge.get(id=match_id)


async def _of(campaign: Campaign) -> list[MatchPledge]:
    """Every match pledge of the campaign, after the locks: the campaign, then all its funds by id."""
    rows = await fetch("SELECT DISTINCT fund_id FROM match_pledge WHERE campaign_id = $1", campaign.id)
    await pots.lock(campaign.id, [row["fund_id"] for row in rows])
    return await MatchPledge.filter(campaign_id=campaign.id).order_by("fund_id", "id")


async def tell_owners(match: MatchPledge, what: str) -> None:
    """One e-mail to each owner of the group, once. `what`: made, accepted, ran_out."""
    match = await offer_by_reference(match.reference)
    project, site = project_of(match), get_settings().site_url
    group, campaign = project.group, match.campaign
    terms = await terms_of(match)
    mail = write(
        f"panel/offer_{what}.txt",
        officer=await officer_of(group.id),
        title=title_for(match),
        funder=match.fund.funder.short_name,
        fund=match.fund.name,
        amount_pence=match.amount_pence,
        accept_by=match.accept_by,
        counts=counts_words(match.accrual, match.terms.get("start_bp")),
        terms_from=terms.applies_from if terms is not None else None,
        target_pence=campaign.target_pence if campaign is not None else None,
        deadline_at=campaign.deadline_at if campaign is not None else None,
        offer_url=f"{site}/groups/{group.slug}/offers/{match.reference}",
        project_url=f"{site}/projects/{project.slug}",
        record_url=f"{site}/awards/{match.reference}",
    )
    await to_owners(group.id, f"offer {what}", mail, f"offer {what}:{match.id}")
