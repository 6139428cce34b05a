"""Pages that are not about one package: the way to start, whether an e-mail is ours, and the drawings.

Pages of words that officers edit are in words/.
"""

from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from crowdfund_kent import illustrations, limits, our_mail
from crowdfund_kent.accounts.access import page, public, public_form
from crowdfund_kent.forms import EmailField, SiteForm, TextField
from crowdfund_kent.limits import TooOften, network_of
from crowdfund_kent.settings import get_settings
from crowdfund_kent.templating import render

FROM_ONE_NETWORK: Final = "30/hour"


async def start(request: Request) -> Response:
    """GET /start."""
    return render(request, "pages/start.html")


class MailForm(SiteForm):
    """Something that an e-mail shows."""

    shown = TextField(
        "What does the e-mail show?",
        missing="Type the code or the reference, or paste the link",
        longest=2_000,
        autocomplete="off",
        hint="Its code (such as 7F3K-9Q2M-4XTB), a link, or a reference (such as P-7F3K-9Q2M). Copy a link; don’t open it.",
    )
    address = EmailField(
        "Which address did it come to?",
        missing=None,
        hint="Only needed for a code. We don’t keep it.",
        autocomplete="off",
    )


async def check_mail(request: Request) -> Response:
    """GET and POST /check/mail: what can be told of it, and no more (our_mail.py)."""
    form = await MailForm.of(request)
    answer, status = None, None
    if request.method == "POST" and form.validate():
        try:
            answer = await _examine(request, form)
        except TooOften as error:
            form.refuse(error.message)
            status = error.status
    context: dict[str, Any] = {"form": form, "answer": answer, "Found": our_mail.Found}
    return render(request, "pages/check_mail.html", context, status=status or form.response_status)


async def _examine(request: Request, form: MailForm) -> our_mail.Answer | None:
    settings = get_settings()
    network = network_of(request)
    if not await limits.allows(FROM_ONE_NETWORK, "check-mail", network):
        ring = f"{settings.contact_phone} ({settings.contact_hours})"
        raise TooOften(f"Many e-mails were checked from your network in the last hour. Please ring us and ask: {ring}.")
    answer = await our_mail.examine(form.shown.data, form.address.data or "", settings.site_url)
    if answer.found is our_mail.Found.CODE_NEEDS_ADDRESS:
        form.refuse("Enter the address that the e-mail came to: a code is made for one address", "address")
        return None
    if answer.found is our_mail.Found.UNREADABLE:
        form.refuse("This is no code, link or reference. Type it as the e-mail shows it", "shown")
        return None
    return answer


ROUTES: Final = [
    page("/start", start, public, name="start"),
    page("/check/mail", check_mail, public_form, name="check_mail", methods=("GET", "POST")),
    page("/illustrations/{kind}-{seed:int}.svg", illustrations.illustration, public, name="illustration"),
]
