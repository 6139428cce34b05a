"""Pure rules of the council's payments: instalments, names, form of an account, days, subsidies, what a bank line is."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from crowdfund_kent.working_days import working_days_between
from payments.bank_details import rules as bank
from payments.bank_details.kinds import NameIs
from payments.bank_statements import rules as lines
from payments.bank_statements.rules import Known
from payments.bank_statements.states import Means
from payments.match_payments.rules import Instalments, Part, due_on, next_part, parts_of
from payments.subsidy import rules as subsidy
from tests.pledges.pot_make import facts


def test_the_facts_about_instalments_hold() -> None:
    assert len(facts()["instalments"]) >= 2
    for fact in facts()["instalments"]:
        found = parts_of([fact["amount"]], Instalments(fact["limit"], fact["first_bp"]))
        assert [sum(part) for part in found] == fact["parts"], fact["name"]


def test_each_source_bears_its_own_share_of_the_first_part() -> None:
    assert parts_of([300_001, 200_001], Instalments(500_000, 7_000)) == [[210_000, 140_000], [90_001, 60_001]]
    assert parts_of([300_001, 200_001], None) == [[300_001, 200_001]]


def test_the_next_part_follows_from_what_was_paid_and_came_back() -> None:
    two = Instalments(500_000, 7_000)
    assert next_part([(500_001, 0)], two) == (Part.FIRST, [350_000])
    assert next_part([(500_001, 350_000)], two) == (Part.REST, [150_001])
    assert next_part([(500_001, 500_001)], two) is None
    assert next_part([(500_000, 0)], two) == (Part.WHOLE, [500_000])
    assert Instalments.of_terms({}) is None
    assert Instalments.of_terms({"instalments": {"over_pence": 1, "first_bp": 2}}) == Instalments(1, 2)


def test_payment_is_due_within_ten_working_days() -> None:
    assert due_on(date(2026, 12, 18)) == date(2027, 1, 6)  # over Christmas and New Year
    assert working_days_between(date(2026, 12, 18), date(2027, 1, 6)) == 10


@pytest.mark.parametrize(
    ("on_account", "ours", "found"),
    [
        ("Friends of the Tidal Pool", "Friends of the Tidal Pool", NameIs.SAME),
        ("THE FRIENDS OF TIDAL POOL", "Friends of the Tidal Pool", NameIs.SAME),
        ("St. Mary’s & Co. Ltd", "St Marys and Co Limited", NameIs.SAME),
        ("Café Olé", "Cafe Ole", NameIs.SAME),
        ("Friends of the Tidal Pol", "Friends of the Tidal Pool", NameIs.DIFFERENT),
        ("K Reed", "Friends of the Tidal Pool", NameIs.DIFFERENT),
        ("The", "The", NameIs.DIFFERENT),
    ],
)
def test_names_compare_without_case_marks_and_small_words(on_account: str, ours: str, found: NameIs) -> None:
    assert bank.compare(on_account, ours) is found


def test_the_form_of_an_account() -> None:
    assert bank.sort_code("30-96-34") == bank.sort_code("30 96 34") == "309634"
    assert bank.account_number(" 0012 3456 ") == "00123456"
    for text in ("", "12345", "1234567", "30963a", "000000", "٣٠٩٦٣٤"):
        with pytest.raises(ValueError, match="six figures"):
            bank.sort_code(text)
    for text in ("", "1234567", "123456789", "1234567a", "00000000"):
        with pytest.raises(ValueError, match="eight figures"):
            bank.account_number(text)


def test_an_account_is_paid_to_once_five_working_days_have_ended() -> None:
    friday = datetime(2026, 11, 27, 9, tzinfo=UTC)
    assert bank.paid_from(friday) == datetime(2026, 12, 5, 0, 0, tzinfo=UTC)  # Monday to Friday


@pytest.mark.parametrize(
    ("day", "key"),
    [
        (date(2020, 12, 31), "de minimis 2014"),
        (date(2021, 1, 1), "safa 2021"),
        (date(2023, 1, 3), "safa 2021"),
        (date(2023, 1, 4), "mfa 2023"),
        (date(2026, 11, 29), "mfa 2023"),
        (date(1999, 1, 1), "de minimis 2014"),
    ],
)
def test_the_rule_set_is_that_of_the_day(day: date, key: str) -> None:
    assert subsidy.rule_set_on(day).key == key
    assert subsidy.rule_set(key).source


def test_the_limit_is_for_enterprises_and_up_to_and_including() -> None:
    rules = subsidy.rule_set("mfa 2023")
    total = subsidy.total_pence([20_000_000, 1_500_000], 10_000_000)
    assert subsidy.finding(rules, is_enterprise=True, total=total) == "within the limit"
    assert subsidy.finding(rules, is_enterprise=True, total=total + 1) == "above the limit"
    assert subsidy.finding(rules, is_enterprise=False, total=total + 1) == "no enterprise"
    assert subsidy.to_publish(rules, is_enterprise=True, amount_pence=10_000_001)
    assert not subsidy.to_publish(rules, is_enterprise=True, amount_pence=10_000_000)
    assert not subsidy.to_publish(subsidy.rule_set("safa 2021"), is_enterprise=True, amount_pence=10**8)
    with pytest.raises(LookupError):
        subsidy.rule_set("another")


def test_our_references_are_found_however_a_bank_writes_them() -> None:
    assert lines.references_in("M-7F3K-9Q2M") == ["M-7F3K-9Q2M"]
    assert lines.references_in("BACS m7f3k9q2m", "M 7F3K 9Q2M") == ["M-7F3K-9Q2M"]
    assert lines.references_in("R-7F3K-9Q2M and M-7F3K-9Q2M") == ["R-7F3K-9Q2M", "M-7F3K-9Q2M"]
    assert lines.references_in("XM-7F3K-9Q2M", "M-7F3K-9Q2MX", "M-7F3K-9Q2", "M-0O1I-9Q2M") == []


PAYMENT = Known("M-7F3K-9Q2M", 7, False, 1_000, "exported")
PAID = Known("M-7F3K-9Q2M", 7, False, 1_000, "paid")
BACK = Known("R-7F3K-9Q2M", 9, True, 500, "asked")


@pytest.mark.parametrize(
    ("pence", "is_return", "named", "means", "reason"),
    [
        (-1_000, False, [PAYMENT], Means.PAYMENT, ""),
        (-999, False, [PAYMENT], None, "another amount than the payment"),
        (-1_000, False, [], None, "no reference of ours"),
        (-1_000, False, [PAYMENT, BACK], None, "several of our references"),
        (-1_000, False, [PAID], None, "this payment was paid before"),
        (-1_000, False, [Known("M", 7, False, 1_000, "approved")], None, "this payment is approved"),
        (1_000, True, [PAID], Means.RETURN, ""),
        (1_000, False, [PAID], None, "money came in, and the bank does not call it a return"),
        (999, True, [PAID], None, "another amount than the payment"),
        (1_000, True, [PAYMENT], None, "money came in, and this payment is exported"),
        (500, False, [BACK], Means.RECOVERY, ""),
        (499, False, [BACK], None, "another amount than is to come back"),
        (-500, False, [BACK], None, "money went out under the reference of a recovery"),
        (500, False, [Known("R", 9, True, 500, "back")], None, "this recovery is back"),
    ],
)
def test_only_what_is_exact_matches_by_itself(
    pence: int, is_return: bool, named: list[Known], means: Means | None, reason: str
) -> None:
    found = lines.decide(pence, is_return, named, date(2026, 3, 31))
    assert (found.means, found.reason) == (means, reason)
    assert (found.ids == ()) == (means is None)


@pytest.mark.parametrize(("pence", "named"), [(-1_000, PAYMENT), (1_000, PAID), (500, BACK)])
def test_what_was_booked_before_it_went_out_is_something_else(pence: int, named: Known) -> None:
    one = replace(named, since=date(2026, 4, 1))
    assert lines.decide(pence, True, [one], date(2026, 4, 1)).means is not None
    assert lines.decide(pence, True, [one], date(2026, 3, 31)).reason == "booked before it can have been"
