"""Pictures that no camera makes: each is kept or refused with words, never a fault of ours."""

import random
from contextlib import suppress
from io import BytesIO

import pytest
from PIL import Image

from crowdfund_kent.errors import Refused
from projects import pictures

# Pillow warns of notes that it skips
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:PIL")
MOST = 8_000_000


def jpeg(exif: bytes, size: tuple[int, int] = (60, 40)) -> bytes:
    made = BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(made, "JPEG", exif=b"Exif\0\0" + exif)
    return made.getvalue()


def notes(tag: int, kind: int, count: int, value: bytes) -> bytes:
    """A camera's notes: turned on its side, and one entry more."""
    turned = bytes.fromhex("0112 0003 00000001 00060000")
    entry = tag.to_bytes(2, "big") + kind.to_bytes(2, "big") + count.to_bytes(4, "big") + value.ljust(4, b"\0")
    return b"MM\0*" + (8).to_bytes(4, "big") + (2).to_bytes(2, "big") + entry + turned + bytes(4)


@pytest.mark.parametrize(
    "exif",
    [
        notes(0x010F, 5, 1, b"\xff\xff\xff\xff"),
        notes(0x010F, 12, 1, b"\0\0\0\1"),
        notes(0x0100, 4, 0, b""),
        notes(0x0101, 13, 1, b"\0\0\0\x08"),
        notes(0x8769, 2, 3, b"ab"),
        b"MM\0*\0\0\0\x08\xff\xff",
        b"",
    ],
)
def test_broken_notes_of_a_camera_do_not_stop_its_picture(exif: bytes) -> None:
    made = pictures.make(jpeg(exif), most_bytes=MOST)
    assert (made.width, made.height) in {(60, 40), (40, 60)}


def test_damaged_files_are_kept_or_refused_with_words() -> None:
    chance = random.Random(1)
    seed = jpeg(notes(0x010F, 2, 4, b"Cam\0"))
    for _ in range(400):
        spoiled = bytearray(seed)
        for _ in range(chance.randint(1, 6)):
            spoiled[chance.randrange(160)] = chance.choice([0, 255, chance.randrange(256)])
        with suppress(Refused):
            assert pictures.make(bytes(spoiled), most_bytes=MOST).files


def test_a_picture_higher_than_any_page_is_refused_with_what_to_do() -> None:
    made = BytesIO()
    Image.new("L", (20, 17_000)).save(made, "PNG")
    with pytest.raises(Refused, match="too high for its width"):
        pictures.make(made.getvalue(), most_bytes=MOST)


def test_a_panorama_is_kept() -> None:
    made = BytesIO()
    Image.new("L", (17_000, 20)).save(made, "PNG")
    assert pictures.make(made.getvalue(), most_bytes=MOST).width == 1600
