"""Minutes are composed from what happened: a draft for officers, public with the record, by post and never by name."""

from crowdfund_kent.accounts.models import Person
from panel.kinds import Outcome, Shown
from panel.models import Round
from panel.services.meeting import write_minutes
from tests.accounts.make import sign_in
from tests.client import SiteClient
from tests.panel.round_make import panel
from tests.panel.test_round_record import publish, signed_round


async def test_the_draft_grows_with_the_meeting(client: SiteClient) -> None:
    p = await panel()
    first, second = await p.pitch(), await p.pitch()
    await p.meet(*p.members[:2])
    await p.put(first, Outcome.DEFER)
    await sign_in(client, await Person.get(id=p.officer.person_id))
    path = f"/staff/rounds/{p.round.slug}/minutes"
    page = await client.get(path)
    assert page.summary["Present"].startswith("Seat 1 (chair, took the chair)")
    assert page.summary["Apologies"] == "Seat 3"
    assert "Put off to a later round" in page.main
    assert "Nothing yet" in page.main
    assert "The list is not signed yet." in page.main
    await write_minutes(p.round.id, "Tea at four.", p.officer)
    page = await client.get(path)
    assert "Tea at four." in page.main
    for member in p.members:
        assert (await Person.get(id=member.person_id)).name not in page.main
    await client.get(f"/rounds/{p.round.slug}/minutes", status=404)
    assert (await client.http.get(f"/rounds/{p.round.slug}/minutes.txt")).status_code == 404
    assert await p.title(second) in page.main


async def test_the_minutes_are_public_with_the_record_as_page_and_text(client: SiteClient) -> None:
    p, pitches = await signed_round()
    await Round.filter(id=p.round.id).update(minutes="=Sent back\nonce.", declined_shown=Shown.COUNT)
    await publish(p)
    path = f"/rounds/{p.round.slug}"
    page = await (await client.get(path)).follow("Minutes of the meeting")
    assert "1 more request got nothing" in page.main
    text = (await client.http.get(f"{path}/minutes.txt")).text
    titles = [await p.title(pitch) for pitch in pitches]
    assert f"1. {titles[0]}\nGroup: " in text
    assert "Decided: Money is offered: £4,000.00\n" in text
    assert "Recommended: A part of the money is offered: £3,000.00\n" in text
    assert "Votes: 2 for, 0 against, 0 abstained\n" in text
    assert f"Interests told: Seat 3 in {titles[1]}: money, took no part" in " ".join(text.split())
    assert "under decision 26/00012." in " ".join(text.split())
    assert "1 more got nothing. This fund does not name them." in text
    assert "=Sent back\nonce." in text
    assert titles[2] not in text + page.html
    assert max(len(line) for line in text.splitlines()) <= 78
