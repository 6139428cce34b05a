"""When a panel's votes on a recommendation carry it. Pure.

An abstention counts towards the quorum and towards no side. Of equal sides the vote of whoever took the chair decides:
it is the casting one, and an abstention there carries nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from panel.kinds import Choice


@dataclass(frozen=True, slots=True)
class Tally:
    """Votes on one recommendation. `casting`: how the chair of the meeting voted, None where not (yet)."""

    votes_for: int
    votes_against: int
    votes_abstained: int
    casting: Choice | None = None

    @property
    def cast(self) -> int:
        """Votes given, abstentions with them: what the quorum counts."""
        return self.votes_for + self.votes_against + self.votes_abstained

    def has_majority(self) -> bool:
        """More for than against, or as many and the chair for."""
        if self.votes_for == self.votes_against:
            return self.casting == Choice.FOR
        return self.votes_for > self.votes_against

    def carried(self, quorum: int) -> bool:
        """Enough voted, and a majority for it."""
        return self.cast >= quorum and self.has_majority()

    def missing(self, quorum: int) -> str:
        """What is missing until it is carried, in words; empty when it is."""
        if self.cast < quorum:
            needed = quorum - self.cast
            return f"{self.cast} of {quorum} votes: {needed} more {'is' if needed == 1 else 'are'} needed for a quorum"
        if self.has_majority():
            return ""
        if self.votes_for == self.votes_against:
            return "As many for as against, and the chair’s casting vote is not for it"
        return "More against than for it: put another recommendation to the vote"


def tally_of(votes: Iterable[tuple[Choice, bool]]) -> Tally:
    """The votes as (choice, whether it is the casting one)."""
    given = list(votes)
    choices = [choice for choice, _ in given]
    return Tally(
        votes_for=choices.count(Choice.FOR),
        votes_against=choices.count(Choice.AGAINST),
        votes_abstained=choices.count(Choice.ABSTAIN),
        casting=next((choice for choice, casting in given if casting), None),
    )
