"""The private address of a case's page. The database keeps a hash of its token only; see pledges for the same."""

from typing import Final

from crowdfund_kent.cases.models import Case
from crowdfund_kent.errors import NotFound
from crowdfund_kent.references import hash_of, keyed_hash, same
from crowdfund_kent.settings import get_settings

_TOKEN_LENGTH: Final = 40  # hex digits: 160 bits


def token_of(reference: str) -> str:
    """The secret part of the address; it follows from the reference and the site's secret key."""
    return keyed_hash(f"case {reference}")[:_TOKEN_LENGTH]


def private_path(case: Case) -> str:
    """/cases/C-7F3K-9Q2M/<token>"""
    return f"/cases/{case.reference}/{token_of(case.reference)}"


async def private_link(case: Case) -> str:
    """The whole address, for a mail. After the operator changed the site's secret key, the row follows here."""
    wanted = hash_of(token_of(case.reference))
    if case.token_hash != wanted:
        await Case.filter(id=case.id).update(token_hash=wanted)
        case.token_hash = wanted
    return get_settings().site_url.rstrip("/") + private_path(case)


async def by_private_link(reference: str, token: str) -> Case:
    """The case of this address. NotFound when either part is wrong: the two are not told apart."""
    case = await Case.get_or_none(reference=reference)
    if not same(case.token_hash if case else "", hash_of(token)) or case is None:
        raise NotFound
    return case
