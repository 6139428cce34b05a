"""Drawings of Kent for projects without a picture: from place, objective and number, always the same for the same project.

Each is a landscape of 600 by 340 in flat colours, without inline style. Pages show it by address, so that a list stays light.
"""

import hashlib
import itertools
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from crowdfund_kent import etags
from crowdfund_kent.errors import NotFound

WIDTH: Final = 600
HEIGHT: Final = 340
WORDS: Final = {
    "coast": "white cliffs, a lighthouse and a sailing boat",
    "harbour": "a harbour with boats and a row of houses",
    "marsh": "a marsh with reeds, sheep and a windpump",
    "orchard": "an orchard and two oast houses",
    "downs": "the downs with a white horse path and beeches",
    "town": "a street of gabled houses",
    "park": "a park with a bandstand and trees",
    "green": "a village green with a church and cottages",
}
# what a district looks like, most typical first
_PLACES: Final = {
    "E07000105": ("orchard", "marsh", "green", "downs"),  # Ashford
    "E07000106": ("coast", "town", "orchard", "park"),  # Canterbury
    "E07000107": ("town", "park", "green"),  # Dartford
    "E07000108": ("coast", "harbour", "downs", "town"),  # Dover
    "E07000112": ("harbour", "marsh", "coast", "park"),  # Folkestone and Hythe
    "E07000109": ("town", "harbour", "marsh", "park"),  # Gravesham
    "E07000110": ("orchard", "town", "park", "green"),  # Maidstone
    "E07000111": ("downs", "green", "park"),  # Sevenoaks
    "E07000113": ("marsh", "orchard", "harbour", "town"),  # Swale
    "E07000114": ("coast", "harbour", "town", "park"),  # Thanet
    "E07000115": ("orchard", "green", "town", "downs"),  # Tonbridge and Malling
    "E07000116": ("park", "downs", "green", "town"),  # Tunbridge Wells
}
# words of an objective, and the drawings that suit it
_SUITS: Final = (
    ("environment", {"marsh", "downs", "orchard", "coast"}),
    ("heritage", {"harbour", "town", "green"}),
    ("culture", {"harbour", "town", "green"}),
    ("young", {"park", "town", "coast"}),
    ("older", {"green", "park", "harbour"}),
    ("health", {"coast", "park", "orchard", "downs"}),
    ("community", {"green", "town", "harbour", "orchard"}),
)
_SKIES: Final = (("#cfe6f2", "#f6efe0"), ("#fbe3c6", "#f6efe0"), ("#d9ead9", "#f3f0e2"), ("#e4dff0", "#f6efe0"))
_LEAVES: Final = ("#2f7d5b", "#3b8c66", "#24694b")
_WALLS: Final = ("#e9dcc3", "#d9b38c", "#f4efe4", "#c9805f", "#dfe6e9")
_LARGEST_SEED: Final = 10**9


