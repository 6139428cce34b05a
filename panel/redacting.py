"""What is left out of an answer to a request for information, and the mark that stands in its place. Pure.

An answer is made of items, each with a key ("decision:12:reasons"). Officers leave out words of an item, of every item, or
an item whole, each with an exemption; names, e-mail addresses, telephone numbers and postcodes are left out by themselves as
personal information (section 40 of the Freedom of Information Act 2000).
"""

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from crowdfund_kent.money import pounds_exact
from panel.kinds import Exemption

EVERYWHERE: Final = "*"
SHORTEST_NAME: Final = 3
_EMAIL: Final = r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+"
_PHONE: Final = r"(?<![\w£.,])(?:\+44|0)(?:[ \-()]*\d){9,10}(?!\d)"
_POSTCODE: Final = r"(?<!\w)[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}(?!\w)"
_TITLED: Final = r"(?<!\w)(?:Mr|Mrs|Ms|Miss|Mx|Dr|Cllr|Rev)\.? +[A-Z][\w'’-]+(?: +[A-Z][\w'’-]+)?"
_ALWAYS: Final = re.compile("|".join((_EMAIL, _PHONE, _POSTCODE, _TITLED)))
_LETTERS: Final = re.compile(r"[^\W_]+")
_APOSTROPHES: Final = "'’ʼ‘`´"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that an answer may hold. `pence`: where it is an amount. `private`: left out whole, whatever it says."""

    key: str
    label: str
    text: str
    pence: int | None = None
    figure: bool = False
    private: bool = False

    @property
    def shown(self) -> str:
        """The text, or the amount in pounds."""
        return self.text if self.pence is None else pounds_exact(self.pence)

    @property
    def digest(self) -> str:
        """Follows from what is there: an officer has read this, and not what it says later."""
        return hashlib.sha256(f"{self.label}\0{self.shown}".encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Section:
    """Items that are read together: a round, a pitch, what was written about a campaign. `title` is an item too."""

    key: str
    title: Item
    items: Sequence[Item]

    @property
    def all(self) -> Sequence[Item]:
        """The title first."""
        return (self.title, *self.items)


@dataclass(frozen=True, slots=True)
class Cut:
    """What an officer leaves out. `item`: a key, or EVERYWHERE. `words`: empty for all of the item."""

    item: str
    words: str
    exemption: Exemption
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Left:
    """An item as it goes out: label and words with marks, and how often each exemption stands in it."""

    item: Item
    label: str
    text: str
    exemptions: Counter[Exemption]

    @property
    def whole(self) -> bool:
        """Nothing was left out."""
        return not self.exemptions


def mark(exemption: Exemption) -> str:
    """What stands where words were."""
    return f"[left out: {exemption}]"


def plain(text: str) -> str:
    """The text as it is looked through: letters with their accents in one piece."""
    return unicodedata.normalize("NFC", text)


def words_pattern(words: str) -> re.Pattern[str]:
    """Finds these words however they are spaced, in any case and with any apostrophe."""
    return re.compile(r"\s+".join(map(_loose, plain(words).split())), re.IGNORECASE)


def _loose(word: str) -> str:
    return "".join(f"[{_APOSTROPHES}]" if one in _APOSTROPHES else re.escape(one) for one in word)


def names_pattern(names: Iterable[str]) -> re.Pattern[str] | None:
    """Finds any of these names as whole words; a name of one word only as it is written. None where there are none."""
    known = {plain(name).strip() for name in names}
    several = sorted((one for one in known if " " in one), key=lambda one: (-len(one), one))
    single = sorted(one for one in known if " " not in one and len(one) >= SHORTEST_NAME)
    parts = [*map(_spaced, several), *map(_loose, single)]
    return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)") if parts else None


def _spaced(name: str) -> str:
    return "(?i:" + r"\s+".join(map(_loose, name.split())) + ")"


def leave_out(item: Item, cuts: Collection[Cut], names: re.Pattern[str] | None) -> Left:
    """The item as it goes out.

    >>> leave_out(Item("a", "A", "Ask Kim Reed, kim@example.org"), [], names_pattern(["Kim Reed"])).text
    'Ask [left out: section 40: personal information], [left out: section 40: personal information]'
    """
    mine = [cut for cut in cuts if cut.item in (item.key, EVERYWHERE)]
    whole = [cut.exemption for cut in mine if not cut.words]
    if item.private and not whole:
        whole = [Exemption.PERSONAL]
    label, in_label = cut_text(item.label, mine, names)
    if whole:
        return Left(item, label, mark(whole[0]), Counter(whole[:1]) + in_label)
    text, in_text = cut_text(item.shown, mine, names, figure=item.figure)
    return Left(item, label, text, in_text + in_label)


def cut_text(
    text: str, cuts: Collection[Cut], names: re.Pattern[str] | None, *, figure: bool = False
) -> tuple[str, Counter[Exemption]]:
    """The text with marks, and how many of each. Words of all `cuts` go, whichever item they were made for."""
    text = plain(text)
    spans = [
        (found.start(), found.end(), cut.exemption)
        for cut in cuts
        if cut.words.strip()
        for found in words_pattern(cut.words).finditer(text)
    ]
    if not figure:
        patterns = [_ALWAYS] + ([names] if names is not None else [])
        spans += [(found.start(), found.end(), Exemption.PERSONAL) for one in patterns for found in one.finditer(text)]
    return _marked(text, spans)


def _marked(text: str, spans: Iterable[tuple[int, int, Exemption]]) -> tuple[str, Counter[Exemption]]:
    """Spans that touch become one, with the mark of the one that begins first."""
    counted: Counter[Exemption] = Counter()
    made: list[str] = []
    until = 0
    for start, end, exemption in sorted(spans):
        if start >= until:
            made += [text[until:start], mark(exemption)]
            counted[exemption] += 1
        until = max(until, end)
    return "".join(made) + text[until:], counted


def maybe_names(text: str, names: Iterable[str]) -> list[str]:
    """Parts of names that stand in the text by themselves, such as a first name: for the officer to look at."""
    parts = {part for name in names for part in plain(name).split() if len(part) >= SHORTEST_NAME and part[0].isupper()}
    return sorted(parts & {one.strip("-'’") for one in re.findall(r"\w[\w'’-]*", plain(text))})


def near(names: Iterable[str], texts: Iterable[str]) -> list[str]:
    """The names whose first word is anywhere in the texts: of thousands the few that are worth looking for.

    >>> near(["Kim Reed", "Olu", "O'Brien"], ["kim said", "the o’brien house"])
    ['Kim Reed', "O'Brien"]
    """
    known = {one.casefold() for text in texts for one in _LETTERS.findall(plain(text))}
    return [name for name in names if (first := _LETTERS.search(plain(name))) and first[0].casefold() in known]
