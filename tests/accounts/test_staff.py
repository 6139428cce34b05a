"""Staff and their roles: given by others, never together where money is, always on record."""

import pytest

from crowdfund_kent import audit
from crowdfund_kent.accounts import checks, landing, staff
from crowdfund_kent.accounts.access import require_role
from crowdfund_kent.accounts.landing import Scope
from crowdfund_kent.accounts.models import Person, StaffRole
from crowdfund_kent.accounts.roles import MOVES_MONEY, Role, why_not_together
from crowdfund_kent.accounts.two_people import refuse_same_person
from crowdfund_kent.audit import SYSTEM, Actor
from crowdfund_kent.clock import real_now
from crowdfund_kent.errors import Conflict, Forbidden, NotFound, Refused
from crowdfund_kent.invariants import run
from crowdfund_kent.models import AuditRow
from tests.accounts import make
from tests.client import SiteClient

LEE = "lee@example.org"
PEOPLE = "/staff/people"


async def administrator(client: SiteClient) -> Actor:
    person, actor = await make.staff(Role.ADMINISTRATOR)
    await make.sign_in(client, person)
    return actor


async def roles_of(email: str) -> list[str]:
    return [row.role for row in await StaffRole.filter(person__email=email, ended_at=None)]


async def test_an_administrator_gives_a_role_and_the_person_is_told(client: SiteClient) -> None:
    by = await administrator(client)
    page = await (await client.get("/account")).follow("Staff and their roles")
    page = await page.follow("Give somebody a role")
    page = await page.submit({"email": LEE, "role": "fund officer"}, to=PEOPLE)
    assert "lee@example.org is now fund officer." in page.main
    assert page.rows("Who holds which role now")[-1][:3] == ["lee@example.org", "Fund officer", "Every fund"]
    letter = (await make.e_mails(LEE))[0]
    assert letter["subject"] == "You are now fund officer on Crowdfund Kent"
    lee = await Person.get(email=LEE)
    row = await AuditRow.get(subject=f"person:{lee.id}")
    assert (row.act, row.person_id, row.details["role_given"]) == ("gave a role", by.person_id, "fund officer")


async def test_nobody_gives_a_role_to_themself(client: SiteClient) -> None:
    by = await administrator(client)
    me = await Person.get(id=by.person_id)
    page = await client.get(f"{PEOPLE}/grant")
    page = await page.submit({"email": me.email, "role": "panel member"}, status=422)
    assert page.errors == ["You can't give a role to yourself. Ask another administrator."]
    assert await roles_of(me.email or "") == ["administrator"]


@pytest.mark.parametrize("role", sorted(MOVES_MONEY))
async def test_an_administrator_cannot_be_given_a_role_that_moves_money(client: SiteClient, role: Role) -> None:
    await administrator(client)
    other, _ = await make.staff(Role.ADMINISTRATOR, email=LEE)
    page = await client.get(f"{PEOPLE}/grant")
    page = await page.submit({"email": LEE, "role": role}, status=422)
    assert page.errors == ["An administrator can't hold a role that moves money. End their administrator role first."]
    assert await roles_of(LEE) == ["administrator"]
    assert not await AuditRow.exists(subject=f"person:{other.id}")


@pytest.mark.parametrize("role", sorted(MOVES_MONEY))
async def test_who_moves_money_cannot_become_an_administrator(client: SiteClient, role: Role) -> None:
    await administrator(client)
    await make.staff(role, email=LEE)
    page = await client.get(f"{PEOPLE}/grant")
    page = await page.submit({"email": LEE, "role": "administrator"}, status=422)
    assert page.errors[0].endswith(f"End this role first: {role}.")
    assert await roles_of(LEE) == [role]


def test_which_roles_go_together() -> None:
    together = {
        (held, wanted) for held in Role for wanted in Role if held < wanted and why_not_together([held], wanted) is None
    }
    officers = sorted(set(Role) - {Role.AUDITOR, Role.ADMINISTRATOR})
    expected = {(a, b) for a in officers for b in officers if a < b} | {
        (Role.ADMINISTRATOR, Role.PANEL_MEMBER),
        (Role.ADMINISTRATOR, Role.HELPER),
    }
    assert together == expected
    for held in Role:
        for wanted in Role:
            assert (why_not_together([held], wanted) is None) == (why_not_together([wanted], held) is None)


