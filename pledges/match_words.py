"""What a resident reads about a match before they pledge: true for each way in which a match counts (ruling 6). Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from crowdfund_kent.money import pounds
from crowdfund_kent.templating import percent
from pledges.accruing import START_BP, Accepted, completes_at, start_pence, which_count
from pledges.kinds import Accrual

POUND: Final = 10_000  # pound for pound: basis points of a pledge that are added to it

_STAYS: Final = " Your pledge does not change that amount{closer}."
# what the funder has said, by how its money counts: {funder}, {amount}; then whether a pledge changes it
_SAID: Final[dict[str, str]] = {
    "flat": "{funder} has promised {amount} if the target is met.",
    "in first": "{funder} came in first, with {amount}. It counts already, and is paid if the target is met.",
    "top-up": "{funder} has promised the last {amount}: it counts as soon as pledges and other money reach the rest of the"
    " target.",
    "bridging": "{funder} has promised {amount}. It counts from when backers have pledged {start} of the target, and is paid"
    " if the target is met.",
}
_POUND_FOR_POUND: Final = (
    "{funder} adds {each} for each £1 that is pledged here, while its money for this lasts{most}. It is paid on what is"
    " collected, if the target is met."
)
_MET: Final = "{funder} has promised {amount}."


@dataclass(frozen=True, slots=True)
class Promise:
    """What a funder adds when the target is met, in pence. `accrual`: how it counts, as the fund has it.

    start_bp: of bridging. factor_bp: of pound for pound, for each pledge.
    """

    funder: str
    amount_pence: int
    accrual: str = "flat"
    start_bp: int = START_BP
    factor_bp: int = POUND


def promise_words(promise: Promise, *, target_met: bool) -> str:
    """One or two sentences: what is promised, and whether a pledge changes the amount.

    >>> promise_words(Promise("KCC", 500_000), target_met=False)
    'KCC has promised £5,000 if the target is met. Your pledge does not change that amount: it brings the project closer to it.'
    """
    amount = pounds(promise.amount_pence)
    if promise.accrual == "pound for pound":
        most = f", up to {amount} in all"
        return _POUND_FOR_POUND.format(funder=promise.funder, each=_each(promise.factor_bp), most=most)
    if target_met:
        return _MET.format(funder=promise.funder, amount=amount) + _STAYS.format(closer="")
    said = _SAID.get(promise.accrual, _SAID["flat"])
    words = said.format(funder=promise.funder, amount=amount, start=percent(promise.start_bp))
    return words + _STAYS.format(closer=": it brings the project closer to it")


def _each(factor_bp: int) -> str:
    """What is added to £1: £1, 50p."""
    pence = factor_bp // 100
    return pounds(pence) if pence >= 100 else f"{pence}p"


_COUNTS: Final[dict[Accrual, str]] = {
    Accrual.TOP_UP: "It counts as soon as pledges and other money reach the rest of your target: it is the last part.",
    Accrual.BRIDGING: "It counts from when backers have pledged {start} of your target.",
}


def counts_words(accrual: str, start_bp: int | None) -> str:
    """For the group that accepts: from when the money counts towards its target."""
    words = _COUNTS.get(Accrual(accrual), "It counts towards your target at once.")
    return words.format(start=percent(START_BP if start_bp is None else start_bp))


def later_words(target_pence: int, crowd_pence: int, accepted: Sequence[Accepted]) -> list[str]:
    """Of each accepted match from when it counts, to stand after its amount; empty where it counts already.

    >>> later_words(1_000_000, 100_000, [Accepted(200_000, Accrual.BRIDGING), Accepted(300_000, Accrual.TOP_UP)])
    ['counts once backers have pledged £2,500', 'counts once everything else comes to £7,000']
    """
    complete = f"counts once everything else comes to {pounds(completes_at(target_pence, accepted))}"
    return [
        ""
        if counts
        else complete
        if one.accrual == Accrual.TOP_UP
        else f"counts once backers have pledged {pounds(start_pence(target_pence, one.start_bp))}"
        for one, counts in zip(accepted, which_count(target_pence, crowd_pence, accepted), strict=True)
    ]
