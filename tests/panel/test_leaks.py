"""Ways round the doors to papers, scores and amounts: by another page, by what other rows say, before the declaration."""

import pytest

from crowdfund_kent.accounts.models import Person
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.clock import business_now, business_today
from crowdfund_kent.database import execute
from crowdfund_kent.errors import Forbidden, Refused
from crowdfund_kent.references import email_key
from panel.kinds import Bar, Nature, Outcome, SeatKind
from panel.models import Award, Hold, Pitch, PitchInterest, RoundDeclaration, Vote
from panel.queries.disclosing import Scope, collect
from panel.services import awards
from panel.services.interests import add_to_register
from panel.services.pitches import record_place
from panel.services.recommending import vote
from pledges.models import Pledge
from projects.models import Campaign, Project
from tests.client import SiteClient
from tests.panel.round_make import FOR, WHY, also, panel, seat
from tests.panel.stage import stage
from tests.panel.test_meeting_pages import as_actor
from tests.pledges import pot_make as make


async def bar(pitch: Pitch, person_id: int | None) -> None:
    await PitchInterest.create(
        pitch_id=pitch.id,
        person_id=person_id,
        nature="family",
        bar="bars",
        words="A cousin.",
        found="declared",
        recorded_at=business_now(),
    )


async def never_declared(person_id: int | None) -> None:
    await execute("ALTER TABLE panel_declaration DISABLE TRIGGER ALL")
    await RoundDeclaration.filter(person_id=person_id).delete()
    await execute("ALTER TABLE panel_declaration ENABLE TRIGGER ALL")


async def test_a_chair_who_has_not_declared_reads_no_scores_by_the_officers_pages(client: SiteClient) -> None:
    p = await panel(members=4)
    pitch = await p.pitch()
    for member in p.members[1:]:
        await p.sheet(pitch, member, 4)
    await p.meet()
    await never_declared(p.members[0].person_id)
    await as_actor(client, p.members[0])
    path = f"/staff/rounds/{p.round.slug}"
    for address in ("meeting", "pack", "minutes", f"meeting/{pitch.reference}", f"meeting/{pitch.reference}/recommend"):
        page = await client.get(f"{path}/{address}", status=422)
        assert "which of these groups" in page.main
        assert "80%" not in page.main
    with pytest.raises(Refused) as refused:
        await p.put(pitch, Outcome.DECLINE, by=p.members[0])
    assert refused.value.rule == "declaration"


async def test_nobody_raises_a_hand_for_who_has_not_declared_on_this_pitch(db: None) -> None:
    p = await panel(members=4)
    early, late = await p.pitch(), await p.pitch()
    silent = p.members[3]
    await p.meet()
    last = (await RoundDeclaration.filter(round_id=p.round.id, person_id=silent.person_id).order_by("-number"))[0]
    await execute("ALTER TABLE panel_declaration DISABLE TRIGGER ALL")
    await RoundDeclaration.filter(id=last.id).delete()
    await execute("ALTER TABLE panel_declaration ENABLE TRIGGER ALL")
    for pitch in (early, late):
        made = await p.put(pitch, Outcome.AWARD)
        if pitch is early:
            await vote(made.id, FOR, p.officer, for_person_id=silent.person_id)
            continue
        with pytest.raises(Refused) as refused:
            await vote(made.id, FOR, p.officer, for_person_id=silent.person_id)
        assert refused.value.rule == "present"
    assert await Vote.all().count() == 1


async def test_the_rest_of_the_list_does_not_say_where_a_barred_pitch_stands(client: SiteClient) -> None:
    p = await panel(members=4)
    first, barred, last = await p.pitch(300_000), await p.pitch(310_000), await p.pitch(200_000)
    for pitch, points in ((first, 5), (barred, 4), (last, 3)):
        for member in p.members[1:]:
            await p.sheet(pitch, member, points)
    await bar(barred, p.officer.person_id)
    await bar(barred, p.members[3].person_id)
    await p.meet()
    await as_actor(client, p.officer)
    page = await client.get(f"/staff/rounds/{p.round.slug}/meeting")
    rows = page.rows("The ranking beside the pot")
    titles = [await p.title(one) for one in (first, last, barred)]
    assert [row[0] for row in rows] == [f"1. {titles[0]}", f"2. {titles[1]}", titles[2]], "no gap in the ranks"
    assert [row[7] for row in rows] == ["", "", ""], "nor a sum that it is part of"
    assert "see neither where it stands" in page.main
    assert "3,100" not in page.main
    assert "rank 2" in (await client.get(f"/staff/rounds/{p.round.slug}/meeting/{last.reference}")).html
    pack = await client.get(f"/staff/rounds/{p.round.slug}/pack")
    assert "3,100" not in pack.main
    assert f"3. {titles[1]}" not in pack.main
    await as_actor(client, p.members[3])
    page = await client.get(f"/panel/{p.round.slug}/meeting")
    assert [row[0] for row in page.rows("The list in its order")] == [f"1. {titles[0]}", f"2. {titles[1]}", titles[2]]


