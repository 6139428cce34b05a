"""References that people read out, tokens that nobody guesses, and what the database keeps of them."""

import hashlib
import hmac
import secrets
from typing import Final

from crowdfund_kent.settings import get_settings

# no 0 O, 1 I L, U V: read out over the telephone, each is one thing only
ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTWXYZ"
_GROUP: Final = 4


def new_reference(prefix: str) -> str:
    """P -> P-7F3K-9Q2M: names a thing to people. Not a secret: what it opens needs a token besides."""
    first, second = ("".join(secrets.choice(ALPHABET) for _ in range(_GROUP)) for _ in range(2))
    return f"{prefix}-{first}-{second}"


def new_token() -> str:
    """256 random bits for a link or a cookie."""
    return secrets.token_urlsafe(32)


def new_code() -> str:
    """Six figures to type, 000000 to 999999. Keep it with keyed_hash(): a plain hash of six figures is found at once."""
    return f"{secrets.randbelow(1_000_000):06d}"


def hash_of(token: str) -> str:
    """What the database keeps of a random token: SHA-256, 64 hex digits. Not for text that can be guessed."""
    return hashlib.sha256(token.encode()).hexdigest()


def keyed_hash(text: str) -> str:
    """HMAC-SHA256 with the site's secret key, 64 hex digits: for text that can be guessed, such as an e-mail."""
    key = get_settings().secret_key.get_secret_value().encode()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def plain_email(email: str) -> str:
    """The address that tells people apart: lower case, without a +tag. Kim+news@Example.org -> kim@example.org"""
    local, _, domain = email.strip().lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def email_key(email: str) -> str:
    """Keyed hash of the plain address. It outlives the address when a person is erased."""
    return keyed_hash(f"email:{plain_email(email)}")


def same(first: str, second: str) -> bool:
    """Compare secrets without telling by time where they differ."""
    return hmac.compare_digest(first.encode(), second.encode())
