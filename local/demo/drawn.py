"""The picture of one of the demo's projects, drawn here, as large as a telephone's: most groups send none."""

import random
from io import BytesIO
from typing import Final

from PIL import Image, ImageDraw, ImageFilter

SIZE: Final = (1800, 1020)
HORIZON: Final = 470
STEPS: Final = 9
GRAIN: Final = 3  # pixels


def bay() -> bytes:
    """A bay with steps and a handrail as a JPEG, always the same. With grain, so that it weighs what a photograph weighs."""
    dice = random.Random(7)  # noqa: S311  (a picture, not a secret)
    width, height = SIZE
    image = Image.new("RGB", SIZE)
    pen = ImageDraw.Draw(image)
    _shade(pen, 0, HORIZON, (120, 170, 205), (250, 214, 170))
    _shade(pen, HORIZON, height, (96, 150, 168), (20, 78, 102))
    pen.ellipse((1180, 300, 1300, 420), fill="#ffe9b8")
    pen.polygon([(0, 300), (260, 320), (420, 395), (560, HORIZON), (0, HORIZON)], fill="#e9e4d4")  # chalk
    pen.polygon([(0, 270), (250, 292), (420, 380), (260, 330), (0, 306)], fill="#6f8f5a")
    for _ in range(420):  # light on the water
        y = dice.randrange(HORIZON + 6, height)
        x, length = dice.randrange(width), 8 + (y - HORIZON) // 6
        pen.line((x, y, x + length, y), fill=dice.choice(("#7fb0be", "#9cc4c9", "#2e6d86")), width=1 + y // 400)
    for step in range(STEPS, -1, -1):
        left, top = 120 + 95 * step, 560 + 38 * step
        pen.rectangle((left - 260, top, left + 420, height), fill=(176 - 9 * step, 168 - 9 * step, 154 - 8 * step))
        pen.rectangle((left - 260, top, left + 420, top + 9), fill="#d6cfbf")
    first, last = (470, 390), (470 + 95 * STEPS, 390 + 38 * STEPS)
    pen.line((*first, *last), fill="#eef1f2", width=16)
    for step in range(0, STEPS + 1, 3):
        x, y = 470 + 95 * step, 390 + 38 * step
        pen.line((x, y, x, y + 176), fill="#dfe4e6", width=12)
    small = (width // GRAIN, height // GRAIN)
    grain = Image.frombytes("L", small, dice.randbytes(small[0] * small[1])).resize(SIZE, Image.Resampling.BICUBIC)
    held = BytesIO()
    Image.blend(image.filter(ImageFilter.GaussianBlur(1.2)), grain.convert("RGB"), 0.08).save(held, "JPEG", quality=85)
    return held.getvalue()


def _shade(
    pen: ImageDraw.ImageDraw, top: int, bottom: int, first: tuple[int, int, int], last: tuple[int, int, int]
) -> None:
    """From one colour to another, line by line."""
    for y in range(top, bottom):
        part = (y - top) / (bottom - top)
        colour = tuple(round(a + (b - a) * part) for a, b in zip(first, last, strict=True))
        pen.line((0, y, SIZE[0], y), fill=colour)
