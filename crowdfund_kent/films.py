"""Films elsewhere: an address on a line of its own becomes a link with a still picture of ours. Pure.

Nothing is asked of the other site before the reader follows the link: no embedded player, no picture of theirs.
"""

import re
from typing import Final, NamedTuple

_YOUTUBE: Final = re.compile(
    r"https?://(?:www\.|m\.)?(?:youtube\.com/(?:watch\?(?:[^\s#]*&)?v=|shorts/|live/)|youtu\.be/)"
    r"(?P<id>[A-Za-z0-9_-]{11})(?:[?&#/][^\s<>\"']*)?"
)
_VIMEO: Final = re.compile(r"https?://(?:www\.)?vimeo\.com/(?P<id>[0-9]{4,12}(?:/[0-9a-f]{8,12})?)(?:[?#][^\s<>\"']*)?")


class Film(NamedTuple):
    """Where it is, in an address that we made from its number, and what the place is called."""

    address: str
    site: str


def film_at(line: str) -> Film | None:
    """The film of a line that holds its address and nothing else; None for any other line.

    >>> film_at("https://youtu.be/dQw4w9WgXcQ?si=x")
    Film(address='https://www.youtube.com/watch?v=dQw4w9WgXcQ', site='YouTube')
    """
    text = line.strip()
    if text.startswith("<") and text.endswith(">"):
        text = text[1:-1]
    if found := _YOUTUBE.fullmatch(text):
        return Film(f"https://www.youtube.com/watch?v={found['id']}", "YouTube")
    if found := _VIMEO.fullmatch(text):
        return Film(f"https://vimeo.com/{found['id']}", "Vimeo")
    return None
