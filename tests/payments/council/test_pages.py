"""The pages: a group sends its account, officers pay it; the day before payment somebody sends another account."""

import re

import pytest
from starlette.applications import Starlette

from crowdfund_kent.accounts.models import Person
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_today, real_now
from crowdfund_kent.models import Outbox
from crowdfund_kent.wiring import site_routes
from payments.bank_details.models import BankDetails
from payments.bank_statements import csv_statement
from payments.bank_statements import services as statements
from payments.bank_statements.models import BankLine, TypedStatement
from payments.match_payments.models import MatchPayment, PaymentSchedule
from payments.match_payments.tasks import TASKS
from pledges.models import MatchPledge
from projects.models import LetterToPost, Member, Project
from tests.accounts.make import sign_in
from tests.client import SiteClient
from tests.payments.council import make

pytestmark = pytest.mark.usefixtures("db")


async def as_person(app: Starlette, by: Actor) -> SiteClient:
    """A browser of this person."""
    visitor = SiteClient(app)
    await sign_in(visitor, await Person.get(id=by.person_id))
    return visitor


async def test_changed_bank_details_the_day_before_payment_pay_nothing_and_tell_every_owner(app: Starlette) -> None:
    who, one = await make.people(), await make.owed()
    paper = await Person.create(name="Pip", postal="1 The Pool, Margate", created_at=real_now())
    await Member.create(group_id=one.group.id, person_id=paper.id, role="owner", created_at=real_now())
    await make.ready(one, who)
    officer, approver = await as_person(app, who.officer), await as_person(app, who.approver)
    page = await officer.get("/staff/match-payments")
    assert "Nothing is missing" in page.text
    await page.submit({"pay": [str(one.match.id)]}, to=re.compile("/staff/match-payments/schedules/[0-9]+"))
    schedule = await PaymentSchedule.get()
    path = f"/staff/match-payments/schedules/{schedule.id}"
    page = await (await approver.get(f"{path}/approve")).submit({}, to=path)
    assert "Approved" in page.text
    # the day before the file goes out a thief in an owner's mailbox sends another account
    thief = await as_person(app, one.owner)
    sent = await (await thief.get(f"/groups/{one.group.slug}/council-money/bank")).submit(
        {"name": one.group.name, "sort_code": "11-22-33", "number": "98765432"},
        to=f"/groups/{one.group.slug}/council-money",
    )
    assert "Nothing is paid meanwhile" in sent.text
    refused = await (await approver.get(path)).submit({}, form="export", status=422)
    assert "are being changed" in refused.text
    assert "98765432" not in refused.text
    await TASKS["bank_details_changed"](one.group.id)
    assert (await MatchPayment.get()).status == "cancelled"
    assert (await MatchPledge.get(id=one.match.id)).status == "confirmed"
    mails = [row.body for row in await Outbox.filter(name="payments/bank_details_asked").order_by("id")]
    owner = await Person.get(id=one.owner.person_id)
    assert [mail["to"] for mail in mails] == [owner.email, owner.email]  # of the first account, and of this one
    assert "was it you?" in mails[-1]["subject"]
    assert "98765432" not in mails[-1]["text"]
    assert await LetterToPost.filter(person_id=paper.id, name="payments/bank_details_asked").count() == 2
    # the real owner is rung on the number that was held, and says no
    changed = await BankDetails.get(status="to check")
    page = await (await officer.get(f"/staff/bank-details/{changed.id}/refuse")).submit(
        {"why": "You told us that it was not you."}, to=f"/staff/bank-details/{changed.id}"
    )
    assert "Refused" in page.text
    assert (await BankDetails.get(id=changed.id)).sealed is None
    listed = await officer.get("/staff/match-payments")
    assert "Nothing is missing" in listed.text  # the account from before counts again


async def test_a_group_reads_what_it_gets_and_answers_what_is_missing(app: Starlette) -> None:
    who, one = await make.people(), await make.owed()
    owner, officer, approver = (
        await as_person(app, one.owner),
        await as_person(app, who.officer),
        await as_person(app, who.approver),
    )
    await make.ask_subsidy(one)
    home = f"/groups/{one.group.slug}/council-money"
    page = await owner.get(home)
    assert "No approved bank details" in page.text
    form = await page.follow("Answer the questions")
    wrong = await form.submit({"project_trades": "no"}, status=422)
    assert "Enter your name, to confirm that this is right" in wrong.text
    await wrong.submit(
        {"project_trades": "no", "group_trades": "no", "declared": "0", "name": "Sam Example", "confirmed": True},
        to=home,
    )
    form = await owner.get(f"{home}/bank")
    wrong = await form.submit({"name": "X", "sort_code": "1", "number": "2"}, status=422)
    assert "Enter the sort code as six figures" in wrong.text
    await wrong.submit({"name": one.group.name, "sort_code": "309634", "number": "12345678"}, to=home)
    details = await BankDetails.get()
    at = f"/staff/bank-details/{details.id}"
    shown = await (await officer.get(at)).submit({}, form="whole")
    assert "12345678" in shown.text
    assert "12345678" not in (await officer.get(at)).text
    check = await officer.get(f"{at}/check")
    await check.submit(
        {
            "paper_words": "Statement of March",
            "source": "an owner's number in our records",
            "owner": str(one.owner.person_id),
            "called": True,
        },
        to=at,
    )
    await (await approver.get(f"{at}/approve")).submit({}, to=at)
    subsidy = await officer.get("/staff/subsidy")
    decide = await subsidy.follow((await Project.get(id=one.campaign.project_id)).title)
    await decide.submit({"enterprise": "no", "reason": "It sells nothing."}, to="/staff/subsidy")
    await make.days_pass()
    assert "Project" in (await owner.get(home)).text
    assert "approved bank details" not in (await owner.get(home)).text


async def _typed(who: make.People) -> TypedStatement:
    content = f"date,description,amount\n{business_today().isoformat()},charges,-1.00".encode()
    return await statements.enter(content, csv_statement.Typed("0001", 0, -100), who.approver)


async def test_every_page_of_the_councils_money_is_sound_for_an_auditor(app: Starlette) -> None:
    who, one = await make.people(), await make.owed()
    await make.ready(one, who)
    schedule, (payment,), _ = await make.exported(who, one)
    await make.paid(who, payment)
    auditor = await as_person(app, await make.auditor())
    details = await BankDetails.get()
    for path in (
        "/staff/match-payments",
        f"/staff/match-payments/schedules/{schedule.id}",
        "/staff/bank-statements",
        "/staff/bank-statements/1",
        "/staff/bank-details",
        f"/staff/bank-details/{details.id}",
        "/staff/subsidy",
        "/staff/recoveries",
        "/staff/shares-back",
        f"/staff/bank-lines/{(await BankLine.get()).id}",
        f"/staff/typed-statements/{(await _typed(who)).id}",
    ):
        page = await auditor.get(path if not path.endswith("/1") else await make.statement_path())
        assert page.status == 200, path
        assert "12345678" not in page.text
    assert len([route for route in site_routes() if "bank" in route.path]) > 8
