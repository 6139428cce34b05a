"""Groups and who runs them."""

from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from crowdfund_kent.accounts import sessions
from crowdfund_kent.accounts.access import page, path_id, signed_in
from crowdfund_kent.answering import done, to, tried
from crowdfund_kent.errors import NotFound
from crowdfund_kent.forms import ActionForm
from crowdfund_kent.templating import render
from projects import eligibility, queries, rules, services, words
from projects.forms import DetailsForm, GroupForm, InviteForm, NamesForm, TitleForm
from projects.kinds import LegalForm, MemberRole
from projects.models import Group, Member
from projects.routes.common import BEGUN, GENERATED, MEMBERS, OWNERS, WRITERS, Here, group_here, group_path
from projects.routes.tasks import onward


async def new(request: Request) -> Response:
    """GET and POST /groups/new: name and kind. What the five questions before asked already is filled in."""
    await _remember(request)
    form = await GroupForm.of(request, legal_form=eligibility.legal_form_of(request.query_params))
    if request.method == "POST" and form.validate():
        group = await services.create_group(
            name=form.name.data, legal_form=LegalForm(form.legal_form.data), by=request.state.actor
        )
        return to(f"{group_path(group.slug)}/details")
    return render(request, "projects/group_new.html", {"form": form}, form.response_status)


async def _remember(request: Request) -> None:
    """The district that was chosen on the way here waits in the session for the page that asks for it."""
    district = eligibility.place_of(request.query_params)
    if district and request.state.session.data.get(BEGUN) != district:
        await sessions.keep(request, **{BEGUN: district})


async def show(request: Request) -> Response:
    """GET /groups/{group}: projects, people and details."""
    group = await group_here(request)
    context = {
        "group": group,
        "member": request.state.member,
        "is_owner": request.state.member.role == MemberRole.OWNER,
        "may_write": request.state.member.role in {MemberRole.OWNER, MemberRole.HELPER},
        "projects": [
            (one, campaign, words.meaning(campaign.status) if campaign else None)
            for one, campaign in await queries.projects_of(group.id)
        ],
        "members": await queries.members_of(group.id),
        "named_people": group.legal_form == LegalForm.NAMED_PEOPLE,
        "officer": await queries.officer_of(group.id),
        "roles": words.ROLES,
        "flash": await sessions.take_flash(request),
        "generated_notice": GENERATED if group.generated else None,
    }
    return render(request, "projects/group.html", context)


async def rename(request: Request) -> Response:
    """GET and POST /groups/{group}/name: name and kind of a group that exists."""
    group = await group_here(request)
    form = await GroupForm.of(request, name=group.name, legal_form=group.legal_form)
    if request.method == "POST" and form.validate():
        await services.save_group(
            group.id, request.state.actor, name=form.name.data, legal_form=LegalForm(form.legal_form.data)
        )
        return to(f"{group_path(group.slug)}/details")
    return render(request, "projects/group_new.html", {"form": form, "group": group}, form.response_status)


async def details(request: Request) -> Response:
    """GET and POST /groups/{group}/details: what its kind needs: names, or numbers."""
    group = await group_here(request)
    by = request.state.actor
    if group.legal_form == LegalForm.NAMED_PEOPLE:
        names = await NamesForm.of(request, named_people=group.named_people, about=group.about)
        if request.method == "POST" and names.validate():
            await services.save_group(group.id, by, named_people=names.named_people.data, about=names.about.data)
            return await _after_details(request, group)
        return _details_page(request, group, names)
    form = await DetailsForm.of(
        request, about=group.about, charity_number=group.charity_number, company_number=group.company_number
    )
    if request.method == "POST" and form.validate():
        work = partial(
            services.save_group,
            group.id,
            by,
            about=form.about.data,
            charity_number=form.charity_number.data or "",
            company_number=form.company_number.data or "",
        )
        if await tried(form, work):
            return await _after_details(request, group)
    return _details_page(request, group, form)


async def _after_details(request: Request, group: Group) -> Response:
    """A group that has no project yet goes on to its first."""
    if not await queries.projects_of(group.id):
        return to(f"{group_path(group.slug)}/projects/new")
    return await done(request, group_path(group.slug), "Saved")


def _details_page(request: Request, group: Group, form: NamesForm | DetailsForm) -> Response:
    context = {"group": group, "form": form, "named_people": isinstance(form, NamesForm)}
    return render(request, "projects/group_details.html", context, form.response_status)


async def invite(request: Request) -> Response:
    """GET and POST /groups/{group}/invite."""
    group = await group_here(request)
    form = await InviteForm.of(request)
    if request.method == "POST" and form.validate():
        work = partial(services.invite, group.id, form.email.data, MemberRole(form.role.data), request.state.actor)
        if await tried(form, work, "email"):
            return await done(request, group_path(group.slug), f"We have written to {form.email.data}")
    return render(request, "projects/group_invite.html", {"form": form, "group": group}, form.response_status)


async def end_member(request: Request) -> Response:
    """GET and POST /groups/{group}/members/{id}/end: asks first."""
    group = await group_here(request)
    mine: Member = request.state.member
    member = await Member.get_or_none(id=path_id(request), group_id=group.id, ended_at=None).select_related("person")
    if member is None or (mine.role != MemberRole.OWNER and member.id != mine.id):
        raise NotFound
    form = await ActionForm.of(request)
    if request.method == "POST" and form.validate():
        work = partial(services.end_membership, group.id, member.id, request.state.actor)
        if await tried(form, work):
            if member.id == mine.id:
                return await done(request, "/account", f"You have left {group.name}")
            return await done(request, group_path(group.slug), "Their place has ended")
    context = {"form": form, "group": group, "member": member, "is_me": member.id == mine.id}
    return render(request, "projects/group_end_member.html", context, form.response_status)


async def new_project(request: Request) -> Response:
    """GET and POST /groups/{group}/projects/new: the title makes the project."""
    group = await group_here(request)
    form = await TitleForm.of(request)
    if request.method == "POST" and form.validate():
        project = await services.create_project(group.id, form.title.data, request.state.actor)
        return await onward(request, Here(group, project, None, request.state.member, request.state.actor), "title")
    context = {
        "form": form,
        "group": group,
        "step": {"number": rules.NUMBERS["title"]},
        "total": len(rules.QUESTIONS),
        "officer": await queries.officer_of(group.id),
    }
    return render(request, "projects/project_new.html", context, form.response_status)


BOTH = ("GET", "POST")
ROUTES = [
    page("/groups/new", new, signed_in, name="group_new", methods=BOTH),
    page("/groups/{group}", show, MEMBERS, name="group"),
    page("/groups/{group}/name", rename, WRITERS, name="group_name", methods=BOTH),
    page("/groups/{group}/details", details, WRITERS, name="group_details", methods=BOTH),
    page("/groups/{group}/invite", invite, OWNERS, name="group_invite", methods=BOTH),
    page("/groups/{group}/members/{id}/end", end_member, MEMBERS, name="group_end_member", methods=BOTH),
    page("/groups/{group}/projects/new", new_project, MEMBERS, name="project_new", methods=BOTH),
]
