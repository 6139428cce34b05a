"""What an officer asks the group while its campaign is checked, and the group's answers. Nothing has to be sent again."""

from functools import partial
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from crowdfund_kent.accounts.access import page
from crowdfund_kent.answering import done, tried
from crowdfund_kent.errors import NotFound
from projects import queries, services
from projects.forms.papers import AnswerForm
from projects.kinds import CheckItem
from projects.models import CheckQuestion
from projects.routes.common import MEMBERS, Here, here, show
from projects.routes.desk import item_of
from projects.states import Campaign as Status

ANSWERS: Final = frozenset({Status.SUBMITTED, Status.CHANGES_REQUESTED})


async def talk(request: Request) -> Response:
    """GET .../checking: every question with its answers, those that wait first."""
    at = await here(request)
    found = await _threads(at)
    if not found:
        raise NotFound
    waiting = [item for item, said in found.items() if not said[-1].from_group]
    ordered = sorted(found.items(), key=lambda one: one[0] not in waiting)
    return await show(request, "checking.html", at, threads=ordered, waiting=waiting, may_answer=_may_answer(at))


def _may_answer(at: Here) -> bool:
    return at.campaign is not None and at.campaign.status in ANSWERS


async def _threads(at: Here) -> dict[CheckItem, list[CheckQuestion]]:
    if at.campaign is None:
        return {}
    said = await queries.questions_of(at.campaign.id)
    return {item: mine for item in CheckItem if (mine := [one for one in said if one.item == item])}


async def answer(request: Request) -> Response:
    """GET and POST .../checking/{item}: one question, and the group's answer."""
    at, item = await here(request), item_of(request)
    said = (await _threads(at)).get(item)
    if said is None or at.campaign is None or not _may_answer(at):
        raise NotFound
    form = await AnswerForm.of(request)
    work = partial(services.answer_question, at.campaign.id, at.by, item, form.text.data or "")
    if request.method == "POST" and form.validate() and await tried(form, work, "text"):
        left = await queries.open_questions(at.campaign.id)
        told = "Your answer is with the officer" + (". Another question waits below" if left else "")
        return await done(request, f"{at.path}/checking", told)
    return await show(request, "checking_answer.html", at, form.response_status, form=form, item=item, said=said)


BASE: Final = "/groups/{group}/projects/{project}/checking"
ROUTES = [
    page(BASE, talk, MEMBERS, name="checking"),
    page(f"{BASE}/{{item}}", answer, MEMBERS, name="checking_answer", methods=("GET", "POST")),
]
