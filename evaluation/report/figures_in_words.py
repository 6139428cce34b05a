"""Figures in officers' words: named by their short name in braces, so that no number in the report is typed by hand. Pure."""

import re
from collections.abc import Callable, Collection
from typing import Final

_NAMED: Final = re.compile(r"\{([^{}\n]{1,80})\}")
_MONTHS: Final = "January|February|March|April|May|June|July|August|September|October|November|December"
# days, years and financial years tell when, not how many; nor do the numbers of a list, or those in a name like Covid-19
_WHEN: Final = re.compile(rf"(?m)\b\d{{1,2}} (?:{_MONTHS})\b|\b(?:19|20)\d\d(?:[-–/]\d\d)?\b|^\s*\d{{1,2}}[.)] ")
_NUMBER: Final = re.compile(r"(?<![^\W\d_]-)(?<!\w)[£$€]?\d[\d,.]*%?")


def with_figures(text: str, told: Callable[[str], str | None]) -> str:
    """The text with each {short_name} replaced by what the figure says; one that is not known (any more) stays as it is.

    >>> with_figures("We added {match_pledged} in all.", {"match_pledged": "£130,000.00"}.get)
    'We added £130,000.00 in all.'
    """
    return _NAMED.sub(lambda found: told(found[1].strip()) or found[0], text)


def problem(text: str, known: Collection[str]) -> str | None:
    """Why the text can't stand in the report, with what to write instead; None where it can.

    >>> problem("Up to 24 June 2021, in 2021-22, {match_pledged} came.", {"match_pledged"}) is None
    True
    >>> problem("1. After Covid-19\\n2. and now", set()) is None
    True
    >>> problem("We added £130,000.", set())
    '“£130,000” is a number typed by hand. Write the short name of a figure instead, like {match_pledged}: all indicators are listed with theirs.'
    """  # noqa: E501 - as it is told
    for found in _NAMED.finditer(text):
        if found[1].strip() not in known:
            return f"There is no figure with the short name {found[1].strip()}: all indicators are listed with theirs."
    typed = _NUMBER.search(_WHEN.sub("", _NAMED.sub("", text)))
    if typed is None:
        return None
    return (
        f"“{typed[0].rstrip('.,')}” is a number typed by hand. Write the short name of a figure instead, like"
        " {match_pledged}: all indicators are listed with theirs."
    )
