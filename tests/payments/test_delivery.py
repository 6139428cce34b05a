"""After the settlement: a group begins, is late, is done; what is left goes back in shares, by two officers (ruling 18)."""

import pytest

from crowdfund_kent.accounts.models import Person
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.clock import business_today
from crowdfund_kent.errors import Conflict, Forbidden, Refused
from pledges import links, turning
from pledges.models import Pledge, UnspentShare
from projects import services
from projects.kinds import MemberRole, TurnKind
from projects.models import Campaign, Delivery, DeliveryTurn, Group, GroupHandOver, Member, Project
from projects.reports.models import Report
from projects.services.delivery import look_at_days
from tests.accounts.make import sign_in, staff
from tests.client import SiteClient
from tests.payments import make
from tests.payments.test_refund_proposals import settled
from tests.projects import make as projects
from tests.projects import reporting
from tests.sandbox import World

pytestmark = pytest.mark.usefixtures("db")


async def group_and_owner(campaign_id: int) -> tuple[Group, Person, str]:
    campaign = await Campaign.get(id=campaign_id).select_related("project__group")
    group = campaign.project.group
    member = await Member.filter(group_id=group.id, role=MemberRole.OWNER).select_related("person").first()
    if member is None:
        person = await projects.person(name="Wren Hollis")
        await Member.create(group_id=group.id, person_id=person.id, role=MemberRole.OWNER, created_at=group.created_at)
    else:
        person = member.person
    return group, person, f"/groups/{group.slug}/projects/{campaign.project.slug}"


async def test_begun_late_and_on_its_way_again(provider: World) -> None:
    scene, _ = await settled(provider, 2_000, 10_000)
    _, owner, _ = await group_and_owner(scene.campaign.id)
    delivery = await Delivery.get(campaign_id=scene.campaign.id)
    assert delivery.status == "not started"
    await scene.pass_time(days=95)
    await look_at_days()
    assert (await Delivery.get(id=delivery.id)).status == "not started"  # told, and not late yet
    await scene.pass_time(days=14)
    for _ in range(2):
        await look_at_days()
    assert (await Delivery.get(id=delivery.id)).status == "late"
    by = await projects.owner_of(await Group.get(projects__campaigns__id=scene.campaign.id))
    assert by.person_id == owner.id
    await services.promise_later(delivery.id, business_today().replace(year=business_today().year + 1, day=1), by)
    assert (await Delivery.get(id=delivery.id)).status == "under way"
    await make.nights_pass()
    await make.nothing_is_broken()