async def test_should_the_table_hold_both_an_administrator_still_moves_no_money(client: SiteClient) -> None:
    person, _ = await make.staff(Role.ADMINISTRATOR, Role.FUND_OFFICER)
    with pytest.raises(Forbidden):
        await require_role(Actor(person.id, Role.FUND_OFFICER), Role.FUND_OFFICER)
    await require_role(Actor(person.id, Role.ADMINISTRATOR), Role.ADMINISTRATOR)
    await make.sign_in(client, person)
    assert "Fund officer" not in (await client.get("/account")).main
    found = {finding.rule: finding.offenders for finding in await run(checks.RULES)}
    assert found["administrators move no money"] == [f"person {person.id}"]


async def test_a_role_held_already_is_not_given_twice(client: SiteClient) -> None:
    await administrator(client)
    await make.staff(Role.PANEL_MEMBER, email=LEE)
    page = await client.get(f"{PEOPLE}/grant")
    page = await page.submit({"email": LEE, "role": "panel member"}, status=422)
    assert page.errors == ["They hold this role already."]


async def test_a_signatory_is_of_one_fund_and_an_auditor_of_none(
    client: SiteClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def two() -> list[Scope]:
        return [Scope(11, "Kent match fund"), Scope(12, "Coast fund")]

    monkeypatch.setattr(landing, "_scopes", [two])
    await administrator(client)
    page = await client.get(f"{PEOPLE}/grant")
    assert page.form().options("fund") == ["every", "11", "12"]
    page = await page.submit({"email": LEE, "role": "authorised signatory"}, status=422)
    assert page.errors == ["The role authorised signatory is for one fund. Choose the fund."]
    page = await page.submit({"email": LEE, "role": "auditor", "fund": "11"}, status=422)
    assert page.errors == ["The role auditor is for every fund. Choose “every fund”."]
    page = await page.submit({"email": LEE, "role": "auditor", "fund": "13"}, status=422)
    assert len(page.errors) == 1
    assert await roles_of(LEE) == []


async def test_a_form_with_nothing_in_it_says_what_is_missing(client: SiteClient) -> None:
    await administrator(client)
    page = await client.get(f"{PEOPLE}/grant")
    page = await page.submit({}, status=422)
    assert page.errors == ["Enter their e-mail address, like name@example.com", "Choose a role"]


async def test_a_role_is_ended_after_a_question_and_stays_on_record(client: SiteClient) -> None:
    await administrator(client)
    lee, _ = await make.staff(Role.PANEL_CHAIR, email=LEE)
    row = await StaffRole.get(person=lee)
    page = await client.get(f"{PEOPLE}/{row.id}/end")
    assert await roles_of(LEE) == ["panel chair"]
    page = await page.submit(to=PEOPLE)
    assert "is no longer panel chair." in page.main
    await row.refresh_from_db()
    assert row.ended_at is not None
    assert (await make.e_mails(LEE))[0]["subject"] == "You are no longer panel chair on Crowdfund Kent"
    assert await AuditRow.exists(subject=f"person:{lee.id}", act="ended a role")
    await client.get(f"{PEOPLE}/{row.id}/end", status=409)


async def test_a_role_that_ended_opens_no_door(client: SiteClient) -> None:
    person, actor = await make.staff(Role.ADMINISTRATOR)
    await make.sign_in(client, person)
    await client.get(PEOPLE)
    await StaffRole.filter(person=person).update(ended_at=real_now())
    page = await client.get(PEOPLE, status=403)
    assert page.h1 == "You can't do this"
    with pytest.raises(Forbidden):
        await require_role(actor, Role.ADMINISTRATOR)


async def test_the_last_administrator_cannot_end_their_own_role(client: SiteClient) -> None:
    by = await administrator(client)
    row = await StaffRole.get(person_id=by.person_id)
    page = await client.get(f"{PEOPLE}/{row.id}/end")
    page = await page.submit(status=422)
    assert page.errors[0].startswith("This is the last administrator.")
    await make.staff(Role.ADMINISTRATOR)
    page = await client.get(f"{PEOPLE}/{row.id}/end")
    await page.submit(to="/account")
    await client.get(PEOPLE, status=403)


async def test_the_operator_names_the_first_administrator_and_no_second(db: None) -> None:
    with pytest.raises(Refused, match="in the right form"):
        await staff.grant_first_administrator("lee")
    row = await staff.grant_first_administrator(" Lee@Example.org")
    assert await roles_of(LEE) == ["administrator"]
    assert (row.role, row.granted_by_id) == (Role.ADMINISTRATOR, None)
    with pytest.raises(Refused, match="already"):
        await staff.grant_first_administrator("kim@example.org")


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.ADMINISTRATOR}))
async def test_only_administrators_give_and_end_roles(client: SiteClient, role: Role) -> None:
    person, actor = await make.staff(role)
    held = await StaffRole.get(person=person)
    await make.sign_in(client, person)
    await client.post(f"{PEOPLE}/grant", {"email": LEE, "role": "panel member"}, status=403)
    await client.post(f"{PEOPLE}/{held.id}/end", status=403)
    for forbidden in (actor, SYSTEM):
        with pytest.raises(Forbidden):
            await staff.grant(LEE, Role.PANEL_MEMBER, None, forbidden)
        with pytest.raises(Forbidden):
            await staff.end(held.id, forbidden)
    assert not await Person.exists(email=LEE)


