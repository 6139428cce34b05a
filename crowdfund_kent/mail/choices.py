"""Which e-mails a reader wants. No account, no address kept: a choice is found by a keyed hash of the plain address.

Whoever has the private address of the page may choose: it is in every e-mail that one can choose not to get.
"""

from collections.abc import Collection
from typing import Final

from crowdfund_kent.clock import real_now
from crowdfund_kent.database import execute, fetch
from crowdfund_kent.errors import NotFound
from crowdfund_kent.mail import bounces
from crowdfund_kent.mail.keys import KEY_LENGTH, key_of
from crowdfund_kent.mail.kinds import WANTED, Topic
from crowdfund_kent.references import keyed_hash, same
from crowdfund_kent.settings import get_settings

_SEAL_LENGTH: Final = 24


def token_of(email: str) -> str:
    """The secret part of the reader's page: the key, and a seal that only the site can make."""
    key = key_of(email)
    return key + _seal(key)


def _seal(key: str) -> str:
    return keyed_hash(f"e-mails {key}")[:_SEAL_LENGTH]


def key_in(token: str) -> str:
    """The key in a token; NotFound when we did not make it."""
    key, seal = token[:KEY_LENGTH], token[KEY_LENGTH:]
    if not same(seal, _seal(key)):
        raise NotFound("This address is not complete. Open the link in the e-mail again.")
    return key


def choices_path(email: str) -> str:
    """/e-mails/<token>"""
    return f"/e-mails/{token_of(email)}"


def choices_url(email: str) -> str:
    """The private address where this reader chooses. For e-mails and pages of that reader only."""
    return get_settings().site_url.rstrip("/") + choices_path(email)


def stop_url(email: str, topic: Topic) -> str:
    """Where a mail program says "no more of these" in one request (RFC 8058)."""
    return f"{choices_url(email)}/stop/{topic.name.lower()}"


def marks(email: str, topic: Topic) -> dict[str, str]:
    """What the body of an e-mail with a topic carries besides its text, for whoever sends it."""
    return {"topic": str(topic), "unsubscribe": stop_url(email, topic)}


async def wants(email: str, topic: Topic) -> bool:
    """Whether this reader gets e-mails of `topic`: by their choice, else the topic's rule; never where mail came back."""
    return bool(await who_wants([email], topic))


async def who_wants(emails: Collection[str], topic: Topic) -> set[str]:
    """Those of `emails` who get e-mails of `topic`, in two queries however many there are."""
    keys = {email: key_of(email) for email in emails}
    rows = await fetch(
        "SELECT key, wanted FROM email_choice WHERE topic = $1 AND key = ANY($2::text[])",
        str(topic),
        list(set(keys.values())),
    )
    chosen = {row["key"]: row["wanted"] for row in rows}
    gone = await bounces.came_back(emails)
    return {email for email, key in keys.items() if chosen.get(key, WANTED[topic]) and email not in gone}


async def chosen(key: str) -> dict[Topic, bool]:
    """What the reader behind `key` gets, topic by topic."""
    rows = await fetch("SELECT topic, wanted FROM email_choice WHERE key = $1", key)
    return WANTED | {Topic(row["topic"]): row["wanted"] for row in rows}


async def choose(key: str, topic: Topic, wanted: bool, how: str) -> None:
    """The reader behind `key` wants e-mails of `topic` from now on, or does not. `how`: page, one click, pledge."""
    await execute(
        "INSERT INTO email_choice (key, topic, wanted, how, changed_at) VALUES ($1, $2, $3, $4, $5)"
        " ON CONFLICT (key, topic) DO UPDATE SET wanted = excluded.wanted, how = excluded.how,"
        " changed_at = excluded.changed_at WHERE email_choice.wanted <> excluded.wanted",
        key,
        str(topic),
        wanted,
        how,
        real_now(),
    )
