"""For a group: which funds could add to its project, and rule by rule why others do not."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent.accounts.access import page
from crowdfund_kent.templating import render
from pledges.fitting import suggest
from projects.routes.common import GENERATED, MEMBERS, here
from projects.routes.tasks import BASE

# what each answer is called; the tone of its tag
ANSWERS: Final = {
    (True, False): ("fits", "yes"),
    (True, True): ("fits", "yes"),
    (False, False): ("does not fit", "no"),
    (False, True): ("not yet", "wait"),
    (None, False): ("somebody looks", "quiet"),
    (None, True): ("not known yet", "wait"),
}


async def funds_for(request: Request) -> Response:
    """GET /groups/{group}/projects/{project}/funds."""
    at = await here(request)
    found = await suggest(at.campaign or at.project)
    wanted = at.campaign.match_wanted_pence if at.campaign is not None else None
    context = {
        "here": at,
        "group": at.group,
        "project": at.project,
        "fitting": [one for one in found if one.may_fit],
        "answered": [one for one in found if one.has_answered],
        "others": [one for one in found if not one.may_fit and not one.has_answered],
        "answers": ANSWERS,
        "wants_none": wanted == 0,
        "generated_notice": GENERATED if at.project.generated or at.group.generated else None,
    }
    return render(request, "pledges/funds_for.html", context)


ROUTES: Final[list[Route]] = [page(f"{BASE}/funds", funds_for, MEMBERS, name="project_funds")]
