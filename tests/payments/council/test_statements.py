"""Statements of our own making, in both versions and as CSV: read whole or refused, each line once, matched when exact."""

from datetime import date

import pytest

from crowdfund_kent.clock import business_now, business_today, real_now
from crowdfund_kent.errors import Forbidden, Refused
from payments.bank_details.models import BankDetails
from payments.bank_statements import camt, csv_statement, services
from payments.bank_statements.models import BankLine, BankStatement
from payments.bank_statements.read import StatementError, keys_of, pence_of
from payments.match_payments import reports
from payments.match_payments.due import due
from payments.match_payments.models import MatchPayment
from pledges.models import MatchPledge
from projects.models import GroupHosting, Member
from tests.payments.council import make
from tests.payments.council.make import Entry

TYPED = csv_statement.Typed("0001", 100_000, 100_000 - 12_345 + 500)


@pytest.mark.parametrize("version", ["02", "08"])
def test_both_versions_say_the_same(version: str) -> None:
    batch = Entry(-300, details=[Entry(-100, "M-2222-2222"), Entry(-200, "M-3333-3333", "for two")], number="B1")
    content = make.camt(
        Entry(-12_345, "M-7F3K-9Q2M", "thanks"),
        Entry(12_345, "M-7F3K-9Q2M", reversal=True),
        Entry(-1, "M-4444-4444", status="PDNG"),
        batch,
        Entry(-5, "NOTPROVIDED", "charges"),
        version=version,
    )
    (found,) = camt.read(content)
    assert found.format == f"camt.053.001.{version}"
    assert (found.account, found.opening_pence) == (make.ACCOUNT, 10_000_000)
    assert [(line.amount_pence, line.reference, line.is_return) for line in found.lines] == [
        (-12_345, "M-7F3K-9Q2M", False),
        (12_345, "M-7F3K-9Q2M", True),
        (-100, "M-2222-2222", False),
        (-200, "M-3333-3333", False),
        (-5, "", False),
    ]
    assert [line.words for line in found.lines] == ["thanks", "", "", "for two", "charges"]
    assert len(set(keys_of(found))) == 5


def test_a_batch_whose_parts_do_not_sum_to_it_stays_one_line() -> None:
    (found,) = camt.read(make.camt(Entry(-300, details=[Entry(-100, "M-2222-2222"), Entry(-100, "M-3333-3333")])))
    assert [(line.amount_pence, line.reference) for line in found.lines] == [(-300, "M-2222-2222 M-3333-3333")]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "document type"),
        ('<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a><a/>'.encode("utf-16"), "document type"),
        (b"<a><?php echo 1 ?></a>", "document type"),
        (b"<a>" * 60 + b"</a>" * 60, "nested too deep"),
        (b"<a>", "well-formed"),
        (b"\xff\xfe\x00", "well-formed"),
        (b"", "well-formed"),
        (b"<Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.052.001.02'/>", "not a camt.053"),
        (b"<Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.053.001.02'/>", "no statement"),
        (b" " * 5_000_001, "5 megabytes"),
    ],
)
def test_what_is_no_statement_is_refused_before_anything_is_believed(content: bytes, words: str) -> None:
    with pytest.raises(StatementError, match=words):
        camt.read(content)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (b"<Cd>CLBD</Cd>", b"<Cd>CLAV</Cd>", "can't be proved"),
        (b"<Cd>OPBD</Cd>", b"<Cd>OPAV</Cd>", "can't be proved"),
        (b'Ccy="GBP">123.45', b'Ccy="EUR">123.45', "another currency"),
        (b"123.45", b"123.456", "can't be read"),
        (b"123.45", b"1e5", "can't be read"),
        (b"123.45", b"-123.45", "can't be read"),
        (b"<BookgDt><Dt>", b"<BookgDt><Dt>x", "date"),
        (b"<IBAN>GB00KENT00000000000001</IBAN>", b"", "whose account"),
    ],
)
def test_a_statement_that_is_not_sound_is_refused_whole(old: bytes, new: bytes, words: str) -> None:
    content = make.camt(Entry(-12_345, "M-7F3K-9Q2M"))
    assert old in content
    with pytest.raises(StatementError, match=words):
        camt.read(content.replace(old, new))