async def test_who_is_barred_or_was_not_called_reads_no_award_of_a_list_before_its_record(client: SiteClient) -> None:
    p = await panel(members=4)
    pitch = await p.pitch(310_000)
    await bar(pitch, p.members[3].person_id)
    await bar(pitch, p.officer.person_id)
    other = await make.person("Oz", Role.FUND_OFFICER, fund=p.fund)
    reserve = await make.person("Ria", Role.PANEL_MEMBER, fund=p.fund)
    await seat(p.fund, reserve, SeatKind.RESERVE, "Reserve")
    for member in p.members[:3]:
        await p.sheet(pitch, member, 4)
    await p.meet(*p.members[:3])
    made = await p.put(pitch, Outcome.AWARD, by=other)
    for member in p.members[:3]:
        await vote(made.id, FOR, member)
    held = await Hold.create(
        pitch_id=pitch.id,
        kind="hold",
        reason="One giver",
        placed_by_id=other.person_id,
        placed_at=business_now(),
    )
    await as_actor(client, p.officer)
    assert "One giver" not in (await client.get("/staff/holds")).main
    await Hold.filter(id=held.id).update(
        released_at=business_now(), release_reason="Seen.", released_by_id=reserve.person_id
    )
    await p.sign()
    award = await Award.get(pitch_id=pitch.id)
    pages = (
        "/staff/awards",
        "/staff/pitches",
        f"/staff/rounds/{p.round.slug}",
        f"/staff/rounds/{p.round.slug}/decisions",
    )
    await never_declared(p.members[2].person_id)
    shut = (p.members[2], p.members[3], reserve)
    for who, addresses in ((p.officer, pages), *((one, pages[:1]) for one in shut)):
        await as_actor(client, who)
        for address in addresses:
            assert "3,100" not in (await client.get(address)).main, address
        await client.get(f"/staff/awards/{award.id}", status=403)
    for who in (other, p.members[1]):
        await as_actor(client, who)
        assert "3,100" in (await client.get("/staff/awards")).main
        await client.get(f"/staff/awards/{award.id}")


async def test_who_prepared_a_pitch_does_not_sign_it_though_a_colleague_did_it_again(db: None) -> None:
    p = await panel()
    pitch = await p.pitch()
    first = await make.person("Fay", Role.FUND_OFFICER, fund=p.fund)
    await also(first, Role.SIGNATORY, p.fund)
    await make.authority(p.fund, first, 2_000_000)
    await record_place(pitch.id, ["deprived"], None, "The index.", first)
    await record_place(pitch.id, ["deprived"], None, "The index of 2025.", p.officer)
    for income in (-1, 10**15, 2**70):
        with pytest.raises(Refused) as wrong:
            await record_place(pitch.id, [], income, "The accounts.", p.officer)
        assert wrong.value.rule == "income"
    await p.meet()
    await p.carry(pitch)
    with pytest.raises(Refused) as refused:
        await p.sign(first)
    assert refused.value.rule == "two people"
    await Hold.create(
        pitch_id=pitch.id,
        kind="referred to audit",
        reason="One giver.",
        placed_by_id=p.officer.person_id,
        placed_at=business_now(),
        agreed_by_id=p.signatory.person_id,
        agreed_at=business_now(),
        agreed_reason="Seen.",
        released_by_id=first.person_id,
        released_at=business_now(),
        release_reason="Seen.",
    )
    with pytest.raises(Refused) as refused:
        await p.sign()
    assert refused.value.rule == "two people"


async def test_a_list_that_changed_since_it_was_opened_is_not_signed_unread(client: SiteClient) -> None:
    p = await panel()
    pitch = await p.pitch()
    await p.meet()
    await p.carry(pitch, Outcome.PART, 100_000)
    await as_actor(client, p.signatory)
    path = f"/staff/rounds/{p.round.slug}"
    page = await client.get(f"{path}/sign")
    await p.carry(pitch, Outcome.PART, 300_000)
    again = await page.submit(status=422)
    assert again.errors == ["The list has changed since you opened this page. Read it again before you sign."]
    assert "£3,000.00" in again.main
    assert not await Award.filter(pitch_id=pitch.id).exists()
    await again.submit(to=f"{path}/decisions")
    assert (await Award.get(pitch_id=pitch.id)).amount_pence == 300_000


async def test_the_request_desk_collects_no_scores_before_the_meeting(db: None) -> None:
    p = await panel()
    pitch = await p.pitch()
    await p.scored(pitch)

    async def scores() -> int:
        found = await collect(Scope(rounds=(p.round.id,)))
        return sum(item.key.startswith(("score:", "sheet:")) for section in found for item in section.items)

    assert await scores() == 0
    await p.meet()
    assert await scores() == 3 * (len(p.criteria) + 1)


@pytest.mark.parametrize("interest", ["own pledge", "register", "declared in a round"])
async def test_an_interest_keeps_officers_and_signatories_from_single_awards_too(db: None, interest: str) -> None:
    s = await stage()
    award = await s.propose()
    campaign = await Campaign.get(id=s.campaign.id)
    for who in (s.officer, s.signatory):
        person = await Person.get(id=who.person_id)
        if interest == "own pledge":
            given = (await Pledge.filter(campaign_id=campaign.id).order_by("id"))[0 if who is s.officer else 1]
            await Pledge.filter(id=given.id).update(email_key=email_key(person.email or ""))
        elif interest == "register":
            group = (await Project.get(id=campaign.project_id)).group_id
            await add_to_register(
                person.id,
                body="The club",
                nature=Nature.FAMILY,
                bar=Bar.BARRED,
                words="A sister.",
                from_day=business_today(),
                by=who,
                group_id=group,
            )
        else:
            p = await panel()
            await bar(await p.pitch(campaign=campaign), person.id)
    for work in (
        awards.propose(campaign.id, s.fund.id, 100_000, WHY, s.officer),
        awards.sign(award.id, s.signatory),
        awards.refuse(award.id, "No.", s.signatory),
        awards.withdraw(award.id, s.officer),
    ):
        with pytest.raises(Forbidden, match="So you can't act on it for a fund"):
            await work
    assert (await Award.get(id=award.id)).status == "proposed"
