"""A group gives receipts, and takes them back while it writes. It sees names, sizes and days; officers open them."""

from functools import partial
from typing import Final

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent.accounts.access import page, path_id
from crowdfund_kent.answering import done, to, tried
from crowdfund_kent.errors import NotFound
from crowdfund_kent.forms import ActionForm
from projects.reports.forms import ReceiptForm
from projects.reports.models import Receipt
from projects.reports.routes.common import BASE, BOTH, question_of, reporting, sent, show_page
from projects.reports.services import receipts, writing
from projects.routes.common import MEMBERS


async def give(request: Request) -> Response:
    """GET and POST .../report/{kind}/receipts/{number}: another receipt, or why there is none."""
    found = await reporting(request)
    number = int(path_id(request, "number"))
    key = f"receipts-{number}"
    asked = question_of(found, key)
    if response := await sent(request, found):
        return response
    line = next(one for one in found.whole.lines if one.number == number)
    form = await ReceiptForm.of(request, words=line.without_receipt)
    if request.method == "POST" and form.validate():
        if form.file.data:
            file: UploadFile = form.file.data
            content = await file.read()
            add = partial(receipts.add_receipt, found.report.id, number, content, found.at.by, name=file.filename or "")
            if await tried(form, add, "file"):
                return await done(request, request.url.path, "The receipt is saved")
        else:
            say = partial(writing.say_without_receipt, found.report.id, number, form.words.data, found.at.by)
            if await tried(form, say, "words"):
                return to((await reporting(request)).after(key))
    return await show_page(
        request,
        found,
        "receipts.html",
        form.response_status,
        form=form,
        asked=asked,
        line=line,
        given=found.whole.receipts_of(line),
        own={one.id for one in found.whole.receipts.get(line.id, [])},
        onward=found.after(key),
    )


async def take_back(request: Request) -> Response:
    """GET and POST .../report/{kind}/receipt/{id}/take-back."""
    found = await reporting(request)
    receipt = await Receipt.get_or_none(
        id=path_id(request), line__report_id=found.report.id, removed_at=None
    ).select_related("line")
    if receipt is None:
        raise NotFound
    if response := await sent(request, found):
        return response
    back = f"{found.path}/receipts/{receipt.line.number}"
    form = await ActionForm.of(request)
    work = partial(receipts.remove_receipt, found.report.id, receipt.id, found.at.by)
    if request.method == "POST" and form.validate() and await tried(form, work):
        return await done(request, found.path, "The receipt is taken back")
    return await show_page(
        request, found, "receipt_take_back.html", form.response_status, form=form, receipt=receipt, back=back
    )


ROUTES: Final[list[Route]] = [
    page(f"{BASE}/receipts/{{number}}", give, MEMBERS, name="report_receipts", methods=BOTH),
    page(f"{BASE}/receipt/{{id}}/take-back", take_back, MEMBERS, name="report_receipt_take_back", methods=BOTH),
]
