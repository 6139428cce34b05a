"""Groups that the council owes money, quickly: settled campaigns with confirmed match, people of every role, statements."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import payments.bank_details.checks
import payments.books.checks
import payments.match_payments.checks
from crowdfund_kent import checks as house_checks
from crowdfund_kent import clock, events
from crowdfund_kent.accounts.models import Person
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import SYSTEM, Actor
from crowdfund_kent.clock import business_now, business_today
from crowdfund_kent.invariants import run
from crowdfund_kent.wiring import compose_chart
from payments.bank_details import services as bank
from payments.bank_details.kinds import CallSource
from payments.bank_details.models import BankDetails
from payments.bank_details.rules import paid_from
from payments.bank_details.sealing import Account
from payments.bank_statements import csv_statement
from payments.bank_statements import services as statements
from payments.bank_statements.models import BankStatement
from payments.match_payments import services as paying
from payments.match_payments.models import MatchPayment, PaymentSchedule
from payments.subsidy import services as subsidy
from pledges import fund_checks, pot_checks, pots
from pledges.models import MatchFund, MatchPledge
from projects.models import Campaign, Group, Project
from tests.pledges import pot_make
from tests.projects.make import owner_of

ACCOUNT = "GB00KENT00000000000001"
WHY = "26/00040"
BOTH_ROLES = (Role.FINANCE_APPROVER, Role.FUND_OFFICER)


@dataclass
class Owed:
    """A group that is owed a match, and who acts."""

    match: MatchPledge
    campaign: Campaign
    group: Group
    owner: Actor


@dataclass
class People:
    """Two officers and two approvers, all different."""

    officer: Actor
    second: Actor
    approver: Actor
    other: Actor


async def people() -> People:
    """Staff of the site."""
    return People(
        await pot_make.person("Officer", Role.FUND_OFFICER),
        await pot_make.person("Second", Role.FUND_OFFICER),
        await pot_make.person("Approver", Role.FINANCE_APPROVER),
        await pot_make.person("Other", Role.FINANCE_APPROVER),
    )


async def owed(
    amount_pence: int = 200_000, *, fund: MatchFund | None = None, terms: Mapping[str, object] | None = None
) -> Owed:
    """A campaign that settled with a confirmed match. Its money by card is of other tests."""
    campaign = await pot_make.live_campaign(amount_pence * 2)
    project = await Project.get(id=campaign.project_id)
    group = await Group.get(id=project.group_id)
    owner = await owner_of(group)
    await Person.filter(id=owner.person_id).update(
        phone="01622 000 111", phone_since=business_now() - timedelta(days=90)
    )
    pot = fund or await pot_make.fund(amount_pence * 2, amount_pence * 2)
    match = await pots.take_exact(pot.id, amount_pence, pots.Offer(campaign.id, dict(terms or {})), SYSTEM)
    await pots.pledge(match, SYSTEM)
    await pots.confirm(match, SYSTEM)
    await settled(campaign)
    return Owed(await MatchPledge.get(id=match.id), campaign, group, owner)


async def settled(campaign: Campaign) -> None:
    """Along its table to settled, with the sums that the checks want."""
    target = campaign.target_pence or 0
    await events.move(campaign, "deadline", SYSTEM, closing_at=business_now())
    await events.move(
        campaign, "target met", SYSTEM, amount_pence=target, raised_pence=target, decided_at=business_now()
    )
    await events.move(campaign, "collection began", SYSTEM, collecting_from=business_now())
    await events.move(campaign, "threshold met", SYSTEM, amount_pence=target, settled_at=business_now())


def account(of: Group, number: str = "12345678") -> Account:
    """An account in the group's own name."""
    return Account(of.name, "309634", number)


def checked(by_phone_of: Actor) -> bank.Check:
    """What an officer has done: a paper seen at the desk, an owner called on a number that was held."""
    return bank.Check(
        evidence_words="The bank's letter of 2 March, shown at the desk",
        call_source=CallSource.OWNER,
        call_person_id=by_phone_of.person_id,
    )


async def approved(one: Owed, who: People, number: str = "12345678") -> BankDetails:
    """Sent by the owner, checked, approved; the five working days are not over."""
    details = await bank.send(one.group.id, account(one.group, number), one.owner)
    await bank.check(details.id, checked(one.owner), who.officer)
    return await bank.approve(details.id, who.approver)


async def cleared(one: Owed, who: People) -> None:
    """The owner answers, an officer decides: no enterprise."""
    found = await subsidy.ask(one.match.id)
    await subsidy.answer(found.id, subsidy.Answers(False, False, 0, "Sam Example"), one.owner)
    await subsidy.decide(found.id, who.officer, is_enterprise=False, reason="It sells nothing.")


async def ready(one: Owed, who: People) -> None:
    """Everything that a payment needs, and the days have passed."""
    await approved(one, who)
    await cleared(one, who)
    await days_pass()


async def exported(who: People, *owed_ones: Owed) -> tuple[PaymentSchedule, list[MatchPayment], str]:
    """Prepared, approved and exported: the schedule, its payments, the file."""
    schedule = await paying.prepare([one.match.id for one in owed_ones], who.officer)
    await paying.approve(schedule.id, who.approver)
    _, text = await paying.export_file(schedule.id, who.approver)
    return schedule, await MatchPayment.filter(schedule_id=schedule.id).order_by("id"), text


