"""The pot: money of a fund is reserved and moved here and nowhere else.

A source's pence stand in one of the places earmarked, pledged, confirmed, paid, recovered, or are left. Each move is
one UPDATE that takes from one place and adds to the next, guarded by its WHERE and the number of rows it touched;
the match pledge's status, its event, its draws, the memorandum movement and the audit row are written in the same
transaction. The database refuses a counter below 0 and a sum above the cap (CHECK), whatever happens here.

Locks, always in this order: campaign row, fund rows by id, sources by id. Every function opens its own transaction,
or works in the caller's, and never waits for anything but the database.
"""

from pledges.pots.paying import close_short, pay, put_back, recover, still_paid, unpay
from pledges.pots.places import lock, lock_of
from pledges.pots.taking import Offer, SourceLeft, confirm, pledge, release, sources_left, take_exact, take_up_to

__all__ = [
    "Offer",
    "SourceLeft",
    "close_short",
    "confirm",
    "lock",
    "lock_of",
    "pay",
    "pledge",
    "put_back",
    "recover",
    "release",
    "sources_left",
    "still_paid",
    "take_exact",
    "take_up_to",
    "unpay",
]
