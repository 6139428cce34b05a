"""Officers edit the pages of words: edit, look, publish; the history with its differences; an older text again."""

from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from crowdfund_kent.accounts import sessions
from crowdfund_kent.accounts.access import may_act, page, path_id, require_role, staff
from crowdfund_kent.accounts.queries import names_of
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.answering import done
from crowdfund_kent.errors import Conflict, NotFound, Refused
from crowdfund_kent.templating import render, short_day
from crowdfund_kent.words import queries, services
from crowdfund_kent.words.catalogue import GLOSSARY, WordsPage, page_of
from crowdfund_kent.words.differences import differences
from crowdfund_kent.words.drawings import DRAWINGS
from crowdfund_kent.words.facts import FACTS, values
from crowdfund_kent.words.forms import WordsForm
from crowdfund_kent.words.routes.public import words_context
from crowdfund_kent.words.source import long_lines

LIST: Final = "/staff/words"
ONE: Final = LIST + "/{page}"
OFFICERS: Final = staff(Role.FUND_OFFICER)


async def listed(request: Request) -> Response:
    """GET /staff/words: every page, and who wrote what it says now."""
    pages = await queries.all_pages()
    names = await names_of(now.by_id for now in pages)
    rows = [
        [
            {"text": now.page.shipped_title, "href": f"{LIST}/{now.page.key}", "small": now.page.path},
            str(now.number) if now.number else "As shipped",
            short_day(now.at) if now.at else "",
            names[now.by_id] if now.by_id else "",
            {"text": "", "tag": "A release brought another text", "tone": "wait"} if now.release_differs else "",
        ]
        for now in pages
    ]
    return render(request, "words/staff_list.html", {"rows": rows, "flash": await sessions.take_flash(request)})


def _page(request: Request) -> WordsPage:
    return page_of(str(request.path_params["page"]))


async def show(request: Request) -> Response:
    """GET /staff/words/{page}: its history, newest first."""
    words = _page(request)
    now, versions = await queries.newest_of(words), await queries.versions(words)
    names = await names_of(one.by_id for one in versions)
    context = {
        "page": words,
        "now": now,
        "versions": versions,
        "names": names,
        "may_write": await may_act(request.state.actor, Role.FUND_OFFICER),
        "flash": await sessions.take_flash(request),
    }
    return render(request, "words/staff_page.html", context)


async def version(request: Request) -> Response:
    """GET /staff/words/{page}/versions/{number}: what it said, and what had changed; 0 is the shipped text."""
    words, number = _page(request), path_id(request, "number")
    text, before = await queries.text_of(words, number), await queries.text_of(words, number - 1) if number else None
    if text is None:
        raise NotFound
    now = await queries.newest_of(words)
    context = {
        **await _drawn(words, text),
        "number": number,
        "lines": differences(before, text) if before is not None else None,
        "is_newest": number == now.number,
        "may_write": await may_act(request.state.actor, Role.FUND_OFFICER),
    }
    return render(request, "words/staff_version.html", context)


async def _drawn(words: WordsPage, text: str) -> dict[str, Any]:
    return words_context(words, text, text if words is GLOSSARY else (await queries.newest_of(GLOSSARY)).text)


async def edit(request: Request) -> Response:
    """GET and POST /staff/words/{page}/edit?from=: POST shows how it would look; ?from= begins with an older text."""
    words = _page(request)
    now = await queries.newest_of(words)
    older = request.query_params.get("from", "")
    begun, why = now.text, ""
    if older.isascii() and older.isdigit() and len(older) < 9:
        begun = await queries.text_of(words, int(older)) or now.text
        why = "Back to the text that came with the site" if older == "0" else f"Back to version {older}"
    form = await WordsForm.of(request, text=begun, why=why, base=str(now.number))
    if request.method == "POST" and form.validate():
        for problem in services.why_not(words, form.text.data):
            form.refuse(problem, None if form.text.errors else "text")
        if not form.problems:
            return await _preview(request, words, now, form)
    return _form_page(request, words, form)


async def _preview(request: Request, words: WordsPage, now: queries.Newest, form: WordsForm) -> Response:
    context = {
        **await _drawn(words, form.text.data),
        "form": form,
        "lines": differences(now.text, form.text.data),
        "long_lines": long_lines(form.text.data) if words.key == "easy_read" else [],
    }
    return render(request, "words/staff_preview.html", context)


def _form_page(request: Request, words: WordsPage, form: WordsForm, status: int | None = None) -> Response:
    now = values()
    context = {
        "page": words,
        "form": form,
        "facts": [(name, fact.about, now[name]) for name, fact in FACTS.items()],
        "drawings": list(DRAWINGS),
    }
    return render(request, "words/staff_edit.html", context, status=status or form.response_status)


async def write_on(request: Request) -> Response:
    """POST /staff/words/{page}/back: from the preview to the form, with the text kept."""
    await require_role(request.state.actor, Role.FUND_OFFICER)
    form = await WordsForm.of(request)
    form.validate()
    return _form_page(request, _page(request), form)


async def publish(request: Request) -> Response:
    """POST /staff/words/{page}/publish; what is wrong leads back to the form with the text kept."""
    words = _page(request)
    form = await WordsForm.of(request)
    if form.validate():
        try:
            made = await services.publish(words, form.text.data, form.why.data, form.base_number, request.state.actor)
        except (Refused, Conflict) as error:
            form.refuse(error.message)
            return _form_page(request, words, form, error.status)
        return await done(request, f"{LIST}/{words.key}", f"{words.shipped_title}: version {made.number} is published")
    return _form_page(request, words, form)


ROUTES = [
    page(LIST, listed, OFFICERS, name="staff_words"),
    page(ONE, show, OFFICERS, name="staff_words_page"),
    page(ONE + "/edit", edit, OFFICERS, name="staff_words_edit", methods=("GET", "POST")),
    page(ONE + "/back", write_on, OFFICERS, name="staff_words_back", methods=("POST",)),
    page(ONE + "/publish", publish, OFFICERS, name="staff_words_publish", methods=("POST",)),
    page(ONE + "/versions/{number}", version, OFFICERS, name="staff_words_version"),
]
