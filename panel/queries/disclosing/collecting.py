"""The sections of an answer: rounds with the rules of their day, pitches with everything decided, what was written about them.

Nobody is named: members are numbered in the order in which they first scored in a round, interests go by post.
"""

from collections.abc import Collection, Sequence

from tortoise.expressions import Q

from crowdfund_kent.clock import day_begins, day_ends
from crowdfund_kent.database import fetch
from crowdfund_kent.errors import Refused
from crowdfund_kent.templating import day, percent
from panel.models import Award, Criterion, Decision, Pitch, Round, Seat
from panel.queries.disclosing.correspondence import correspondence
from panel.queries.disclosing.pitches import pitch_sections
from panel.queries.disclosing.scoping import Scope
from panel.queries.disclosing.terms import terms_of
from panel.queries.pitches import WITH
from panel.redacting import Item, Section
from pledges.models import FundRules
from pledges.recipients import title_for

MOST_PITCHES = 60
"""More is more than somebody can read in a clock of 20 working days: the scope is narrowed."""


async def collect(scope: Scope) -> list[Section]:
    """Everything in scope, in the order in which it is read. Refused (rule "scope") where it is too much for one answer."""
    if scope.is_empty:
        return []
    pitches = await _pitches(scope)
    awards = await _awards(scope)
    if len(pitches) + len(awards) > MOST_PITCHES:
        raise Refused(
            f"That is {len(pitches) + len(awards)} requests to funds, and one answer holds {MOST_PITCHES}. Choose less.",
            rule="scope",
        )
    round_ids = sorted({*scope.rounds, *(one.round_id for one in pitches)})
    rounds = await Round.filter(id__in=round_ids).order_by("id").select_related("fund__funder", "authority")
    sections = [await _round(one, [pitch for pitch in pitches if pitch.round_id == one.id]) for one in rounds]
    sections += await pitch_sections(pitches)
    sections += [_award(one) for one in awards]
    campaigns = [one.campaign_id for one in pitches] + [one.campaign_id for one in awards]
    titles = {one.campaign_id: str(one.project.title) for one in pitches}
    titles |= {one.campaign_id: title_for(one) for one in awards}
    subjects = [f"pitch:{one.id}" for one in pitches] + [f"award:{one.id}" for one in awards]
    return sections + await correspondence(
        {campaign_id: titles[campaign_id] for campaign_id in sorted({one for one in campaigns if one})}, subjects
    )


async def pitch_ids(scope: Scope) -> list[int]:
    """The pitches in scope: officers who are barred from one do not answer."""
    return [] if scope.is_empty else [one.id for one in await _pitches(scope)]


async def _pitches(scope: Scope) -> Sequence[Pitch]:
    """What groups sent: never a draft, which is theirs."""
    found = Pitch.filter(submitted_at__not_isnull=True)
    if scope.rounds:
        found = found.filter(round_id__in=list(scope.rounds))
    if scope.group is not None:
        found = found.filter(project__group_id=scope.group)
    if scope.first:
        found = found.filter(submitted_at__gte=day_begins(scope.first))
    if scope.last:
        found = found.filter(submitted_at__lt=day_ends(scope.last))
    return await found.order_by("round_id", "id").select_related(*WITH)


async def _awards(scope: Scope) -> Sequence[Award]:
    """Awards between rounds."""
    if scope.rounds:
        return []
    found = Award.filter(pitch_id=None)
    if scope.group is not None:
        found = found.filter(Q(project__group_id=scope.group) | Q(campaign__project__group_id=scope.group))
    if scope.first:
        found = found.filter(proposed_at__gte=day_begins(scope.first))
    if scope.last:
        found = found.filter(proposed_at__lt=day_ends(scope.last))
    return await found.order_by("id").select_related("fund", "project", "campaign__version", "campaign__project")


async def _round(round_: Round, pitches: Collection[Pitch]) -> Section:
    """Its days, who may sit by post, the criteria, the decision under which it was signed, and the rules of its day."""
    key = f"round:{round_.id}"
    items = [
        Item(f"{key}:fund", "Fund", f"{round_.fund.name}, {round_.fund.funder.name}"),
        Item(
            f"{key}:days",
            "Days",
            f"Open from {day(round_.opens_on)} to {day(round_.pitch_by)}; met on {day(round_.meets_on)};"
            f" to be decided by {day(round_.decide_by)}",
        ),
        Item(f"{key}:quorum", "Quorum", str(round_.quorum), figure=True),
        Item(f"{key}:pass", "Pass mark", percent(round_.pass_bp), figure=True),
    ]
    if round_.signed_at is not None:
        items.append(Item(f"{key}:signed", "List signed", day(round_.signed_at)))
    if round_.authority is not None:
        items.append(Item(f"{key}:authority", "Under the decision", round_.authority.decision_number))
    seats = await Seat.filter(fund_id=round_.fund_id, from_day__lte=round_.meets_on, to_day__gte=round_.meets_on)
    posts = sorted(f"{one.kind}: {one.post}" for one in seats if one.ended_on is None or one.ended_on > round_.meets_on)
    items.append(Item(f"{key}:panel", "Places on the panel", "; ".join(posts)))
    for one in await Criterion.filter(round_id=round_.id).order_by("position"):
        items.append(Item(f"{key}:criterion:{one.id}", f"Criterion {one.position}", f"{one.name}. {one.about}".strip()))
    items += await _rules(round_, [pitch.id for pitch in pitches])
    if round_.minutes:
        items.append(Item(f"{key}:minutes", "Minutes", round_.minutes))
    return Section(key, Item(f"{key}:title", "Round", f"{round_.fund.name}, {round_.name}"), items)