def test_a_statement_must_lead_from_its_opening_to_its_closing_balance() -> None:
    with pytest.raises(StatementError, match=r"lead to £99,999\.00, and the statement closes with £99,998\.99"):
        camt.read(make.camt(Entry(-100), closing=9_999_899))


def test_csv_by_its_columns() -> None:
    rows = ["28/11/2026,BACS,GROUP M-7F3K-9Q2M,123.45,,", "2026-11-29,RETURN,back,,£5.00,"]
    text = "\n".join(["Date,Type,Description,Paid out,Paid in,Balance", *rows])
    found = csv_statement.read(text.encode(), TYPED)
    assert [(line.amount_pence, line.words, line.is_return) for line in found.lines] == [
        (-12_345, "GROUP M-7F3K-9Q2M", False),
        (500, "back", True),
    ]
    one = "date;amount\n".replace(";", ",") + "29/11/2026,-1\n"
    with pytest.raises(StatementError, match="No column for: reference"):
        csv_statement.read(one.encode(), TYPED)
    with pytest.raises(StatementError, match="Row 2"):
        csv_statement.read(b"date,reference,amount\n31/02/2026,x,1\n", TYPED)
    with pytest.raises(StatementError, match="lead to"):
        csv_statement.read(b"date,reference,amount\n28/02/2026,x,(1.00)\n", TYPED)
    with pytest.raises(StatementError, match="not text"):
        csv_statement.read(b"\x00\x01", TYPED)
    with pytest.raises(StatementError, match="empty"):
        csv_statement.read(b"", TYPED)


def test_amounts_of_banks_are_exact() -> None:
    assert [pence_of(text) for text in ("1", "1.5", "1,234.50", "0.01", "1.50000")] == [100, 150, 123_450, 1, 150]
    for text in ("", "-1", "1.005", "1e3", "٣", "1.2.3", "99999999999999"):
        with pytest.raises(ValueError, match=r"."):
            pence_of(text)


@pytest.mark.usefixtures("db")
async def test_the_same_file_and_the_same_line_count_once() -> None:
    who, one = await make.people(), await make.owed()
    await make.ready(one, who)
    _, (payment,), _ = await make.exported(who, one)
    line = Entry(-payment.amount_pence, payment.reference, number="N1")
    first = await services.take_in(make.camt(line), who.other)
    again = await services.take_in(make.camt(line), who.approver)
    later = await services.take_in(make.camt(line, Entry(-5, "", "charges", number="N2")), who.other)
    assert [(done.new, done.known, done.matched) for done in (first, again, later)] == [(1, 0, 1), (0, 1, 0), (1, 1, 0)]
    assert await BankStatement.all().count() == 2
    assert await BankLine.all().count() == 2
    twice = await services.take_in(
        make.camt(Entry(-payment.amount_pence, payment.reference, number="N3")), who.approver
    )
    assert twice.matched == 0
    assert (
        await BankLine.get(status="unmatched", reference=payment.reference)
    ).reason == "this payment was paid before"
    assert (await MatchPledge.get(id=one.match.id)).paid_pence == payment.amount_pence
    await make.nothing_is_broken()


@pytest.mark.usefixtures("db")
async def test_a_payment_that_comes_back_is_owed_again_and_its_account_is_stopped() -> None:
    who, one = await make.people(), await make.owed()
    await make.ready(one, who)
    _, (payment,), _ = await make.exported(who, one)
    await make.paid(who, payment)
    back = await services.take_in(
        make.camt(Entry(payment.amount_pence, payment.reference, reversal=True), version="08"), who.other
    )
    assert back.matched == 1
    match = await MatchPledge.get(id=one.match.id)
    assert (match.status, match.paid_pence) == ("confirmed", 0)
    assert (await MatchPayment.get(id=payment.id)).returned_on == business_today()
    assert (await BankDetails.get(id=payment.bank_details_id)).status == "stopped"
    (owed,) = await due([one.match.id])
    assert owed.missing == ("No approved bank details",)
    await make.ready_again(one, who)
    _, (second,), _ = await make.exported(who, one)
    assert second.reference != payment.reference
    await make.paid(who, second)
    assert (await MatchPledge.get(id=one.match.id)).status == "paid"
    await make.nothing_is_broken()


