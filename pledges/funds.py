"""Match funds: their sources and caps, their dated rules, and who may bind the funder.

A cap counts once a second person has confirmed it. Rules and caps are never changed: a new row applies from its date.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from crowdfund_kent import audit, events, ledger
from crowdfund_kent.accounts.access import require_role
from crowdfund_kent.accounts.queries import roles_of
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.accounts.two_people import refuse_same_person
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now, business_today
from crowdfund_kent.database import execute, fetch, transaction
from crowdfund_kent.errors import MovedAlready, NotFound, Refused
from crowdfund_kent.money import pounds_exact
from pledges import match_accounts as accounts
from pledges.fund_scope import Variant, scope_problem
from pledges.models import DecisionAuthority, Funder, FundingSource, FundRules, MatchFund, SourceCap
from pledges.states import Fund as FundStatus
from projects.models import Objective


@dataclass(frozen=True, slots=True)
class NewSource:
    """A funding source as a new fund gets it. `purpose`: drawn only by awards that fit it (ruling 5).

    `financial_year`: as "2026-27"; empty for money of no one year.
    """

    name: str
    cap_pence: int
    purpose: str = ""
    budget_code: str = ""
    why: str = ""
    financial_year: str = ""
    cost_centre: str = ""
    subjective_code: str = ""


@dataclass(frozen=True, slots=True)
class Rules:
    """What a fund asks and allows. Defaults: those of the pilot's fund (domain.md, section 2a).

    From `area` on: where it works, for whom, and what differs; empty leaves nothing out (pledges/fund_scope.py).
    `between_rounds_pence`: None for a fund without rounds, 0 for rounds only. `instalments_over_pence`: None for all at
    once, else an award above it is paid in two parts, the first of `first_part_bp` (ruling 13). `overdue_stops`: a group that
    owes an overdue report gets no further award or payment until it is sent.
    """

    max_share_bp: int = 5000
    max_amount_pence: int = 2_000_000
    combined_share_bp: int = 6500
    least_backers: int = 20
    least_raised_bp: int = 1000
    revenue_only: bool = False
    days_to_accept: int = 20
    decision_working_days: int = 20
    why: str = ""
    area: tuple[str, ...] = ()
    group_kinds: tuple[str, ...] = ()
    objective_ids: tuple[int, ...] = ()
    exclusions: tuple[str, ...] = ()
    variants: tuple[Variant, ...] = ()
    between_rounds_pence: int | None = None
    instalments_over_pence: int | None = None
    first_part_bp: int = 7000
    overdue_stops: bool = False

    def as_columns(self) -> dict[str, Any]:
        """A row of fund_rules without its fund and its day."""
        listed = {name: list(getattr(self, name)) for name in ("area", "group_kinds", "objective_ids", "exclusions")}
        plain = {field.name: getattr(self, field.name) for field in fields(self)}
        return {**plain, **listed, "variants": [one.as_stored() for one in self.variants]}


async def create_funder(slug: str, name: str, short_name: str, organisation_id: str = "") -> Funder:
    """A public body that owns funds; the one that is there, if it is."""
    funder, _ = await Funder.get_or_create(
        slug=slug, defaults={"name": name, "short_name": short_name, "organisation_id": organisation_id}
    )
    return funder


async def create_fund(
    *,
    funder: Funder,
    slug: str,
    name: str,
    objective_list: str,
    starts_on: date,
    ends_on: date,
    sources: Sequence[NewSource],
    rules: Rules,
    by: Actor,
    confirmed_by: Actor,
    summary: str = "",
    position: int = 0,
    generated: bool = False,
    at: datetime | None = None,
    without_crowd: bool = False,
) -> MatchFund:
    """A fund with its sources, whose caps count at once: `by` entered them, `confirmed_by` confirmed them.

    Open at once. For the demo, imports and an operator, so it asks for no role: officers' pages draft a fund and open it
    (fund_making.py). Its rules apply from `starts_on`.
    """
    if by.person_id is not None:
        refuse_same_person(confirmed_by, by.person_id, what="enter and confirm a cap")
    when = at or business_now()
    async with transaction():
        fund = await MatchFund.create(
            funder_id=funder.id,
            slug=slug,
            name=name,
            summary=summary,
            objective_list=objective_list,
            starts_on=starts_on,
            ends_on=ends_on,
            position=position,
            status=FundStatus.DRAFT,
            generated=generated,
            without_crowd=without_crowd,
            created_at=when,
        )
        await events.begin(fund, by, effective_at=when)
        await audit.record("fund created", f"match_fund:{fund.id}", by)
        await _refuse_unsound(fund, rules)
        await FundRules.create(fund_id=fund.id, applies_from=starts_on, **rules.as_columns())
        for number, new in enumerate(sources):
            cap = await _new_source(fund.id, number, new, by, when)
            await _confirm(cap, confirmed_by, when)
        await events.move(fund, "opened", confirmed_by, effective_at=when)
    return fund


async def add_source(fund_id: int, new: NewSource, by: Actor) -> SourceCap:
    """A further source by a fund officer. It holds nothing until a finance approver has confirmed its cap."""
    await require_role(by, Role.FUND_OFFICER, fund_id=fund_id)
    async with transaction():
        await _lock(fund_id, closed=False)
        if await FundingSource.filter(fund_id=fund_id, name=new.name).exists():
            raise Refused("This fund has a source of that name. Enter another name.", rule="source name")
        number = await FundingSource.filter(fund_id=fund_id).count()
        return await _new_source(fund_id, number, new, by, business_now())


async def enter_cap(source_id: int, cap_pence: int, why: str, by: Actor) -> SourceCap:
    """Another cap for a source, by a fund officer. The old one counts until a finance approver confirms this one."""
    source = await FundingSource.get_or_none(id=source_id)
    if source is None:
        raise NotFound
    await require_role(by, Role.FUND_OFFICER, fund_id=source.fund_id)
    async with transaction():
        await _lock(source.fund_id, closed=False)
        if await SourceCap.filter(source_id=source_id, confirmed_at=None, withdrawn_at=None).exists():
            raise Refused("Another cap for this source waits to be confirmed. Withdraw it first.", rule="one cap")
        return await _enter(source_id, cap_pence, why, by, business_now())


async def confirm_cap(cap_id: int, by: Actor) -> SourceCap:
    """A finance approver, who did not enter it, lets a cap count. Refused under what the source holds already."""
    cap = await _cap(cap_id)
    await require_role(by, Role.FINANCE_APPROVER, fund_id=cap.source.fund_id)
    refuse_same_person(by, cap.entered_by_id, what="enter and confirm a cap")
    async with transaction():
        await _lock(cap.source.fund_id, closed=False)
        await _confirm(cap, by, business_now())
    return cap


async def withdraw_cap(cap_id: int, by: Actor) -> None:
    """Take back a cap that nobody has confirmed. Any officer of the fund may."""
    cap = await _cap(cap_id)
    await require_role(by, Role.FUND_OFFICER, Role.FINANCE_APPROVER, fund_id=cap.source.fund_id)
    async with transaction():
        done = await SourceCap.filter(id=cap_id, confirmed_at=None, withdrawn_at=None).update(
            withdrawn_at=business_now()
        )
        if done != 1:
            raise MovedAlready("cap")
        await audit.record("cap withdrawn", f"source_cap:{cap_id}", by, source_id=cap.source_id)


async def set_rules(fund_id: int, rules: Rules, applies_from: date, by: Actor) -> FundRules:
    """Rules of a fund from a day on, by a fund officer. Never for a past day: decisions keep the rules of their day."""
    await require_role(by, Role.FUND_OFFICER, fund_id=fund_id)
    if applies_from < business_today():
        raise Refused("Rules apply from today or a later day: a past decision keeps the rules of its day.", rule="day")
    async with transaction():
        await _lock(fund_id)
        await _refuse_unsound(await MatchFund.get(id=fund_id), rules)
        if await FundRules.filter(fund_id=fund_id, applies_from=applies_from).exists():
            raise Refused("This fund has rules from that day already. Choose a later day.", rule="day")
        row = await FundRules.create(fund_id=fund_id, applies_from=applies_from, **rules.as_columns())
        await audit.record("fund rules added", f"match_fund:{fund_id}", by, rules_id=row.id)
    return row


async def add_authority(
    fund_id: int,
    *,
    person_id: int | None,
    post: str,
    decision_number: str,
    limit_pence: int,
    from_day: date,
    to_day: date,
    by: Actor,
) -> DecisionAuthority:
    """Record under which decision a signatory may bind the funder, up to `limit_pence` for one award.

    By a fund officer, never for themselves; the person must be authorised signatory of the fund (the administrator's
    word). `person_id` empty: for imported decisions, whose signatory has no account.
    """
    if by.person_id is not None:
        await require_role(by, Role.FUND_OFFICER, fund_id=fund_id)
        refuse_same_person(by, person_id, what="record an authority and hold it")
    if to_day < from_day:
        raise Refused("The last day must be on or after the first day.", rule="days")
    if person_id is not None and not any(
        grant.role == Role.SIGNATORY and grant.fund_id in (None, fund_id) for grant in await roles_of(person_id)
    ):
        raise Refused("This person is not an authorised signatory of the fund. Ask an administrator.", rule="role")
    async with transaction():
        await _lock(fund_id)
        if (
            person_id is not None
            and await DecisionAuthority.filter(
                fund_id=fund_id,
                person_id=person_id,
                decision_number=decision_number,
                limit_pence=limit_pence,
                from_day=from_day,
                to_day=to_day,
            ).exists()
        ):
            raise Refused("This authority is recorded already.", rule="authority once")
        row = await DecisionAuthority.create(
            fund_id=fund_id,
            person_id=person_id,
            post=post,
            decision_number=decision_number,
            limit_pence=limit_pence,
            from_day=from_day,
            to_day=to_day,
        )
        await audit.record(
            "authority recorded", f"decision_authority:{row.id}", by, fund_id=fund_id, limit_pence=limit_pence
        )
    return row


async def _refuse_unsound(fund: MatchFund, rules: Rules) -> None:
    problem = scope_problem(
        area=rules.area,
        group_kinds=rules.group_kinds,
        exclusions=rules.exclusions,
        variants=rules.variants,
        between_rounds_pence=rules.between_rounds_pence,
    )
    if problem is not None:
        raise Refused(f"{problem}.", rule="scope")
    known = await Objective.filter(id__in=rules.objective_ids, list_name=fund.objective_list).count()
    if known != len(set(rules.objective_ids)):
        raise Refused("Choose objectives of this fund's list.", rule="scope")


async def _lock(fund_id: int, *, closed: bool = True) -> None:
    rows = await fetch("SELECT status FROM match_fund WHERE id = $1 FOR NO KEY UPDATE", fund_id)
    if not rows:
        raise NotFound
    if not closed and rows[0]["status"] == FundStatus.CLOSED:
        raise Refused("This fund is closed, so its pot does not change any more.", rule="fund closed")


async def _cap(cap_id: int) -> SourceCap:
    cap = await SourceCap.get_or_none(id=cap_id).prefetch_related("source")
    if cap is None:
        raise NotFound
    return cap


async def set_codes(
    source_id: int, budget_code: str, cost_centre: str, subjective_code: str, by: Actor
) -> FundingSource:
    """The codes of the finance system that payments of a source carry from now on. Payments that are prepared keep theirs."""
    source = await FundingSource.get_or_none(id=source_id)
    if source is None:
        raise NotFound
    await require_role(by, Role.FUND_OFFICER, fund_id=source.fund_id)
    async with transaction():
        await FundingSource.filter(id=source_id).update(
            budget_code=budget_code, cost_centre=cost_centre, subjective_code=subjective_code
        )
        await audit.record("source codes", f"funding_source:{source_id}", by, fund_id=source.fund_id)
    return await FundingSource.get(id=source_id)


async def _new_source(fund_id: int, number: int, new: NewSource, by: Actor, when: datetime) -> SourceCap:
    source = await FundingSource.create(
        fund_id=fund_id,
        position=number,
        name=new.name,
        budget_code=new.budget_code,
        cost_centre=new.cost_centre,
        subjective_code=new.subjective_code,
        financial_year=new.financial_year,
        purpose=new.purpose,
        cap_pence=0,
    )
    await audit.record("source added", f"funding_source:{source.id}", by, fund_id=fund_id)
    return await _enter(source.id, new.cap_pence, new.why, by, when)


async def _enter(source_id: int, cap_pence: int, why: str, by: Actor, when: datetime) -> SourceCap:
    cap = await SourceCap.create(
        source_id=source_id, cap_pence=cap_pence, why=why, entered_by_id=by.person_id, entered_at=when
    )
    await audit.record("cap entered", f"source_cap:{cap.id}", by, source_id=source_id, cap_pence=cap_pence)
    return cap


async def _confirm(cap: SourceCap, by: Actor, when: datetime) -> None:
    """Under the lock on the fund row."""
    done = await SourceCap.filter(id=cap.id, confirmed_at=None, withdrawn_at=None).update(
        confirmed_at=when, confirmed_by_id=by.person_id
    )
    if done != 1:
        raise MovedAlready("cap")
    source = await FundingSource.get(id=cap.source_id)
    held = (
        source.earmarked_pence
        + source.pledged_pence
        + source.confirmed_pence
        + source.paid_pence
        + source.recovered_pence
    )
    if cap.cap_pence < held:
        raise Refused(
            f"{pounds_exact(held)} of this source is set aside or paid already, so its cap can't be lower.", rule="cap"
        )
    await execute("UPDATE funding_source SET cap_pence = $2 WHERE id = $1", source.id, cap.cap_pence)
    cap.confirmed_at, cap.confirmed_by_id = when, by.person_id
    more = cap.cap_pence - source.cap_pence
    lines = [(accounts.place(source.id, "available"), more), (accounts.cap(source.id), -more)]
    await ledger.post("cap", f"source_cap:{cap.id}", lines, when)
    await audit.record("cap confirmed", f"source_cap:{cap.id}", by, source_id=source.id, cap_pence=cap.cap_pence)
