"""Papers for the officer: the list with what is asked and why, one page to give each, and a page that takes one back.

Members of the group see what was given, by name, size and day. Only officers and auditors open it (routes/desk.py).
"""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Final

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from crowdfund_kent.accounts.access import page, path_id
from crowdfund_kent.answering import done, to, tried
from crowdfund_kent.errors import NotFound
from crowdfund_kent.forms import ActionForm, SiteForm
from projects import queries, services
from projects.asked import Answer
from projects.forms.papers import PaperEitherForm, PaperFileForm, PromiseForm, RefereeForm, UseAgainForm, WithoutForm
from projects.models import Evidence
from projects.routes.common import MEMBERS, Here, here, show
from projects.states import EDITABLE
from projects.states import Campaign as Status

GIVES: Final = EDITABLE | {Status.SUBMITTED}
FORMS: Final[dict[Answer, type[SiteForm]]] = {
    Answer.FILE: PaperFileForm,
    Answer.FILE_OR_WORDS: PaperEitherForm,
    Answer.PERSON: RefereeForm,
    Answer.PROMISE: PromiseForm,
}


async def papers(request: Request) -> Response:
    """GET .../papers: each paper with its reason, its rule and what was given."""
    at = await here(request)
    given = await _given(at)
    left = [one for one in given if not one.is_done]
    return await show(
        request,
        "papers.html",
        at,
        left=left,
        given=[one for one in given if one.is_done and (one.evidence or one.asked.how_many)],
        next_paper=left[0] if left else None,
        may_give=_may_give(at),
    )


def _may_give(at: Here) -> bool:
    return at.campaign is not None and at.campaign.status in GIVES


async def _given(at: Here) -> list[queries.Given]:
    return await queries.papers_of(at.project, await queries.lines_of(at.project.id), at.campaign)


async def _paper(request: Request, at: Here) -> queries.Given:
    key = str(request.path_params["key"])
    found = next((one for one in await _given(at) if one.asked.key == key), None)
    if found is None or not _may_give(at):
        raise NotFound
    return found


async def give(request: Request) -> Response:
    """GET and POST .../papers/{key}: a file, words, a person or a promise."""
    at = await here(request)
    paper = await _paper(request, at)
    form = await FORMS[paper.asked.answer].of(request, **_held(paper))
    if request.method == "POST" and form.validate() and await tried(form, await _work(form, at, paper), _at(form)):
        return await _onward(request, at, paper)
    return await _page(request, at, paper, form)


def _held(paper: queries.Given) -> dict[str, Any]:
    """What was answered before, for the forms that hold one answer."""
    if not paper.evidence:
        return {}
    last = paper.evidence[-1]
    if paper.asked.answer is Answer.PERSON:
        return {
            "name": last.referee_name,
            "relation": last.referee_relation,
            "phone": last.referee_phone,
            "email": last.referee_email,
        }
    if paper.asked.answer is Answer.FILE_OR_WORDS and last.key is None and not last.without:
        return {"words": last.words}
    return {}


def _at(form: SiteForm) -> str | None:
    return "file" if isinstance(form, PaperFileForm | PaperEitherForm) else None


async def _work(form: SiteForm, at: Here, paper: queries.Given) -> Callable[[], Awaitable[Any]]:
    project_id, key = at.project.id, paper.asked.key
    if isinstance(form, RefereeForm):
        return partial(
            services.name_referee,
            project_id,
            at.by,
            name=form.name.data,
            relation=form.relation.data,
            phone=form.phone.data or "",
            email=form.email.data or "",
        )
    if isinstance(form, PromiseForm):
        return partial(services.promise_end_note, project_id, at.by)
    assert isinstance(form, PaperFileForm | PaperEitherForm)
    words = form.words.data or ""
    if not form.file.data:
        return partial(services.say_in_words, project_id, key, words, at.by)
    sent: UploadFile = form.file.data
    return partial(services.add_file, project_id, key, await sent.read(), at.by, name=sent.filename or "", words=words)


