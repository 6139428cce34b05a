"""Files in a folder and in a bucket: the same words, the same answers; and what nothing points to goes after a week."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from obstore.store import AzureStore
from pydantic import ValidationError

from crowdfund_kent import storage
from crowdfund_kent.clock import real_now
from crowdfund_kent.errors import NotFound
from crowdfund_kent.settings import Settings, get_settings
from crowdfund_kent.unheld_files import Holder, remove_unheld
from tests import bucket as buckets
from tests.bucket import Bucket

OLD = timedelta(days=8)
PREFIX = "site/files/"


@pytest.fixture(scope="module")
def bucket() -> Iterator[Bucket]:
    with buckets.running() as running:
        yield running


@pytest.fixture(params=["folder", "bucket"])
def place(
    request: pytest.FixtureRequest, bucket: Bucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """Where the files of this test are; called with each kind."""
    chosen = {"CROWDFUND_KENT_STORAGE_FOLDER": str(tmp_path)} if request.param == "folder" else bucket.environment
    yield from settings(monkeypatch, chosen, request.param)
    bucket.files.clear()


def settings(monkeypatch: pytest.MonkeyPatch, chosen: dict[str, str], name: str = "") -> Iterator[str]:
    for key, value in chosen.items():
        monkeypatch.setenv(key, value)
    get_settings.cache_clear()
    storage._bucket.cache_clear()
    yield name
    monkeypatch.undo()
    get_settings.cache_clear()
    storage._bucket.cache_clear()


def make_older(key: str, place: str, bucket: Bucket, by: timedelta = OLD) -> None:
    when = real_now() - by
    if place == "bucket":
        content, _ = bucket.files[PREFIX + key]
        bucket.files[PREFIX + key] = (content, when)
    else:
        os.utime(get_settings().storage_folder / key, (when.timestamp(), when.timestamp()))


async def test_what_was_saved_is_read_replaced_and_removed(place: str) -> None:
    large = bytes(range(256)) * 40_000
    await storage.save("pictures/one-480.webp", b"first")
    await storage.save("pictures/one-480.webp", large)
    await storage.save("evidence/ab12/original.pdf", b"%PDF-")
    assert await storage.read("pictures/one-480.webp") == large
    await storage.remove("pictures/one-480.webp")
    await storage.remove("pictures/one-480.webp")
    with pytest.raises(NotFound):
        await storage.read("pictures/one-480.webp")
    assert await storage.read("evidence/ab12/original.pdf") == b"%PDF-"


@pytest.mark.parametrize("key", ["../secret.txt", "/etc/passwd.txt", "a//b.txt", "A.txt", "a", "a/" * 90 + "a.b"])
async def test_no_other_key_gets_anywhere(place: str, key: str) -> None:
    for act in (storage.save(key, b"x"), storage.remove(key)):
        with pytest.raises(ValueError, match="not a storage key"):
            await act
    with pytest.raises(NotFound):
        await storage.read(key)


async def test_only_what_is_old_and_held_by_nobody_goes(place: str, bucket: Bucket) -> None:
    """A picture that was replaced goes; a new one whose row is not written yet, a held one, and what is not ours stay."""
    for key in ("pictures/held-480.webp", "pictures/left-480.webp", "pictures/new-480.webp", "other/left-480.webp"):
        await storage.save(key, b"x")
        if "new" not in key:
            make_older(key, place, bucket)

    async def held() -> set[str]:
        return {"pictures/held"}

    holder = Holder("pictures/", lambda key: key.rpartition("-")[0], held)
    assert [one.key for one in await storage.saved_before(real_now() - timedelta(days=7))] == [
        "other/left-480.webp",
        "pictures/held-480.webp",
        "pictures/left-480.webp",
    ]
    assert await remove_unheld([holder]) == 1
    assert await remove_unheld([holder]) == 0
    left = await storage.saved_before(datetime.now(UTC) + timedelta(days=1))
    assert [one.key for one in left] == ["other/left-480.webp", "pictures/held-480.webp", "pictures/new-480.webp"]


async def test_a_bucket_keeps_files_under_the_prefix_of_the_setting(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in settings(monkeypatch, bucket.environment):
        await storage.save("pictures/one-480.webp", b"first")
        assert list(bucket.files) == ["site/files/pictures/one-480.webp"]
    bucket.files.clear()


async def test_a_bucket_that_refuses_us_is_no_missing_file(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in settings(monkeypatch, bucket.environment | {"AWS_SECRET_ACCESS_KEY": "another secret"}):
        for act in (storage.save("a.txt", b"x"), storage.read("a.txt"), storage.remove("a.txt")):
            with pytest.raises(storage.Unreachable) as told:
                await act
            assert told.value.status == 503
    assert not bucket.files


def test_azure_is_reached_by_its_own_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """The client is made as it should be; no request was ever sent to Azure, nor to a stand-in for it."""
    chosen = {"AZURE_STORAGE_ACCOUNT_NAME": "kentfiles", "AZURE_STORAGE_ACCOUNT_KEY": "a2V5"}
    for _ in settings(monkeypatch, chosen):
        made = storage._bucket("az://pictures/site")
        assert isinstance(made.store, AzureStore)
        assert (made.store.prefix, made.store.config["container_name"]) == ("site", "pictures")


@pytest.mark.parametrize(
    "url", ["/var/files", "ftp://host/files", "https://bucket.example", "s3://", "s3://key@bucket"]
)
def test_another_kind_of_address_is_refused_at_the_start(url: str) -> None:
    with pytest.raises(ValidationError):
        Settings(storage_url=url)
