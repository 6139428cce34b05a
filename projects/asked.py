"""What papers a group must give before an officer can check its campaign. Pure.

What is asked grows with the public money (domain.md, defaults): up to £1,000 a referee, one price and the promise of a
three-sentence end note; up to £5,000 also bank proof and quotes; above it the whole list. Three quotes for a line over
£5,000, and papers on permission and on keeping people safe where they are needed, are asked at every level. Named
people without a constitution are welcome up to £5,000: the scheme does not ask a small group to become formal.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from crowdfund_kent.money import pounds
from projects.kinds import LegalForm


class Paper(StrEnum):
    """A kind of paper, as it stands in a row of evidence."""

    REFEREE = "referee"
    END_NOTE = "end note"
    QUOTE = "quote"
    BANK = "bank statement"
    RULES = "governing document"
    INSURANCE = "insurance"
    PERMISSION = "permission"
    SAFEGUARDING = "safeguarding"
    OTHER = "other"


class Answer(StrEnum):
    """How a paper can be given: a file, a file or words, a person to ask, or a promise."""

    FILE = "file"
    FILE_OR_WORDS = "file or words"
    PERSON = "person"
    PROMISE = "promise"


class Level(StrEnum):
    """How much public money a campaign asks for."""

    SMALL = "small"
    MIDDLE = "middle"
    WHOLE = "whole"


@dataclass(frozen=True, slots=True)
class Limits:
    """The settings that these rules read, in pence."""

    small_pence: int = 100_000
    middle_pence: int = 500_000
    quote_from_pence: int = 100_000  # from this on a line has a quote of its own
    three_quotes_over_pence: int = 500_000


@dataclass(frozen=True, slots=True)
class PricedLine:
    """A cost line, by its id."""

    id: int
    words: str
    amount_pence: int


@dataclass(frozen=True, slots=True)
class Facts:
    """What decides. `match_wanted_pence`: None = not asked yet, 0 = none; `with_children` and `permission`: '' = not asked
    yet, 'yes', 'no' (and 'not sure' for permission)."""

    match_wanted_pence: int | None
    target_pence: int
    lines: Sequence[PricedLine]
    legal_form: LegalForm
    with_children: str = ""
    permission: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """One paper that is asked: `key` is its address, `why` and `rule` are shown; `how_many` files of `line_id`'s cost."""

    key: str
    title: str
    why: str
    rule: str
    kind: Paper
    answer: Answer = Answer.FILE
    how_many: int = 1
    line_id: int | None = None


def sought_pence(facts: Facts) -> int:
    """Public money sought: never more than the target; not asked yet counts as the most."""
    target = max(0, facts.target_pence)
    return target if facts.match_wanted_pence is None else min(facts.match_wanted_pence, target)


def level_of(facts: Facts, limits: Limits | None = None) -> Level:
    """The level of a campaign. Without public money residents' own counts: a larger target asks for more, never for all."""
    limits = limits or Limits()
    sought = sought_pence(facts)
    if facts.match_wanted_pence == 0:
        return Level.SMALL if facts.target_pence <= limits.middle_pence else Level.MIDDLE
    if sought <= limits.small_pence:
        return Level.SMALL
    return Level.MIDDLE if sought <= limits.middle_pence else Level.WHOLE


def asked_of(facts: Facts, limits: Limits | None = None) -> tuple[Asked, ...]:
    """The papers that are asked, in the order of the page.

    >>> [one.key for one in asked_of(Facts(100_000, 180_000, [PricedLine(7, "Paint", 180_000)], LegalForm.NAMED_PEOPLE))]
    ['referee', 'end-note', 'quotes-7']
    """
    limits = limits or Limits()
    return (
        *_people(facts, limits),
        *_bank(facts, limits),
        *_quotes(facts, limits),
        *_permission(facts),
        *_safeguarding(facts, limits),
        *_formal(facts, limits),
    )


def by_key(asked: Sequence[Asked], key: str) -> Asked | None:
    """The paper of an address."""
    return next((one for one in asked if one.key == key), None)


def _up_to(level: Level, facts: Facts, limits: Limits) -> str:
    """Which rule of the scheme puts a campaign on its level, as the end of a sentence."""
    if facts.match_wanted_pence == 0:
        return (
            f"no public money and a target of up to {pounds(limits.middle_pence)}"
            if level is Level.SMALL
            else f"no public money and a target over {pounds(limits.middle_pence)}"
        )
    if level is Level.SMALL:
        return f"up to {pounds(limits.small_pence)} of public money"
    if level is Level.MIDDLE:
        return f"up to {pounds(limits.middle_pence)} of public money"
    return f"more than {pounds(limits.middle_pence)} of public money"


def _people(facts: Facts, limits: Limits) -> Iterator[Asked]:
    level = level_of(facts, limits)
    if level is Level.WHOLE:
        return
    rule = f"Asked of a campaign with {_up_to(level, facts, limits)}."
    if facts.legal_form is not LegalForm.PARISH:
        yield Asked(
            "referee",
            "Somebody who knows you",
            "An officer may ring them, to hear that your group is real. A councillor, teacher, doctor, faith leader or"
            " shopkeeper will do, but nobody of your family.",
            rule,
            Paper.REFEREE,
            Answer.PERSON,
        )
    yield Asked(
        "end-note",
        "A promise to say how it went",
        "Three sentences when it is done: what you did, what it cost, what changed.",
        rule,
        Paper.END_NOTE,
        Answer.PROMISE,
    )


