"""The council's money: an account that waits, a subsidy check, a schedule, a statement, a recovery: what its pages are about."""

from crowdfund_kent import events
from crowdfund_kent.audit import SYSTEM, Actor
from crowdfund_kent.clock import business_now, business_today
from payments.bank_details import services as bank
from payments.bank_statements.models import BankLine, BankStatement, TypedStatement
from payments.match_payments.models import MatchPayment, PaymentSchedule
from payments.recoveries.models import Recovery, Shortening
from payments.subsidy import services as subsidy
from payments.subsidy.models import SubsidyCheck
from pledges import pots
from pledges.models import FundingSource, MatchFund, UnspentShare
from projects.models import Delivery, DeliveryTurn, Group, Project
from tests.hostile import shares
from tests.lived import lived
from tests.payments.council import make
from tests.pledges import pot_make
from tests.projects.make import owner_of


async def build(group: Group, officer: Actor) -> dict[str, dict[str, str]]:
    """What stands in the places of a path, by the route's name. `group`: whose own pages are tried."""
    details = await bank.send(group.id, make.account(group), await owner_of(group))
    one = await make.owed()
    found = await subsidy.ask(one.match.id, SYSTEM)
    now, today = business_now(), business_today()
    assert officer.person_id is not None
    schedule = await PaymentSchedule.create(
        status="prepared", reference="S-2222-2222", prepared_by_id=officer.person_id, prepared_at=now
    )
    await lived(schedule)
    payment = await MatchPayment.create(
        status="prepared",
        schedule_id=schedule.id,
        match_pledge_id=one.match.id,
        group_id=one.group.id,
        bank_details_id=details.id,
        reference="M-2222-2222",
        part="whole",
        amount_pence=one.match.amount_pence,
        due_on=today,
    )
    await lived(payment)
    statement = await BankStatement.create(
        format="camt.053.001.08",
        account="0001",
        sha256="0" * 64,
        opening_pence=0,
        closing_pence=-1,
        from_on=today,
        to_on=today,
        lines_in_file=1,
        imported_at=now,
    )
    line = await BankLine.create(
        status="unmatched", statement_id=statement.id, number=1, key="0" * 64, booked_on=today, amount_pence=-1
    )
    await events.begin(line, SYSTEM, cause="imported", amount_pence=-1)
    typed = await TypedStatement.create(
        status="entered",
        account="0001",
        sha256="1" * 64,
        opening_pence=0,
        closing_pence=-1,
        from_on=today,
        to_on=today,
        lines_in_file=1,
        lines=[[today.isoformat(), -1, "X", "", False]],
        entered_by_id=officer.person_id,
        entered_at=now,
    )
    await lived(typed)
    recovery = await _recovery(one)
    short = await Shortening.create(
        status="proposed",
        match_pledge_id=one.match.id,
        recovery_id=recovery.id,
        amount_pence=1,
        why="A penny.",
        proposed_by_id=officer.person_id,
        proposed_at=now,
    )
    await lived(short)
    fund = await pot_make.fund(10_000)
    (source,) = await FundingSource.filter(fund_id=fund.id)
    at = {"id": str(details.id)}
    own = {"group": group.slug}
    return {
        "office_bank_enter": {"id": str(one.group.id)},
        "office_bank_one": at,
        "office_bank_whole": at,
        "office_bank_check": at,
        "office_bank_act": at | {"act": "refuse"},
        "office_subsidy": {"id": str(found.id)},
        "office_subsidy_to_notify": {"kind": "csv"},
        "office_subsidy_again": {"id": str(found.id)},
        "match_schedule": {"id": str(schedule.id)},
        "match_export": {"id": str(schedule.id)},
        "match_schedule_act": {"id": str(schedule.id), "act": "approve"},
        "match_payment_act": {"id": str(payment.id), "act": "take-out"},
        "bank_statement": {"id": str(statement.id)},
        "typed_statement": {"id": str(typed.id)},
        "typed_statement_act": {"id": str(typed.id), "act": "agree"},
        "bank_line": {"id": str(line.id)},
        "bank_line_act": {"id": str(line.id), "act": "not-ours"},
        "recovery_give_up": {"id": str(recovery.id)},
        "match_close_short": {"id": str(one.match.id)},
        "shortening_act": {"id": str(short.id), "act": "agree"},
        "group_council_money": own,
        "group_bank": own,
        "group_bank_withdraw": own | at,
        "group_subsidy": own | {"id": str((await _own_subsidy(group)).id)},
        **await shares.build(group, officer),
        "staff_fund_return": {"slug": fund.slug},
        "staff_fund_codes": {"slug": fund.slug, "id": str(source.id)},
    }


async def _own_subsidy(group: Group) -> SubsidyCheck:
    """The questions about a grant of the group's own."""
    fund = await pot_make.fund(10_000)
    await MatchFund.filter(id=fund.id).update(without_crowd=True)
    project = await Project.create(group_id=group.id, slug="bulbs", title="Bulbs", created_at=business_now())
    match = await pots.take_exact(fund.id, 1_000, pots.Offer(None, {}, project_id=project.id), SYSTEM)
    await pots.pledge(match, SYSTEM)
    await pots.confirm(match, SYSTEM, cause="no crowd")
    return await subsidy.ask(match.id, SYSTEM)


async def _recovery(one: make.Owed) -> Recovery:
    """A share of unspent money that is asked back."""
    now, today = business_now(), business_today()
    delivery = await Delivery.create(
        status="delivered",
        campaign_id=one.campaign.id,
        start_by=today,
        finish_by=today,
        report_by=today,
        created_at=now,
    )
    turn = await DeliveryTurn.create(
        status="asked", delivery_id=delivery.id, kind="money that is left", reason="Less.", asked_by_id=1, asked_at=now
    )
    share = await UnspentShare.create(turn_id=turn.id, match_pledge_id=one.match.id, paid_in_pence=100, amount_pence=10)
    found = await Recovery.create(
        status="asked",
        share_id=share.id,
        match_pledge_id=one.match.id,
        reference="R-2222-2222",
        amount_pence=10,
        asked_at=now,
    )
    await lived(found)
    return found
