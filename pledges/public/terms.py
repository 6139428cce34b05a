"""From what somebody typed to what PostgreSQL looks for: words, what means the same, places, half words, slips. Pure."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Final

from crowdfund_kent.places import LONGEST as LONGEST_PLACE
from crowdfund_kent.places import PLACES
from pledges.public.search import MOST_WORDS, plain
from pledges.public.spelling import SHORTEST, nearest
from pledges.public.synonyms import LONGEST, MEANS_THE_SAME, TOGETHER

_QUOTED: Final = re.compile(r'["“”]([^"“”]*)["“”]?')
_WORD: Final = re.compile(r"[^\W_]+")
_APOSTROPHES: Final = str.maketrans("", "", "'’‘`")
# said of every project here: they tell nothing, unless nothing else is said
_SAYS_NOTHING: Final = frozenset(
    ["kent", "project", "projects", "campaign", "campaigns", "crowdfund", "crowdfunding", "near", "me"]
)
_LEAST_HALF: Final = 3  # letters of a half of a word that is written in two
_PLACE_LETTERS: Final = 8  # of a place's name in several words, before a slip in it is forgiven


@dataclass(frozen=True, slots=True)
class Term:
    """One word, or words in quotation marks, with what may stand for it. Alternatives are words with spaces between."""

    words: tuple[str, ...]
    others: tuple[str, ...] = ()  # means the same, or is written otherwise
    districts: tuple[str, ...] = ()  # it is, or is part of, a place there
    meant: tuple[str, ...] = ()  # a slip of these

    @property
    def word(self) -> str:
        """As it is typed."""
        return " ".join(self.words)

    @property
    def exact(self) -> str:
        """For to_tsquery: these words, beside each other."""
        return _beside(self.words)

    @property
    def wide(self) -> str:
        """For to_tsquery: the same, or anything that may stand for it."""
        half = [f"'{self.word}':*"] if len(self.words) == 1 and len(self.word) >= _LEAST_HALF else []
        phrases = [_beside(one.split()) for one in (*self.others, *self.meant)]
        lexemes = [f"'{code.lower()}'" for code in self.districts]
        return " | ".join(dict.fromkeys((self.exact, *half, *phrases, *lexemes)))


def _beside(words: Sequence[str]) -> str:
    return "(" + " <-> ".join(f"'{word}'" for word in words) + ")"


def plain_words(text: str) -> list[str]:
    """Small, without accents and apostrophes: Women's Café -> womens cafe."""
    return _WORD.findall(plain(text).translate(_APOSTROPHES))


def terms_of(text: str) -> list[Term]:
    """What is looked for, in its order; at most MOST_WORDS words. What stands in quotation marks stays together."""
    quoted = [Term(tuple(words)) for one in _QUOTED.findall(text) if (words := plain_words(one))]
    loose = plain_words(_QUOTED.sub(" ", text))
    telling = [word for word in loose if word not in _SAYS_NOTHING]
    return [*quoted, *_told_apart(telling if telling or quoted else loose)][:MOST_WORDS]


def _told_apart(words: Sequence[str]) -> list[Term]:
    """Each word with what the phrases it is part of mean: "herne" and "bay" both stand for Canterbury."""
    others: list[list[str]] = [[] for _ in words]
    districts: list[list[str]] = [[] for _ in words]
    for size in range(min(len(words), max(LONGEST, LONGEST_PLACE)), 0, -1):
        for start in range(len(words) - size + 1):
            phrase = words[start : start + size]
            place, same = _place(phrase), _same(phrase)
            for at in range(start, start + size):
                others[at] += same
                districts[at] += [place] if place else []
    return [
        Term((word,), tuple(dict.fromkeys(same)), tuple(dict.fromkeys(codes)))
        for word, same, codes in zip(words, others, districts, strict=True)
    ]