class _Dice:
    """Whole numbers from a text: the same on every machine and version."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._thrown = 0

    def throw(self, least: int, most: int) -> int:
        """A number from `least` to `most`."""
        self._thrown += 1
        digest = hashlib.sha256(f"{self._text}:{self._thrown}".encode()).digest()
        return least + int.from_bytes(digest[:4], "big") % (most - least + 1)


def kind_for(district_code: str, objective: str, seed: int) -> str:
    """The drawing that suits a place and an objective; `seed` (the project's id) varies it among those that do."""
    places = _PLACES.get(district_code, ("green", "orchard", "town"))
    suits = next((kinds for word, kinds in _SUITS if word in objective.lower()), set(places))
    fitting = [kind for kind in places if kind in suits] or list(places)
    return fitting[_Dice(f"{district_code}:{seed}").throw(0, len(fitting) - 1)]


def words_for(kind: str) -> str:
    """Alternative text: Illustration: white cliffs, a lighthouse and a sailing boat"""
    return f"Illustration: {WORDS[kind]}"


@lru_cache(maxsize=1)
def _version() -> str:
    """Changes when a drawing changes."""
    drawn = "".join(str(scene(kind, seed)) for kind in WORDS for seed in range(2))
    return hashlib.sha256(drawn.encode()).hexdigest()[:8]


def illustration_url(district_code: str, objective: str, seed: int) -> str:
    """The address of a project's drawing."""
    return f"/illustrations/{kind_for(district_code, objective, seed)}-{seed % _LARGEST_SEED}.svg?v={_version()}"


def illustration_words(district_code: str, objective: str, seed: int) -> str:
    """The alternative text of a project's drawing."""
    return words_for(kind_for(district_code, objective, seed))


async def illustration(request: Request) -> Response:
    """The picture behind illustration_url(); public, kept long."""
    kind, seed = request.path_params["kind"], int(request.path_params["seed"])
    if kind not in WORDS or seed > _LARGEST_SEED:
        raise NotFound
    headers = {"Cache-Control": "public, max-age=31536000, immutable" if "v" in request.query_params else "no-cache"}
    return etags.answer(request, str(scene(kind, seed)), media_type="image/svg+xml", headers=headers)


def scene(kind: str, seed: int) -> Markup:
    """One drawing as SVG. Raises KeyError for a kind that is not in WORDS."""
    dice = _Dice(f"{kind}:{seed}")
    top, bottom = _SKIES[dice.throw(0, len(_SKIES) - 1)]
    sky = f"sky-{kind}-{seed}"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img"'
        f' aria-label="{words_for(kind)}">',
        f'<defs><linearGradient id="{sky}" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="{top}"/>'
        f'<stop offset="1" stop-color="{bottom}"/></linearGradient></defs>',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="url(#{sky})"/>',
        f'<circle cx="{dice.throw(380, 530)}" cy="{dice.throw(56, 96)}" r="32" fill="#f4c95d"/>',
        *_DRAWN[kind](dice),
        "</svg>",
    ]
    return Markup("".join(parts))  # noqa: S704 - made of the constants and numbers of this file


def _hills(dice: _Dice, level: int, rise: int, colour: str) -> str:
    """A rolling line from edge to edge, filled down to the ground."""
    points = [(x, level + dice.throw(-rise, rise)) for x in range(-80, WIDTH + 81, 80)]
    line = " ".join(
        f"Q{x} {y} {(x + after_x) // 2} {(y + after_y) // 2}"
        for (x, y), (after_x, after_y) in itertools.pairwise(points)
    )
    return f'<path d="M-40 {HEIGHT} V{points[0][1]} {line} V{HEIGHT}Z" fill="{colour}"/>'


def _tree(x: int, y: int, size: int, colour: str) -> str:
    """A round tree that stands on y; `size` is the radius of its crown."""
    return (
        f'<path d="M{x - 2} {y}v-{size}h5v{size}z" fill="#6b4a32"/>'
        f'<circle cx="{x}" cy="{y - size - size // 3}" r="{size}" fill="{colour}"/>'
    )


def _trees(dice: _Dice, count: int, y: int, size: int) -> str:
    step = WIDTH // count
    return "".join(
        _tree(i * step + dice.throw(8, step - 8), y + dice.throw(-4, 4), size + dice.throw(-3, 3), _LEAVES[i % 3])
        for i in range(count)
    )


def _oast(x: int, y: int, height: int) -> str:
    """An oast house: brick, a steep cone, a white cowl."""
    wide = height * 2 // 3
    mid = x + wide // 2
    peak = y - height - height
    return (
        f'<rect x="{x}" y="{y - height}" width="{wide}" height="{height}" fill="#a8432a"/>'
        f'<path d="M{x - 4} {y - height}L{mid} {peak}L{x + wide + 4} {y - height}Z" fill="#7d2f1d"/>'
        f'<path d="M{mid - 7} {peak + 10}h14l5-22l-22 6z" fill="#fff"/>'
        f'<rect x="{mid - 6}" y="{y - height // 2}" width="12" height="{height // 2}" fill="#5d2316"/>'
    )


def _house(x: int, y: int, wide: int, high: int, wall: str) -> str:
    """A gabled house with two windows and a door."""
    eaves, mid = y - high, x + wide // 2
    windows = "".join(
        f'<rect x="{left}" y="{eaves + 14}" width="10" height="13" fill="#45606f"/>' for left in (x + 8, x + wide - 18)
    )
    return (
        f'<rect x="{x}" y="{eaves}" width="{wide}" height="{high}" fill="{wall}"/>'
        f'<path d="M{x - 4} {eaves}L{mid} {eaves - 28}L{x + wide + 4} {eaves}Z" fill="#7d3a26"/>{windows}'
        f'<rect x="{mid - 6}" y="{y - 24}" width="12" height="24" fill="#0f4c75"/>'
    )


