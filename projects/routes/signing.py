"""Officers: signed papers, letters to post, and which officer a group has.

/staff/campaigns/{id}/signed               what may be decided on paper now, and what was recorded
/staff/campaigns/{id}/signed/{act}         record a signed paper; .../print: the page to sign
/staff/signed/{id}                         the picture of a signed paper
/staff/letters/...                         letters for owners without e-mail
/staff/groups/...                          which officer a group has
"""

from functools import partial
from typing import Final

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from crowdfund_kent import storage
from crowdfund_kent.accounts import sessions
from crowdfund_kent.accounts.access import page, path_id, staff
from crowdfund_kent.accounts.queries import names_of
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.answering import done, to, tried
from crowdfund_kent.errors import NotFound
from crowdfund_kent.forms import ActionForm
from crowdfund_kent.templating import render
from projects import queries, services, words
from projects.access import was_ever_member
from projects.forms.helping import OfficerForm, PaperForm
from projects.kinds import MemberRole
from projects.models import Campaign, Group, Member, SignedPaper
from projects.paper_acts import Choice
from projects.queries.helping import fund_officers, groups_with_officers, unfinished_of
from projects.routes.common import Here
from projects.routes.tasks import everything
from projects.services import helping, signing

OFFICERS: Final = staff(Role.FUND_OFFICER)
BOTH: Final = ("GET", "POST")
INLINE: Final = frozenset({"image/webp"})  # shown in the browser; what may hold more is only downloaded


async def _campaign(request: Request) -> Campaign:
    found = await Campaign.get_or_none(id=path_id(request)).select_related("project__group")
    if found is None:
        raise NotFound
    return found


async def _choice(request: Request, campaign: Campaign) -> Choice:
    act, subject = str(request.path_params["act"]), request.query_params.get("about", f"campaign:{campaign.id}")
    return await signing.choice_of(campaign, act, subject)


async def listing(request: Request) -> Response:
    """GET /staff/campaigns/{id}/signed."""
    campaign = await _campaign(request)
    recorded = await signing.papers_of(campaign.id)
    names = await names_of(one.recorded_by_id for one in recorded)
    actor, group = request.state.actor, campaign.project.group
    context = {
        "campaign": campaign,
        "project": campaign.project,
        "group": group,
        "meaning": words.meaning(campaign.status),
        "choices": await signing.choices(campaign),
        "recorded": [(one, names[one.recorded_by_id], signing.words_of(one)) for one in recorded],
        "owners": await queries.owners(group.id),
        "helped_by": await helping.helped_by(campaign),
        "may_write": actor.role != Role.AUDITOR and not await was_ever_member(actor.person_id, group.id),
        "flash": await sessions.take_flash(request),
    }
    return render(request, "projects/signed_list.html", context)


async def record(request: Request) -> Response:
    """GET and POST /staff/campaigns/{id}/signed/{act}?about=campaign:1."""
    campaign = await _campaign(request)
    back = f"/staff/campaigns/{campaign.id}/signed"
    form = await PaperForm.of(request)
    try:
        choice = await _choice(request, campaign)
    except NotFound:
        if request.method == "POST" and form.validate():
            return to(back)  # sent twice: the first time it was done
        raise
    owners = await queries.owners(campaign.project.group_id)
    form.person.choices = [(one.id, one.name or one.email or "") for one in owners]
    if request.method == "POST" and form.validate():
        sent: UploadFile = form.paper.data
        work = partial(
            signing.record_paper,
            campaign.id,
            choice,
            request.state.actor,
            reference=form.reference.data,
            person_id=int(form.person.data),
            signed_on=form.signed_on.data,
            content=await sent.read(),
            name=sent.filename or "",
            message=form.message.data or "",
        )
        if await tried(form, work):
            return await done(request, back, f"Recorded: {choice.words[0].lower()}{choice.words[1:]}")
    context = {"form": form, "campaign": campaign, "project": campaign.project, "choice": choice, "back": back}
    return render(request, "projects/signed_record.html", context, form.response_status)


