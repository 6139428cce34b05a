"""An officer agrees to a change of a running campaign: what funds have promised must still hold, and backers are asked."""

from crowdfund_kent import outbox
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import london_day
from crowdfund_kent.database import transaction
from crowdfund_kent.errors import Refused
from crowdfund_kent.money import pounds, whole_pounds
from pledges import agreeing
from pledges.calculator import Most, Terms, eligible_base, most
from pledges.fund_queries import other_public_pence, rules_on
from pledges.models import MatchPledge
from pledges.states import Match
from pledges.totals import totals
from projects import change_rules, services
from projects.kinds import ChangeKind
from projects.models import Campaign, CampaignChange, ProjectVersion

HELD = (Match.EARMARKED, Match.PLEDGED)


async def agree(change_id: int, by: Actor) -> CampaignChange:
    """The change takes effect, in one transaction: the later day or the new version, and what each backer is asked.

    The mails go by a job that this transaction asks for. Raises Refused with the rule that says no, Forbidden to
    members of the group and to whoever asked, InvalidMove when it was answered already.
    """
    async with transaction():
        change = await services.take_effect(change_id, by)
        await refuse_broken_match(change)
        if change.kind == ChangeKind.LAST_DAY:
            await agreeing.ask_everybody(change)
        await outbox.job(agreeing.TOLD, change.id, unique_key=f"{agreeing.TOLD}:{change.id}")
    return change


async def refuse_broken_match(change: CampaignChange) -> None:
    """Refused when, by this plan, a fund has promised more than its rules allow; the message names the rule.

    Looked at by the rules of the day on which the fund signed, and only where the plan makes it worse: what others
    pledged since does not count against it (ruling 6).
    """
    if change.kind != ChangeKind.PLAN or change.content is None or change.old_version_id is None:
        return
    campaign = await Campaign.get(id=change.campaign_id)
    before = await ProjectVersion.get(id=change.old_version_id)
    after = change_rules.figures_of(change.content)
    if (before.target_pence, before.revenue_pence) == (after.target_pence, after.revenue_pence):
        return
    held = await MatchPledge.filter(campaign_id=campaign.id, status__in=list(HELD)).select_related("fund__funder")
    for match in held:
        old = await _most(campaign, match, before.target_pence, before.revenue_pence)
        new = await _most(campaign, match, after.target_pence, after.revenue_pence)
        was = {term.name: term.pence for term in old.terms}
        for term in new.terms:
            if match.amount_pence > whole_pounds(term.pence) and term.pence < was[term.name]:
                said = "offers" if match.status == Match.EARMARKED else "has promised"
                raise Refused(
                    f"{match.fund.funder.short_name} {said} {pounds(match.amount_pence)}. With a target of"
                    f" {pounds(after.target_pence)} it may be at most {pounds(max(0, whole_pounds(term.pence)))}"
                    f" ({term.words}). Ask for a larger target, or ask an officer of the fund first.",
                    rule=term.name,
                )


async def _most(campaign: Campaign, match: MatchPledge, target_pence: int, revenue_pence: int) -> Most:
    """What this fund could give at most, if it had given nothing yet, with such a target."""
    fund_rules = await rules_on(match.fund_id, london_day(match.created_at))
    raised = await totals(campaign.id)
    return most(
        Terms(
            target_pence=target_pence,
            eligible_base_pence=eligible_base(target_pence, revenue_pence, revenue_only=fund_rules.revenue_only),
            max_share_bp=fund_rules.max_share_bp,
            max_amount_pence=fund_rules.max_amount_pence,
            combined_share_bp=fund_rules.combined_share_bp,
            other_public_pence=await other_public_pence(campaign.id, match.fund_id),
            pot_available_pence=match.amount_pence,  # it has its part of the pot already
            raised_pence=raised.crowd_pence + raised.match_promised_pence - match.amount_pence,
        )
    )
