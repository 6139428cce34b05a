"""The picture that stands beside a link elsewhere: 1200 by 630, made of the campaign's own picture, words and bar. Pure."""

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from typing import Final

from PIL import Image, ImageDraw, ImageFont, ImageOps

from crowdfund_kent.assets import STATIC_FOLDER
from crowdfund_kent.charts import money_bar
from crowdfund_kent.money import pounds

WIDTH, HEIGHT = 1200, 630
PICTURE_HEIGHT: Final = 336
MARGIN: Final = 56
# the site's own typeface, under the SIL Open Font Licence (static/SOURCE-SANS-3-OFL.txt); Pillow reads WOFF2
REGULAR: Final = "source-sans-3-latin-400-normal.woff2"
BOLD: Final = "source-sans-3-latin-700-normal.woff2"
INK, MUTED, SEA, ORCHARD, TRACK, BRICK = "#16242f", "#4a5862", "#17537d", "#1d6b4f", "#dcd8cc", "#a03b23"
SKY, SUN, HILL, FIELD = "#dbe9f1", "#e0b040", "#7fa3b8", "#8fb09a"
_NONE: Final = "\uffff"  # no typeface draws this: what is drawn for it is drawn for everything that is missing
_PERCENT: Final = 10_000
_STROKES: Final = {"Ł": "L", "ł": "l", "Đ": "D", "đ": "d"}  # letters that are no letter with an accent


@dataclass(frozen=True, slots=True)
class Facts:
    """What the picture says. Pence; `tail` follows "pledged of £8,000": "until 26 November 2026". `over`: it has ended."""

    title: str
    place: str
    group: str
    programme: str
    target_pence: int
    crowd_pence: int
    match_pence: int
    tail: str
    seed: int
    shows_money: bool = True