def _street(dice: _Dice, y: int, left: int, right: int) -> str:
    made, x, at = [], left, 0
    while x < right:
        wide = dice.throw(44, 62)
        made.append(_house(x, y, wide, dice.throw(56, 100), _WALLS[(at + dice.throw(0, 1)) % 5]))
        x, at = x + wide, at + 1
    return "".join(made)


def _boat(x: int, y: int, hull: str) -> str:
    return f'<path d="M{x - 26} {y}h52l-9 15h-34z" fill="{hull}"/><path d="M{x} {y - 4}v-46l26 42z" fill="#fff"/>'


def _sea(y: int) -> str:
    waves = "t60 0" * 11
    return (
        f'<rect y="{y}" width="{WIDTH}" height="{HEIGHT - y}" fill="#2f78a3"/>'
        f'<rect y="{y + 28}" width="{WIDTH}" height="{HEIGHT - y}" fill="#1f6189"/>'
        f'<path d="M-30 {y + 28}q30-10 60 0{waves}" stroke="#8fc1dd" stroke-width="3" fill="none"/>'
    )


def _coast(dice: _Dice) -> list[str]:
    lamp = dice.throw(90, 140)
    return [
        _sea(208),
        '<path d="M0 96L150 104L190 120L236 128L262 176L270 222L0 240Z" fill="#fbfaf5"/>',
        '<path d="M0 98L150 106L190 122L236 130L230 112L150 88L0 78Z" fill="#5c9a63"/>',
        '<path d="M60 104l6 120M122 106l8 114M180 122l10 98" stroke="#ddd8c8" stroke-width="5"/>',
        f'<path d="M{lamp - 9} 88l3-46h12l3 46z" fill="#fff"/><path d="M{lamp - 7} 62h14v-10h-13z" fill="#a8432a"/>'
        f'<path d="M{lamp - 8} 42v-10h16v10z" fill="#14222b"/>',
        _boat(dice.throw(360, 540), dice.throw(222, 238), "#a8432a"),
    ]


def _harbour(dice: _Dice) -> list[str]:
    boats = [
        _boat(90 + i * 130 + dice.throw(-24, 24), 262 + (i % 2) * 26, ("#a8432a", "#e0b040")[i % 2]) for i in range(4)
    ]
    return [
        _hills(dice, 176, 16, "#a9c9a0"),
        _street(dice, 226, dice.throw(-30, 0), 430),
        f'<path d="M0 226h470v18H0z" fill="#b7a78f"/>{_sea(240)}',
        '<path d="M470 218h130v26h-130z" fill="#9a8b76"/><path d="M560 218v-40h16v40z" fill="#fff"/>'
        '<path d="M558 178h20v-12h-20z" fill="#a8432a"/>',
        *boats,
    ]


def _marsh(dice: _Dice) -> list[str]:
    mill = dice.throw(120, 220)
    sheep = "".join(
        f'<ellipse cx="{x}" cy="{y}" rx="13" ry="9" fill="#fff"/><circle cx="{x + 13}" cy="{y - 3}" r="5" fill="#14222b"/>'
        for x, y in ((dice.throw(30 + i * 72, 80 + i * 72), dice.throw(244, 280 - i * 6)) for i in range(5))
    )
    reeds = "".join(
        f'<path d="M{x} 340q{dice.throw(-6, 6)}-24 {dice.throw(-4, 4)}-{dice.throw(34, 58)}" stroke="#8a7b3f"'
        f' stroke-width="3" fill="none"/>'
        for x in range(8, WIDTH, 22)
    )
    return [
        _hills(dice, 196, 8, "#b9cfae"),
        f'<rect y="216" width="{WIDTH}" height="124" fill="#86b27c"/>',
        '<path d="M600 232Q420 232 380 262T170 300Q90 312-10 312V340H600Z" fill="#5f9fbd"/>',
        f'<path d="M{mill - 14} 224l8-70h12l8 70z" fill="#f4efe4"/><circle cx="{mill}" cy="152" r="5" fill="#14222b"/>'
        f'<path d="M{mill - 44} 124l88 56M{mill + 44} 124l-88 56" stroke="#7d3a26" stroke-width="6"/>',
        sheep,
        reeds,
    ]


