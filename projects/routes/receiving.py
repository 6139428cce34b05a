"""Who receives a group's money: the group asks a host, an owner of the host answers."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from crowdfund_kent.accounts import sessions
from crowdfund_kent.accounts.access import page, path_id
from crowdfund_kent.answering import done, tried
from crowdfund_kent.errors import NotFound
from crowdfund_kent.forms import ActionForm, SiteForm
from crowdfund_kent.templating import render
from projects import queries, services
from projects.forms.receiving import HostForm
from projects.kinds import MemberRole
from projects.models import Group, GroupHosting
from projects.routes.common import MEMBERS, OWNERS, group_here, group_path
from projects.services.receiving import INFORMAL
from projects.states import Hosting

Act = tuple[Callable[[], Awaitable[Any]], str]


async def receiver(request: Request) -> Response:
    """GET /groups/{group}/receiver: who receives the money, and for whom this group does."""
    return await _page(request, await group_here(request), await HostForm.of(request))


async def ask(request: Request) -> Response:
    """POST /groups/{group}/receiver: an owner names a host."""
    group, form = await group_here(request), await HostForm.of(request)
    if form.validate():
        work = partial(services.ask_host, group.id, form.host.data, request.state.actor)
        if await tried(form, work, "host"):
            return await done(
                request, f"{group_path(group.slug)}/receiver", "Asked. Their owners have an e-mail from us"
            )
    return await _page(request, group, form)


async def _page(request: Request, group: Group, form: SiteForm) -> Response:
    context = {
        "group": group,
        "form": form,
        "hosting": await queries.hosting_of(group.id),
        "hosted": await queries.hosted_by(group.id),
        "is_owner": request.state.member.role == MemberRole.OWNER,
        "informal": group.legal_form in INFORMAL,
        "officer": await queries.officer_of(group.id),
        "flash": await sessions.take_flash(request),
    }
    return render(request, "projects/receiver.html", context, form.response_status)


async def answer(request: Request) -> Response:
    """GET and POST /groups/{group}/receiver/{id}/{act}: agree, refuse, end; asks first."""
    group, by = await group_here(request), request.state.actor
    found = await GroupHosting.get_or_none(id=path_id(request)).select_related("group", "host")
    if found is None or group.id not in (found.group_id, found.host_id):
        raise NotFound
    is_host = found.host_id == group.id
    acts: dict[str, Act] = {"end": (partial(services.end_host, found.id, by), "Ended")}
    if is_host:
        acts["agree"] = (partial(services.agree_host, found.id, by), f"You receive the money for {found.group.name}")
        acts["refuse"] = (partial(services.refuse_host, found.id, by), "You said no, and they are told")
    act = str(request.path_params["act"])
    if act not in acts:
        raise NotFound
    form = await ActionForm.of(request)
    if request.method == "POST" and form.validate() and await tried(form, acts[act][0]):
        return await done(request, f"{group_path(group.slug)}/receiver", acts[act][1])
    context = {"group": group, "hosting": found, "form": form, "act": act, "is_host": is_host, "asked": Hosting.ASKED}
    return render(request, "projects/receiver_answer.html", context, form.response_status)


ROUTES: Final = [
    page("/groups/{group}/receiver", receiver, MEMBERS, name="group_receiver"),
    page("/groups/{group}/receiver", ask, OWNERS, name="group_receiver_ask", methods=("POST",)),
    page("/groups/{group}/receiver/{id}/{act}", answer, OWNERS, name="group_receiver_answer", methods=("GET", "POST")),
]
