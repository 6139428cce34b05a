"""The pages of words: a closed list, with the text that comes with the site."""

import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from crowdfund_kent.errors import NotFound

SHIPPED: Final = Path(__file__).parent / "shipped"


@dataclass(frozen=True)
class WordsPage:
    """One page. `explains`: words of the glossary are explained in it; `template`: words/<template>.html draws it."""

    key: str
    path: str
    name: str  # of the route
    template: str = "page"
    explains: bool = True

    @cached_property
    def shipped(self) -> str:
        """The text that comes with the site."""
        return (SHIPPED / f"{self.key}.md").read_text(encoding="utf-8")

    @property
    def shipped_digest(self) -> str:
        """Changes when a release brings another text."""
        return hashlib.sha256(self.shipped.encode()).hexdigest()

    @property
    def shipped_title(self) -> str:
        """The heading of the shipped text: how staff pages name the page."""
        return self.shipped.partition("\n")[0].removeprefix("# ")


GLOSSARY: Final = WordsPage("glossary", "/glossary", "glossary", template="glossary", explains=False)
PAGES: Final = (
    WordsPage("how_it_works", "/how-it-works", "how_it_works"),
    WordsPage("easy_read", "/easy-read", "easy_read", template="easy_read", explains=False),
    WordsPage("what_if", "/what-if", "what_if"),
    WordsPage("fees", "/fees", "fees"),
    WordsPage("safety", "/safety", "safety"),
    WordsPage("check", "/check", "check", explains=False),
    WordsPage("contact", "/contact", "contact", template="contact", explains=False),
    WordsPage("complaints", "/complaints", "complaints", template="complaints", explains=False),
    GLOSSARY,
    WordsPage("accessibility", "/accessibility", "accessibility", explains=False),
    WordsPage("privacy", "/privacy", "privacy", explains=False),
    WordsPage("cookies", "/cookies", "cookies", explains=False),
)
_BY_KEY: Final = {one.key: one for one in PAGES}


def page_of(key: str) -> WordsPage:
    """The page of this key, or NotFound."""
    if key not in _BY_KEY:
        raise NotFound
    return _BY_KEY[key]