@dataclass(frozen=True)
class Entry:
    """A line of a statement of our own making."""

    pence: int
    end_to_end: str = ""
    words: str = ""
    status: str = "BOOK"
    reversal: bool = False
    details: Sequence["Entry"] = ()
    number: str = ""
    day: date | None = None


def camt(*entries: Entry, version: str = "02", opening: int = 10_000_000, closing: int | None = None) -> bytes:
    """An end-of-day statement in camt.053.001.02 or .08, as the published message definitions have it."""
    booked = [one for one in entries if one.status == "BOOK"]
    end = opening + sum(one.pence for one in booked) if closing is None else closing
    space = f"urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}"
    today = business_today().isoformat()
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="{space}"><BkToCstmrStmt><GrpHdr><MsgId>1</MsgId>'
        f"<CreDtTm>{today}T20:00:00</CreDtTm></GrpHdr><Stmt><Id>S-{today}</Id><CreDtTm>{today}T20:00:00</CreDtTm>"
        f"<Acct><Id><IBAN>{ACCOUNT}</IBAN></Id></Acct>{_balance('OPBD', opening, today)}{_balance('CLBD', end, today)}"
        + "".join(_entry(one, version) for one in entries)
        + "</Stmt></BkToCstmrStmt></Document>"
    ).encode()


def _money(pence: int) -> str:
    mark = "CRDT" if pence >= 0 else "DBIT"
    return f'<Amt Ccy="GBP">{abs(pence) // 100}.{abs(pence) % 100:02d}</Amt><CdtDbtInd>{mark}</CdtDbtInd>'


def _balance(code: str, pence: int, day: str) -> str:
    return f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>{_money(pence)}<Dt><Dt>{day}</Dt></Dt></Bal>"


def _entry(one: Entry, version: str) -> str:
    status = one.status if version == "02" else f"<Cd>{one.status}</Cd>"
    day = (one.day or business_today()).isoformat()
    reversal = "<RvslInd>true</RvslInd>" if one.reversal else ""
    number = f"<AcctSvcrRef>{one.number}</AcctSvcrRef>" if one.number else ""
    inner = "".join(_detail(each) for each in one.details or [one])
    return (
        f"<Ntry>{_money(one.pence)}{reversal}<Sts>{status}</Sts><BookgDt><Dt>{day}</Dt></BookgDt>{number}"
        f"<NtryDtls>{inner}</NtryDtls></Ntry>"
    )


def _detail(one: Entry) -> str:
    reference = f"<Refs><EndToEndId>{one.end_to_end}</EndToEndId></Refs>" if one.end_to_end else ""
    words = f"<RmtInf><Ustrd>{one.words}</Ustrd></RmtInf>" if one.words else ""
    return f"<TxDtls>{reference}{_money(one.pence)}{words}</TxDtls>"


async def paid(who: People, *rows: MatchPayment) -> statements.Imported:
    """A statement that pays them, imported by who neither prepared nor approved them."""
    lines = [Entry(-row.amount_pence, row.reference) for row in rows]
    return await statements.take_in(camt(*lines), who.other)


async def paid_already(
    pence: int = 200_000, terms: Mapping[str, object] | None = None
) -> tuple[People, Owed, MatchPayment]:
    """People, a match that is owed, and its first payment, which a bank statement says is paid."""
    who, one = await people(), await owed(pence, terms=terms)
    await ready(one, who)
    _, (payment,), _ = await exported(who, one)
    await paid(who, payment)
    return who, one, payment


async def typed(who: People, content: bytes, said: csv_statement.Typed) -> statements.Imported:
    """A CSV whose account and balances one person typed, and another agreed to."""
    made = await statements.enter(content, said, who.approver)
    return await statements.agree(made.id, who.other)


async def nothing_is_broken() -> None:
    """Every rule but those of campaigns, whose history these tests shorten."""
    modules = (
        house_checks,
        pot_checks,
        fund_checks,
        payments.bank_details.checks,
        payments.match_payments.checks,
        payments.books.checks,
    )
    compose_chart()
    rules = [rule for module in modules for rule in module.RULES]
    broken = [(one.rule, one.offenders) for one in await run(rules) if one.count]
    assert not broken, broken


NINE_DAYS = timedelta(days=9)


async def days_pass() -> None:
    """What was approved until now may be paid: nine days, or more where holidays lie between."""
    now = business_now()
    # a minute more: the clock moves by whole seconds
    await clock.advance(max(NINE_DAYS, paid_from(now) - now + timedelta(minutes=1)))


async def ready_again(one: Owed, who: People) -> None:
    """After an account was stopped: another one, and its days have passed."""
    await approved(one, who, "11223344")
    await days_pass()


async def ask_subsidy(one: Owed) -> None:
    """As the timetable does."""
    await subsidy.ask_missing()
    assert one.match.id


async def auditor() -> Actor:
    """Who reads all."""
    return await pot_make.person("Auditor", Role.AUDITOR)


async def statement_path() -> str:
    """The newest statement's page."""
    found = await BankStatement.all().order_by("-id").first()
    assert found is not None
    return f"/staff/bank-statements/{found.id}"
