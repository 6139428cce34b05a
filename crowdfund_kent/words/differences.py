"""What changed between two texts, line by line and inside a line word by word: for the eye and for a screen reader. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

Kind = Literal["same", "added", "removed"]
_AROUND = 1  # unchanged lines that are shown beside a change


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words that stayed, came or went."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the comparison. `kind` "changed": its pieces differ; "gap": unchanged lines are left out here."""

    kind: Literal["same", "added", "removed", "changed", "gap"]
    pieces: tuple[Piece, ...] = ()


def differences(old: str, new: str) -> list[Line]:
    """What changed from `old` to `new`; empty when nothing did."""
    before, after = _lines(old), _lines(new)
    if before == after:
        return []
    made: list[Line] = []
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            made += [Line("same", (Piece("same", line),)) for line in before[a:b]]
        elif tag == "replace":
            made += _replaced(before[a:b], after[c:d])
        else:
            made += [Line("removed", (Piece("removed", line),)) for line in before[a:b]]
            made += [Line("added", (Piece("added", line),)) for line in after[c:d]]
    return list(_near_changes(made))


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _replaced(old: Sequence[str], new: Sequence[str]) -> list[Line]:
    pairs = min(len(old), len(new))
    made = [Line("changed", tuple(_words(a, b))) for a, b in zip(old[:pairs], new[:pairs], strict=True)]
    made += [Line("removed", (Piece("removed", line),)) for line in old[pairs:]]
    made += [Line("added", (Piece("added", line),)) for line in new[pairs:]]
    return made


def _words(old: str, new: str) -> Iterator[Piece]:
    before, after = re.findall(r"\S+\s*", old), re.findall(r"\S+\s*", new)
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Piece("same", "".join(before[a:b]))
            continue
        if b > a:
            yield Piece("removed", "".join(before[a:b]))
        if d > c:
            yield Piece("added", "".join(after[c:d]))


def _near_changes(lines: list[Line]) -> Iterator[Line]:
    """Changed lines with what stands beside them; a gap where more is left out."""
    near = {
        place
        for number, line in enumerate(lines)
        if line.kind != "same"
        for place in range(number - _AROUND, number + _AROUND + 1)
    }
    left_out = False
    for number, line in enumerate(lines):
        if number in near:
            left_out = False
            yield line
        elif not left_out:
            left_out = True
            yield Line("gap")