async def test_an_auditor_reads_every_page_of_staff_and_writes_nothing(client: SiteClient) -> None:
    auditor, _ = await make.staff(Role.AUDITOR)
    lee, _ = await make.staff(Role.PANEL_MEMBER, email=LEE)
    row = await StaffRole.get(person=lee)
    await make.sign_in(client, auditor)
    page = await client.get(PEOPLE)
    assert "Give somebody a role" not in page.main
    page = await client.get(f"{PEOPLE}/grant")
    page = await page.submit({"email": "new@example.org", "role": "panel member"}, status=403)
    assert "An auditor reads all and writes nothing. Nothing was saved." in page.main
    page = await client.get(f"{PEOPLE}/{row.id}/end")
    await page.submit(status=403)
    assert await roles_of(LEE) == ["panel member"]


async def test_a_forged_form_token_gives_and_ends_nothing(client: SiteClient) -> None:
    by = await administrator(client)
    await make.staff(Role.ADMINISTRATOR)
    row = await StaffRole.get(person_id=by.person_id)
    sent = {"email": LEE, "role": "panel member", "fund": "every", "csrf_token": "forged"}
    page = await client.post(f"{PEOPLE}/grant", sent, status=422)
    assert "nothing was saved" in page.errors[0]
    page = await client.post(f"{PEOPLE}/{row.id}/end", {"csrf_token": "forged"}, status=422)
    assert "nothing was saved" in page.errors[0]
    assert await roles_of(LEE) == []
    await row.refresh_from_db()
    assert row.ended_at is None


async def test_roles_that_do_not_exist_are_not_found(client: SiteClient) -> None:
    by = await administrator(client)
    await client.get(f"{PEOPLE}/999999/end", status=404)
    await client.get(f"{PEOPLE}/x/end", status=400)
    with pytest.raises(NotFound):
        await staff.end(999999, by)
    lee, _ = await make.staff(Role.PANEL_MEMBER, email=LEE)
    row = await StaffRole.get(person=lee)
    await staff.end(row.id, by)
    with pytest.raises(Conflict):
        await staff.end(row.id, by)


@pytest.mark.parametrize("role", list(Role))
async def test_every_role_lands_on_a_page_that_says_what_it_does(client: SiteClient, role: Role) -> None:
    person, _ = await make.staff(role)
    await make.sign_in(client, person)
    page = await client.get("/account")
    assert role.capitalize() in page.main
    assert "You " in page.main