async def _rules(round_: Round, pitches: Collection[int]) -> list[Item]:
    """The rules that decisions were made under, else those in force on the last day to ask."""
    decided = await Decision.filter(pitch_id__in=list(pitches))
    ids = {one.calculation["rules_id"] for one in decided if "rules_id" in one.calculation}
    found = FundRules.filter(fund_id=round_.fund_id)
    rules = (
        await found.filter(id__in=list(ids)).order_by("id")
        if ids
        else await found.filter(applies_from__lte=round_.pitch_by).order_by("-applies_from").limit(1)
    )
    made = []
    for one in rules:
        key, since = f"rules:{one.id}", f"Rules from {day(one.applies_from)}"
        made += [
            Item(f"{key}:share", f"{since}: largest share of a target", percent(one.max_share_bp), figure=True),
            Item(f"{key}:most", f"{since}: largest amount", "", one.max_amount_pence, figure=True),
            Item(
                f"{key}:combined", f"{since}: share of all funds together", percent(one.combined_share_bp), figure=True
            ),
            Item(f"{key}:backers", f"{since}: backers first", str(one.least_backers), figure=True),
            Item(f"{key}:raised", f"{since}: share raised first", percent(one.least_raised_bp), figure=True),
        ]
        if one.exclusions:
            made.append(Item(f"{key}:exclusions", f"{since}: never paid for", "; ".join(one.exclusions)))
        if one.why:
            made.append(Item(f"{key}:why", f"{since}: where they come from", one.why))
    return made


def _award(award: Award) -> Section:
    key = f"award:{award.id}"
    items = [
        Item(f"{key}:fund", "Fund", award.fund.name),
        Item(f"{key}:amount", "Amount", "", award.amount_pence, figure=True),
        Item(f"{key}:status", "What became of it", str(award.status)),
        Item(f"{key}:proposed", "Proposed", day(award.proposed_at)),
        Item(f"{key}:reasons", "Reasons", award.reasons),
    ]
    if award.decided_at is not None:
        items.append(Item(f"{key}:decided", "Decided", day(award.decided_at)))
    if award.purpose_reason:
        items.append(Item(f"{key}:purpose", "Why it fits the purpose", award.purpose_reason))
    if award.refusal_reason:
        items.append(Item(f"{key}:refusal", "Why it was refused", award.refusal_reason))
    stored = award.calculation.get("signed") or award.calculation.get("proposed") or {}
    items += terms_of(key, stored)
    return Section(key, Item(f"{key}:title", "Award between rounds", title_for(award)), items)


# everybody who is named near what is collected: people of the groups, staff, members, backers, referees, who wrote to us
_NAMES = """
SELECT name FROM person WHERE name <> '' AND (
    id IN (SELECT person_id FROM staff_role) OR id IN (SELECT person_id FROM panel_seat)
    OR id IN (SELECT person_id FROM group_member WHERE group_id IN (SELECT group_id FROM project WHERE id = ANY($1::bigint[]))))
UNION SELECT name FROM pledge WHERE name <> '' AND campaign_id IN (SELECT id FROM campaign WHERE project_id = ANY($1::bigint[]))
UNION SELECT btrim(one) FROM community_group g, regexp_split_to_table(g.named_people, ',|;|&| and ') AS one
    WHERE g.id IN (SELECT group_id FROM project WHERE id = ANY($1::bigint[]))
UNION SELECT name FROM officer_contact
UNION SELECT referee_name FROM evidence WHERE referee_name <> '' AND project_id = ANY($1::bigint[])
UNION SELECT name FROM help_offer WHERE name <> '' AND wanted_id IN (SELECT id FROM help_wanted
    WHERE project_id = ANY($1::bigint[]))
UNION SELECT name FROM care_case WHERE name <> '' AND (subject = ANY($2::text[]) OR subject IN
    (SELECT 'campaign:' || id FROM campaign WHERE project_id = ANY($1::bigint[])))
"""


async def names_of(scope: Scope) -> list[str]:
    """Names that are left out of everything, whoever wrote them: by whole name."""
    if scope.is_empty:
        return []
    pitches, awards = await _pitches(scope), await _awards(scope)
    projects = {one.project_id for one in pitches}
    projects |= {one.campaign.project_id for one in awards if one.campaign is not None}
    projects |= {one.project_id for one in awards if one.project_id is not None}
    subjects = [f"pitch:{one.id}" for one in pitches] + [f"award:{one.id}" for one in awards]
    rows = await fetch(_NAMES, sorted(projects), subjects)
    return sorted({str(row["name"]).strip() for row in rows} - {""})
