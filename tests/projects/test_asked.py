"""What papers are asked of a group grows with the public money, and with nothing else that is not in the rule."""

import pytest

from projects.asked import Answer, Asked, Facts, Level, PricedLine, asked_of, by_key, level_of, sought_pence
from projects.kinds import LegalForm

NAMED, CLUB, CHARITY = LegalForm.NAMED_PEOPLE, LegalForm.UNINCORPORATED, LegalForm.CHARITY
MOST = 2_000_000


def facts(
    wanted: int | None, target: int, *lines: int, form: LegalForm = CLUB, children: str = "no", permission: str = "no"
) -> Facts:
    """Lines of these pence, numbered from 1; one line of the whole target when none is given."""
    priced = [PricedLine(number, f"Cost {number}", pence) for number, pence in enumerate(lines or (target,), 1)]
    return Facts(wanted, target, priced, form, children, permission)


def keys(found: tuple[Asked, ...]) -> list[str]:
    return [one.key for one in found]


@pytest.mark.parametrize(
    ("wanted", "target", "sought", "level"),
    [
        (None, 80_000, 80_000, Level.SMALL),  # nobody can be given more than the target
        (None, 100_000, 100_000, Level.SMALL),
        (None, 100_001, 100_001, Level.MIDDLE),
        (None, 500_000, 500_000, Level.MIDDLE),
        (None, 500_001, 500_001, Level.WHOLE),
        (100_000, 4_000_000, 100_000, Level.SMALL),
        (100_001, 4_000_000, 100_001, Level.MIDDLE),
        (500_000, 4_000_000, 500_000, Level.MIDDLE),
        (500_001, 4_000_000, 500_001, Level.WHOLE),
        (MOST, 60_000, 60_000, Level.SMALL),
        (MOST, 4_000_000, MOST, Level.WHOLE),
        (0, 500_000, 0, Level.SMALL),
        (0, 500_001, 0, Level.MIDDLE),  # residents' own money: bank and quotes, never the whole list
        (0, 9_000_000, 0, Level.MIDDLE),
        (None, -5, 0, Level.SMALL),
    ],
)
def test_the_level_follows_the_public_money_and_never_exceeds_the_target(
    wanted: int | None, target: int, sought: int, level: Level
) -> None:
    given = facts(wanted, target)
    assert sought_pence(given) == sought
    assert level_of(given) is level


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (facts(100_000, 150_000, 90_000, 60_000), ["referee", "end-note", "quotes-1"]),
        (facts(100_000, 150_000, 60_000, 90_000, form=NAMED), ["referee", "end-note", "quotes-2"]),
        (facts(500_000, 700_000, 200_000, 400_000, 99_999), ["referee", "end-note", "bank", "quotes-1", "quotes-2"]),
        (facts(500_000, 150_000, 50_000, 50_000, 50_000), ["referee", "end-note", "bank", "quotes-1"]),
        (facts(MOST, 900_000, 450_000, 450_000), ["bank", "quotes-1", "quotes-2", "rules", "insurance"]),
        (facts(MOST, 900_000, 450_000, 450_000, form=CHARITY), ["bank", "quotes-1", "quotes-2", "rules", "insurance"]),
        (facts(None, 900_000, 450_000, 450_000, form=LegalForm.CIC), ["bank", "quotes-1", "quotes-2", "insurance"]),
        (facts(MOST, 900_000, 900_000, form=LegalForm.PARISH), ["bank", "quotes-1", "insurance"]),
        (facts(100_000, 90_000, 90_000, form=LegalForm.PARISH), ["end-note", "quotes-1"]),
        (facts(100_000, 90_000, permission="yes"), ["referee", "end-note", "quotes-1", "permission"]),
        (facts(100_000, 90_000, permission="not sure"), ["referee", "end-note", "quotes-1", "permission"]),
        (facts(100_000, 90_000, children="yes"), ["referee", "end-note", "quotes-1", "safeguarding"]),
        (facts(0, 90_000, children="", permission=""), ["referee", "end-note", "quotes-1"]),
        (Facts(None, 0, [], CLUB), ["referee", "end-note"]),
    ],
)
def test_each_campaign_is_asked_for_exactly_this(given: Facts, expected: list[str]) -> None:
    assert keys(asked_of(given)) == expected


@pytest.mark.parametrize("wanted", [None, 0, 100_000, 500_000, MOST])
@pytest.mark.parametrize(("pence", "how_many"), [(500_000, 1), (500_001, 3)])
def test_a_line_over_5000_pounds_has_three_quotes_at_every_level(wanted: int | None, pence: int, how_many: int) -> None:
    quote = by_key(asked_of(facts(wanted, pence, pence)), "quotes-1")
    assert quote is not None
    assert (quote.how_many, quote.line_id) == (how_many, 1)


def test_safeguarding_is_a_few_sentences_for_little_money_and_the_policy_for_much() -> None:
    small = by_key(asked_of(facts(100_000, 90_000, children="yes")), "safeguarding")
    whole = by_key(asked_of(facts(MOST, 900_000, children="yes")), "safeguarding")
    assert small is not None
    assert whole is not None
    assert (small.answer, whole.answer) == (Answer.FILE_OR_WORDS, Answer.FILE)


@pytest.mark.parametrize("form", list(LegalForm))
def test_nobody_is_asked_to_become_formal_for_up_to_5000_pounds(form: LegalForm) -> None:
    for wanted in (0, 100_000, 500_000):
        assert not {"rules", "insurance"} & set(keys(asked_of(facts(wanted, 3_000_000, form=form))))


def test_more_public_money_never_asks_for_fewer_formal_papers() -> None:
    formal = {"bank", "rules", "insurance"}
    counted = [len(formal & set(keys(asked_of(facts(wanted, 3_000_000))))) for wanted in (100_000, 500_000, MOST)]
    assert counted == [0, 1, 3]


@pytest.mark.parametrize("form", list(LegalForm))
def test_each_paper_has_its_own_address_a_reason_and_the_rule_that_asks_for_it(form: LegalForm) -> None:
    for wanted in (None, 0, 100_000, 500_000, MOST):
        found = asked_of(
            facts(wanted, 3_000_000, 1_500_000, 1_000_000, 500_000, form=form, children="yes", permission="yes")
        )
        assert len(set(keys(found))) == len(found)
        assert all(one.why.endswith(".") and one.rule.startswith(("Asked ", "One price")) for one in found)
