"""Pictures that people send: proved by decoding, and made anew, so that nothing but the picture is left.

No place, camera, time or second file that a picture carried survives. Pure but for the key; services.pictures stores.
"""

import secrets
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final

from PIL import ExifTags, Image, UnidentifiedImageError

from crowdfund_kent.errors import Refused

WIDTHS: Final = (480, 960, 1600)
MOST_PIXELS: Final = 50_000_000  # a picture that unpacks to more is a bomb, or needs more memory than it is worth
HIGHEST: Final = 16_000  # pixels, of what is kept: WebP ends at 16,383
QUALITY: Final = 80
_TURNS: Final[Mapping[object, Image.Transpose]] = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_FORMATS: Final = ("JPEG", "PNG", "WEBP")
_CLAIMS: Final = {
    "jpg": "JPEG",
    "jpeg": "JPEG",
    "jpe": "JPEG",
    "jfif": "JPEG",
    "pjpeg": "JPEG",
    "png": "PNG",
    "webp": "WEBP",
}
_WORDS: Final = {"JPEG": "JPEG", "PNG": "PNG", "WEBP": "WebP"}
# the beginnings of other kinds of file: behind a picture they make it two things at once
_OTHER_KINDS: Final = (
    b"PK\x03\x04",
    b"%PDF-",
    b"<script",
    b"<html",
    b"<!DOCTYPE",
    b"<svg",
    b"<?php",
    b"\x7fELF",
    b"Rar!\x1a",
)
NOT_A_PICTURE: Final = "The file is not a picture in JPEG, PNG or WebP format. Choose a photograph or save it as JPEG."
DAMAGED: Final = "The picture is damaged or not complete. Open it, save it again and send it again."
TWO_THINGS: Final = "The file holds something else behind the picture. Open it, save it again and send it again."
TOO_MANY_PIXELS: Final = "The picture has too many pixels. Make it smaller, to at most 6,000 by 6,000 pixels."
TOO_HIGH: Final = "The picture is too high for its width. Cut off what you do not need and send it again."

# our own bound is stricter; this keeps Pillow from unpacking what a header claims
Image.MAX_IMAGE_PIXELS = MOST_PIXELS


@dataclass(frozen=True, slots=True)
class Made:
    """A picture as we keep it: its random key, size of the largest, and one WebP file a width."""

    key: str
    width: int
    height: int
    files: Mapping[int, bytes]


def too_large(most_bytes: int) -> str:
    """What to say to a file of more bytes than the setting allows."""
    return f"The picture is larger than {most_bytes // 1_000_000} MB. Choose a smaller one, or make it smaller."


def make(content: bytes, *, most_bytes: int, name: str = "", media_type: str = "") -> Made:
    """Up to three WebP files from what was sent, upright and without metadata.

    Refused with what to do for a file that is too large, no picture, another kind than its name or media type says,
    damaged, cut off, too many pixels, or with another file behind it.
    """
    if len(content) > most_bytes:
        raise Refused(too_large(most_bytes), rule="picture size")
    kind, plain = _decoded(content)
    _refuse_mislabelled(kind, name, media_type)
    if _has_another_file_behind(kind, content):
        raise Refused(TWO_THINGS, rule="picture only")
    if _height(plain, max(widths(plain.width))) > HIGHEST:
        raise Refused(TOO_HIGH, rule="picture pixels")
    files = {width: _webp(plain, width) for width in widths(plain.width)}
    largest = max(files)
    return Made(secrets.token_hex(16), largest, _height(plain, largest), files)


def widths(width: int) -> list[int]:
    """The widths that a picture of this width is kept in: never wider than it is."""
    return [*(one for one in WIDTHS if one < width), width] if width < WIDTHS[-1] else list(WIDTHS)


def storage_key(key: str, width: int) -> str:
    """Where storage keeps one file."""
    return f"pictures/{key}-{width}.webp"


def picture_url(key: str, width: int) -> str:
    """The address of one file; it may be kept for ever."""
    return f"/pictures/{key}-{width}.webp"


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture for <img>: src, srcset, alternative text, and the largest's size."""

    src: str
    srcset: str
    alt: str
    width: int
    height: int


