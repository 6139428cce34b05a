"""Funders and funds made on officers' pages: entered as a draft by one person, opened by another.

A draft is on no public page and offers nothing. Its caps are confirmed like any (funds.py); once money, rules and a
decision authority are there, a finance approver who did not enter the draft opens it.
"""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Final

from crowdfund_kent import audit, events
from crowdfund_kent.accounts.access import require_role
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.accounts.two_people import refuse_same_person
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now, business_today
from crowdfund_kent.database import execute, fetch, transaction
from crowdfund_kent.errors import Conflict, NotFound, Refused
from crowdfund_kent.money import BASIS_POINTS
from pledges.kinds import Accrual
from pledges.models import DecisionAuthority, Funder, FundingSource, FundRules, MatchFund, MatchFundEvent
from pledges.states import Fund as FundStatus
from projects.models import Objective
from projects.rules import slug_of

ADDRESS_LOCK: Final = 7_205_762
_OWN_PAGES: Final = frozenset({"new"})  # of ours at the same place
ENTERED: Final = "entered"  # the first event of a draft that a person entered


@dataclass(frozen=True, slots=True)
class Draft:
    """What a fund says of itself. `start_bp`: of bridging alone; `accrual`: flat where there is no crowd."""

    name: str
    objective_list: str
    starts_on: date
    ends_on: date
    summary: str = ""
    accrual: Accrual = Accrual.FLAT
    start_bp: int = 2500
    without_crowd: bool = False


@dataclass(frozen=True, slots=True)
class Needed:
    """One thing that a fund needs before it can open, in words, and whether it is there."""

    words: str
    there: bool


async def enter_funder(name: str, short_name: str, organisation_id: str, by: Actor) -> Funder:
    """A public body that owns funds, by a fund officer of the site. Refused where one of that name is there."""
    await require_role(by, Role.FUND_OFFICER)
    async with transaction():
        await execute("SELECT pg_advisory_xact_lock($1)", ADDRESS_LOCK)
        slugs = {str(slug) for slug in await Funder.all().values_list("slug", flat=True)}
        if await Funder.filter(name__iexact=name).exists():
            raise Refused("There is a funder of that name already. Choose it, or enter another name.", rule="name")
        funder = await Funder.create(
            slug=slug_of(name, slugs), name=name, short_name=short_name, organisation_id=organisation_id
        )
        await audit.record("funder entered", f"funder:{funder.id}", by)
    return funder


async def draft_fund(funder_id: int, draft: Draft, by: Actor) -> MatchFund:
    """A fund as a draft, by a fund officer of the site. It has no money, no rules and nobody who may sign yet."""
    await require_role(by, Role.FUND_OFFICER)
    async with transaction():
        await execute("SELECT pg_advisory_xact_lock($1)", ADDRESS_LOCK)
        if not await Funder.filter(id=funder_id).exists():
            raise NotFound
        await _refuse_unsound(draft, funder_id)
        funds = await MatchFund.all()
        fund = await MatchFund.create(
            funder_id=funder_id,
            slug=slug_of(draft.name, {fund.slug for fund in funds} | _OWN_PAGES),
            status=FundStatus.DRAFT,
            position=max((fund.position for fund in funds), default=-1) + 1,
            created_at=business_now(),
            **asdict(draft),
        )
        await events.begin(fund, by, cause=ENTERED)
        await audit.record("fund entered", f"match_fund:{fund.id}", by, funder_id=funder_id)
    return fund


async def change_draft(fund_id: int, draft: Draft, by: Actor) -> MatchFund:
    """Other words, days or way to count, by a fund officer of the fund, while it is a draft. Its address stays."""
    await require_role(by, Role.FUND_OFFICER, fund_id=fund_id)
    async with transaction():
        fund = await _locked_draft(fund_id)
        await _refuse_unsound(draft, fund.funder_id, but=fund.id)
        await MatchFund.filter(id=fund.id).update(**asdict(draft))
        await events.note(fund, "draft changed", by)
        await audit.record("fund draft changed", f"match_fund:{fund.id}", by)
    return await MatchFund.get(id=fund_id)


async def needed_to_open(fund: MatchFund) -> list[Needed]:
    """What a draft needs before it can open, each with whether it is there."""
    first = max(fund.starts_on, business_today())
    money = await FundingSource.filter(fund_id=fund.id, cap_pence__gt=0).exists()
    ruled = await FundRules.filter(fund_id=fund.id, applies_from__lte=first).exists()
    may_sign = await DecisionAuthority.filter(
        fund_id=fund.id, person_id__isnull=False, from_day__lte=fund.ends_on, to_day__gte=first
    ).exists()
    return [
        Needed("A source with money, whose cap a second person has confirmed", money),
        Needed("Rules that apply on its first day", ruled),
        Needed("Somebody who may sign for it, under a decision", may_sign),
        Needed("A last day that has not passed", fund.ends_on >= business_today()),
    ]


async def entered_by(fund: MatchFund) -> int | None:
    """Who entered the fund as a draft; None for one that no page made."""
    first = await MatchFundEvent.filter(subject_id=fund.id, cause=ENTERED).first()
    return first.by_id if first is not None else None


async def open_fund(fund_id: int, by: Actor) -> MatchFund:
    """Draft -> open, by a finance approver of the fund who did not enter it: public from now on, and it may offer money.

    Refused (rule "not ready") while something is missing that needed_to_open() names.
    """
    await require_role(by, Role.FINANCE_APPROVER, fund_id=fund_id)
    async with transaction():
        fund = await _locked_draft(fund_id)
        refuse_same_person(by, await entered_by(fund), what="enter and open a fund")
        missing = [one.words for one in await needed_to_open(fund) if not one.there]
        if missing:
            raise Refused(f"The fund can't open yet. Missing: {'; '.join(missing)}.", rule="not ready")
        await events.move(fund, "opened", by)
        await audit.record("fund opened", f"match_fund:{fund.id}", by)
    return fund


async def _locked_draft(fund_id: int) -> MatchFund:
    if not await fetch("SELECT id FROM match_fund WHERE id = $1 FOR NO KEY UPDATE", fund_id):
        raise NotFound
    fund = await MatchFund.get(id=fund_id)
    if fund.status != FundStatus.DRAFT:
        raise Conflict("This fund is open already, or closed. Go back and look at it again.")
    return fund


async def _refuse_unsound(draft: Draft, funder_id: int, but: int = 0) -> None:
    if draft.ends_on < draft.starts_on:
        raise Refused("The last day must be on or after the first day.", rule="days")
    if draft.ends_on < business_today():
        raise Refused("The last day must be today or later.", rule="days")
    if draft.accrual == Accrual.POUND_FOR_POUND or not 0 <= draft.start_bp <= BASIS_POINTS:
        raise Refused("Choose how the fund's money counts from those offered.", rule="accrual")
    if draft.without_crowd and draft.accrual != Accrual.FLAT:
        raise Refused("A fund without a crowd counts flat: there is nothing to come first or last.", rule="accrual")
    if not await Objective.filter(list_name=draft.objective_list).exists():
        raise Refused("Choose a list of objectives that has entries.", rule="objectives")
    if await MatchFund.filter(funder_id=funder_id, name__iexact=draft.name).exclude(id=but).exists():
        raise Refused("This funder has a fund of that name already. Enter another name.", rule="name")
