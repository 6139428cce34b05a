"""A signed list replayed under other rules: which awards would change, who gains and who loses. Pure; amounts are pence.

It decides nothing. What is replayed are rules, never judgement:
- what was awarded is awarded again, as much as the rules let: where the calculator kept it under what was asked for, up to
  that; where the panel chose less than it could, no more than it chose;
- what a rule kept out (pass mark, backers first, an empty pot) gets what it asked for, up to the most, once the rule lets it;
- what the panel put off or declined although every rule let it in stays so.
Under the rules of its day a list replays to what was signed, to the penny (`crowdfund-kent check`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from crowdfund_kent.money import split_pence
from panel import rules
from panel.ranking import Sources, passes
from pledges.calculator import Bound, Most, Terms, most, share_by_left

NOT_RECORDED: Final = "not recorded"


@dataclass(frozen=True, slots=True)
class Changes:
    """The rules to replay under, for every pitch alike; None: as it was for each (variants with it).

    `pot_pence`: in the whole pot before the list; it falls on the sources as what was left in them then.
    """

    least_backers: int | None = None
    least_raised_bp: int | None = None
    max_share_bp: int | None = None
    max_amount_pence: int | None = None
    combined_share_bp: int | None = None
    pot_pence: int | None = None
    pass_bp: int | None = None

    @property
    def nothing(self) -> bool:
        """Whether everything is as it was."""
        return self == Changes()


@dataclass(frozen=True, slots=True)
class Case:
    """One pitch of a signed list, with every number as its decision keeps it.

    `signed_pence`: 0 for none. `terms`: None where the calculator had nothing to say. `asks_crowd`: the fund waits for backers.
    `stopped`: what kept it out whatever the numbers, in words; empty where nothing did. `places`: kinds of place.
    """

    reference: str
    title: str
    district: str
    places: tuple[str, ...]
    rank: int
    score_bp: int | None
    asked_pence: int
    signed_pence: int
    terms: Terms | None
    fitting: tuple[int, ...] = ()
    backers: int = 0
    crowd_pence: int = 0
    least_backers: int = 0
    least_raised_bp: int = 0
    asks_crowd: bool = True
    stopped: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """What one pitch gets under the other rules, and why. `most`: None where it can't be told."""

    case: Case
    pence: int
    most: Most | None
    why: str

    @property
    def change_pence(self) -> int:
        """More (above 0) or less than was signed."""
        return self.pence - self.case.signed_pence


@dataclass(frozen=True, slots=True)
class Share:
    """What one district or kind of place gets: as signed, and replayed."""

    name: str
    signed_pence: int
    pence: int

    @property
    def change_pence(self) -> int:
        """What it gains, below 0 what it loses."""
        return self.pence - self.signed_pence


@dataclass(frozen=True, slots=True)
class Replay:
    """The whole list once more. `pot_pence`: before it; `left_pence`: after it."""

    rows: Sequence[Row]
    pot_pence: int
    left_pence: int

    @property
    def signed_pence(self) -> int:
        """All awards as signed."""
        return sum(row.case.signed_pence for row in self.rows)

    @property
    def pence(self) -> int:
        """All awards as replayed."""
        return sum(row.pence for row in self.rows)

    @property
    def changed(self) -> list[Row]:
        """Pitches that get another amount, in rank order."""
        return [row for row in self.rows if row.change_pence]

    @property
    def by_district(self) -> list[Share]:
        """Each district of the list, by name."""
        return _shares((row, (row.case.district,)) for row in self.rows)

    @property
    def by_place(self) -> list[Share]:
        """Each kind of place. A pitch that is of several counts in each, so they do not add up to the whole."""
        return _shares((row, row.case.places or (NOT_RECORDED,)) for row in self.rows)


def replay(cases: Iterable[Case], sources: Sources, pass_bp: int, changes: Changes) -> Replay:
    """The list in its rank order, each pitch after those above it. `sources`: what was left in each before the list."""
    changed_pass = pass_bp if changes.pass_bp is None else changes.pass_bp
    places = _with_pot(sources, changes.pot_pence)
    purposes = {source_id: purpose for source_id, purpose, _ in places}
    left = {source_id: pence for source_id, _, pence in places}
    before, rows = sum(left.values()), []
    for case in sorted(cases, key=lambda one: one.rank):
        drawn = [one for one, purpose in purposes.items() if not purpose or one in case.fitting]
        room = sum(left[one] for one in drawn)
        row = _row(case, room, pass_bp, changed_pass, changes)
        for source_id, part in zip(drawn, share_by_left([left[one] for one in drawn], row.pence) or (), strict=True):
            left[source_id] -= part
        rows.append(row)
    return Replay(rows, before, sum(left.values()))