async def _onward(request: Request, at: Here, paper: queries.Given) -> Response:
    """To what is missing of the same paper, then to the next one; in the end to the list."""
    given = await _given(at)
    this = next((one for one in given if one.asked.key == paper.asked.key), None)
    if this is not None and this.left:
        words = "1 more is asked" if this.left == 1 else f"{this.left} more are asked"
        return await done(request, f"{at.path}/papers/{paper.asked.key}", f"Saved. {words}.")
    following = next((one for one in given if not one.is_done), None)
    if following is not None:
        return await done(request, f"{at.path}/papers/{following.asked.key}", f"Saved: {paper.asked.title}")
    return await done(request, f"{at.path}/papers", "Saved. Nothing more is asked.")


async def _page(
    request: Request, at: Here, paper: queries.Given, form: SiteForm, template: str = "papers_give.html", **more: Any
) -> Response:
    return await show(
        request,
        template,
        at,
        form.response_status,
        form=form,
        paper=paper,
        again=await queries.papers_to_use_again(at.project, paper.asked),
        editable=at.is_editable,
        **more,
    )


async def use_again(request: Request) -> Response:
    """POST .../papers/{key}/again: the file that the group gave for another project."""
    at = await here(request)
    paper = await _paper(request, at)
    form = await UseAgainForm.of(request)
    sent = str(form.evidence.data or "")
    if not sent.isdigit() or len(sent) > 18:
        raise NotFound
    work = partial(services.use_again, at.project.id, paper.asked.key, int(sent), at.by)
    if form.validate() and await tried(form, work):
        return await _onward(request, at, paper)
    empty = FORMS[paper.asked.answer](None, request.state.session.csrf_token, guarded=False)
    empty.validate()
    for problem in form.problems:
        empty.refuse(problem["text"])
    return await _page(request, at, paper, empty)


async def without(request: Request) -> Response:
    """GET and POST .../papers/{key}/without: why the group can't give it."""
    at = await here(request)
    paper = await _paper(request, at)
    held = next((one.words for one in paper.evidence if one.without), "")
    form = await WithoutForm.of(request, words=held)
    if request.method == "POST" and form.validate():
        work = partial(services.say_in_words, at.project.id, paper.asked.key, form.words.data, at.by, without=True)
        if await tried(form, work, "words"):
            return await _onward(request, at, paper)
    return await _page(request, at, paper, form, "papers_without.html")


async def take_back(request: Request) -> Response:
    """GET and POST .../papers/take-back/{id}: while the group writes."""
    at = await here(request)
    found = await Evidence.get_or_none(id=path_id(request), project_id=at.project.id, removed_at=None)
    if found is None:
        raise NotFound
    if not at.is_editable:
        return await done(
            request, f"{at.path}/papers", "An officer may have read it by now, so it stays. You can add another"
        )
    form = await ActionForm.of(request)
    work = partial(services.remove_paper, at.project.id, found.id, at.by)
    if request.method == "POST" and form.validate() and await tried(form, work):
        return await done(request, f"{at.path}/papers", "The paper is taken back")
    return await show(request, "papers_take_back.html", at, form.response_status, form=form, paper=found)


async def onward(request: Request) -> Response:
    """GET .../papers/next: the first paper that is still asked, or the list."""
    at = await here(request)
    following = next((one for one in await _given(at) if not one.is_done), None)
    return to(f"{at.path}/papers" + (f"/{following.asked.key}" if following and _may_give(at) else ""))


BASE: Final = "/groups/{group}/projects/{project}/papers"
BOTH: Final = ("GET", "POST")
ROUTES = [
    page(BASE, papers, MEMBERS, name="papers"),
    page(f"{BASE}/next", onward, MEMBERS, name="papers_next"),
    page(f"{BASE}/take-back/{{id}}", take_back, MEMBERS, name="papers_take_back", methods=BOTH),
    page(f"{BASE}/{{key}}", give, MEMBERS, name="paper", methods=BOTH),
    page(f"{BASE}/{{key}}/without", without, MEMBERS, name="paper_without", methods=BOTH),
    page(f"{BASE}/{{key}}/again", use_again, MEMBERS, name="paper_again", methods=("POST",)),
]
