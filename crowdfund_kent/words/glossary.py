"""The glossary: its words and meanings, read from the text that officers edit. Pure."""

import itertools
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from crowdfund_kent.words.source import parts, with_facts

# words of the papers that residents' pages do not use, and words whose everyday meaning is enough
NOT_EXPLAINED: Final = {"four measures", "leverage", "community group", "fund"}


@dataclass(frozen=True)
class Term:
    """A word with its one meaning, as plain text."""

    word: str
    meaning: str

    @property
    def in_place(self) -> str:
        """The meaning for residents' pages: without the sentences about words of the Council's papers."""
        sentences = re.split(r"(?<=[.!?])\s+", self.meaning)
        return " ".join(one for one in sentences if "papers:" not in one)

    @property
    def slug(self) -> str:
        """Its address on /glossary."""
        return slug_of(self.word)

    @property
    def target(self) -> str:
        """The id of what opens where it is explained."""
        return f"term-{self.slug}"

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The word or its plural, whole, capitals or not."""
        return re.compile(rf"\b{re.escape(self.word)}s?\b", re.IGNORECASE)


def slug_of(words: str) -> str:
    """Pay-out threshold -> pay-out-threshold"""
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "part"


def terms_of(text: str, values: Mapping[str, str]) -> list[Term]:
    """The entries of a glossary's text: each ## heading with the paragraphs under it."""
    found = []
    for piece in re.split(r"^## ", parts(text).body, flags=re.MULTILINE)[1:]:
        word, _, meaning = piece.partition("\n")
        found.append(Term(word.strip(), with_facts(" ".join(meaning.split()), values, plain=True)))
    return found


def explained(terms: list[Term]) -> list[Term]:
    """Those that are explained in place."""
    return [term for term in terms if term.word.lower() not in NOT_EXPLAINED]


def wrong_glossary(text: str) -> list[str]:
    """What is wrong with a glossary besides what may be wrong with any page."""
    terms = terms_of(text, {})
    words = [term.word.lower() for term in terms]
    wrong = [f"Say what “{term.word}” means" for term in terms if not term.meaning]
    if not terms:
        wrong.append("Begin each word of the glossary with ##, and say under it what it means")
    if len(set(words)) < len(words):
        wrong.append("Each word stands in the glossary once")
    elif words != sorted(words):
        late = next(b for a, b in itertools.pairwise(words) if b < a)
        wrong.append(f"Put the words in alphabetical order: “{late}” comes earlier")
    return wrong
