"""From a backer's private page: a message of support, and "this address is right" after mail came back."""

from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent.accounts import sessions
from crowdfund_kent.accounts.access import page, public_form
from crowdfund_kent.audit import BACKER
from crowdfund_kent.errors import Refused
from crowdfund_kent.forms import ActionForm, CheckboxField, SiteForm, TextAreaField, TextField
from crowdfund_kent.mail import bounces
from crowdfund_kent.templating import render
from pledges import comments, links
from pledges.models import Pledge
from pledges.queries import campaign_view
from pledges.routes.journey import PRIVATE, go
from projects import post_rules, written
from projects.queries.posts import quiet_now


class SupportForm(SiteForm):
    """A message, with or without a name."""

    text = TextAreaField(
        "Your message",
        missing="Enter your message",
        longest=post_rules.SUPPORT_LONGEST,
        rows=4,
        hint="For example why it matters to you. It is never shown beside an amount.",
    )
    name = TextField("Your name", longest=120, autocomplete="name")
    name_shown = CheckboxField("Show my name with the message. Otherwise it says “A backer”.")

    def validate(self, extra_validators: Any = None) -> bool:
        """A name that shall be shown is needed."""
        right = super().validate(extra_validators)
        if self.name_shown.data and not self.name.given and not self.name.errors:
            self.refuse("Enter your name, or do not show it", "name")
            return False
        return right


async def _pledge(request: Request) -> Pledge:
    return await links.by_private_link(request.path_params["reference"], request.path_params["token"])


async def _support(request: Request) -> Response:
    """GET and POST /pledges/{reference}/{token}/support"""
    pledge = await _pledge(request)
    known = await comments.support_of(pledge.id)
    if known is not None:
        return go(written.private_path(known.reference))
    if not await comments.may_write(pledge):
        return go(links.private_path(pledge))
    form = await SupportForm.of(request, name=pledge.name, name_shown=pledge.name_shown)
    if request.method == "POST" and form.validate():
        try:
            post = await comments.write_support(
                pledge.id,
                BACKER,
                text=form.text.data,
                name=form.name.data or "",
                name_shown=bool(form.name_shown.data),
            )
        except Refused as refused:
            form.refuse(refused.message)
        else:
            await sessions.flash(request, "Thank you: your message is on the page." if post.shown_at else "Thank you.")
            return go(written.private_path(post.reference))
    context = {
        "form": form,
        "campaign": await campaign_view(pledge.campaign_id),
        "private_path": links.private_path(pledge),
        "quiet": await quiet_now(),
    }
    return render(request, "posts/support.html", context, form.response_status, PRIVATE)


async def _mail_again(request: Request) -> Response:
    """POST .../mail-again: the backer says that the address is right."""
    pledge = await _pledge(request)
    form = await ActionForm.of(request)
    if form.validate() and pledge.email:
        await bounces.forget(pledge.email)
        await sessions.flash(request, "We write to your address again.")
    return go(links.private_path(pledge))


_ONE: Final = "/pledges/{reference}/{token}"
ROUTES: Final[list[Route]] = [
    page(f"{_ONE}/support", _support, public_form, name="pledge_support", methods=("GET", "POST")),
    page(f"{_ONE}/mail-again", _mail_again, public_form, name="pledge_mail_again", methods=("POST",)),
]
