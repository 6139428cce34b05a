"""Drawings for Easy Read: one idea each, in the flat colours of illustrations.py. 160 by 160, without inline style."""

import hashlib
from functools import lru_cache
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from crowdfund_kent.errors import NotFound

SIZE: Final = 160
_INK, _SEA, _ORCHARD, _BRICK, _HOP = "#14222b", "#0f4c75", "#1d6b4f", "#a8432a", "#f4c95d"
_SKIN: Final = ("#c98f6b", "#8a5a3c", "#e3b892")


def _person(x: int, y: int, coat: str, skin: str = _SKIN[0]) -> str:
    """Head and shoulders; `y` is where the shoulders end."""
    return (
        f'<path d="M{x - 26} {y}v-20a26 24 0 0 1 52 0v20z" fill="{coat}"/>'
        f'<circle cx="{x}" cy="{y - 58}" r="17" fill="{skin}"/>'
        f'<path d="M{x - 17} {y - 60}a17 18 0 0 1 34 0q-17-10-34 0z" fill="{_INK}"/>'
    )


def _card(x: int, y: int) -> str:
    return (
        f'<rect x="{x}" y="{y}" width="96" height="62" rx="8" fill="{_SEA}"/>'
        f'<rect x="{x}" y="{y + 12}" width="96" height="12" fill="{_INK}"/>'
        f'<rect x="{x + 10}" y="{y + 36}" width="20" height="14" rx="3" fill="{_HOP}"/>'
        f'<path d="M{x + 40} {y + 43}h44" stroke="#fff" stroke-width="5"/>'
    )


def _coin(x: int, y: int, radius: int = 17) -> str:
    return (
        f'<circle cx="{x}" cy="{y}" r="{radius}" fill="{_HOP}" stroke="#b98a1c" stroke-width="3"/>'
        f'<path d="M{x + 6} {y - 7}q-10-6-10 3v10q0 3-4 4h14M{x - 8} {y + 1}h11" stroke="{_INK}" stroke-width="3" fill="none"/>'
    )


def _tick(x: int, y: int) -> str:
    return (
        f'<circle cx="{x}" cy="{y}" r="20" fill="{_ORCHARD}"/>'
        f'<path d="M{x - 9} {y}l7 8 12-15" stroke="#fff" stroke-width="5" fill="none"/>'
    )


def _cross(x: int, y: int) -> str:
    return (
        f'<circle cx="{x}" cy="{y}" r="20" fill="{_BRICK}"/>'
        f'<path d="M{x - 8} {y - 8}l16 16m0-16l-16 16" stroke="#fff" stroke-width="5"/>'
    )


def _bubble(x: int, y: int, wide: int, high: int, colour: str) -> str:
    return (
        f'<rect x="{x}" y="{y}" width="{wide}" height="{high}" rx="12" fill="{colour}"/>'
        f'<path d="M{x + 18} {y + high - 2}v20l20-20z" fill="{colour}"/>'
    )


def _jar(level: int) -> str:
    """A jar of money, filled up to `level` of 84."""
    return (
        '<path d="M46 34h68v12q8 4 8 14v68q0 10-10 10h-64q-10 0-10-10v-68q0-10 8-14z"'
        ' fill="#fff" stroke="#14222b" stroke-width="4"/>'
        f'<path d="M42 {134 - level}h76v{level - 6}q0 6-6 6h-64q-6 0-6-6z" fill="{_HOP}"/>'
        '<path d="M36 62h-14M36 62h88" stroke="#1d6b4f" stroke-width="4" stroke-dasharray="7 5"/>'
        f'<rect x="42" y="22" width="76" height="14" rx="4" fill="{_SEA}"/>'
    )