async def print_paper(request: Request) -> Response:
    """GET /staff/campaigns/{id}/signed/{act}/print: what the owner signs."""
    campaign = await _campaign(request)
    choice = await _choice(request, campaign)
    project = await queries.project_with_group(campaign.project_id)
    at = Here(project.group, project, campaign, Member(role=MemberRole.OWNER), request.state.actor)
    context = {
        "here": at,
        "project": project,
        "group": project.group,
        "campaign": campaign,
        "choice": choice,
        "missing": [],
        "reference": await signing.reference_of(campaign, choice),
        "owners": await queries.owners(project.group_id),
        "helpers": await queries.helpers(project.group_id),
        "officer": await queries.officer_of(project.group_id),
        "back": f"/staff/campaigns/{campaign.id}/signed",
        **await everything(at),
    }
    return render(request, "projects/to_sign.html", context)


async def picture(request: Request) -> Response:
    """GET /staff/signed/{id}: officers only; a file that may hold more than a picture is downloaded, never opened here."""
    paper = await SignedPaper.get_or_none(id=path_id(request))
    if paper is None:
        raise NotFound
    content = await storage.read(paper.file_key)
    how = "inline" if paper.media_type in INLINE else "attachment"
    name = f"{paper.reference}.{paper.file_key.rpartition('.')[2]}"
    return Response(content, media_type=paper.media_type, headers={"Content-Disposition": f'{how}; filename="{name}"'})


async def letters(request: Request) -> Response:
    """GET /staff/letters."""
    context = {"letters": await signing.letters_to_post(), "flash": await sessions.take_flash(request)}
    return render(request, "projects/letters.html", context)


async def letter(request: Request) -> Response:
    """GET and POST /staff/letters/{id}: to print; the button says that it is posted."""
    found, person = await signing.letter(path_id(request))
    form = await ActionForm.of(request)
    if request.method == "POST" and form.validate():
        await signing.mark_posted(found.id, request.state.actor)
        return await done(request, "/staff/letters", f"Posted to {person.name}")
    may_write = request.state.actor.role != Role.AUDITOR
    # whoever gave by hand has nothing to sign for a group
    helped = [] if found.name.startswith("gifts/") else await unfinished_of(found.group_id)
    context = {"form": form, "letter": found, "person": person, "may_write": may_write, "campaigns": helped}
    return render(request, "projects/letter.html", context, form.response_status)


async def groups(request: Request) -> Response:
    """GET /staff/groups: every group with its officer."""
    context = {"groups": await groups_with_officers(), "flash": await sessions.take_flash(request)}
    return render(request, "projects/staff_groups.html", context)


async def officer(request: Request) -> Response:
    """GET and POST /staff/groups/{id}/officer."""
    group = await Group.get_or_none(id=path_id(request))
    if group is None:
        raise NotFound
    form = await OfficerForm.of(request, officer=str(group.officer_id or ""))
    form.officer.choices = [(one.id, one.name or one.email or "") for one in await fund_officers()]
    if request.method == "POST" and form.validate():
        work = partial(services.choose_officer, group.id, int(form.officer.data), request.state.actor)
        if await tried(form, work, "officer"):
            return await done(request, "/staff/groups", f"Saved: {group.name}")
    return render(request, "projects/staff_group.html", {"form": form, "group": group}, form.response_status)


ROUTES = [
    page("/staff/campaigns/{id}/signed", listing, OFFICERS, name="staff_signed"),
    page("/staff/campaigns/{id}/signed/{act}", record, OFFICERS, name="staff_signed_record", methods=BOTH),
    page("/staff/campaigns/{id}/signed/{act}/print", print_paper, OFFICERS, name="staff_signed_print"),
    page("/staff/signed/{id}", picture, OFFICERS, name="staff_signed_file"),
    page("/staff/letters", letters, OFFICERS, name="staff_letters"),
    page("/staff/letters/{id}", letter, OFFICERS, name="staff_letter", methods=BOTH),
    page("/staff/groups", groups, OFFICERS, name="staff_groups"),
    page("/staff/groups/{id}/officer", officer, OFFICERS, name="staff_group_officer", methods=BOTH),
]
