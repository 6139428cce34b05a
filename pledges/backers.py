"""The fair count of backers: one for everybody who shares an e-mail or a card, however often they give (ruling 10)."""

from collections.abc import Iterable

from crowdfund_kent.database import fetch
from crowdfund_kent.references import keyed_hash

Keys = tuple[str, str | None]  # email_key, card_key


def plain_email(email: str) -> str:
    """The address that tells people apart: lower case, without a +tag. Kim+news@Example.org -> kim@example.org"""
    local, _, domain = email.strip().lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def email_key(email: str) -> str:
    """Keyed hash of the plain address. It outlives the address when a person is erased."""
    return keyed_hash(f"email:{plain_email(email)}")


def card_key(fingerprint: str) -> str:
    """Keyed hash of the provider's fingerprint of a card number: the same card, the same key, and no way back."""
    return keyed_hash(f"card:{fingerprint}")


def count_people(pledges: Iterable[Keys]) -> int:
    """How many backers made these pledges: same e-mail OR same card is one backer, and that carries on (union-find).

    >>> count_people([("a", "1"), ("b", "1"), ("b", "2"), ("c", None)])
    2
    """
    parent: dict[str, str] = {}

    def root(node: str) -> str:
        while parent.setdefault(node, node) != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for email, card in pledges:
        mine = root(f"e{email}")
        if card is not None:
            parent[root(f"c{card}")] = mine
    return len({root(node) for node in list(parent)})


# Counts for a campaign: active now or, once there was a verdict, active at the verdict. After the deadline nothing is
# cancelled any more, so whatever was active then is in none of these states.
COUNTED = (
    "(CASE WHEN c.decided_at IS NULL THEN p.status = 'active'"
    " ELSE p.status NOT IN ('pending', 'expired', 'cancelled') END)"
)


async def fair_counts(campaign_ids: Iterable[int]) -> dict[int, int]:
    """Backers of each campaign, without those who run it; 0 where there are none."""
    counted: dict[int, list[Keys]] = {campaign_id: [] for campaign_id in campaign_ids}
    rows = await fetch(
        "SELECT p.campaign_id, p.email_key, p.card_key FROM pledge p JOIN campaign c ON c.id = p.campaign_id"
        f" WHERE p.campaign_id = ANY($1::bigint[]) AND NOT p.runs_campaign AND {COUNTED}",
        list(counted),
    )
    for row in rows:
        counted[row["campaign_id"]].append((row["email_key"], row["card_key"]))
    return {campaign_id: count_people(keys) for campaign_id, keys in counted.items()}


async def fair_count(campaign_id: int) -> int:
    """Backers of one campaign (ruling 10)."""
    return (await fair_counts([campaign_id]))[campaign_id]
