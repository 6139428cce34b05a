"""Bank details at rest: AES-256-GCM under keys of their own, each with an id (settings.bank_keys).

The setting names keys as "id:key", newest first, separated by commas; a key is 32 bytes in base64. New rows are sealed
under the first, old ones open under the key whose id they carry. To rotate: put a new key in front, run `crowdfund-kent
reseal`, then take the old one out. The group's id is authenticated with the text: sealed details moved to another
group's row do not open.
"""

import base64
import binascii
import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass, field
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from crowdfund_kent.settings import Settings, get_settings

_NONCE: Final = 12
_KEY: Final = 32
ENDING: Final = 3  # figures of the account number that are shown


class SealBroken(Exception):
    """The text does not open: another key, another group's, or changed."""


@dataclass(frozen=True, slots=True)
class Account:
    """Where money goes. Its text never shows in a traceback or a log."""

    name: str = field(repr=False)
    sort_code: str = field(repr=False)  # six figures
    number: str = field(repr=False)  # eight figures

    @property
    def ending(self) -> str:
        """The last figures of the number."""
        return self.number[-ENDING:]

    @property
    def sort_code_shown(self) -> str:
        """12-34-56"""
        return "-".join(self.sort_code[place : place + 2] for place in (0, 2, 4))


def keys_of(settings: Settings) -> dict[str, bytes]:
    """Key id -> key, the first to seal with. ValueError, naming the id alone, for one that is no key.

    Outside production a site without keys has one of its own, from the secret key.
    """
    text = settings.bank_keys.get_secret_value()
    if not text:
        if settings.is_production:
            raise ValueError("set CROWDFUND_KENT_BANK_KEYS")
        return {"local": hashlib.sha256(b"bank details:" + settings.secret_key.get_secret_value().encode()).digest()}
    keys: dict[str, bytes] = {}
    for place, one in enumerate(text.split(","), 1):
        key_id, _, encoded = one.strip().partition(":")
        try:
            key = base64.b64decode(encoded, validate=True)
        except (binascii.Error, ValueError):
            key = b""
        if not key_id or len(key_id) > 16 or len(key) != _KEY or key_id in keys:
            raise ValueError(f"key {place} of CROWDFUND_KENT_BANK_KEYS is not an id, a colon and 32 bytes in base64")
        keys[key_id] = key
    return keys


def seal(account: Account, group_id: int) -> tuple[str, str]:
    """(sealed text, id of the key)."""
    key_id, key = next(iter(keys_of(get_settings()).items()))
    nonce = secrets.token_bytes(_NONCE)
    plain = json.dumps([account.name, account.sort_code, account.number]).encode()
    sealed = nonce + AESGCM(key).encrypt(nonce, plain, _about(group_id))
    return base64.b64encode(sealed).decode(), key_id


def unseal(sealed: str, key_id: str, group_id: int) -> Account:
    """The account. SealBroken where the key is gone or the text is not what was sealed for this group."""
    key = keys_of(get_settings()).get(key_id)
    if key is None:
        raise SealBroken("the key of these bank details is not in the settings")
    raw = base64.b64decode(sealed)
    try:
        plain = AESGCM(key).decrypt(raw[:_NONCE], raw[_NONCE:], _about(group_id))
    except InvalidTag:
        raise SealBroken("these bank details do not open") from None
    name, sort_code, number = json.loads(plain)
    return Account(name, sort_code, number)


def fingerprint(account: Account) -> str:
    """The same for the same account, whoever gives it; useless without the site's secret key."""
    key = get_settings().secret_key.get_secret_value().encode()
    return hmac.new(key, f"account:{account.sort_code}:{account.number}".encode(), hashlib.sha256).hexdigest()


def current_key_id() -> str:
    """The key that new rows are sealed under."""
    return next(iter(keys_of(get_settings())))


def _about(group_id: int) -> bytes:
    return f"bank_details:group:{group_id}".encode()
