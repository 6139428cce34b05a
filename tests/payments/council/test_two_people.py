"""Two people, tried as one person with two roles, as a member of the group, and by forged calls: refused."""

import base64

import pytest

from crowdfund_kent import outbox
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import real_now
from crowdfund_kent.errors import Conflict, Forbidden, NotFound, Refused
from crowdfund_kent.models import AuditRow, Outbox
from crowdfund_kent.settings import get_settings
from evaluation.evidence import segregation
from payments.bank_details import sealing
from payments.bank_details import services as bank
from payments.bank_details.kinds import CallSource
from payments.bank_details.models import BankDetails
from payments.bank_details.sealing import Account
from payments.bank_statements import services as statements
from payments.bank_statements.models import BankLine
from payments.match_payments import services as paying
from payments.match_payments import tasks
from payments.match_payments.due import due
from payments.match_payments.models import MatchPayment
from payments.subsidy import services as subsidy
from projects.models import LetterToPost, Member
from tests.payments.council import make
from tests.pledges import pot_make

pytestmark = pytest.mark.usefixtures("db")


def as_(by: Actor, role: Role) -> Actor:
    return Actor(by.person_id, role)


async def test_nobody_checks_and_approves_the_same_account() -> None:
    one = await make.owed()
    both = await pot_make.person("Both", Role.FUND_OFFICER, Role.FINANCE_APPROVER)
    details = await bank.send(one.group.id, make.account(one.group), one.owner)
    with pytest.raises(Conflict):
        await bank.approve(details.id, as_(both, Role.FINANCE_APPROVER))  # nobody has checked it
    await bank.check(details.id, make.checked(one.owner), both)
    with pytest.raises(Refused, match="Two different people"):
        await bank.approve(details.id, as_(both, Role.FINANCE_APPROVER))
    with pytest.raises(Forbidden):
        await bank.approve(details.id, await pot_make.person("Officer", Role.FUND_OFFICER))
    with pytest.raises(Forbidden):
        await bank.approve(details.id, one.owner)


async def test_who_entered_an_account_does_not_approve_it() -> None:
    who, one = await make.people(), await make.owed()
    both = await pot_make.person("Both", Role.FUND_OFFICER, Role.FINANCE_APPROVER)
    details = await bank.enter(one.group.id, make.account(one.group), both)
    await bank.check(details.id, make.checked(one.owner), who.officer)
    with pytest.raises(Refused, match="Two different people"):
        await bank.approve(details.id, as_(both, Role.FINANCE_APPROVER))
    assert (await bank.approve(details.id, who.approver)).status == "approved"


async def test_who_entered_an_account_may_check_it_and_that_is_no_finding() -> None:
    who, one = await make.people(), await make.owed()
    details = await bank.enter(one.group.id, make.account(one.group), who.officer)
    await bank.check(details.id, make.checked(one.owner), who.officer)
    await bank.approve(details.id, who.approver)
    assert await segregation.findings() == []


async def test_members_of_the_group_do_nothing_as_officers() -> None:
    who, one = await make.people(), await make.owed()
    for by in (who.officer, who.approver):
        await Member.create(
            group_id=one.group.id,
            person_id=by.person_id,
            role="editor",
            created_at=one.group.created_at,
            ended_at=one.group.created_at,
        )
    details = await bank.send(one.group.id, make.account(one.group), one.owner)
    with pytest.raises(Forbidden, match="member of this group"):
        await bank.check(details.id, make.checked(one.owner), who.officer)
    await bank.check(details.id, make.checked(one.owner), who.second)
    with pytest.raises(Forbidden, match="member of this group"):
        await bank.approve(details.id, who.approver)
    with pytest.raises(Forbidden, match="member of this group"):
        await bank.read_whole(details.id, who.approver)
    with pytest.raises(NotFound):
        await bank.send(one.group.id, make.account(one.group), who.other)


async def test_an_account_is_proved_by_name_paper_and_a_number_held_before() -> None:
    who, one = await make.people(), await make.owed()
    other = Account("K Reed", "309634", "12345678")
    details = await bank.send(one.group.id, other, one.owner)
    good = make.checked(one.owner)
    with pytest.raises(Refused, match="not the group’s"):
        await bank.check(details.id, good, who.officer)
    with pytest.raises(Refused, match="Choose the paper"):
        await bank.check(details.id, bank.Check("Old name", call_person_id=one.owner.person_id), who.officer)
    with pytest.raises(Refused, match="that we held for 28 days"):
        await bank.check(
            details.id, bank.Check("Old name", evidence_words="Letter", call_person_id=who.other.person_id), who.officer
        )
    late = bank.Check(
        "Old name",
        evidence_words="Letter",
        call_source=CallSource.REGISTER,
        call_number="01622 1",
        call_where="In the e-mail",
        call_held_since=details.asked_at,
    )
    with pytest.raises(Refused, match="proves nothing"):
        await bank.check(details.id, late, who.officer)
    right = bank.Check("Old name", evidence_words="Letter", call_person_id=one.owner.person_id)
    found = await bank.check(details.id, right, who.officer)
    assert (found.name_is, found.call_number) == ("different", "01622 000 111")