def _orchard(dice: _Dice) -> list[str]:
    rows = [
        _tree(214 + i * 46 - row * 18, 268 + row * 32, 12 + row * 3, _LEAVES[(i + row) % 3])
        for row in range(3)
        for i in range(9)
    ]
    apples = [
        f'<circle cx="{dice.throw(206, 590)}" cy="{dice.throw(240, 312)}" r="4" fill="#c8452d"/>' for _ in range(16)
    ]
    left = dice.throw(60, 100)
    return [
        _hills(dice, 186, 20, "#a9c9a0"),
        _hills(dice, 220, 16, "#7fb083"),
        _oast(left, 246, 52) + _oast(left + 54, 246, 52),
        '<path d="M-20 340V262Q300 222 620 268V340Z" fill="#5c9a63"/>',
        *rows,
        *apples,
    ]


def _downs(dice: _Dice) -> list[str]:
    return [
        _hills(dice, 150, 24, "#c3d6b4"),
        _hills(dice, 190, 22, "#9cc08f"),
        f'<path d="M{dice.throw(300, 440)} 280q-90-22-14-46t4-40" stroke="#f4efe4" stroke-width="8" fill="none"/>',
        _hills(dice, 256, 14, "#6fa673"),
        _trees(dice, 7, 268, 18),
        '<path d="M-20 340V304Q280 276 620 312V340Z" fill="#5c9a63"/>',
        _trees(dice, 4, 326, 24),
    ]


def _town(dice: _Dice) -> list[str]:
    return [
        _hills(dice, 196, 15, "#b9cfae"),
        _street(dice, 268, dice.throw(-20, 10), WIDTH),
        f'<rect y="268" width="{WIDTH}" height="72" fill="#8a8f86"/>',
        '<path d="M0 306h600" stroke="#fff" stroke-width="4" stroke-dasharray="26 20"/>',
        _trees(dice, 5, 276, 16),
    ]


def _park(dice: _Dice) -> list[str]:
    x = dice.throw(220, 330)
    posts = "".join(f'<rect x="{x + i * 34}" y="206" width="5" height="52" fill="#f4efe4"/>' for i in range(4))
    return [
        _hills(dice, 188, 18, "#b9cfae"),
        _trees(dice, 9, 226, 20),
        '<path d="M-20 340V236Q300 208 620 240V340Z" fill="#7fb083"/>',
        '<path d="M-10 340Q180 262 330 268T610 300V330Q480 292 340 296T120 340Z" fill="#e9dcc3"/>',
        f'{posts}<path d="M{x - 14} 206L{x + 54} 168L{x + 122} 206Z" fill="#0f4c75"/>'
        f'<path d="M{x - 8} 258h124v14h-124z" fill="#d8c9ab"/><circle cx="{x + 54}" cy="164" r="6" fill="#e0b040"/>',
        _trees(dice, 3, 318, 30),
    ]


def _green(dice: _Dice) -> list[str]:
    x = dice.throw(70, 150)
    cottages = "".join(
        _house(300 + i * 86, 250, 66, dice.throw(42, 56), _WALLS[(i * 2 + dice.throw(0, 1)) % 5]) for i in range(3)
    )
    return [
        _hills(dice, 180, 18, "#b9cfae"),
        _trees(dice, 8, 232, 18),
        f'<path d="M{x} 250v-96h44v96z" fill="#cfc8b8"/><path d="M{x - 3} 154L{x + 22} 84L{x + 47} 154Z" fill="#6f7f86"/>'
        f'<path d="M{x + 44} 250v-56l46-26l46 26v56z" fill="#ddd6c6"/>'
        f'<path d="M{x + 40} 196l50-30l50 30z" fill="#7d3a26"/><path d="M{x + 16} 250v-22q6-10 12 0v22z" fill="#5d2316"/>',
        cottages,
        '<path d="M-20 340V250Q300 236 620 250V340Z" fill="#6fa673"/>',
        '<ellipse cx="310" cy="304" rx="150" ry="20" fill="#86b27c"/>',
        '<path d="M250 312v-22M257 312v-22M264 312v-22M366 300v-18M372 300v-18M378 300v-18" stroke="#f4efe4"'
        ' stroke-width="3"/>',
    ]


_DRAWN: Final[dict[str, Callable[[_Dice], list[str]]]] = {
    "coast": _coast,
    "harbour": _harbour,
    "marsh": _marsh,
    "orchard": _orchard,
    "downs": _downs,
    "town": _town,
    "park": _park,
    "green": _green,
}