def draw(facts: Facts, picture: bytes | None) -> bytes:
    """The PNG. `picture`: a WebP of ours, or None for a drawn landscape."""
    card = Image.new("RGB", (WIDTH, HEIGHT), "white")
    card.paste(_cover(picture) if picture is not None else _landscape(facts.seed), (0, 0))
    pen = ImageDraw.Draw(card)
    top = PICTURE_HEIGHT + 26
    pen.text((MARGIN, top), _fits(facts.place.upper(), 22, WIDTH // 2), fill=BRICK, font=_font(BOLD, 22))
    _programme(pen, facts.programme, top)
    lines = _wrapped(facts.title, 46, WIDTH - 2 * MARGIN, 2)
    for number, line in enumerate(lines):
        pen.text((MARGIN, top + 34 + number * 52), line, fill=INK, font=_font(BOLD, 46))
    foot = HEIGHT - 112
    if facts.shows_money:
        _bar(pen, facts, foot)
        words = f"{pounds(facts.crowd_pence + facts.match_pence)} of {pounds(facts.target_pence)} pledged"
        pen.text((MARGIN, foot + 30), words, fill=INK, font=_font(BOLD, 30))
        after = MARGIN + round(_font(BOLD, 30).getlength(words)) + 14
        pen.text((after, foot + 30), _fits(facts.tail, 30, WIDTH - MARGIN - after), fill=MUTED, font=_font(REGULAR, 30))
    else:
        pen.text((MARGIN, foot + 30), _fits(facts.tail, 30, WIDTH - 2 * MARGIN), fill=INK, font=_font(BOLD, 30))
    group = _fits(f"A project of {facts.group}" if facts.group else "", 24, WIDTH - 2 * MARGIN)
    pen.text((MARGIN, HEIGHT - 42), group, fill=MUTED, font=_font(REGULAR, 24))
    return _png(card, photograph=picture is not None)


def _png(card: Image.Image, *, photograph: bool) -> bytes:
    """In 256 colours: a fourth of the size, which messengers ask for."""
    palette = card.quantize(256, Image.Quantize.MEDIANCUT if photograph else Image.Quantize.FASTOCTREE)
    dither = Image.Dither.FLOYDSTEINBERG if photograph else Image.Dither.NONE
    written = BytesIO()
    card.quantize(palette=palette, dither=dither).save(written, "PNG", optimize=True)
    return written.getvalue()


def _bar(pen: ImageDraw.ImageDraw, facts: Facts, top: int) -> None:
    whole = WIDTH - 2 * MARGIN
    bar = money_bar(facts.target_pence, facts.crowd_pence, facts.match_pence)
    pen.rectangle((MARGIN, top, MARGIN + whole, top + 18), fill=TRACK)
    for part in bar["parts"]:
        begin, width = (whole * _steps(part[name]) // _PERCENT for name in ("x", "width"))
        if width:
            fill = SEA if part["tone"] in {"crowd", "gifts"} else ORCHARD
            pen.rectangle((MARGIN + begin, top, MARGIN + begin + width, top + 18), fill=fill)


def _steps(percent: str) -> int:
    """53.25% -> 5325"""
    return int(percent.removesuffix("%").replace(".", ""))


def _programme(pen: ImageDraw.ImageDraw, name: str, top: int) -> None:
    """The site's name at the right, with its round sign."""
    font = _font(BOLD, 24)
    width = round(font.getlength(name))
    left = WIDTH - MARGIN - width
    pen.text((left, top), name, fill=INK, font=font)
    x, y = left - 44, top
    pen.ellipse((x, y, x + 32, y + 32), fill=SUN)
    pen.pieslice((x, y, x + 32, y + 32), 22, 158, fill="#2f78a3")
    pen.polygon([(x + 7, y + 23), (x + 7, y + 15), (x + 11, y + 8), (x + 15, y + 15), (x + 15, y + 23)], fill="#0a3350")
    pen.ellipse((x + 16, y + 10, x + 27, y + 21), fill=ORCHARD)


def _cover(picture: bytes) -> Image.Image:
    with Image.open(BytesIO(picture), formats=("WEBP",)) as opened:
        return ImageOps.fit(opened.convert("RGB"), (WIDTH, PICTURE_HEIGHT), Image.Resampling.LANCZOS)


def _landscape(seed: int) -> Image.Image:
    """Hills, a field and the sun: another for each project, and always the same for one."""
    sky = Image.new("RGB", (WIDTH, PICTURE_HEIGHT), SKY)
    pen = ImageDraw.Draw(sky)
    sun = 160 + seed * 277 % 880
    pen.ellipse((sun - 52, 40, sun + 52, 144), fill=SUN)
    for number, (fill, base) in enumerate(((HILL, 190), (FIELD, 250), (ORCHARD, 300))):
        shift = (seed * (3 + number) * 97) % WIDTH
        for at in range(-2, 4):
            middle = shift + at * 460 - WIDTH // 2
            pen.ellipse((middle - 420, base, middle + 420, base + 420), fill=fill)
    return sky


@lru_cache(maxsize=16)
def _font(name: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(STATIC_FOLDER / name, size)


@lru_cache(maxsize=4096)
def _drawable(letter: str) -> str:
    """The letter where our typeface has it, else the plain letter below its accents, else nothing."""
    font = _font(BOLD, 24)
    if letter.isspace():
        return " "
    if bytes(font.getmask(letter)) != bytes(font.getmask(_NONE)):
        return letter
    plain = _STROKES.get(letter) or unicodedata.normalize("NFKD", letter)[0]
    return plain if plain != letter and plain.isascii() else ""


def drawable(text: str) -> str:
    """Only what can be drawn, with single spaces."""
    return " ".join("".join(map(_drawable, text)).split())


def _fits(text: str, size: int, width: int) -> str:
    """As much of the words as has room on one line."""
    lines = _wrapped(text, size, width, 1)
    return lines[0] if lines else ""


def _wrapped(text: str, size: int, width: int, most: int) -> list[str]:
    """Lines no wider than `width`; what has no room ends with three dots."""
    font, lines = _font(BOLD, size), [""]
    words = drawable(text).split()
    for number, word in enumerate(words):
        longer = f"{lines[-1]} {word}".strip()
        if font.getlength(longer) <= width:
            lines[-1] = longer
        elif lines[-1] and len(lines) < most:
            lines.append(word)
        else:
            rest = " ".join([lines[-1], *words[number:]]).strip()
            lines[-1] = _cut(rest, font, width)
            break
    return [line if font.getlength(line) <= width else _cut(line, font, width) for line in lines if line]


def _cut(text: str, font: ImageFont.FreeTypeFont, width: int) -> str:
    while text and font.getlength(f"{text}…") > width:
        text = text[:-1]
    return f"{text.rstrip()}…"