async def test_nobody_prepares_and_approves_the_same_payment() -> None:
    who, one = await make.people(), await make.owed()
    both = await pot_make.person("Both", Role.FUND_OFFICER, Role.FINANCE_APPROVER)
    await make.ready(one, who)
    schedule = await paying.prepare([one.match.id], both)
    with pytest.raises(Refused, match="Two different people"):
        await paying.approve(schedule.id, as_(both, Role.FINANCE_APPROVER))
    with pytest.raises(Conflict):
        await paying.export_file(schedule.id, who.approver)  # not approved
    with pytest.raises(Forbidden):
        await paying.approve(schedule.id, who.officer)
    with pytest.raises(Conflict, match="being paid already"):
        await paying.prepare([one.match.id], who.officer)
    await paying.approve(schedule.id, who.approver)
    with pytest.raises(Conflict):
        await paying.approve(schedule.id, who.other)
    _, first = await paying.export_file(schedule.id, who.approver)
    _, again = await paying.export_file(schedule.id, who.other)
    assert first == again
    (payment,) = await MatchPayment.all()
    await make.paid(who, payment)
    with pytest.raises(Refused, match="must not go out again"):
        await paying.export_file(schedule.id, who.approver)


async def test_an_exported_payment_is_called_never_paid_by_two() -> None:
    who, one = await make.people(), await make.owed()
    await make.ready(one, who)
    _, (payment,), _ = await make.exported(who, one)
    with pytest.raises(Conflict, match="Nobody has said"):
        await paying.agree_never_paid(payment.id, who.approver)
    await paying.ask_never_paid(payment.id, who.approver, "The finance system refused it.")
    with pytest.raises(Refused, match="Two different people"):
        await paying.agree_never_paid(payment.id, who.approver)
    await paying.agree_never_paid(payment.id, who.other)
    assert (await due([one.match.id]))[0].missing == ()
    late = await make.paid(who, payment)  # it was paid after all: nothing moves, a person looks
    assert late.matched == 0
    assert (await BankLine.get()).reason == "this payment is cancelled"
    found = await segregation.report(real_now() - make.NINE_DAYS, real_now() + make.NINE_DAYS)
    (item,) = [one for one in found if one.words == "Payment that was never made"]
    assert [(step.words, step.person_id) for step in item.steps] == [
        ("said", who.approver.person_id),
        ("agreed", who.other.person_id),
    ]
    await make.nothing_is_broken()


async def test_a_line_that_does_not_match_by_itself_needs_two_people() -> None:
    who, one = await make.people(), await make.owed()
    await make.ready(one, who)
    _, (payment,), _ = await make.exported(who, one)
    await statements.take_in(make.camt(make.Entry(-payment.amount_pence, "", "no reference")), who.approver)
    line = await BankLine.get()
    assert line.reason == "no reference of ours"
    await statements.ask_match(line.id, payment.reference.lower(), "The day and the amount.", who.approver)
    with pytest.raises(Refused, match="Two different people"):
        await statements.agree_match(line.id, who.approver)
    await statements.agree_match(line.id, who.other)
    assert (await MatchPayment.get()).status == "paid"
    await statements.take_in(make.camt(make.Entry(-payment.amount_pence - 1, "", "again")), who.approver)
    other = await BankLine.get(status="unmatched")
    with pytest.raises(Refused, match="own"):
        await statements.ask_match(other.id, payment.reference, "Who knows.", who.approver)
    await make.nothing_is_broken()


async def test_a_change_of_the_account_stops_what_has_not_gone_out() -> None:
    who, one = await make.people(), await make.owed()
    await make.ready(one, who)
    schedule = await paying.prepare([one.match.id], who.officer)
    await paying.approve(schedule.id, who.approver)
    before = await BankDetails.get(status="approved")
    changed = await bank.send(one.group.id, make.account(one.group, "87654321"), one.owner)
    with pytest.raises(Refused, match="are being changed"):
        await paying.export_file(schedule.id, who.approver)
    assert [row.name for row in await Outbox.filter(kind="job", name="bank_details_changed")] != []
    await paying.cancel_unsound(one.group.id)
    assert (await MatchPayment.get()).status == "cancelled"
    await bank.withdraw(changed.id, one.owner)
    assert (await due([one.match.id]))[0].missing == ()
    assert (await BankDetails.get(id=changed.id)).sealed is None
    assert (await BankDetails.get(id=before.id)).status == "approved"


async def test_what_must_not_go_out_is_taken_back_also_while_the_provider_does_not_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    who, one = await make.people(), await make.owed()
    await make.ready(one, who)
    await paying.prepare([one.match.id], who.officer)
    await bank.send(one.group.id, make.account(one.group, "87654321"), one.owner)

    async def no_answer() -> None:
        raise TimeoutError

    monkeypatch.setattr(tasks, "look_at_accounts", no_answer)
    with pytest.raises(TimeoutError):
        await tasks.look_after_council_money()
    assert (await MatchPayment.get()).status == "cancelled"