DRAWINGS: Final[dict[str, str]] = {
    "idea": _person(80, 150, _SEA)
    + f'<circle cx="124" cy="42" r="22" fill="{_HOP}"/><path d="M115 62h18v14h-18z" fill="{_INK}"/>'
    '<path d="M124 8v-6M92 42h-8M164 42h-8M100 18l-6-6M148 18l6-6" stroke="#b98a1c" stroke-width="4"/>',
    "group": _person(44, 138, _BRICK, _SKIN[1]) + _person(116, 138, _ORCHARD, _SKIN[2]) + _person(80, 152, _SEA, _SKIN[0]),
    "list": f'<rect x="34" y="16" width="92" height="128" rx="6" fill="#fff" stroke="{_INK}" stroke-width="4"/>'
    + "".join(
        f'<circle cx="50" cy="{y}" r="5" fill="{_SEA}"/><path d="M62 {y}h26" stroke="{_INK}" stroke-width="5"/>'
        f'<path d="M100 {y}h14" stroke="{_ORCHARD}" stroke-width="7"/>'
        for y in (44, 72, 100)
    )
    + f'<path d="M46 122h68" stroke="{_ORCHARD}" stroke-width="6"/>',
    "officer": _person(62, 150, _SEA, _SKIN[2])
    + f'<rect x="92" y="58" width="54" height="70" rx="5" fill="#fff" stroke="{_INK}" stroke-width="4"/>'
    f'<rect x="108" y="50" width="22" height="14" rx="3" fill="{_INK}"/>'
    f'<path d="M104 92l10 12 20-26" stroke="{_ORCHARD}" stroke-width="7" fill="none"/>',
    "card": _card(32, 50) + _coin(120, 42) + _coin(42, 126),
    "safe": f'<rect x="20" y="26" width="120" height="112" rx="10" fill="#dfe6e9" stroke="{_INK}" stroke-width="4"/>'
    + _card(32, 44)
    + f'<rect x="58" y="98" width="44" height="34" rx="5" fill="{_HOP}"/>'
    f'<path d="M66 98v-12a14 14 0 0 1 28 0v12" stroke="{_INK}" stroke-width="6" fill="none"/>'
    f'<circle cx="80" cy="114" r="5" fill="{_INK}"/>',
    "hidden": '<path d="M54 150v-20a26 24 0 0 1 52 0v20z" fill="#9aa6ad"/>'
    '<circle cx="80" cy="92" r="17" fill="#c9d2d7"/>'
    f'<rect x="20" y="18" width="120" height="38" rx="6" fill="#fff" stroke="{_INK}" stroke-width="4"/>'
    f'<path d="M34 37h92" stroke="{_INK}" stroke-width="16"/>',
    "council": f'<path d="M16 66L80 28l64 38z" fill="{_BRICK}"/>'
    f'<rect x="22" y="66" width="116" height="70" fill="#e9dcc3"/>'
    + "".join(f'<rect x="{x}" y="78" width="12" height="46" fill="#fff"/>' for x in (34, 60, 88, 114))
    + f'<rect x="14" y="134" width="132" height="12" fill="{_INK}"/>'
    + _coin(80, 118, 20),
    "calendar": f'<rect x="24" y="30" width="112" height="108" rx="8" fill="#fff" stroke="{_INK}" stroke-width="4"/>'
    f'<path d="M24 38q0-8 8-8h96q8 0 8 8v20h-112z" fill="{_BRICK}"/>'
    f'<path d="M52 20v22M108 20v22" stroke="{_INK}" stroke-width="7"/>'
    + "".join(
        f'<rect x="{x}" y="{y}" width="14" height="12" fill="#d8d2c4"/>' for y in (70, 92, 114) for x in (38, 62, 86, 110)
    )
    + f'<circle cx="117" cy="120" r="14" fill="none" stroke="{_BRICK}" stroke-width="5"/>',
    "met": _jar(84) + _tick(128, 128),
    "missed": _jar(34) + _cross(128, 128),
    "letter": f'<rect x="18" y="40" width="124" height="84" rx="6" fill="#fff" stroke="{_INK}" stroke-width="4"/>'
    f'<path d="M20 46l60 46 60-46" stroke="{_INK}" stroke-width="4" fill="none"/>'
    f'<path d="M34 110h56" stroke="{_SEA}" stroke-width="6"/>',
    "stop": _card(32, 60) + f'<circle cx="80" cy="88" r="58" fill="none" stroke="{_BRICK}" stroke-width="10"/>'
    f'<path d="M40 130l82-84" stroke="{_BRICK}" stroke-width="10"/>',
    "back": _coin(108, 58, 24)
    + _person(52, 150, _ORCHARD, _SKIN[1])
    + f'<path d="M132 96q-10 34-42 34" stroke="{_SEA}" stroke-width="7" fill="none"/>'
    f'<path d="M98 114l-14 16 16 13" stroke="{_SEA}" stroke-width="7" fill="none"/>',
    "question": _person(56, 152, _BRICK, _SKIN[2])
    + _bubble(82, 14, 66, 58, "#e5eef4")
    + f'<path d="M102 36q2-14 14-13 13 2 12 13-1 8-12 12v6" stroke="{_SEA}" stroke-width="6" fill="none"/>'
    f'<circle cx="116" cy="63" r="4" fill="{_SEA}"/>',
    "phone": f'<rect x="48" y="14" width="64" height="132" rx="12" fill="{_INK}"/>'
    f'<rect x="56" y="30" width="48" height="90" fill="#e5eef4"/>'
    f'<circle cx="80" cy="133" r="6" fill="#fff"/>'
    f'<path d="M68 62q0 30 26 32l6-12-10-6-5 5q-7-3-8-10l5-4-4-11z" fill="{_ORCHARD}"/>',
    "talk": _bubble(14, 24, 92, 58, _SEA)
    + '<path d="M30 44h60M30 62h42" stroke="#fff" stroke-width="6"/>'
    + _bubble(66, 84, 80, 44, _HOP)
    + f'<path d="M80 106h52" stroke="{_INK}" stroke-width="6"/>',
    "formats": f'<rect x="16" y="24" width="60" height="78" rx="5" fill="#fff" stroke="{_INK}" stroke-width="4"/>'
    f'<path d="M30 86l16-44 16 44M36 70h20" stroke="{_INK}" stroke-width="6" fill="none"/>'
    + "".join(
        f'<circle cx="{x}" cy="{y}" r="5" fill="{_SEA}"/>'
        for x, y in ((96, 40), (96, 58), (112, 58), (130, 40), (130, 76))
    )
    + f'<path d="M64 122h18l20-16v52l-20-16h-18z" fill="{_BRICK}"/>'
    f'<path d="M112 118q8 14 0 28M124 110q14 22 0 44" stroke="{_BRICK}" stroke-width="5" fill="none"/>',
}  # fmt: skip


@lru_cache(maxsize=1)
def _version() -> str:
    """Changes when a drawing changes."""
    return hashlib.sha256("".join(DRAWINGS.values()).encode()).hexdigest()[:8]


def drawing_url(name: str) -> str:
    """The address of a drawing."""
    return f"/illustrations/easy/{name}.svg?v={_version()}"


async def drawing(request: Request) -> Response:
    """The picture behind drawing_url(); public, kept long."""
    name = str(request.path_params["name"])
    if name not in DRAWINGS:
        raise NotFound
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE} {SIZE}">{DRAWINGS[name]}</svg>'
    headers = {"Cache-Control": "public, max-age=31536000, immutable" if "v" in request.query_params else "no-cache"}
    return Response(svg, media_type="image/svg+xml", headers=headers)
