"""A pitch that is held, or with auditors: who may, what is refused meanwhile, and how many let go."""

from datetime import timedelta

import pytest

from crowdfund_kent import invariants
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now
from crowdfund_kent.errors import Conflict, Forbidden, Refused
from crowdfund_kent.models import AuditRow
from panel import retention
from panel.checks import holds as holds_checks
from panel.kinds import Choice, HoldKind, Outcome
from panel.models import Hold, Pitch
from panel.services import awards, holds, pitches, rounds
from panel.services.recommending import vote
from projects.models import Campaign, Member, Project
from tests.client import SiteClient
from tests.panel import round_make as make
from tests.panel.test_award_pages import as_actor
from tests.pledges import pot_make

pytestmark = pytest.mark.usefixtures("db")
WHY = "Two quotes carry the same number."
DONE = "The firm has explained it."


async def finance(panel: make.Panel, name: str = "Fin") -> Actor:
    return await pot_make.person(name, Role.FINANCE_APPROVER, fund=panel.fund)


async def sound() -> None:
    found = await invariants.run(list(holds_checks.RULES))
    assert [one for one in found if one.count] == []


async def test_a_held_pitch_gets_nothing_until_somebody_else_lets_go(client: SiteClient) -> None:
    panel = await make.panel()
    pitch = await panel.pitch()
    await as_actor(client, panel.officer)
    page = await (await client.get(f"/staff/pitches/{pitch.reference}")).follow("Hold it, or refer it to audit")
    path = page.path
    assert (await page.submit({}, status=422)).errors == ["Choose what should happen", "Enter why"]
    page = await page.submit({"kind": "hold", "reason": WHY}, to=path)
    assert "nothing can be awarded" in page.main
    assert "Let go" not in [words for words, _ in page.links]  # not who held it
    with pytest.raises(Refused) as refused:
        await holds.let_go(pitch.id, DONE, panel.officer)
    assert refused.value.rule == "two people"
    # members go on; nothing is awarded, by a list or beside it
    await panel.scored(pitch)
    await panel.meet()
    with pytest.raises(Refused) as refused:
        await panel.put(pitch, Outcome.AWARD)
    assert refused.value.rule == "held"
    campaign = await Campaign.get(id=pitch.campaign_id)
    other = await pot_make.person("Off", Role.FUND_OFFICER, fund=panel.fund)
    with pytest.raises(Refused) as refused:
        await awards.propose(campaign.id, panel.fund.id, 100_000, "It is good.", other)
    assert refused.value.rule == "held"
    await as_actor(client, await finance(panel))
    (row,) = (await client.get("/staff/holds")).rows("Held now")
    assert row[2:4] == ["Hold", WHY]
    page = await (await client.get(path)).follow("Let go")
    assert (await page.submit({}, status=422)).errors == ["Enter why you let go"]
    page = await page.submit({"reason": DONE}, to=path)
    assert "Nothing holds it now." in page.main
    assert DONE in page.main
    await panel.carry(pitch)
    assert len(await panel.sign()) == 1
    acts = await AuditRow.filter(subject=f"pitch:{pitch.id}", act__startswith="pitch held").count()
    assert (acts, await AuditRow.filter(act=holds.RELEASED).count()) == (1, 1)
    assert all(WHY not in str(row.details) for row in await AuditRow.all())
    await sound()


async def test_a_list_with_an_award_to_what_was_held_since_is_refused() -> None:
    panel = await make.panel()
    pitch = await panel.pitch()
    await panel.meet()
    await panel.carry(pitch)
    await holds.place(pitch.id, HoldKind.HOLD, WHY, panel.officer)
    with pytest.raises(Refused) as refused:
        await panel.sign()
    assert refused.value.rule == "held"
    await holds.let_go(pitch.id, DONE, await finance(panel))
    assert len(await panel.sign()) == 1
    await sound()


