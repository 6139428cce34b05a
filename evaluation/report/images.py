"""The map of the districts as a picture in words and squares, for print: a PDF reads out its alternative text. Pure."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from textwrap import wrap
from typing import Any, Final
from xml.sax.saxutils import escape

from crowdfund_kent.charts import shades, short_name

SIDE: Final = 90
ROWS, COLUMNS = 3, 5
FILLS: Final = ("#f3f2f1", "#dcebe4", "#a9cfbd", "#5b9f82", "#1d6b4f")
DARK_FROM: Final = 3


def map_image(squares: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """`src`, a picture without an address, and `alt`, all that it shows in words. Squares as components/figures.html's."""
    drawn = []
    for square, shade in zip(squares, shades([square["value"] for square in squares]), strict=True):
        x, y = square["column"] * SIDE, square["row"] * SIDE
        ink = "#ffffff" if shade >= DARK_FROM else "#0b0c0c"
        drawn.append(
            f'<rect x="{x + 2}" y="{y + 2}" width="{SIDE - 4}" height="{SIDE - 4}" fill="{FILLS[shade]}" stroke="#0a3350"/>'
            f'<text x="{x + SIDE // 2}" y="{y + 44}" text-anchor="middle" font-size="24" font-weight="bold" fill="{ink}">'
            f"{square['value']}</text>"
            f'<text x="{x + SIDE // 2}" y="{y + 68}" text-anchor="middle" font-size="14" fill="{ink}">'
            f"{escape(short_name(square['name']))}</text>"
        )
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {COLUMNS * SIDE} {ROWS * SIDE}" font-family="sans-serif">'
        + "".join(drawn)
        + "</svg>"
    )
    told = ", ".join(f"{square['name']} {square['value']}" for square in squares)
    return {
        "src": "data:image/svg+xml;base64," + b64encode(svg.encode()).decode(),
        "alt": f"Map of the districts with projects that have a match pledge: {told}.",
    }


WIDE: Final = 640
BAR: Final = 22
TALL_BAR: Final = 32  # where a label takes two lines
LABELS: Final = 210  # units of the picture before the bars; beside a bar its value
LONGEST_LINE: Final = 27  # letters of a label's line: a wide letter is 7.5 units


def bars_image(caption: str, bars: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """A bar chart as a picture. bars: {'words', 'value' (number), 'shown' (text)}; all of it stands in `alt` too."""
    largest = max((bar["value"] for bar in bars), default=0)
    labels = [wrap(bar["words"], LONGEST_LINE, max_lines=2, placeholder="…") for bar in bars]
    high = TALL_BAR if any(len(lines) > 1 for lines in labels) else BAR
    drawn = []
    for number, (bar, lines) in enumerate(zip(bars, labels, strict=True)):
        middle = number * high + high // 2
        width = bar["value"] * (WIDE - LABELS - 130) // largest if largest > 0 and bar["value"] > 0 else 0
        first = middle + 4 - 7 * (len(lines) - 1)
        drawn += [
            f'<text x="{LABELS - 8}" y="{first + 14 * place}" text-anchor="end" font-size="12">{escape(line)}</text>'
            for place, line in enumerate(lines)
        ]
        drawn.append(
            f'<rect x="{LABELS}" y="{middle - 8}" width="{width}" height="{BAR - 6}" fill="{FILLS[-1]}"/>'
            f'<text x="{LABELS + width + 6}" y="{middle + 4}" font-size="12">{escape(bar["shown"])}</text>'
        )
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {max(1, len(bars)) * high}" font-family="sans-serif">'
        + "".join(drawn)
        + "</svg>"
    )
    told = "; ".join(f"{bar['words']}: {bar['shown']}" for bar in bars)
    return {
        "src": "data:image/svg+xml;base64," + b64encode(svg.encode()).decode(),
        "alt": f"Bar chart. {caption}. {told}.",
    }


HIGH: Final = 160


def line_image(caption: str, points: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """A line over time as a picture. points: {'words' (the day), 'value' (number), 'shown' (text)}, oldest first."""
    largest = max((abs(point["value"]) for point in points), default=0) or 1
    step = (WIDE - 20) / max(1, len(points) - 1)
    drawn = " ".join(
        f"{10 + number * step:.1f},{HIGH - 24 - max(0, point['value']) * (HIGH - 44) / largest:.1f}"
        for number, point in enumerate(points)
    )
    first, last = points[0], points[-1]
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {HIGH}" font-family="sans-serif">'
        f'<line x1="10" y1="{HIGH - 24}" x2="{WIDE - 10}" y2="{HIGH - 24}" stroke="#b1b4b6"/>'
        f'<polyline points="{drawn}" fill="none" stroke="{FILLS[-1]}" stroke-width="3"/>'
        f'<text x="10" y="{HIGH - 6}" font-size="12">{escape(first["words"])}</text>'
        f'<text x="{WIDE - 10}" y="{HIGH - 6}" font-size="12" text-anchor="end">{escape(last["words"])}</text>'
        f'<text x="{WIDE - 10}" y="14" font-size="12" text-anchor="end">{escape(last["shown"])}</text></svg>'
    )
    return {
        "src": "data:image/svg+xml;base64," + b64encode(svg.encode()).decode(),
        "alt": f"Line chart. {caption}. {first['words']}: {first['shown']}; {last['words']}: {last['shown']}. Each point"
        " stands in the table before it.",
    }
