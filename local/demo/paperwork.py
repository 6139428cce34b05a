"""Papers of the demo's groups, drawn here: statements, quotes, photographs. Invented, all of them."""

import zipfile
from io import BytesIO
from typing import Final

from PIL import Image, ImageDraw, ImageFont

A4: Final = (827, 1169)  # at 100 dots an inch
INK: Final = "#1a2b33"


def _page(heading: str, lines: tuple[str, ...]) -> Image.Image:
    page = Image.new("RGB", A4, "white")
    pen = ImageDraw.Draw(page)
    pen.rectangle((0, 0, A4[0], 12), fill="#0f4c75")
    pen.text((70, 70), heading, INK, ImageFont.load_default(34))
    for number, line in enumerate(lines):
        pen.text((70, 160 + 34 * number), line, INK, ImageFont.load_default(21))
    pen.text((70, A4[1] - 70), "Made up for the demonstration", "#8a949a", ImageFont.load_default(17))
    return page


def pdf(heading: str, *pages: tuple[str, ...]) -> bytes:
    """A PDF with a page for each tuple of lines."""
    drawn = [_page(heading, lines) for lines in pages]
    held = BytesIO()
    drawn[0].save(held, "PDF", save_all=True, append_images=drawn[1:], resolution=100)
    return held.getvalue()


def photograph(heading: str, *lines: str) -> bytes:
    """A page on a table, as a telephone sees it."""
    table = Image.new("RGB", (900, 1200), "#8a6d4f")
    table.paste(_page(heading, lines).resize((700, 990)).rotate(2, expand=True, fillcolor="#8a6d4f"), (80, 90))
    held = BytesIO()
    table.save(held, "JPEG", quality=80)
    return held.getvalue()


def docx(*lines: str) -> bytes:
    """A Word document with these paragraphs."""
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    body = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in lines)
    types = (
        '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override'
        ' PartName="/word/document.xml" ContentType='
        '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
    )
    held = BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", types)
        packed.writestr(
            "word/document.xml",
            f'<?xml version="1.0"?><w:document xmlns:w="{space}"><w:body>{body}</w:body></w:document>',
        )
    return held.getvalue()