async def test_a_role_for_a_fund_counts_for_that_fund_and_a_role_for_all_everywhere(db: None) -> None:
    _, actor = await make.staff(Role.FUND_OFFICER)
    await require_role(actor, Role.FUND_OFFICER, fund_id=3)
    await require_role(actor, Role.FUND_OFFICER)
    with pytest.raises(Forbidden, match="auditor or administrator"):
        await require_role(actor, Role.AUDITOR, Role.ADMINISTRATOR)
    with pytest.raises(Forbidden):
        await require_role(SYSTEM, Role.FUND_OFFICER)


def test_two_different_people_must_act() -> None:
    first, second = Actor(1, "fund officer"), Actor(2, "authorised signatory")
    refuse_same_person(second, first.person_id, None, what="propose and sign an award")
    with pytest.raises(Refused, match="Two different people must propose and sign an award") as refused:
        refuse_same_person(Actor(1, "authorised signatory"), 3, 1, what="propose and sign an award")
    assert refused.value.rule == "two people"
    with pytest.raises(Forbidden):
        refuse_same_person(SYSTEM, 1, what="propose and sign an award")


async def test_the_record_is_filtered_paged_and_says_what_is_sealed(client: SiteClient) -> None:
    person, actor = await make.staff(Role.AUDITOR)
    await make.sign_in(client, person)
    for number in range(1, 58):
        await audit.record("signed", f"award:{number}", actor, amount_pence=number * 100, list_position=number)
    await audit.record("closed", "campaign:7", SYSTEM, met=True)
    await audit.record("moved", "campaign_event:7", SYSTEM)
    page = await (await client.get("/account")).follow("The record")
    assert "59 rows." in page.main
    first = page.rows("Rows of the record")
    assert len(first) == 50
    assert first[1][1:] == ["System", "closed", "campaign:7", "met yes", "not yet"]
    page = await page.follow("Next page")
    assert len(page.rows("Rows of the record")) == 9
    assert page.rows("Rows of the record")[-1][2:5] == ["signed", "award:1", "amount £1.00, list position 1"]
    await audit.seal(limit=2)
    page = await client.get("/staff/audit?subject=award:1")
    assert len(page.rows("Rows of the record")) == 1
    assert page.rows("Rows of the record")[0][5].startswith("1 ")
    assert "1 row found." in page.main
    page = await client.get("/staff/audit?subject=campaign")
    assert [row[3] for row in page.rows("Rows of the record")] == ["campaign:7"]
    page = await client.get(f"/staff/audit?subject=award&person={person.email}")
    assert "57 rows found." in page.main
    page = await page.follow("Next page")
    assert page.path.endswith("page=2")
    assert "57 rows found." in page.main
    page = await client.get("/staff/audit?person=nobody@example.org")
    assert "0 rows found." in page.main
    today = real_now()
    page = await client.get(f"/staff/audit?begins-day=1&begins-month=1&begins-year={today.year + 1}")
    assert "0 rows found." in page.main
    page = await client.get("/staff/audit?begins-day=1", status=422)
    assert page.errors == ["From must include a month and a year"]
    page = await client.get("/staff/audit?subject=100%25_&page=999999999")
    assert "0 rows found." in page.main


async def test_the_record_is_for_auditors_and_administrators(client: SiteClient) -> None:
    person, _ = await make.staff(Role.FUND_OFFICER)
    await make.sign_in(client, person)
    await client.get("/staff/audit", status=403)


async def test_the_checks_name_who_holds_what_they_may_not(db: None) -> None:
    auditor, _ = await make.staff(Role.AUDITOR, Role.PANEL_MEMBER)
    signatory, _ = await make.staff(Role.SIGNATORY)
    boaster, _ = await make.staff(Role.PANEL_MEMBER)
    await StaffRole.filter(person=boaster).update(granted_by_id=boaster.id)
    found = {finding.rule: finding.offenders for finding in await run(checks.RULES)}
    own = await StaffRole.get(person=boaster)
    alone = await StaffRole.get(person=signatory)
    assert found["auditors hold no other role"] == [f"person {auditor.id}"]
    assert found["nobody gave a role to themself"] == [f"staff_role {own.id}"]
    assert found["roles have the right reach"] == [f"staff_role {alone.id}"]
    assert found["administrators move no money"] == []
