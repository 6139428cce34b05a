"""What the officers' pages of the council's money share: one page that asks before something is done."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from crowdfund_kent.accounts.access import staff
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.answering import done, tried
from crowdfund_kent.forms import ActionForm, SiteForm, TextAreaField
from crowdfund_kent.templating import render

READ: Final = staff(Role.FUND_OFFICER, Role.FINANCE_APPROVER)
OFFICERS: Final = staff(Role.FUND_OFFICER)
APPROVERS: Final = staff(Role.FINANCE_APPROVER)
BOTH: Final = ("GET", "POST")


class WhyForm(SiteForm):
    """The reason, for colleagues and auditors, and where the page says so for the group."""

    why = TextAreaField("Why?", missing="Enter why", longest=500, rows=4)


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that an officer can do, and the page before it. `work(why)`; `why_hint`: empty where no reason is asked."""

    title: str
    consequence: str
    button: str
    said: str
    work: Callable[[str], Awaitable[Any]]
    why_hint: str = ""
    warning: bool = False
    rows: Sequence[tuple[str, object]] = field(default_factory=tuple)


async def ask_first(request: Request, act: Act, back: str) -> Response:
    """GET: the page; POST: it is done, and back; what a rule refuses stands on the page."""
    form = await (WhyForm if act.why_hint else ActionForm).of(request)
    if isinstance(form, WhyForm):
        form.why.hint = act.why_hint
    if request.method == "POST" and form.validate():
        why = str(form.why.data) if isinstance(form, WhyForm) else ""
        if await tried(form, lambda: act.work(why)):
            return await done(request, back, act.said)
    context = {"form": form, "act": act, "back": back, "asks_why": bool(act.why_hint)}
    return render(request, "payments/council_act.html", context, form.response_status)
