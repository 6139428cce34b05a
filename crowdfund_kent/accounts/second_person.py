"""Pages on which a second person acts on what the first one entered: who looks, and what they chose."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from crowdfund_kent.accounts.access import may_act, path_choice
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.answering import done, tried
from crowdfund_kent.audit import Actor
from crowdfund_kent.errors import SiteError
from crowdfund_kent.forms import SiteForm

# the word in the address -> the service (id of the item, by whom), and what is said once it is done
Acts = Mapping[str, tuple[Callable[[int, Actor], Awaitable[Any]], str]]


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks at a page that waits for the second person. `writes`: not an auditor; `approves`: as finance approver."""

    id: int | None
    writes: bool
    approves: bool


async def viewer(request: Request) -> Viewer:
    """Whoever asks."""
    by: Actor = request.state.actor
    return Viewer(by.person_id, by.role != Role.AUDITOR, await may_act(by, Role.FINANCE_APPROVER))


async def allowed(check: Awaitable[object]) -> bool:
    """Whether a service would let them: the same check that it makes. A page shows nobody what they would be refused."""
    try:
        await check
    except SiteError:
        return False
    return True


async def acted(request: Request, form: SiteForm, acts: Acts, item_id: int, back: str) -> Response | None:
    """POST .../{act}: what they chose is done, and back. None: show the page again, with what was refused."""
    work, said = path_choice(request, acts)
    if form.validate() and await tried(form, partial(work, item_id, request.state.actor)):
        return await done(request, back, said)
    return None