@pytest.mark.usefixtures("db")
async def test_a_later_file_of_the_day_lists_the_newest_first_and_loses_no_line() -> None:
    who, first = await make.people(), await make.owed()
    second = await make.owed()
    for one in (first, second):
        await make.approved(one, who)
        await make.cleared(one, who)
    await make.days_pass()
    _, payments, _ = await make.exported(who, first, second)
    day = business_today().isoformat()
    early, late = (f"{day},{row.reference} GROUP,-{row.amount_pence // 100}.00" for row in payments)
    for rows in ([early], [late, early]):  # two alike but for their words
        typed = csv_statement.Typed("0001", 0, -200_000 * len(rows))
        content = "\n".join(["date,description,amount", *rows]).encode()
        done = await make.typed(who, content, typed)
        assert (done.new, done.matched) == (1, 1)
    assert [row.status for row in await MatchPayment.all()] == ["paid", "paid"]
    await make.nothing_is_broken()


@pytest.mark.usefixtures("db")
async def test_a_first_part_that_comes_back_after_the_rest_is_paid_once_more(monkeypatch: pytest.MonkeyPatch) -> None:
    two = {"instalments": {"over_pence": 100_000, "first_bp": 7_000}}
    who, one = await make.people(), await make.owed(200_000, terms=two)
    await make.ready(one, who)
    _, (early,), _ = await make.exported(who, one)
    await make.paid(who, early)

    async def accepted(ids: list[int]) -> dict[int, date]:
        return dict.fromkeys(ids, business_today())

    monkeypatch.setattr(reports, "interim_accepted_on", accepted)
    _, (rest,), _ = await make.exported(who, one)
    await make.paid(who, rest)
    back = Entry(early.amount_pence, early.reference, reversal=True)
    assert (await services.take_in(make.camt(back), who.other)).matched == 1
    await make.ready_again(one, who)
    _, (again,), _ = await make.exported(who, one)
    assert (again.part, again.amount_pence) == ("first", 140_000)
    await make.paid(who, again)
    assert (await MatchPledge.get(id=one.match.id)).status == "paid"
    assert await due([one.match.id]) == []
    await make.nothing_is_broken()


@pytest.mark.usefixtures("db")
async def test_days_that_are_still_to_come_are_refused() -> None:
    who = await make.people()
    tomorrow = business_today().replace(year=business_today().year + 1)
    with pytest.raises(Refused, match="still to come"):
        await services.take_in(make.camt(Entry(-5, day=tomorrow)), who.approver)
    with pytest.raises(Refused, match="opening balance and the lines lead to"):
        await services.take_in(make.camt(Entry(-5), closing=1), who.approver)
    assert await BankStatement.all().count() == 0


@pytest.mark.usefixtures("db")
async def test_a_statement_that_does_not_go_on_from_the_one_before_is_seen() -> None:
    who = await make.people()
    for opening, typed in ((0, "0001"), (-100, "0001"), (5_000, "0001"), (-200, "9999")):
        content = f"date,description,amount\n{business_today().isoformat()},charges {opening},-1.00".encode()
        await make.typed(who, content, csv_statement.Typed(typed, opening, opening - 100))
    found = await BankStatement.all().order_by("id")
    standings = await services.standings(found)
    assert [standings[one.id] for one in found] == [
        "First of this account",
        "Goes on from the one before",
        "Does not begin where another one ended",
        "First of this account",
    ]


@pytest.mark.usefixtures("db")
async def test_who_is_of_the_host_that_is_paid_matches_nothing_by_hand() -> None:
    who, one, host = await make.people(), await make.owed(), await make.owed()
    await GroupHosting.create(
        status="agreed",
        group_id=one.group.id,
        host_id=host.group.id,
        asked_by_id=one.owner.person_id,
        asked_at=business_now(),
        answered_by_id=host.owner.person_id,
        answered_at=business_now(),
    )
    await make.approved(host, who)
    await make.cleared(one, who)
    await make.days_pass()
    _, (payment,), _ = await make.exported(who, one)
    assert payment.group_id == host.group.id
    await services.take_in(make.camt(Entry(-payment.amount_pence, "no reference")), who.approver)
    await Member.create(group_id=host.group.id, person_id=who.second.person_id, role="owner", created_at=real_now())
    line = await BankLine.get()
    with pytest.raises(Forbidden, match="were a member"):
        await services.ask_match(line.id, payment.reference, "I know.", who.second)
    await services.ask_match(line.id, payment.reference, "The amount and the day.", who.officer)
    assert (await services.agree_match(line.id, who.other)).status == "matched"