def shown(picture: Mapping[str, Any] | None) -> Shown | None:
    """From a frozen version's picture {key, alt, width, height}; None stays None."""
    if picture is None:
        return None
    key, width = str(picture["key"]), int(picture["width"])
    sizes = widths(width)
    return Shown(
        src=picture_url(key, sizes[min(1, len(sizes) - 1)]),
        srcset=", ".join(f"{picture_url(key, one)} {one}w" for one in sizes),
        alt=str(picture["alt"]),
        width=width,
        height=int(picture["height"]),
    )


def _decoded(content: bytes) -> tuple[str, Image.Image]:
    """The kind, and the picture upright on white."""
    try:
        with Image.open(BytesIO(content), formats=_FORMATS) as image:
            # telephones put further views behind a JPEG: Pillow calls that MPO, its first picture is the JPEG
            kind = "JPEG" if image.format == "MPO" else str(image.format)
            if image.width * image.height > MOST_PIXELS:
                raise Refused(TOO_MANY_PIXELS, rule="picture pixels")
            image.load()
            upright = _upright(image).convert("RGBA")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Refused(TOO_MANY_PIXELS, rule="picture pixels") from None
    except UnidentifiedImageError:
        raise Refused(NOT_A_PICTURE, rule="picture kind") from None
    except (OSError, ValueError, SyntaxError, EOFError, KeyError, IndexError, OverflowError):
        raise Refused(DAMAGED, rule="picture whole") from None
    plain = Image.new("RGB", upright.size, "white")
    plain.paste(upright, mask=upright)
    return kind, plain


def _upright(image: Image.Image) -> Image.Image:
    """Turned as the camera's notes say; as it is where they can't be read: they are not the picture.

    Pillow's exif_transpose also writes the notes anew, and stumbles over odd ones.
    """
    try:
        turn = _TURNS.get(image.getexif().get(ExifTags.Base.Orientation))
    except (struct.error, TypeError, AttributeError, ValueError, LookupError, OSError, SyntaxError):
        turn = None
    return image if turn is None else image.transpose(turn)


def _refuse_mislabelled(kind: str, name: str, media_type: str) -> None:
    ending, subtype = name.lower().rpartition(".")[2], media_type.lower().removeprefix("image/")
    claims = {_CLAIMS.get(ending, kind)}
    if media_type.lower().startswith("image/"):
        claims.add(_CLAIMS.get(subtype, subtype))
    if claims != {kind}:
        words = _WORDS[kind]
        raise Refused(
            f"The file is not what its name says: it holds a {words} picture. Save it again as {words} and send that.",
            rule="picture kind",
        )


def _webp(plain: Image.Image, width: int) -> bytes:
    sized = plain if width == plain.width else plain.resize((width, _height(plain, width)), Image.Resampling.LANCZOS)
    written = BytesIO()
    sized.save(written, "WEBP", quality=QUALITY, method=4)
    return written.getvalue()


def _height(plain: Image.Image, width: int) -> int:
    return max(1, plain.height * width // plain.width)


def _has_another_file_behind(kind: str, content: bytes) -> bool:
    behind = content[_end_of(kind, content) :]
    if kind == "JPEG":
        # telephones put a second view or a short film there; it is not kept
        return any(beginning in behind for beginning in _OTHER_KINDS)
    return bool(behind.strip(b"\0"))


def _end_of(kind: str, content: bytes) -> int:
    """Where the picture that Pillow read ends."""
    if kind == "WEBP":
        return 8 + int.from_bytes(content[4:8], "little") + int.from_bytes(content[4:8], "little") % 2
    return _end_of_png(content) if kind == "PNG" else _end_of_jpeg(content)


def _end_of_png(content: bytes) -> int:
    at = 8
    while at + 12 <= len(content):
        length, name = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8]
        at += 12 + length
        if name == b"IEND":
            break
    return at


def _end_of_jpeg(content: bytes) -> int:
    """Past the first end-of-image marker that stands outside a segment."""
    at = 2
    while (at := content.find(b"\xff", at)) != -1 and at + 1 < len(content):
        marker = content[at + 1]
        if marker == 0xD9:
            return at + 2
        if marker in {0x00, 0xFF} or 0xD0 <= marker <= 0xD7:  # stuffing, padding, restarts within the picture's data
            at += 1 if marker == 0xFF else 2
        else:
            at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    return len(content)