def _same(phrase: Sequence[str]) -> Iterable[str]:
    """What means the same; one and many alike, and written in one word or two."""
    typed = " ".join(phrase)
    for one in (typed, typed.removesuffix("s")):
        apart = TOGETHER.get(one)
        if found := MEANS_THE_SAME.get(apart or one):
            return (apart, *found) if apart else (*found, one.replace(" ", "")) if " " in one else found
    return ()


def _place(phrase: Sequence[str]) -> str:
    """The district of a place's name; with a slip in it, where it has several words."""
    name = " ".join(phrase)
    if name in PLACES:
        return PLACES[name]
    if len(phrase) == 1 or len(name) < _PLACE_LETTERS:
        return ""
    slips = nearest(name, (place for place in PLACES if place.count(" ") == len(phrase) - 1))
    return PLACES[slips[0]] if len(slips) == 1 else ""


@dataclass(frozen=True, slots=True)
class Known:
    """What the public projects have of the words typed: `known` as they are, `longer` ones, `near` ones for the others."""

    known: Collection[str] = ()
    longer: Mapping[str, Sequence[str]] = field(default_factory=dict)
    near: Mapping[str, Sequence[str]] = field(default_factory=dict)
    pieces: Collection[str] = ()  # of halves() and joined(), those there are


def halves(terms: Iterable[Term]) -> list[tuple[str, str]]:
    """Ways to write a word in two: skatepark -> (skate, park), among others."""
    return [
        (term.word[:at], term.word[at:])
        for term in terms
        if len(term.words) == 1
        for at in range(_LEAST_HALF, len(term.word) - _LEAST_HALF + 1)
    ]


def joined(terms: Sequence[Term]) -> list[tuple[int, str]]:
    """Neighbours written as one word, with the place of the first: skate park -> (0, skatepark)."""
    return [(at, a.word + b.word) for at, (a, b) in enumerate(pairwise(terms)) if len(a.words) == len(b.words) == 1]


def understood(terms: Sequence[Term], known: Known) -> list[Term]:
    """The terms with what is known of the projects: other spellings, and what a slip may have meant."""
    found = [_spelt(term, known) for term in terms]
    for at, whole in joined(terms):
        if whole in known.pieces:
            for one in (at, at + 1):
                found[one] = replace(found[one], others=(*found[one].others, whole))
    return found


def _spelt(term: Term, known: Known) -> Term:
    if len(term.words) > 1:
        return term
    # half a word may end where the stem of the whole does not: "swimmi" is no beginning of "swim"
    term = replace(term, others=(*term.others, *known.longer.get(term.word, ())))
    if term.word in known.known or term.others or term.districts:
        return term
    apart = tuple(f"{a} {b}" for a, b in halves([term]) if a in known.pieces and b in known.pieces)
    if apart:
        return replace(term, others=(*term.others, *apart))
    meant = slips_of(term.word, known)
    codes = tuple(PLACES[word] for word in meant if word in PLACES)
    same = tuple(other for word in meant for other in MEANS_THE_SAME.get(word, ()))
    return replace(term, meant=(*meant, *same), districts=codes)


def slips_of(word: str, known: Known, slack: int = 0) -> tuple[str, ...]:
    """The words that may have been meant: of the projects, of places, and of those that mean something here."""
    if len(word) < SHORTEST:
        return ()
    words = {*known.near.get(word, ()), *(name for name in (*PLACES, *MEANS_THE_SAME) if " " not in name)}
    return tuple(sorted(nearest(word, (one for one in words if one[:1] == word[:1] or len(word) > SHORTEST), slack)))


def said_again(terms: Sequence[Term], known: Known) -> str:
    """What may have been meant, for "Did you mean"; nothing where every word is known. More slips are forgiven here."""
    again, other = [], False
    for term in terms:
        unknown = len(term.words) == 1 and term.word not in known.known and not term.others and not term.districts
        better = slips_of(term.word, known) or slips_of(term.word, known, 1) if unknown else ()
        again.append(better[0] if better else term.word)
        other = other or bool(better)
    return " ".join(again) if other else ""
