"""What the hosted pages share: no script, no cookie, nothing kept by the browser."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, RedirectResponse, Response

HERE = Path(__file__).parent
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_TEMPLATES = Environment(loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined)


def to(url: str) -> Response:
    return RedirectResponse(url, 303, headers={"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"})


def page(template: str, status: int, **values: object) -> Response:
    return HTMLResponse(_TEMPLATES.get_template(template).render(values), status, headers=HEADERS)


def gone() -> Response:
    return page("closed.html", 404, title="Page not found", back=None)
