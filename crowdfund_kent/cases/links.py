"""The private page of a case, for whoever asked."""

from typing import Final

from crowdfund_kent.cases.models import Case
from crowdfund_kent.private_links import KeptPages

PAGES: Final = KeptPages("case", "/cases")


def private_path(case: Case) -> str:
    """/cases/C-7F3K-9Q2M/<token>"""
    return PAGES.path_of(case.reference)


async def private_link(case: Case) -> str:
    """The whole address, for a mail."""
    return await PAGES.link_to(case)


async def by_private_link(reference: str, token: str) -> Case:
    """The case of this address, else NotFound."""
    return PAGES.opened(await Case.get_or_none(reference=reference), token)
