"""How easily a story reads: advice in words, never a mark and never in the way. Pure.

Looks at three things that make a text hard for many readers: long sentences, long words, and paragraphs without an end.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

MOST_WORDS: Final = 25  # of a sentence: government's own style asks for this [K]
LONG_WORD: Final = 13  # letters
MOST_TOGETHER: Final = 120  # words of a paragraph
FEW_WORDS: Final = 60  # of a whole story
SHOWN: Final = 4
BEGINNING: Final = 6
READS_WELL: Final = "This reads easily: short sentences and short words."

# words of offices, with what people say
PLAIN: Final = {
    "beneficiaries": "people it helps",
    "commence": "begin",
    "deliver outcomes": "say what changes",
    "facilitate": "help",
    "going forward": "from now on",
    "in order to": "to",
    "prior to": "before",
    "service users": "people who come",
    "stakeholders": "people who care about it",
    "utilise": "use",
}
_WORD: Final = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_END: Final = re.compile(r"(?<=[.!?…])[\"”’)\]]*\s+(?=[\"“‘(]?[A-Z0-9])")
_MARKS: Final = re.compile(r"^\s*(?:#{1,6}\s+|[-*+]\s+|\d+[.)]\s+|>\s+)", re.MULTILINE)
_LINK: Final = re.compile(r"!?\[([^\]]*)\]\([^)]*\)|https?://\S+")


def advice(story: str) -> Sequence[str]:
    """What would make the text easier to read, the weightiest first; one friendly line where nothing would; () of nothing.

    >>> advice("We facilitate walks. " * 30)[0]
    'Instead of “facilitate”, say “help”.'
    """
    paragraphs = [_plain(part) for part in re.split(r"\n\s*\n", story) if part.strip() and not _is_heading(part)]
    words = [word for part in paragraphs for word in _WORD.findall(part)]
    if not words:
        return ()
    found = [
        *_long_sentences(paragraphs),
        *_office_words(" ".join(paragraphs)),
        *_long_words(words),
        *_walls(paragraphs),
        *_few(words),
    ]
    return found or (READS_WELL,)


def _is_heading(part: str) -> bool:
    return part.lstrip().startswith("#") and "\n" not in part.strip()


def _plain(part: str) -> str:
    return _LINK.sub(r"\1", _MARKS.sub("\n", part)).replace("*", "")


def _sentences(paragraphs: Sequence[str]) -> Iterator[str]:
    """An item of a list is a sentence too."""
    for part in paragraphs:
        for line in part.split("\n"):
            yield from (one for one in _END.split(line) if one.strip())


def _long_sentences(paragraphs: Sequence[str]) -> Iterator[str]:
    long = [one for one in _sentences(paragraphs) if len(_WORD.findall(one)) > MOST_WORDS]
    if not long:
        return
    worst = max(long, key=lambda one: len(_WORD.findall(one)))
    begins = " ".join(worst.split()[:BEGINNING])
    if len(long) == 1:
        yield f"One sentence has more than {MOST_WORDS} words. Could it be two? It begins: “{begins} …”"
    else:
        yield f"{len(long)} sentences have more than {MOST_WORDS} words. Make two of each, first of this: “{begins} …”"


def _office_words(text: str) -> Iterator[str]:
    lower = text.lower()
    for word, instead in PLAIN.items():
        if re.search(rf"\b{word}\b", lower):
            yield f"Instead of “{word}”, say “{instead}”."


def _long_words(words: Sequence[str]) -> Iterator[str]:
    # a name of a place or a group can't be shorter
    long = list(dict.fromkeys(one.lower() for one in words if len(one) >= LONG_WORD and one[0].islower()))
    if long:
        named = ", ".join(f"“{one}”" for one in long[:SHOWN])
        yield f"Long words: {named}. Is there a shorter way to say it?"


def _walls(paragraphs: Sequence[str]) -> Iterator[str]:
    if any(len(_WORD.findall(part)) > MOST_TOGETHER for part in paragraphs):
        yield "One paragraph is very long. An empty line in the middle lets people breathe."


def _few(words: Sequence[str]) -> Iterator[str]:
    if len(words) < FEW_WORDS:
        yield "It is short. People who don’t know you would like to read a little more."
