"""Where the parts of bars, charts and the map go. Whole numbers only; the words and tables beside them are the templates'."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

_STEPS: Final = 10_000  # a bar is cut into hundredths of a percent
_SHORT_NAMES: Final = {
    "Ashford": "Ash",
    "Canterbury": "Cant",
    "Dartford": "Dart",
    "Dover": "Dover",
    "Folkestone and Hythe": "F&H",
    "Gravesham": "Grav",
    "Maidstone": "Maid",
    "Sevenoaks": "Sev",
    "Swale": "Swale",
    "Thanet": "Than",
    "Tonbridge and Malling": "T&M",
    "Tunbridge Wells": "T Wells",
}
_SHADES: Final = 4


def _percent(steps: int) -> str:
    """5325 -> 53.25%"""
    return f"{steps // 100}.{steps % 100:02d}%"


def stack_parts(parts: Sequence[Mapping[str, Any]], whole: int | None = None) -> list[dict[str, Any]]:
    """Each part with `x` and `width` as percentages of the bar. `pence` (or any whole number) is its size.

    `whole`: what the full bar means, at least the sum of the parts. Parts of nothing are left out.
    """
    total = max(whole or 0, sum(part["pence"] for part in parts))
    placed, before = [], 0
    for part in parts:
        if part["pence"] <= 0:
            continue
        begin, end = before * _STEPS // total, (before + part["pence"]) * _STEPS // total
        placed.append({**part, "x": _percent(begin), "width": _percent(end - begin)})
        before += part["pence"]
    return placed


def money_bar(
    target: int, crowd: int, match: int = 0, offered: int = 0, later: int = 0, *, gifts: int = 0
) -> dict[str, Any]:
    """The bar of a campaign, all in pence: what was pledged, what is offered, what is still needed.

    `gifts`: of the crowd's, what was given by hand, in a colour of its own.
    Raised counts crowd and the match that counts. What is offered, or promised and counts later, does not: it is drawn in
    what room is left (domain.md, rulings 2 and 6).
    """
    raised = crowd + match
    whole = max(target, raised)
    drawn = min(offered + later, whole - raised)
    tones = (("crowd", crowd - gifts), ("gifts", gifts), ("match", match), ("offered", drawn))
    return {
        "target": target,
        "crowd": crowd,
        "gifts": gifts,
        "match": match,
        "offered": offered,
        "later": later,
        "raised": raised,
        "needed": max(0, target - raised),
        "over": max(0, raised - target),
        "met": raised >= target,
        "parts": stack_parts([{"tone": tone, "pence": pence} for tone, pence in tones], whole) if whole else [],
    }


def share_width(value: int, largest: int) -> str:
    """The width of one bar of a bar chart: its part of the largest."""
    return _percent(value * _STEPS // largest) if largest > 0 and value > 0 else "0%"


def line_points(values: Sequence[int], width: int = 1000, height: int = 240) -> dict[str, Any]:
    """A line through `values` (0 or more) at equal steps: SVG points of the line and of the area under it."""
    largest = max((*values, 1))
    steps = max(len(values) - 1, 1)
    points = [(at * width // steps, height - value * height // largest) for at, value in enumerate(values)]
    line = " ".join(f"{x},{y}" for x, y in points)
    last = points[-1][0] if points else 0
    return {"line": line, "area": f"0,{height} {line} {last},{height}", "largest": largest}


def shades(values: Sequence[int]) -> list[int]:
    """0 for nothing, then 1 to 4: the colour of each district on the map. The number stands beside it."""
    largest = max((*values, 0))
    return [0 if value <= 0 else 1 + (value * _SHADES - 1) // largest for value in values]


def short_name(district: str) -> str:
    """A district's name for a small square."""
    return _SHORT_NAMES.get(district, district[:5])