async def test_a_file_does_not_go_out_again_to_an_account_that_is_in_doubt() -> None:
    who, one = await make.people(), await make.owed()
    await make.ready(one, who)
    schedule, (payment,), text = await make.exported(who, one)
    changed = await bank.send(one.group.id, make.account(one.group, "87654321"), one.owner)
    with pytest.raises(Refused, match="are being changed"):
        await paying.export_file(schedule.id, who.approver)
    await bank.withdraw(changed.id, one.owner)
    assert (await paying.export_file(schedule.id, who.approver))[1] == text
    await bank.stop(payment.bank_details_id, who.officer, "The call-back was to a fraudster.")
    with pytest.raises(Refused, match="No approved bank details"):
        await paying.export_file(schedule.id, who.approver)


async def test_an_account_is_sealed_and_told_nowhere() -> None:
    who, one = await make.people(), await make.owed()
    details = await bank.send(one.group.id, make.account(one.group, "98761234"), one.owner)
    assert details.sealed is not None
    assert "98761234" not in details.sealed
    assert "98761234" not in repr(bank.account_of(details))
    with pytest.raises(Forbidden):
        await bank.read_whole(details.id, one.owner)
    assert (await bank.read_whole(details.id, who.officer)).number == "98761234"
    assert await AuditRow.filter(act="bank details read").count() == 1
    texts = [str(row.body) for row in await Outbox.all()] + [row.text for row in await LetterToPost.all()]
    assert texts
    assert not any("98761234" in text or "309634" in text or "30-96-34" in text for text in texts)
    with pytest.raises(sealing.SealBroken):
        sealing.unseal(details.sealed, details.key_id, details.group_id + 1)
    assert await outbox.due_rows() != []


async def test_accounts_are_sealed_anew_under_the_newest_key(monkeypatch: pytest.MonkeyPatch) -> None:
    one = await make.owed()
    keys = {name: f"{name}:{base64.b64encode(name.encode() * 32).decode()}" for name in "ab"}

    def use(*names: str) -> None:
        monkeypatch.setenv("CROWDFUND_KENT_BANK_KEYS", ",".join(keys[name] for name in names))
        get_settings.cache_clear()

    try:
        use("a")
        details = await bank.send(one.group.id, make.account(one.group, "98761234"), one.owner)
        assert details.key_id == "a"
        use("b", "a")
        assert [await bank.reseal(), await bank.reseal()] == [1, 0]
        use("b")
        again = await BankDetails.get(id=details.id)
        assert (again.key_id, bank.account_of(again).number) == ("b", "98761234")
        use("a")
        with pytest.raises(sealing.SealBroken, match="not in the settings"):
            bank.account_of(again)
        monkeypatch.setenv("CROWDFUND_KENT_BANK_KEYS", "a:short")
        get_settings.cache_clear()
        with pytest.raises(ValueError, match="32 bytes") as told:
            sealing.keys_of(get_settings())
        assert "short" not in str(told.value)
    finally:
        monkeypatch.undo()
        get_settings.cache_clear()


async def test_subsidy_is_confirmed_by_an_owner_and_decided_by_somebody_else() -> None:
    who, one = await make.people(), await make.owed()
    found = await subsidy.ask(one.match.id)
    with pytest.raises(Refused, match="your name"):
        await subsidy.answer(found.id, subsidy.Answers(True, False, 0, " "), one.owner)
    with pytest.raises(NotFound):
        await subsidy.answer(found.id, subsidy.Answers(True, False, 0, "Sam"), who.officer)
    await subsidy.answer(found.id, subsidy.Answers(True, True, 31_400_000, "Sam Example"), one.owner)
    with pytest.raises(Forbidden):
        await subsidy.decide(found.id, who.approver, is_enterprise=True, reason="A shop.")
    decided = await subsidy.decide(found.id, who.officer, is_enterprise=True, reason="A shop.")
    assert (decided.status, decided.ours_pence) == ("blocked", 200_000)
    assert (await due([one.match.id]))[0].missing[-1] == "Above the limit for subsidies in three years"
    await subsidy.ask_again(found.id, who.officer)
    await subsidy.answer(found.id, subsidy.Answers(True, True, 31_300_000, "Sam Example"), one.owner)
    assert (await subsidy.decide(found.id, who.officer, is_enterprise=True, reason="A shop.")).status == "cleared"


async def test_who_approved_a_payment_may_agree_what_its_line_is_where_others_vouch_for_it() -> None:
    """A third person imported the line: so that the second of its two people also approved the payment is no finding."""
    who, one = await make.people(), await make.owed()
    await make.ready(one, who)
    _, (payment,), _ = await make.exported(who, one)
    await statements.take_in(make.camt(make.Entry(-payment.amount_pence, "", "no reference")), who.other)
    line = await BankLine.get()
    await statements.ask_match(line.id, payment.reference, "The day and the amount.", who.second)
    await statements.agree_match(line.id, who.approver)
    assert (await MatchPayment.get()).status == "paid"
    assert await segregation.findings() == []
    await make.nothing_is_broken()
