"""Erasing and other people: their e-mails, groups that would be left alone, and an account made anew."""

import pytest

from crowdfund_kent import outbox
from crowdfund_kent.accounts.models import Person
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import real_now
from crowdfund_kent.errors import NotFound, Refused
from crowdfund_kent.models import Outbox
from crowdfund_kent.personal import services
from crowdfund_kent.personal.register import all_parts
from crowdfund_kent.wiring import compose_personal
from projects import services as project_services
from projects.kinds import MemberRole
from projects.models import Group, GroupHandOver, Member
from projects.states import Campaign as Status
from tests.payments import make as payments
from tests.projects import make

pytestmark = pytest.mark.usefixtures("db")


async def erase(person: Person) -> None:
    compose_personal()
    await services.erase(all_parts(), await services.whose(person.id), Actor(person.id, "person"))


async def mail(to: str, text: str) -> int:
    """An e-mail that waits to be sent."""
    await outbox.email("test", to=to, subject="About your pledge", text=text)
    return int((await Outbox.all().order_by("-id").first()).id)  # type: ignore[union-attr]


async def test_nobody_stops_or_takes_away_other_peoples_mail_by_the_name_they_chose() -> None:
    vandal = await make.person("ann@example.org", "your pledge")
    sent, waiting = [await mail("joann@example.org", "Here is your pledge: £20. (a+b)") for _ in range(2)]
    mine = await mail("Ann@example.org", "Here is your pledge.")
    numbers = [sent, waiting]
    await Outbox.filter(id=numbers[0]).update(done_at=real_now())
    await erase(vandal)
    rows = {row.id: row for row in await Outbox.filter(id__in=[*numbers, mine])}
    assert rows[mine].body is None
    assert rows[mine].done_at is not None
    assert rows[numbers[0]].body["text"].startswith("Here is …: £20. (a+b)")
    assert rows[numbers[1]].done_at is None
    got = []

    async def send(body: dict[str, str]) -> None:
        got.append(body["text"])

    await outbox.run_row(numbers[1], {}, send)
    assert got[0].startswith("Here is your pledge: £20.")
    assert (await Outbox.get(id=numbers[1])).body is None


async def test_a_long_text_goes_from_others_mail_whole_or_with_the_mail() -> None:
    person, text = await make.person("ann@example.org", "A"), "I live at the mill and the dog barks. " * 7
    whole, part = [await mail("joann@example.org", f"They ask: {one} Answer them.") for one in (text, text[:200])]
    await Outbox.all().update(done_at=real_now())
    await Person.filter(id=person.id).update(postal=text)
    await erase(person)
    assert str((await Outbox.get(id=whole)).body["text"]).startswith("They ask: … Answer them.")
    assert (await Outbox.get(id=part)).body is None


async def test_an_owner_who_was_erased_does_not_pass_for_one_who_is_there() -> None:
    campaign = await make.campaign(Status.LIVE)
    group = await Group.get(projects__campaigns__id=campaign.id)
    first = await make.owner_of(group)
    second = await make.person("pip@example.org", "Pip")
    await project_services.invite(group.id, "pip@example.org", MemberRole.OWNER, first)
    assert first.person_id is not None
    await erase(await Person.get(id=first.person_id))
    owners = await Member.filter(group_id=group.id, role=MemberRole.OWNER, ended_at=None)
    assert [one.person_id for one in owners] == [second.id]
    with pytest.raises(Refused, match="only owner"):
        await erase(second)
    assert (await Person.get(id=second.id)).email == "pip@example.org"
    await payments.nothing_is_broken()


async def test_a_group_is_not_handed_over_to_somebody_who_was_erased() -> None:
    group, asks = await make.group(), await make.person()
    row = await project_services.ask_hand_over(group.id, "Nobody answers.", Actor(asks.id, "person"))
    await erase(asks)
    assert (await GroupHandOver.get(id=row.id)).status == "withdrawn"
    await payments.nothing_is_broken()


async def test_an_account_made_anew_with_the_same_address_finds_nothing_of_the_old_one() -> None:
    group = await make.group(await make.person("ann@example.org", "Ann"))
    await erase(await Person.get(email="ann@example.org"))
    again = await make.person("ann@example.org", "Ann")
    sheets = await services.collect(all_parts(), await services.whose(again.id))
    assert [sheet.title for sheet in sheets if sheet.rows] == ["Your account"]
    with pytest.raises(NotFound):
        await project_services.invite(group.id, "kit@example.org", MemberRole.OWNER, Actor(again.id, "person"))