async def test_a_group_says_it_is_done_and_what_is_left_is_shared_to_the_penny(
    client: SiteClient, provider: World
) -> None:
    scene, (first, second) = await settled(provider, 2_000, 10_000)
    _, owner, path = await group_and_owner(scene.campaign.id)
    await sign_in(client, owner)
    page = await client.get(f"{path}/delivery")
    page = await page.submit(form="begun", to=f"{path}/delivery")
    assert "Thank you" in page.text
    page = await page.follow("The work is done")
    page = await page.submit(to=f"{path}/report/final")
    page = await page.follow("Begin with: What came of it")
    page = await page.submit({"words": ""}, status=422)
    page = await page.submit({"words": "Everybody gets in and out."}, to=f"{path}/report/final/total")
    page = await page.submit({"amount": "ten"}, status=422)
    page = await page.submit({"amount": "110.01"}, to=f"{path}/report/final/pictures")
    page = await (await client.get(f"{path}/report/final")).follow("Check everything and send it")
    page = await page.submit({"message": ""}, to=f"{path}/report/final")
    assert "With an officer" in page.text
    report = await Report.get(kind="final")
    await reporting.accept(report)
    page = await client.get(f"{path}/delivery")
    page = await page.follow("Tell us about the money that is left")
    assert page.form().values["unspent"] == ["9.99"]
    page = await page.submit({"reason": "Rails were cheaper."}, to=f"{path}/delivery")
    assert "Two officers look at it" in page.text
    turn = await DeliveryTurn.get(kind=TurnKind.UNSPENT)
    await make.rounds()
    assert "Everybody gets in and out." in await make.mail_text(first, "delivered")
    one, two = (await staff(Role.FUND_OFFICER))[0], (await staff(Role.FUND_OFFICER))[0]
    await sign_in(client, one)
    page = await (await client.get(f"/staff/deliveries/{turn.id}")).follow("Propose to agree")
    await page.submit({"rule": "Ruling 18", "unspent": "9.99"}, to="/staff/deliveries")
    page = await client.get(f"/staff/deliveries/{turn.id}")
    assert "Another officer must decide" in page.text
    page = await client.get(f"/staff/deliveries/{turn.id}/agree")
    assert "Ask a colleague" in (await page.submit(status=422)).text
    await sign_in(client, two)
    page = await client.get(f"/staff/deliveries/{turn.id}/agree")
    page = await page.submit(to=f"/staff/deliveries/{turn.id}")
    shares = {share.pledge_id: share.amount_pence for share in await UnspentShare.all()}
    assert shares == {first.id: 999 * 2_000 // 12_000, second.id: 999 * 10_000 // 12_000}
    turn = await DeliveryTurn.get(id=turn.id)
    assert (turn.received_pence, turn.kept_pence) == (12_000, 999 - sum(shares.values()))
    with pytest.raises(Conflict):
        await turning.agree(turn.id, (await staff(Role.FUND_OFFICER))[1])
    await make.rounds()
    assert "£8.32" in await make.mail_text(second, "money_left")
    private = await client.get(links.private_path(await Pledge.get(id=second.id)))
    assert "£8.32 of what was left is due back to you" in private.text
    public = await client.get(f"/projects/{(await Project.get(id=scene.campaign.project_id)).slug}")
    assert "Everybody gets in and out." in public.text
    await make.nothing_is_broken()


async def test_another_purpose_leaves_each_backer_a_way_out(client: SiteClient, provider: World) -> None:
    scene, (first, _) = await settled(provider, 2_000, 10_000)
    group, _, _ = await group_and_owner(scene.campaign.id)
    by = await projects.owner_of(group)
    delivery = await Delivery.get(campaign_id=scene.campaign.id)
    with pytest.raises(Refused, match="More can’t be left"):
        await turning.ask(delivery.id, TurnKind.ENDING, by, reason="x", unspent_pence=12_001)
    asked = await turning.ask(
        delivery.id, TurnKind.PURPOSE, by, reason="The pool closed.", purpose="A bench.", unspent_pence=6_001
    )
    with pytest.raises(Refused, match="One thing at a time"):
        await turning.ask(delivery.id, TurnKind.ENDING, by, reason="x")
    _, one = await staff(Role.FUND_OFFICER)
    _, two = await staff(Role.FUND_OFFICER)
    with pytest.raises(Forbidden):
        await turning.propose(asked.id, by, rule="Ours", unspent_pence=0)
    await turning.propose(asked.id, one, rule="Same people, same place", unspent_pence=6_001)
    await turning.send_back(asked.id, two, "How much is left?")
    await turning.propose(asked.id, one, rule="Same people, same place", unspent_pence=6_001)
    await turning.agree(asked.id, two)
    assert (await Delivery.get(id=delivery.id)).status == "changed"
    assert await UnspentShare.all().count() == 0
    await make.rounds()
    assert f"/share/{asked.id}" in await make.mail_text(first, "purpose_changed")
    path = f"{links.private_path(await Pledge.get(id=first.id))}/share/{asked.id}"
    page = await client.get(path)
    assert "£10" in page.text
    await page.submit(to=links.private_path(await Pledge.get(id=first.id)))
    await client.get(path, to=links.private_path(await Pledge.get(id=first.id)))
    assert [(share.pledge_id, share.amount_pence) for share in await UnspentShare.all()] == [(first.id, 1_000)]
    await make.nothing_is_broken()


async def test_a_group_nobody_answers_for_gets_another_owner_by_two_officers(
    client: SiteClient, provider: World
) -> None:
    scene, _ = await settled(provider, 2_000, 10_000)
    group, before, _ = await group_and_owner(scene.campaign.id)
    stranger = await projects.person(name="Kit Larch")
    await sign_in(client, stranger)
    page = await client.get(f"/hand-over/{group.slug}")
    await page.submit({"reason": "She moved abroad."}, to="/account")
    asked = await GroupHandOver.get(group_id=group.id)
    _, one = await staff(Role.FUND_OFFICER)
    _, two = await staff(Role.FUND_OFFICER)
    with pytest.raises(Refused, match="owners may still answer"):
        await services.propose_hand_over(asked.id, one)
    await scene.pass_time(days=20)
    await services.propose_hand_over(asked.id, one)
    with pytest.raises(Refused, match="Ask a colleague"):
        await services.hand_over(asked.id, one)
    await services.hand_over(asked.id, two)
    owners = await Member.filter(group_id=group.id, role=MemberRole.OWNER, ended_at=None)
    assert [member.person_id for member in owners] == [stranger.id]
    assert before.id != stranger.id
    await make.nights_pass()
    await make.nothing_is_broken()
