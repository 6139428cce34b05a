"""Pictures: what is kept of them, and what is refused with nothing written."""

import zlib
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from crowdfund_kent import storage
from crowdfund_kent.accounts.models import Person
from crowdfund_kent.errors import NotFound, Refused
from projects import pictures, queries
from projects.models import Group, Picture, Project
from projects.states import Campaign as Status
from tests.accounts.make import sign_in
from tests.client import SiteClient
from tests.projects import make

ALT = "Worn steps that lead into the pool"
MOST = 8_000_000


def picture(kind: str = "JPEG", size: tuple[int, int] = (2000, 1000), **options: object) -> bytes:
    made = BytesIO()
    Image.new("RGB", size, (30, 90, 140)).save(made, kind, **options)
    return made.getvalue()


def photograph() -> bytes:
    """A JPEG that lies on its side, with the place where it was taken."""
    image = Image.new("RGB", (800, 400), (200, 30, 30))
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Camera of Kim Hope"
    exif.get_ifd(0x8825)[2] = (51.0, 23.0, 11.0)
    made = BytesIO()
    image.save(made, "JPEG", exif=exif)
    return made.getvalue()


def bomb() -> bytes:
    """A PNG of few bytes that claims 20,000 by 20,000 pixels."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4, "big") + name + body + zlib.crc32(name + body).to_bytes(4, "big")

    header = (20_000).to_bytes(4, "big") * 2 + bytes([8, 2, 0, 0, 0])
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_kept_as_webp_in_up_to_three_widths(kind: str) -> None:
    made = pictures.make(picture(kind), most_bytes=MOST)
    assert sorted(made.files) == [480, 960, 1600]
    assert (made.width, made.height) == (1600, 800)
    for width, content in made.files.items():
        with Image.open(BytesIO(content)) as image:
            assert (image.format, image.size) == ("WEBP", (width, width // 2))


@pytest.mark.parametrize(
    ("width", "kept"), [(1, [1]), (480, [480]), (500, [480, 500]), (1600, [480, 960, 1600]), (6000, [480, 960, 1600])]
)
def test_no_width_is_wider_than_the_picture(width: int, kept: list[int]) -> None:
    assert pictures.widths(width) == kept


def test_place_camera_and_side_are_gone_and_the_picture_stands_upright() -> None:
    made = pictures.make(photograph(), most_bytes=MOST)
    assert made.height > made.width
    for content in made.files.values():
        assert b"EXIF" not in content
        assert b"Kim Hope" not in content
        with Image.open(BytesIO(content)) as image:
            assert len(image.getexif()) == 0


def test_what_is_see_through_becomes_white() -> None:
    sent = BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(sent, "PNG")
    made = pictures.make(sent.getvalue(), most_bytes=MOST)
    with Image.open(BytesIO(made.files[10])) as image:
        assert image.convert("RGB").getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("content", "name", "media_type", "words"),
    [
        (b"<html><script>alert(1)</script></html>", "a.jpg", "image/jpeg", "not a picture"),
        (b"", "a.jpg", "image/jpeg", "not a picture"),
        (picture("GIF"), "a.gif", "image/gif", "not a picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a.svg", "image/svg+xml", "not a picture"),
        (picture("PNG"), "a.jpg", "image/jpeg", "not what its name says"),
        (picture("JPEG"), "a.jpg", "image/webp", "not what its name says"),
        (picture("JPEG")[:-4000], "a.jpg", "image/jpeg", "damaged"),
        (picture("PNG")[:200], "a.png", "image/png", "damaged"),
        (picture("JPEG") + b"PK\x03\x04 an archive", "a.jpg", "image/jpeg", "something else behind"),
        (picture("PNG") + b"<script>alert(1)</script>", "a.png", "image/png", "something else behind"),
        (picture("WEBP") + b"%PDF-1.7", "a.webp", "image/webp", "something else behind"),
        (bomb(), "a.png", "image/png", "too many pixels"),
        (b"\xff" * (MOST + 1), "a.jpg", "image/jpeg", "larger than 8 MB"),
    ],
    ids=[
        "page", "empty", "gif", "drawing", "png called jpg", "jpeg called webp", "cut jpeg", "cut png", "archive behind",
        "script behind", "document behind", "bomb", "large",
    ],
)  # fmt: skip
def test_anything_else_is_refused_with_what_to_do(content: bytes, name: str, media_type: str, words: str) -> None:
    with pytest.raises(Refused, match=words):
        pictures.make(content, most_bytes=MOST, name=name, media_type=media_type)


def test_what_a_telephone_puts_behind_a_photograph_is_left_out_not_refused() -> None:
    made = pictures.make(picture() + b"\0\0\0\x18ftypmp42" + b"\x01" * 1000, most_bytes=MOST, name="a.JPG")
    assert made.width == 1600


def test_a_frozen_picture_is_shown_in_its_widths() -> None:
    shown = pictures.shown({"key": "ab12", "alt": ALT, "width": 700, "height": 350})
    assert shown is not None
    assert shown.srcset == "/pictures/ab12-480.webp 480w, /pictures/ab12-700.webp 700w"
    assert shown.src == "/pictures/ab12-700.webp"
    assert pictures.shown(None) is None


@pytest.mark.parametrize(
    "key", ["../secret.txt", "/etc/passwd.x", "a/../b.webp", "A.webp", ".webp", "a" * 200 + ".webp", "a"]
)
async def test_storage_takes_no_path_but_its_own_keys(key: str) -> None:
    with pytest.raises(ValueError, match="not a storage key"):
        await storage.save(key, b"x")
    with pytest.raises(NotFound):
        await storage.read(key)


async def test_storage_gives_back_what_was_saved(storage_folder: Path) -> None:
    await storage.save("pictures/one-480.webp", b"first")
    await storage.save("pictures/one-480.webp", b"second")
    assert await storage.read("pictures/one-480.webp") == b"second"
    assert [path.name for path in (storage_folder / "pictures").iterdir()] == ["one-480.webp"]
    await storage.remove("pictures/one-480.webp")
    with pytest.raises(NotFound):
        await storage.read("pictures/one-480.webp")


async def draft(client: SiteClient) -> tuple[Project, str]:
    project = await make.project()
    by = await make.owner_of(project.group_id)
    await sign_in(client, await Person.get(id=by.person_id))
    group = await Group.get(id=project.group_id)
    return project, f"/groups/{group.slug}/projects/{project.slug}"


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


async def test_a_picture_with_its_words_is_shown_to_the_group_and_served_to_everybody(
    client: SiteClient, storage_folder: Path
) -> None:
    project, base = await draft(client)
    page = await client.get(f"{base}/picture")
    page = await page.submit({"picture": ("pool.jpg", photograph(), "image/jpeg"), "alt": ALT}, to=f"{base}/picture")
    assert "The picture is saved" in page.text
    kept = await Picture.get(id=(await Project.get(id=project.id)).picture_id)
    assert (kept.alt, kept.width, kept.height) == (ALT, 400, 800)
    assert len(files_in(storage_folder)) == 1
    page = await client.get(f"{base}/preview")
    (image,) = [node for node in page.root.all("img") if node.attrs.get("alt") == ALT]
    client.http.cookies.clear()
    answer = await client.http.get(image.attrs["src"])
    assert answer.headers["content-type"] == "image/webp"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "set-cookie" not in answer.headers
    assert (await client.http.get("/pictures/nothing-480.webp")).status_code == 404
    assert (await client.http.get("/pictures/..%2f..%2fsecret.webp")).status_code == 404


async def test_a_picture_needs_its_words(client: SiteClient, storage_folder: Path) -> None:
    _, base = await draft(client)
    page = await client.get(f"{base}/picture")
    page = await page.submit({"picture": ("pool.jpg", photograph(), "image/jpeg"), "alt": " "}, status=422)
    assert page.errors == ["Describe the picture for people who can’t see it"]
    page = await page.submit({"alt": ALT}, status=422)
    assert page.errors == ["Choose a picture"]
    assert files_in(storage_folder) == []
    assert await Picture.all().count() == 0


@pytest.mark.parametrize(
    ("content", "words", "status"),
    [
        (b"MZ" + b"\0" * 500, "not a picture", 422),
        (picture("PNG"), "not what its name says", 422),
        (b"\xff" * 20_000_000, "Choose a smaller file", 413),
        (b"\xff" * 8_050_000, "larger than 8 MB", 422),
    ],
    ids=["program", "mislabelled", "20 MB", "just too large"],
)
async def test_a_bad_picture_is_answered_on_the_page_and_nothing_is_written(
    client: SiteClient, storage_folder: Path, content: bytes, words: str, status: int
) -> None:
    project, base = await draft(client)
    page = await client.get(f"{base}/picture")
    page = await page.submit({"picture": ("pool.jpg", content, "image/jpeg"), "alt": ALT}, status=status)
    assert words in page.main
    assert files_in(storage_folder) == []
    assert await Picture.all().count() == 0
    assert (await Project.get(id=project.id)).picture_id is None


async def test_words_are_changed_and_the_picture_taken_away(client: SiteClient) -> None:
    project, base = await draft(client)
    page = await client.get(f"{base}/picture")
    await page.submit({"picture": ("pool.jpg", photograph(), "image/jpeg"), "alt": ALT}, to=f"{base}/picture")
    page = await (await client.get(f"{base}/picture")).follow("Change the words")
    page = await page.submit({"alt": "Other words"}, to=f"{base}/picture")
    assert "Described as: Other words" in page.text
    await page.submit({}, form="remove", to=base)
    assert (await Project.get(id=project.id)).picture_id is None


async def test_a_picture_of_an_approved_project_stays(client: SiteClient, storage_folder: Path) -> None:
    project, base = await draft(client)
    page = await client.get(f"{base}/picture")
    await page.submit({"picture": ("pool.jpg", photograph(), "image/jpeg"), "alt": ALT}, to=f"{base}/picture")
    campaign = await make.campaign(Status.APPROVED, project)
    version = await queries.current_version(campaign)
    assert version.content["picture"]["alt"] == ALT
    await client.get(f"{base}/picture", to=base)
    token = (await client.get(f"{base}/last-day")).form().values["csrf_token"][0]
    files = {"picture": ("new.jpg", picture(), "image/jpeg")}
    page = await client.post(f"{base}/picture", {"csrf_token": token, "alt": "New"}, files=files, status=422)
    assert "approved as it stands" in page.errors[0]
    assert len(files_in(storage_folder)) == 1
