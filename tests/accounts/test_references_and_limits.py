"""References that can be read out, hashes that can't be turned back, and limits that never lock people out."""

import re

import pytest

from crowdfund_kent import limits, references
from crowdfund_kent.accounts import sign_in
from crowdfund_kent.errors import Refused
from crowdfund_kent.limits import TooOften
from crowdfund_kent.settings import get_settings


def test_a_reference_has_no_letters_that_look_alike() -> None:
    made = {references.new_reference("P") for _ in range(500)}
    assert len(made) == 500
    assert all(re.fullmatch(r"P-[2-9A-HJKMNP-TW-Z]{4}-[2-9A-HJKMNP-TW-Z]{4}", one) for one in made)
    assert not set("01OILUV") & set(references.ALPHABET)


def test_a_code_has_six_figures() -> None:
    assert all(re.fullmatch(r"[0-9]{6}", references.new_code()) for _ in range(200))


def test_tokens_differ_and_are_kept_as_hashes() -> None:
    first, second = references.new_token(), references.new_token()
    assert first != second
    assert len(first) >= 43
    assert references.hash_of(first) != references.hash_of(second)
    assert len(references.hash_of(first)) == 64
    assert references.same(first, first)
    assert not references.same(first, second)


def test_a_keyed_hash_needs_the_sites_key(monkeypatch: pytest.MonkeyPatch) -> None:
    here = references.keyed_hash("kim@example.org")
    assert here == references.keyed_hash("kim@example.org") != references.hash_of("kim@example.org")
    other = get_settings().model_copy(update={"secret_key": type(get_settings().secret_key)("another key")})
    monkeypatch.setattr(references, "get_settings", lambda: other)
    assert references.keyed_hash("kim@example.org") != here


async def test_a_limit_counts_each_network_apart(template: str) -> None:
    assert get_settings().redis_url
    whose = references.new_token()
    assert [await limits.allows("2/hour", "test", whose) for _ in range(3)] == [True, True, False]
    assert await limits.allows("2/hour", "test", references.new_token())
    assert await limits.allows("2/hour", "another test", whose)


async def test_without_the_queue_nothing_is_refused(monkeypatch: pytest.MonkeyPatch, template: str) -> None:
    for address in ("", "redis://127.0.0.1:1/0"):
        settings = get_settings().model_copy(update={"redis_url": address})
        monkeypatch.setattr(limits, "get_settings", lambda settings=settings: settings)
        assert [await limits.allows("1/hour", "test", "one") for _ in range(3)] == [True, True, True]


async def test_a_network_that_asks_without_end_is_told_to_wait(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sign_in, "REQUESTS_OF_ONE_NETWORK", "1/hour")
    monkeypatch.setattr(sign_in, "TRIES_OF_ONE_NETWORK", "1/hour")
    network = references.new_token()
    asked = await sign_in.ask("kim@example.org", "/account", network)
    with pytest.raises(TooOften, match="Try again in an hour"):
        await sign_in.ask("lee@example.org", "/account", network)
    with pytest.raises(Refused, match="The code is not right"):
        await sign_in.use_code(asked, "x", network)
    with pytest.raises(TooOften, match="Use the link in the e-mail"):
        await sign_in.use_code(asked, "x", network)