async def test_what_is_with_auditors_is_written_by_nobody_until_two_more_people_let_go() -> None:
    panel = await make.panel()
    pitch, other = await panel.pitch(), await panel.pitch()
    await panel.meet()
    made = await panel.put(pitch, Outcome.DECLINE)
    await holds.place(pitch.id, HoldKind.AUDIT, WHY, panel.officer)
    project = await Project.get(id=pitch.project_id)
    owner = await Member.get(group_id=project.group_id, role="owner")
    for write in (
        lambda: panel.put(pitch, Outcome.DECLINE),
        lambda: vote(made.id, Choice.FOR, panel.members[1]),
        lambda: pitches.withdraw(pitch.id, Actor(owner.person_id, "group owner")),
        lambda: pitches.record_place(pitch.id, [], None, "", panel.officer),
        lambda: rounds.cancel_round(panel.round.id, "Too few.", panel.officer),
    ):
        with pytest.raises(Refused) as refused:
            await write()
        assert refused.value.rule == "sealed"
    await Campaign.filter(id=pitch.campaign_id).update(status="cancelled")
    assert await pitches.end_over() == 0
    await panel.carry(other, Outcome.DECLINE)
    with pytest.raises(Refused):
        await panel.sign()
    with pytest.raises(Conflict):
        await holds.place(pitch.id, HoldKind.HOLD, WHY, panel.officer)
    # the calendar waits too
    later = business_now() + timedelta(days=1_000)
    await Pitch.filter(id=pitch.id).update(status="declined")
    assert await retention.refused_due(later) == 0
    # an officer and a finance approver, neither of whom referred it
    first, second, third = await finance(panel), await finance(panel, "Flo"), await _officer(panel)
    with pytest.raises(Refused):
        await holds.let_go(pitch.id, DONE, panel.officer)
    assert (await holds.let_go(pitch.id, DONE, first)).released_at is None
    for again, rule in ((first, "two people"), (second, "two roles")):
        with pytest.raises(Refused) as refused:
            await holds.let_go(pitch.id, DONE, again)
        assert refused.value.rule == rule
    await holds.refuse_sealed(other)
    with pytest.raises(Refused):
        await holds.refuse_sealed(pitch.id)
    assert (await holds.let_go(pitch.id, DONE, third)).released_at is not None
    await holds.refuse_sealed(pitch.id)
    assert await retention.refused_due(later) == 1
    with pytest.raises(Conflict):
        await holds.let_go(pitch.id, DONE, third)
    await sound()


async def _officer(panel: make.Panel) -> Actor:
    return await pot_make.person("Oda", Role.FUND_OFFICER, fund=panel.fund)


async def test_a_hold_becomes_a_referral_and_only_officers_of_the_fund_begin_one() -> None:
    panel = await make.panel()
    pitch = await panel.pitch()
    other = await _officer(panel)
    auditor = await pot_make.person("Aud", Role.AUDITOR)
    for nobody in (panel.signatory, panel.members[0], auditor, await pot_make.person("Elsewhere")):
        with pytest.raises(Forbidden):
            await holds.place(pitch.id, HoldKind.HOLD, WHY, nobody)
    await holds.place(pitch.id, HoldKind.HOLD, WHY, panel.officer)
    own = await holds.place(pitch.id, HoldKind.AUDIT, "Auditors asked for it.", panel.officer)
    assert own.reason == f"{WHY} / Auditors asked for it."
    with pytest.raises(Refused) as refused:
        await panel.sheet(pitch, panel.members[1], 3)
    assert refused.value.rule == "sealed"
    with pytest.raises(Forbidden):
        await holds.let_go(pitch.id, DONE, auditor)
    second = await panel.pitch()
    await holds.place(second.id, HoldKind.HOLD, WHY, panel.officer)
    made = await holds.place(second.id, HoldKind.AUDIT, WHY, other)
    rows = await Hold.filter(pitch_id=second.id).order_by("id")
    assert [(one.kind, one.placed_by_id) for one in rows] == [
        ("hold", panel.officer.person_id),
        ("referred to audit", other.person_id),
    ]
    assert rows[0].released_by_id == other.person_id == made.placed_by_id
    with pytest.raises(Refused):
        await holds.place(second.id, HoldKind.AUDIT, " ", other)
    draft = await panel.pitch()
    await Pitch.filter(id=draft.id).update(status="draft", submitted_at=None)
    with pytest.raises(Refused):
        await holds.place(draft.id, HoldKind.HOLD, WHY, panel.officer)
    await sound()