def _with_pot(sources: Sources, pot_pence: int | None) -> Sources:
    """The sources by id; with another pot it falls on them by what was left, on the first one where nothing was."""
    places = sorted(sources)
    if pot_pence is None or not places:
        return places
    held = [pence for _, _, pence in places]
    parts = split_pence(pot_pence, held) if sum(held) else [pot_pence, *([0] * (len(places) - 1))]
    return [(source_id, purpose, part) for (source_id, purpose, _), part in zip(places, parts, strict=True)]


def _row(case: Case, room: int, pass_bp: int, changed_pass: int, changes: Changes) -> Row:
    if case.terms is None:
        return Row(case, 0, None, case.stopped or "Nothing was weighed")
    found = most(_terms(case.terms, room, changes))
    out = _kept_out(case, changed_pass, changes)
    if out:
        return Row(case, 0, found, out)
    if case.signed_pence:
        return _awarded(case, found)
    then = most(case.terms)
    was_out = _kept_out(case, pass_bp, Changes())
    if not was_out and then.pence and then.binds is not Bound.POT:
        return Row(case, 0, found, "The panel’s own judgement, which no rule changes")
    if not was_out and found.binds is Bound.POT and found.pence < case.asked_pence:
        return Row(case, 0, found, "No room in the pot after those above")
    pence = min(case.asked_pence, found.pence)
    return Row(case, pence, found, _why(case, pence, found))


def _awarded(case: Case, found: Most) -> Row:
    """What was awarded, as much of it as the rules let; more only where it was the calculator that kept it down."""
    assert case.terms is not None
    kept_down = case.signed_pence == most(case.terms).pence
    wanted = max(case.asked_pence, case.signed_pence) if kept_down else case.signed_pence
    pence = min(wanted, found.pence)
    if pence == case.signed_pence:
        return Row(case, pence, found, "As signed")
    return Row(case, pence, found, _why(case, pence, found))


def _why(case: Case, pence: int, found: Most) -> str:
    if not pence:
        return f"Nothing, because of {found.binding_words}"
    return "What it asked for" if pence == case.asked_pence else f"No more, because of {found.binding_words}"


def _terms(terms: Terms, room: int, changes: Changes) -> Terms:
    """The calculator's numbers with what is changed, and with what the pot holds at this place."""
    numbers = {
        name: value
        for name in ("max_share_bp", "max_amount_pence", "combined_share_bp")
        if (value := getattr(changes, name)) is not None
    }
    return replace(terms, pot_available_pence=room, **numbers)


def _kept_out(case: Case, pass_bp: int, changes: Changes) -> str:
    """What lets the fund give nothing at all, in words; empty where nothing does."""
    if case.stopped:
        return case.stopped
    if not passes(case.score_bp, pass_bp):
        return "Under the pass mark"
    if not case.asks_crowd or case.terms is None:
        return ""
    backers, raised = changes.least_backers, changes.least_raised_bp
    out = rules.not_yet(
        least_backers=case.least_backers if backers is None else backers,
        least_raised_bp=case.least_raised_bp if raised is None else raised,
        backers=case.backers,
        crowd_pence=case.crowd_pence,
        target_pence=case.terms.target_pence,
    )
    return out.words if out else ""


def _shares(rows: Iterable[tuple[Row, Sequence[str]]]) -> list[Share]:
    sums: dict[str, tuple[int, int]] = {}
    for row, names in rows:
        for name in names:
            signed, pence = sums.get(name, (0, 0))
            sums[name] = (signed + row.case.signed_pence, pence + row.pence)
    return [Share(name, *sums[name]) for name in sorted(sums, key=lambda name: (name == NOT_RECORDED, name))]


def terms_of(stored: Mapping[str, object]) -> Terms | None:
    """The numbers that a decision keeps; None where nothing was weighed."""
    inputs = stored.get("inputs")
    return Terms(**inputs) if isinstance(inputs, Mapping) else None
