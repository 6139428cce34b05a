"""Erasing a person: no trace in a dump, every rule holds, figures of past days stay as they were."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from tortoise import Tortoise

from crowdfund_kent.accounts.models import Person, Session
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from crowdfund_kent.cases import services as cases
from crowdfund_kent.cases.kinds import Kind, Outcome
from crowdfund_kent.clock import business_today, real_now
from crowdfund_kent.database import fetch
from crowdfund_kent.errors import Refused
from crowdfund_kent.personal import services
from crowdfund_kent.personal.register import Whose, all_parts
from crowdfund_kent.wiring import compose_personal
from evaluation.figures import figures_as_at
from evaluation.indicators import measured
from evaluation.scope import Records, Scope
from payments.models import SavedCard
from pledges.models import Pledge
from projects import services as project_services
from projects.kinds import MemberRole
from projects.models import ProjectVersion
from tests.accounts.make import sign_in, staff
from tests.client import SiteClient
from tests.payments import make
from tests.pledges.make import fair_count
from tests.projects import make as projects
from tests.sandbox import World

pytestmark = pytest.mark.usefixtures("db")
EMAIL = "marigold.quince@example.org"
NAME = "Marigold Quince"
PHONE = "01632 960123"
WORDS = "Does the xylophone go by the north gate?"
SECRETS = (EMAIL, NAME, PHONE, WORDS)


async def dump() -> str:
    """Every cell of every table, as text."""
    assert Tortoise.apps is not None
    parts = []
    for model in Tortoise.apps["models"].values():
        parts += [str(row["cell"]) for row in await fetch(f"SELECT t::text AS cell FROM {model._meta.db_table} t")]
    return "\n".join(parts)


async def a_life(provider: World) -> tuple[make.Scene, Person, Pledge]:
    """Somebody with an account, a pledge that was collected, a case that was closed, and a place in a group."""
    scene = await make.scene(provider, 10_000)
    pledge = await scene.pledge(12_000, cover=True)
    await Pledge.filter(id=pledge.id).update(email=EMAIL, name=NAME, name_shown=True, dedication="For Aunt Quince")
    await scene.collect()
    person = await Person.create(email=EMAIL, name=NAME, phone=PHONE, created_at=real_now())
    group = await projects.group(name="Xylophone Friends")
    await project_services.invite(group.id, EMAIL, MemberRole.EDITOR, await projects.owner_of(group))
    case = await cases.open_case(Kind.WRONG, text=WORDS, name=NAME, email=EMAIL, phone=PHONE, by=Actor(None, "visitor"))
    _, officer = await staff(Role.FUND_OFFICER)
    await cases.answer(case.id, officer, "It does.")
    await cases.close(case.id, officer, Outcome.PUT_RIGHT)
    await make.rounds()
    return scene, person, await Pledge.get(id=pledge.id)


async def test_no_trace_is_left_and_nothing_else_changes(provider: World) -> None:
    compose_personal()
    scene, person, pledge = await a_life(provider)
    before = await dump()
    assert all(secret in before for secret in SECRETS)
    counted = await fair_count(scene.campaign.id)
    known = (await figures_as_at(business_today())).as_json()
    version = await ProjectVersion.get(id=scene.campaign.version_id)
    await Pledge.filter(id=pledge.id).update(district_code=version.content["district_code"])
    whole = Scope.of(business_today(), records=Records.REAL)
    every = (await measured(whole)).found
    assert every["backers_near"].value == 10_000
    one = await services.whose(person.id)
    await services.erase(all_parts(), one, Actor(person.id, "person"))
    await make.rounds()
    after = await dump()
    for secret in (*SECRETS, "Aunt Quince"):
        assert secret.lower() not in after.lower(), secret
    assert await fair_count(scene.campaign.id) == counted
    assert (await figures_as_at(business_today())).as_json() == known
    assert (await measured(whole)).found == every
    pledge = await Pledge.get(id=pledge.id)
    assert (pledge.amount_pence, pledge.card_brand, pledge.card_last4) == (12_000, None, None)
    assert not await SavedCard.filter(pledge_id=pledge.id, customer_deleted_at=None).exists()
    await make.nothing_is_broken()


async def test_what_still_runs_ends_first(provider: World) -> None:
    compose_personal()
    scene = await make.scene(provider, 10_000)
    pledge = await scene.pledge(2_000)
    person = await Person.create(email=pledge.email, name=NAME, created_at=real_now())
    _, owner = await staff(Role.FUND_OFFICER)
    one = await services.whose(person.id)
    with pytest.raises(Refused, match=f"{pledge.reference}.*Cancel it first"):
        await services.erase(all_parts(), one, Actor(person.id, "person"))
    campaign = await projects.campaign()
    assert owner.person_id is not None
    theirs = await projects.owner_of((await campaign.project).group_id)
    assert theirs.person_id is not None
    found = await services.blockers(all_parts(), Whose(theirs.person_id, "wren@example.org"))
    assert any("only owner" in words for words in found)
    assert (await Person.get(id=person.id)).erased_at is None


async def test_a_person_downloads_everything_after_a_fresh_sign_in(client: SiteClient, provider: World) -> None:
    _, person, pledge = await a_life(provider)
    session = await sign_in(client, person)
    page = await client.get("/account/data")
    assert "Your pledges" in page.text
    answer = await client.http.get("/account/data/download")
    assert answer.headers["cache-control"] == "private, no-store"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as file:
        told = json.loads(file.read("your-data.json"))
        assert pledge.reference in file.read("your-data.html").decode()
    sheets = {sheet["title"]: sheet["rows"] for sheet in told}
    assert sheets["Your pledges"][0]["Pence"] == 12_000
    assert any(row["Words"] == WORDS for row in sheets["What you asked us, and our answers"])
    await Session.filter(id=session.id).update(created_at=real_now() - timedelta(minutes=31))
    old = await client.http.get("/account/data/download", follow_redirects=False)
    assert old.headers["location"].startswith("/sign-in")


async def test_a_person_erases_themself_on_a_page_that_says_what_stays(client: SiteClient, provider: World) -> None:
    _, person, _ = await a_life(provider)
    await sign_in(client, person)
    page = await (await client.get("/account/data")).follow("Have it erased")
    assert "the law asks for six years" in page.text
    page = await page.submit(status=422)
    page = await page.submit({"agree": True}, to="/erased")
    assert page.h1 == "Your data is erased"
    assert (await Person.get(id=person.id)).email is None
