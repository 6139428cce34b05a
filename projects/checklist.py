"""The officer's checklist, by rule: which items a campaign has, what an answer needs, when it must be given again. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from crowdfund_kent.money import pounds
from projects.asked import Asked, Paper
from projects.kinds import MUST_BE_CHECKED, CheckAnswer, CheckItem

# what an officer looks at beside each item; what was given besides belongs to the people who gave it
ITEM_OF: Final = {
    Paper.REFEREE: CheckItem.REFEREE,
    Paper.END_NOTE: CheckItem.PEOPLE,
    Paper.QUOTE: CheckItem.QUOTES,
    Paper.BANK: CheckItem.BANK,
    Paper.RULES: CheckItem.RULES,
    Paper.INSURANCE: CheckItem.INSURANCE,
    Paper.PERMISSION: CheckItem.PERMISSION,
    Paper.SAFEGUARDING: CheckItem.SAFEGUARDING,
    Paper.OTHER: CheckItem.PEOPLE,
}
_ALWAYS: Final = {
    CheckItem.PEOPLE: "KCC’s rule: we know with whom we speak, and reach them.",
    CheckItem.SCHEME: "The scheme’s rule: in Kent, for everybody, with something left afterwards; no private gain, party"
    " politics, closed group, or work that the law asks of a council.",
    CheckItem.DOUBLE: "The scheme’s rule: never the same project twice. A funded group may return with a distinct one.",
    CheckItem.COSTS: "Fundraising rules: the money asked is what the project costs.",
    CheckItem.WORDS: "Fundraising rules: nobody is misled, and nobody named or shown comes to harm.",
}
_NOT_ASKED: Final = {
    CheckItem.REFEREE: "Asked up to {middle} of public money.",
    CheckItem.BANK: "Asked from {small} of public money on.",
    CheckItem.QUOTES: "Asked wherever there is a cost.",
    CheckItem.PERMISSION: "Asked wherever a project changes land or a building.",
    CheckItem.SAFEGUARDING: "Asked wherever children, or adults who may be at risk, take part.",
    CheckItem.RULES: "Asked from {middle} of public money on.",
    CheckItem.INSURANCE: "Asked from {middle} of public money on.",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a campaign's checklist. `needed`: a rule asks for it here; `must`: without it nothing is approved."""

    item: CheckItem
    rule: str
    needed: bool
    must: bool


@dataclass(frozen=True, slots=True)
class Said:
    """An officer's answer to an item, with the note that other officers read, and when."""

    answer: CheckAnswer
    note: str
    at: datetime


def checklist(asked: Sequence[Asked], small_pence: int, middle_pence: int) -> tuple[Entry, ...]:
    """Every item in the order of the page: needed ones first say their rule, the others why nobody asked."""
    rules: dict[CheckItem, list[str]] = {}
    for one in asked:
        if one.kind not in {Paper.END_NOTE, Paper.OTHER}:
            rules.setdefault(ITEM_OF[one.kind], []).append(one.rule)
    made = []
    for item in CheckItem:
        if item in _ALWAYS:
            made.append(Entry(item, _ALWAYS[item], True, item in MUST_BE_CHECKED))
        elif item in rules:
            made.append(Entry(item, " ".join(dict.fromkeys(rules[item])), True, False))
        else:
            why = _NOT_ASKED[item].format(small=pounds(small_pence), middle=pounds(middle_pence))
            made.append(Entry(item, why, False, False))
    return tuple(made)


def problem_of(entry: Entry, answer: CheckAnswer, note: str) -> str | None:
    """What is wrong with an answer, or None. What a rule asks for is checked, or the note says why not."""
    if entry.must and answer is not CheckAnswer.CHECKED:
        return f"Check this, or ask for changes: {entry.item[:1].lower()}{entry.item[1:]}"
    if entry.needed and answer is not CheckAnswer.CHECKED and not note.strip():
        return f"Say in the note why this is {answer}: {entry.item[:1].lower()}{entry.item[1:]}"
    return None


def counts(said: Said, submitted_at: datetime | None, papers_at: Collection[datetime]) -> bool:
    """Whether an answer still holds: given after the campaign was last sent, and after the newest paper for its item."""
    return (submitted_at is None or said.at >= submitted_at) and all(said.at >= at for at in papers_at)


def unanswered(entries: Sequence[Entry], held: Mapping[CheckItem, Said]) -> list[CheckItem]:
    """Items that a rule asks for and nobody answered. What no rule asks for counts as not needed."""
    return [entry.item for entry in entries if entry.needed and entry.item not in held]


def looks_twice(target_pence: int, second_look_pence: int) -> bool:
    """Whether a second officer decides: from this target on."""
    return target_pence >= second_look_pence
