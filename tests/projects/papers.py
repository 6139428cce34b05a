"""Small true documents, and hostile ones, made in code: no file of anybody's."""

import struct
import zipfile
import zlib
from collections.abc import Mapping
from io import BytesIO

from PIL import Image

_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override'
    ' PartName="/word/document.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)


def pdf(*pages: str, size: tuple[int, int] = (595, 842), trailer: str = "", operators: str = "") -> bytes:
    """A PDF with a line of words on each page."""
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[" + " ".join(f"{4 + 2 * n} 0 R" for n in range(len(pages))) + f"]/Count {len(pages)}>>",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    for number, words in enumerate(pages):
        stream = f"BT /F1 24 Tf 60 760 Td ({words}) Tj ET {operators}"
        objects.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {size[0]} {size[1]}]/Contents {5 + 2 * number} 0 R"
            "/Resources<</Font<</F1 3 0 R>>>>>>"
        )
        objects.append(f"<</Length {len(stream)}>>stream\n{stream}\nendstream")
    out, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{one}\nendobj\n".encode()
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    end = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer<</Size {len(objects) + 1}/Root 1 0 R{trailer}>>"
    return out + f"{end}\nstartxref\n{len(out)}\n%%EOF\n".encode()


def packed(entries: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP file with these entries."""
    held = BytesIO()
    with zipfile.ZipFile(held, "w", method) as file:
        for name, content in entries.items():
            file.writestr(name, content)
    return held.getvalue()


def docx(*lines: str, **more: str | bytes) -> bytes:
    """A Word document. `more`: further entries, "__" for "/"."""
    body = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in lines)
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    document = f'<?xml version="1.0"?><w:document xmlns:w="{space}"><w:body>{body}</w:body></w:document>'
    entries: dict[str, str | bytes] = {"[Content_Types].xml": _TYPES, "word/document.xml": document}
    return packed(entries | {name.replace("__", "/"): content for name, content in more.items()})


def odt(*lines: str) -> bytes:
    """An OpenDocument text."""
    space = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
    body = "".join(f"<text:p>{line}</text:p>" for line in lines)
    return packed(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": f'<?xml version="1.0"?><doc xmlns:text="{space}">{body}</doc>',
        }
    )


def picture(kind: str = "JPEG", size: tuple[int, int] = (60, 40)) -> bytes:
    """A picture of one colour."""
    held = BytesIO()
    Image.new("RGB", size, "seagreen").save(held, kind)
    return held.getvalue()


def bomb(size: int = 40_000_000) -> bytes:
    """A Word document with an entry that unpacks to `size` zeros."""
    return docx("Hello", word__media__zeros=bytes(size))


def lying_zip(claimed: int = 10) -> bytes:
    """A Word document whose directory claims that an entry is much smaller than it unpacks to."""
    content = bytearray(docx("Hello", big__one=bytes(5_000_000)))
    size = struct.pack("<I", 5_000_000)
    while (at := content.find(size)) != -1:
        content[at : at + 4] = struct.pack("<I", claimed)
    return bytes(content)


def png_of_pixels(side: int) -> bytes:
    """A PNG whose header claims side x side pixels, in a few bytes."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    rows = zlib.compress(bytes(side + 1) * 4)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
