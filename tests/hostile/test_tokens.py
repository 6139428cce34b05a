"""A form that came from elsewhere: every route that writes looks at the token first, and writes nothing without it."""

from typing import Final

import httpx2
import pytest
from starlette.routing import Route

from crowdfund_kent.accounts.models import Person
from crowdfund_kent.database import fetch
from tests.hostile.browser import TOKEN, enter, routes
from tests.hostile.fields import good
from tests.hostile.tables import everything, written
from tests.hostile.world import World

pytestmark = pytest.mark.usefixtures("committed")
UNGUARDED: Final = {"webhook"}  # a machine signs what it sends
# would end what the others need, or change the address
NOT_NOW: Final = UNGUARDED | {
    "sign_out",
    "campaign_withdraw",
    "staff_award_withdraw",
    "project_title",
    "campaign_submit",
}
# a page that a form on another page posts to
FORM_AT: Final = {
    "change_begin": "/groups/{group}/projects/{project}/changes",
    "extra_remove": "/groups/{group}/projects/{project}/extras",
    "campaign_again": "/groups/{group}/projects/{project}",
    "project_picture_remove": "/groups/{group}/projects/{project}/picture",
    "group_receiver_ask": "/groups/{group}/receiver",
    "group_account_go": "/groups/{group}/account",
    "office_refund_again": "/staff/pledges/{id}",
    "office_hold_act": "/staff/payment-holds/{id}",
    "office_collapse_act": "/staff/collapses/{id}",
    "group_offer_accept": "/groups/{group}/offers/{reference}",
    "pledge_card": "/pledges/{reference}/{token}",
    "pledge_mail_again": "/pledges/{reference}/{token}",
    "post_picture_remove": "/groups/{group}/projects/{project}/posts/{id}",
    "written_name": "/written/{reference}/{token}",
    "staff_post_show": "/staff/posts/{id}",
    "staff_post_let_through": "/staff/posts/{id}",
    "group_gift_aid_withdraw": "/groups/{group}/gift-aid",
    "group_gift_aid_claim_withdraw": "/groups/{group}/gift-aid",
    "staff_gift_batch_withdraw": "/staff/gifts/batches/{id}",
    "staff_gift_return_withdraw": "/staff/gifts/returns/{id}",
    "staff_gift_payment_withdraw": "/staff/gifts/payments/{id}",
    "staff_gift_recovery_withdraw": "/staff/gifts/recoveries/{id}",
    "email_stop": "/e-mails/{token}/stop/{topic}",
    "local_clock": "/local/",
}


def person_for(world: World, route: Route) -> Person | None:
    """Somebody who may use the route."""
    if route.name.startswith(("staff_people", "staff_grant", "staff_end", "local_clock")):
        return world.administrator
    if route.path.startswith("/staff"):
        return world.officer
    if route.name.startswith("group_offer"):
        return world.offer_owner
    return world.owner if route.path.startswith(("/groups", "/account")) else None


async def filled(web: httpx2.AsyncClient, world: World, route: Route) -> dict[str, str]:
    """What the page's form would send, without its token."""
    await enter(web, person_for(world, route), world.kept)
    if "GET" in (route.methods or ()):
        form_at = world.path(route.path, route.name)
    elif route.name in FORM_AT:
        form_at = world.path(FORM_AT[route.name], route.name)
    else:
        return {}
    return good((await web.get(form_at)).text)


@pytest.mark.parametrize("tried", [1, pytest.param(2, marks=pytest.mark.drill)])
async def test_no_route_writes_for_a_form_without_this_sessions_token(
    web: httpx2.AsyncClient, world: World, tried: int
) -> None:
    """Without a token, or with another one: each route is tried with one of these in turn, and with both by `make drill`."""
    found: list[object] = []
    before = await everything()
    tokens: list[dict[str, str]] = [{}, {"csrf_token": TOKEN + "é"}]
    for turn, route in enumerate(routes("POST")):
        if route.name in UNGUARDED:
            continue
        path, sent = world.path(route.path, route.name), await filled(web, world, route)
        log = await written()
        for token in [*tokens, *tokens][turn % 2 :][:tried]:
            answer = await web.post(path, data={**sent, **token})
            # 303: there was nothing to do, or the next page tells that this one had expired
            if answer.status_code not in {303, 404, 409, 410, 422}:
                found.append((route.name, token, answer.status_code))
        if await written() == log:
            continue
        now = await everything()
        if now != before:
            found.append((route.name, "wrote", {name for name in now if now[name] != before[name]}))
            before = now
    assert await everything() == before, "a page wrote that was only looked at"
    assert not found, "\n".join(map(str, found))


async def recorded() -> int:
    """How many rows tell of something done: nearly everything that writes leaves one."""
    rows = await fetch(
        "SELECT (SELECT count(*) FROM audit_row) + (SELECT count(*) FROM outbox) + (SELECT count(*) FROM sign_in) AS n"
    )
    return int(rows[0]["n"])


@pytest.mark.parametrize("enough", [30, pytest.param(1_000, marks=pytest.mark.drill)])
async def test_the_same_forms_with_the_token_do_write(web: httpx2.AsyncClient, world: World, enough: int) -> None:
    """Else the walk above would prove little: until so many wrote, or all of them by `make drill`."""
    before, wrote, refused = await recorded(), set[str](), dict[str, int]()
    for route in routes("POST"):
        if route.name in NOT_NOW or len(wrote) >= enough:
            continue
        path, sent = world.path(route.path, route.name), await filled(web, world, route)
        await enter(web, person_for(world, route), world.kept)
        answer = await web.post(path, data={**sent, "csrf_token": TOKEN})
        now = await recorded()
        if now != before:
            wrote.add(route.name)
        else:
            refused[route.name] = answer.status_code
        before = now
    assert len(wrote) >= 30, refused
