"""Private pages: an address opens one row of one kind, and follows the site's key."""

import pytest

from crowdfund_kent.audit import Actor
from crowdfund_kent.cases import links, services
from crowdfund_kent.cases.kinds import Kind
from crowdfund_kent.cases.models import Case
from crowdfund_kent.errors import NotFound
from crowdfund_kent.private_links import Pages

VISITOR = Actor(None, "visitor")


def test_an_address_is_of_one_reference_and_of_one_kind() -> None:
    pages, others = Pages("written", "/written"), Pages("help offer", "/help-offers")
    token = pages.token_of("Q-7F3K-9Q2M")
    assert pages.path_of("Q-7F3K-9Q2M") == f"/written/Q-7F3K-9Q2M/{token}"
    pages.require("Q-7F3K-9Q2M", token)
    for kind, reference, wrong in (
        (pages, "Q-7F3K-9Q2N", token),
        (others, "Q-7F3K-9Q2M", token),
        (pages, "Q-7F3K-9Q2M", token[:-1]),
        (pages, "Q-7F3K-9Q2M", ""),
    ):
        with pytest.raises(NotFound):
            kind.require(reference, wrong)


@pytest.mark.usefixtures("db")
async def test_with_another_key_the_old_address_opens_until_a_mail_names_the_new_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    case = await services.open_case(Kind.WRONG, text="A date.", email="kim@example.org", by=VISITOR)
    old = links.PAGES.token_of(case.reference)
    monkeypatch.setattr("crowdfund_kent.private_links.keyed_hash", lambda text: f"another {text}")
    assert (await links.by_private_link(case.reference, old)).id == case.id
    link = await links.private_link(await Case.get(id=case.id))
    assert link.endswith(links.private_path(case))
    new = link.rpartition("/")[2]
    assert (await links.by_private_link(case.reference, new)).id == case.id
    for reference, wrong in ((case.reference, old), ("C-2222-2222", new)):
        with pytest.raises(NotFound):
            await links.by_private_link(reference, wrong)
