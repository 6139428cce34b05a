"""The demonstration's page of every kind of e-mail."""

import pytest

from crowdfund_kent import outbox
from crowdfund_kent.clock import real_now
from local import mails
from projects.models import LetterToPost
from tests.client import SiteClient
from tests.projects import make

pytestmark = pytest.mark.usefixtures("db")
KIM = "kim@example.org"


def test_every_template_has_its_reader() -> None:
    by_reader = {
        reader: [one for one in mails.templates() if mails.reader_of(one) == reader] for reader in mails.READERS
    }
    assert all(by_reader.values())
    assert by_reader["Residents"][:1] == ["payments/collapsed"]
    assert "payments/payment_failed" in by_reader["Residents"]
    assert "payments/group_settled" in by_reader["Groups"]
    assert "payments/dispute_opened" in by_reader["Officers, finance and panel"]


async def test_the_newest_of_each_kind_is_read_as_it_was_sent(client: SiteClient) -> None:
    for words in ("Old words", "New words"):
        await outbox.email("receipt", to=KIM, subject=words, text=f"{words} http://testserver/check <b>")
    group, ada = await make.group(), await make.person("ada@example.org", "Ada")
    await LetterToPost.create(
        unique_key="a",
        person_id=ada.id,
        group_id=group.id,
        name="gifts/met",
        subject="By post",
        text="Dear Ada",
        created_at=real_now(),
    )
    page = await client.get("/local/mails")
    assert [row[0] for row in page.rows("Residents")] == ["New words pledges/receipt"]
    assert "By post" in page.rows("Givers of cash and cheques")[0][0]
    assert "Not written in this demonstration so far: payments/collapsed" in page.main
    page = await page.follow("New words")
    assert f"To {KIM}" in page.main
    assert "New words http://testserver/check <b>" in page.main
