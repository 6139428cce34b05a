"""The fair count of backers: one for everybody who shares an e-mail or a card, however often they give (ruling 10).

Who gave by hand is known by name and postcode, seen by a second person, and by e-mail where they have one.
"""

from collections.abc import Iterable
from typing import Final

from crowdfund_kent.database import fetch
from crowdfund_kent.references import keyed_hash
from pledges.gifts.rules import plain_name, postcode

Keys = tuple[str, str | None]  # email_key, card_key; of an off-line gift see KEYS_OF_GIFT
JOINED: Final = "joined the group"  # cause of the note from which on a pledge is one of those who run the campaign


def card_key(fingerprint: str) -> str:
    """Keyed hash of the provider's fingerprint of a card number: the same card, the same key, and no way back."""
    return keyed_hash(f"card:{fingerprint}")


def name_key(name: str, code: str) -> str:
    """Keyed hash of a giver's name and postcode, however they are spelled: Mrs Zoë Reed, ct9 1ab."""
    return keyed_hash(f"giver:{plain_name(name)}:{postcode(code) or ''}")


class _People:
    """Union-find over e-mails and cards: same e-mail OR same card is one person, and that carries on."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}

    def _root(self, node: str) -> str:
        parent = self._parent
        while parent.setdefault(node, node) != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    def join(self, keys: Keys) -> None:
        """The person of these keys, joined with everybody who shares one."""
        email, card = keys
        mine = self._root(f"e{email}")
        if card is not None:
            self._parent[self._root(f"c{card}")] = mine

    def of(self, keys: Keys) -> str:
        """Who it is, once all are joined."""
        return self._root(f"e{keys[0]}")


def count_people(pledges: Iterable[Keys]) -> int:
    """How many backers made these pledges.

    >>> count_people([("a", "1"), ("b", "1"), ("b", "2"), ("c", None)])
    2
    """
    return len(set(people_of(pledges)))


def people_of(pledges: Iterable[Keys]) -> list[str]:
    """Who made each of these pledges: equal for one person, and told nobody."""
    people, kept = _People(), list(pledges)
    for keys in kept:
        people.join(keys)
    return [people.of(keys) for keys in kept]


def who_counts(pledges: Iterable[tuple[Keys, bool]]) -> list[bool]:
    """Of one campaign's pledges, each with whether its e-mail is of somebody who runs it: which are of backers.

    Whoever shares a card or an e-mail with those who run the campaign is one of them, however it is spelled (ruling 10).

    >>> who_counts([(("owner", "1"), True), (("another name", "1"), False), (("c", "2"), False)])
    [False, False, True]
    """
    people, kept = _People(), list(pledges)
    for keys, _ in kept:
        people.join(keys)
    running = {people.of(keys) for keys, runs in kept if runs}
    return [people.of(keys) not in running for keys, _ in kept]


# Counts for a campaign: active now or, once there was a verdict, active at the verdict. After the deadline nothing is
# cancelled any more, so whatever was active then is in none of these states; but what was let go for want of a yes to a
# later last day went in the verdict's own transaction, before it.
COUNTED = (
    "(CASE WHEN c.decided_at IS NULL THEN p.status = 'active'"
    " ELSE p.status NOT IN ('pending', 'expired', 'cancelled')"
    " AND NOT (p.status = 'released' AND p.must_agree_id IS NOT NULL AND p.agreed_at IS NULL) END)"
)

# The same of an off-line gift: counted by a second person now or, once there was a verdict, when it came.
GIFT_COUNTED = "(CASE WHEN c.decided_at IS NULL THEN g.status IN ('counted', 'banked') ELSE g.at_verdict END)"


# Who gave by hand, as Keys: name and postcode join gifts like a card does, and stand for the e-mail where there is none.
# A gift without a name is money, and no backer.
KEYS_OF_GIFT = (
    "coalesce(g.email_key, 'giver ' || g.name_key, 'nameless ' || g.id) AS email_key,"
    " 'giver ' || g.name_key AS card_key"
)
# Every pledge and gift of campaigns $1 that counts.
CROWD = (
    "SELECT p.campaign_id, p.email_key, p.card_key, p.runs_campaign, p.amount_pence, p.district_code,"
    " coalesce(p.activated_at, p.created_at) AS at, false AS nameless FROM pledge p JOIN campaign c"
    f" ON c.id = p.campaign_id WHERE p.campaign_id = ANY($1::bigint[]) AND {COUNTED}"
    f" UNION ALL SELECT g.campaign_id, {KEYS_OF_GIFT}, g.runs_campaign, g.amount_pence, NULL, g.created_at,"
    " g.name_key IS NULL FROM offline_gift g JOIN campaign c ON c.id = g.campaign_id"
    f" WHERE g.campaign_id = ANY($1::bigint[]) AND {GIFT_COUNTED}"
)


async def backers_of(campaign_ids: Iterable[int]) -> dict[int, list[Keys]]:
    """The keys of what counts of each campaign, without those of people who run it and of gifts without a name."""
    found: dict[int, list[tuple[Keys, bool]]] = {campaign_id: [] for campaign_id in campaign_ids}
    for row in await fetch(CROWD, list(found)):
        if not row["nameless"]:
            found[row["campaign_id"]].append(((row["email_key"], row["card_key"]), row["runs_campaign"]))
    return {
        campaign_id: [keys for (keys, _), counts in zip(pledges, who_counts(pledges), strict=True) if counts]
        for campaign_id, pledges in found.items()
    }


async def fair_counts(campaign_ids: Iterable[int]) -> dict[int, int]:
    """Backers of each campaign, without those who run it; 0 where there are none."""
    return {campaign_id: count_people(keys) for campaign_id, keys in (await backers_of(campaign_ids)).items()}