def _bank(facts: Facts, limits: Limits) -> Iterator[Asked]:
    level = level_of(facts, limits)
    if level is Level.SMALL:
        return
    own = facts.legal_form is LegalForm.NAMED_PEOPLE
    why = (
        "The top of a statement of the account that you will use for this project, with the name on it. It may be your"
        " own account. You can black out what you paid."
        if own
        else "The top of a statement with your group’s name on it. You can black out what you paid."
    )
    yield Asked(
        "bank",
        "A bank statement",
        why,
        f"Asked of a campaign with {_up_to(level, facts, limits)}.",
        Paper.BANK,
    )


def _quotes(facts: Facts, limits: Limits) -> Iterator[Asked]:
    """A price for the largest line at least; from the middle level on one for each larger line; three for a very large one."""
    lines = [line for line in facts.lines if line.amount_pence > 0]
    if not lines:
        return
    level = level_of(facts, limits)
    largest = max(lines, key=lambda line: line.amount_pence)
    for line in lines:
        if line.amount_pence > limits.three_quotes_over_pence:
            yield _quote(
                line,
                f"Three quotes for “{line.words}”",
                "Three firms or shops, so that the price is a fair one. You need not take the cheapest: say which one you"
                " choose, and why.",
                f"Asked for every cost over {pounds(limits.three_quotes_over_pence)}.",
                3,
            )
        elif level is not Level.SMALL and line.amount_pence >= limits.quote_from_pence:
            rule = (
                f"Asked for every cost of {pounds(limits.quote_from_pence)} or more, of a campaign with"
                f" {_up_to(level, facts, limits)}."
            )
            yield _quote(line, f"A quote for “{line.words}”", _PRICE, rule)
        elif line is largest:
            wants = _up_to(level, facts, limits)
            yield _quote(
                line,
                f"A price for “{line.words}”",
                _PRICE,
                f"One price, for your largest cost, is asked of a campaign with {wants}.",
            )


_PRICE: Final = "A quote, a bill from before, or a picture of a shop’s page with the price on it."


def _quote(line: PricedLine, title: str, why: str, rule: str, how_many: int = 1) -> Asked:
    return Asked(f"quotes-{line.id}", title, why, rule, Paper.QUOTE, Answer.FILE, how_many, line.id)


def _permission(facts: Facts) -> Iterator[Asked]:
    rule = "Asked wherever a project changes land or a building, however small."
    if facts.permission == "yes":
        yield Asked(
            "permission",
            "Permission of the owner",
            "A letter or an e-mail from whoever owns the land or building. If it is yours, say so in words.",
            rule,
            Paper.PERMISSION,
            Answer.FILE_OR_WORDS,
        )
    elif facts.permission == "not sure":
        yield Asked(
            "permission",
            "Who owns the land or building",
            "Say what you know, and whom you asked. An officer helps you to find out.",
            rule,
            Paper.PERMISSION,
            Answer.FILE_OR_WORDS,
        )


def _safeguarding(facts: Facts, limits: Limits) -> Iterator[Asked]:
    if facts.with_children != "yes":
        return
    whole = level_of(facts, limits) is Level.WHOLE
    yield Asked(
        "safeguarding",
        "How you keep people safe",
        "Your safeguarding policy, with the name of whoever is responsible."
        if whole
        else "A few sentences are enough: who is responsible, who is never alone with whom, and whom you would tell.",
        "Asked wherever children, or adults who may be at risk, take part.",
        Paper.SAFEGUARDING,
        Answer.FILE if whole else Answer.FILE_OR_WORDS,
    )


# whose rules are law, or lie open in a public register: an officer reads them there
_RULES_ELSEWHERE: Final = frozenset({LegalForm.PARISH, LegalForm.COMPANY, LegalForm.CIC, LegalForm.SOCIETY})


def _formal(facts: Facts, limits: Limits) -> Iterator[Asked]:
    level = level_of(facts, limits)
    if level is not Level.WHOLE:
        return
    rule = f"Asked of a campaign with {_up_to(level, facts, limits)}."
    if facts.legal_form not in _RULES_ELSEWHERE:
        why = (
            "Above this sum a group needs written rules. One page is enough; or ask for less public money, and it is not"
            " asked. Ring your officer: a charity or parish council may also hold the money for you."
            if facts.legal_form is LegalForm.NAMED_PEOPLE
            else "Your constitution, trust deed or terms of reference: it says who decides and who signs."
        )
        yield Asked("rules", "Your group’s rules", why, rule, Paper.RULES)
    yield Asked(
        "insurance",
        "Insurance",
        "The page of your policy that shows your name, what is covered and until when. If the hall or the contractor"
        " insures it, send theirs.",
        rule,
        Paper.INSURANCE,
    )
