"""Helped launch: a helper begins with a person, they look at everything, and the person confirms by code or signs on paper.

/staff/helping and /staff/helping/new      helpers and fund officers
/groups/.../confirm                        the helper's page on which the owner sees everything and gives the code
/groups/.../sign                           the same to print, with a box to sign
/confirm/{token}                           the owner's own page, from the e-mail
"""

from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from crowdfund_kent.accounts import sessions
from crowdfund_kent.accounts.access import page, public_form, staff
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.answering import done, to
from crowdfund_kent.errors import Gone, Refused
from crowdfund_kent.limits import TooOften
from crowdfund_kent.templating import render
from projects import queries, words
from projects.forms.helping import AgreeForm, ConfirmForm, HelpForm
from projects.kinds import LegalForm, MemberRole, PaperAct
from projects.models import Campaign, Member
from projects.paper_acts import Choice
from projects.queries.helping import helped_groups, letters_waiting
from projects.routes.common import MEMBERS, Here, group_path, here, show
from projects.routes.tasks import address_of, everything
from projects.services import helping, signing

HELPERS: Final = staff(Role.HELPER, Role.FUND_OFFICER)
BOTH: Final = ("GET", "POST")


async def desk(request: Request) -> Response:
    """GET /staff/helping: the groups that I help; for officers also all that is helped or done on paper."""
    actor = request.state.actor
    sees_all = actor.role in {Role.FUND_OFFICER, Role.AUDITOR}
    context = {
        "mine": await helped_groups(actor.person_id),
        "others": await helped_groups() if sees_all else [],
        "sees_all": sees_all,
        "letters": await letters_waiting() if sees_all else 0,
        "meanings": words.MEANINGS,
        "may_begin": actor.role != Role.AUDITOR,
        "flash": await sessions.take_flash(request),
    }
    return render(request, "projects/helping.html", context)


async def begin(request: Request) -> Response:
    """GET and POST /staff/helping/new: who they are, and their group. Then the same pages as for everybody."""
    form = await HelpForm.of(request)
    if request.method == "POST" and form.validate():
        try:
            group = await helping.begin_help(
                name=form.name.data,
                email=form.email.data or "",
                phone=form.phone.data or "",
                postal=form.postal.data or "",
                group_name=form.group_name.data,
                legal_form=LegalForm(form.legal_form.data),
                by=request.state.actor,
            )
            return to(f"{group_path(group.slug)}/details")
        except Refused as error:
            form.refuse(error.message, "email")
    return render(request, "projects/helping_new.html", {"form": form}, form.response_status)


async def confirm(request: Request) -> Response:
    """GET and POST .../confirm: everything first; then a button that sends the code, or the box for it."""
    at = await here(request)
    if at.campaign is None or not at.is_editable:
        return to(at.path)
    if at.member.role != MemberRole.HELPER:
        return to(f"{at.path}/submit")
    form = await ConfirmForm.of(request)
    status = None
    if request.method == "POST":
        try:
            if (await request.form()).get("then") == "send":
                if form.token_is_right:
                    await helping.ask_to_confirm(at.campaign.id, at.by)
                    return await done(request, f"{at.path}/confirm", "The e-mail with the code is on its way")
                form.validate()
            elif form.validate():
                await helping.confirm_by_code(at.campaign.id, form.code.data, at.by)
                return await done(
                    request, at.path, "Confirmed and sent. An officer will check it and write to the owner."
                )
        except Refused as error:
            form.refuse(error.message, "code" if error.rule == "code" else None)
        except TooOften as error:
            form.refuse(error.message)
            status = error.status
    return await _confirm_page(request, at, at.campaign, form, status)


async def _confirm_page(
    request: Request, at: Here, campaign: Campaign, form: ConfirmForm, status: int | None
) -> Response:
    steps = await queries.steps_of(at.project, at.campaign)
    asked = await helping.newest_confirmation(campaign.id)
    context = {
        "form": form,
        "missing": [(step, address_of(at, step)) for step in steps if step.problem],
        "asked": asked,
        "asked_of": await helping.person_of(asked) if asked else None,
        "reached": await queries.owners_of(at.group.id),
        "owners": await queries.owners(at.group.id),
    }
    return await show(request, "confirm.html", at, status or form.response_status, **context, **await everything(at))


async def to_sign(request: Request) -> Response:
    """GET .../sign: all that was written, to print and sign."""
    at = await here(request)
    if at.campaign is None or not at.is_editable:
        return to(at.path)
    choice = Choice(PaperAct.SUBMIT, f"campaign:{at.campaign.id}", signing.WORDS[PaperAct.SUBMIT])
    steps = await queries.steps_of(at.project, at.campaign)
    return await show(
        request,
        "to_sign.html",
        at,
        choice=choice,
        missing=[step for step in steps if step.problem],
        reference=await signing.reference_of(at.campaign, choice),
        owners=await queries.owners(at.group.id),
        helpers=await queries.helpers(at.group.id),
        back=at.path,
        **await everything(at),
    )


async def confirm_link(request: Request) -> Response:
    """GET /confirm/{token} shows everything and changes nothing; POST is the owner's own submission."""
    token = str(request.path_params["token"])
    try:
        row = await helping.by_link(token)
        campaign = await Campaign.get(id=row.campaign_id)
        project = await queries.project_with_group(campaign.project_id)
        form = await AgreeForm.of(request)
        if request.method == "POST" and form.validate():
            try:
                await helping.confirm_by_link(token)
                return render(request, "projects/confirmed.html", {"project": project})
            except Refused as error:
                form.refuse(error.message)
    except Gone as error:
        return render(request, "projects/confirm_gone.html", {"message": error.message}, status=error.status)
    at = Here(project.group, project, campaign, Member(role=MemberRole.OWNER), request.state.actor)
    context: dict[str, Any] = {
        "form": form,
        "here": at,
        "project": project,
        "group": project.group,
        "campaign": campaign,
        "person": await helping.person_of(row),
        "helpers": await queries.helpers(project.group_id),
        "officer": await queries.officer_of(project.group_id),
        **await everything(at),
    }
    return render(request, "projects/confirm_link.html", context, form.response_status)


BASE: Final = "/groups/{group}/projects/{project}"
ROUTES = [
    page("/staff/helping", desk, HELPERS, name="staff_helping"),
    page("/staff/helping/new", begin, HELPERS, name="staff_helping_new", methods=BOTH),
    page(f"{BASE}/confirm", confirm, MEMBERS, name="project_confirm", methods=BOTH),
    page(f"{BASE}/sign", to_sign, MEMBERS, name="project_sign"),
    page("/confirm/{token}", confirm_link, public_form, name="confirm_link", methods=BOTH),
]
