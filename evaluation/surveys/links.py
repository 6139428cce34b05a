"""Private addresses: of an invitation, and of the sheet about whoever answered, which leads back to no invitation.

The sheet's ticket names its round and a number that nobody can compute without the site's key;
what is kept when it was used is the hash of that number.
"""

from typing import Final

from crowdfund_kent.errors import NotFound
from crowdfund_kent.private_links import KeptPages
from crowdfund_kent.references import hash_of, keyed_hash, same
from evaluation.surveys.models import SurveyInvitation

PAGES: Final = KeptPages("survey", "/surveys")
_NUMBER_LENGTH: Final = 32
_SEAL_LENGTH: Final = 24


def path_of(invitation: SurveyInvitation) -> str:
    """/surveys/S-7F3K-9Q2M/<token>"""
    return PAGES.path_of(invitation.reference)


async def private_link(invitation: SurveyInvitation) -> str:
    """The whole address, for a mail."""
    return await PAGES.link_to(invitation)


async def by_private_link(reference: str, token: str) -> SurveyInvitation:
    """The invitation of this address, else NotFound."""
    found = await SurveyInvitation.get_or_none(reference=reference).select_related("round", "campaign__project__group")
    return PAGES.opened(found, token)


def ticket_of(invitation: SurveyInvitation) -> str:
    """The sheet's ticket for whoever has this invitation: always the same, so that it works once."""
    number = keyed_hash(f"about you {invitation.reference}")[:_NUMBER_LENGTH]
    return f"{invitation.round_id}-{number}{_seal(invitation.round_id, number)}"


def _seal(round_id: int, number: str) -> str:
    return keyed_hash(f"about you {round_id} {number}")[:_SEAL_LENGTH]


def read_ticket(ticket: str) -> tuple[int, str]:
    """(round, hash of the number) of a ticket; NotFound when we did not make it."""
    before, _, rest = ticket.partition("-")
    number, seal = rest[:_NUMBER_LENGTH], rest[_NUMBER_LENGTH:]
    if not before.isascii() or not before.isdigit() or len(before) > 12 or not same(seal, _seal(int(before), number)):
        raise NotFound("This address is not complete. Open the link again.")
    return int(before), hash_of(number)
