"""Pages from templates: the environment, its filters, and what every page is given.

Our own templates are strict (a misspelt name is an error). GOV.UK's macros expect missing keys to be nothing, so they
live in a lenient twin of the environment that shares globals and filters with it.
"""

import hashlib
from collections.abc import Mapping, MutableMapping
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, cast

import jinja2
from jinja2 import (
    ChainableUndefined,
    ChoiceLoader,
    Environment,
    FileSystemBytecodeCache,
    FileSystemLoader,
    PackageLoader,
    PrefixLoader,
    StrictUndefined,
    Template,
)
from jinja2.runtime import Macro
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import Response

from crowdfund_kent import assets, charts, clock, etags, illustrations, money, previews, small_numbers
from crowdfund_kent.markdown import has_film, render_markdown
from crowdfund_kent.security import INLINE_SCRIPT, public_path
from crowdfund_kent.settings import Mode, get_settings

_PENCE_IN_POUND: Final = 100
CSRF_FIELD: Final = "csrf_token"
GOVUK: Final = "govuk_frontend_jinja"
_GOVUK_COMPONENTS: Final = (
    "accordion", "back-link", "breadcrumbs", "button", "character-count", "checkboxes", "date-input", "details",
    "error-message", "error-summary", "fieldset", "file-upload", "hint", "input", "inset-text", "label",
    "notification-banner", "pagination", "panel", "phase-banner", "radios", "select", "skip-link", "summary-list",
    "table", "tag", "task-list", "textarea", "warning-text",
)  # fmt: skip


def number(value: int) -> str:
    """12345 -> 12,345"""
    return f"{value:,}"


def plural(count: int, one: str, many: str | None = None) -> str:
    """1, "project" -> 1 project; 2, "project" -> 2 projects; 2, "person", "people" -> 2 people"""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def percent(bp: int) -> str:
    """Basis points in words: 6500 -> 65%, 4235 -> 42.35%, 1250 -> 12.5%"""
    whole, part = divmod(abs(bp), 100)
    digits = f"{part:02d}".rstrip("0")
    return f"{'−' if bp < 0 else ''}{whole}{'.' + digits if digits else ''}%"


def sentence(words: str) -> str:
    """The same with a capital at its beginning; names within it keep theirs."""
    return words[:1].upper() + words[1:]


def per_pound(bp: int) -> str:
    """A ratio in basis points as pounds for each £1, half up: 42308 -> £4.23"""
    return money.pounds_exact((bp + 50) // 100)


def _in_london(value: date | datetime) -> date | datetime:
    return value.astimezone(clock.LONDON) if isinstance(value, datetime) else value


def long_day(value: date | datetime) -> str:
    """Thursday 26 November 2026, in London"""
    here = _in_london(value)
    return f"{here:%A} {here.day} {here:%B %Y}"


def day(value: date | datetime) -> str:
    """26 November 2026, in London"""
    here = _in_london(value)
    return f"{here.day} {here:%B %Y}"


def short_day(value: date | datetime) -> str:
    """26 Nov 2026, in London: for tables"""
    here = _in_london(value)
    return f"{here.day} {here:%b %Y}"


def time_of_day(value: datetime) -> str:
    """9:05am, midday, midnight, in London"""
    here = value.astimezone(clock.LONDON)
    if here.minute == 0 and here.hour in (0, 12):
        return "midnight" if here.hour == 0 else "midday"
    return f"{here.hour % 12 or 12}:{here.minute:02d}{'am' if here.hour < 12 else 'pm'}"


def moment(value: datetime) -> str:
    """26 November 2026 at 9:05am, in London"""
    return f"{day(value)} at {time_of_day(value)}"


def until(deadline: datetime) -> str:
    """The end of Tuesday 24 November 2026; or, where it is not midnight, 4:05pm on Tuesday 24 November 2026"""
    if deadline.astimezone(clock.LONDON).time() == time():
        return f"the end of {long_day(last_day(deadline))}"
    return f"{time_of_day(deadline)} on {long_day(deadline)}"


def last_day(deadline: datetime) -> date:
    """The last day that counts before a deadline: 00:00 on the 27th in London -> the 26th"""
    return clock.london_day(deadline - timedelta(microseconds=1))


def iso(value: date | datetime) -> str:
    """For the datetime attribute of <time>."""
    return value.isoformat()


def small_money(pence: int) -> str:
    """35p, £1, £1.20: for amounts that are mostly under a pound"""
    return f"{pence}p" if 0 < pence < _PENCE_IN_POUND else money.pounds(pence)


def maybe(thing: Any, name: str, otherwise: Any = None) -> Any:
    """What a mapping or an object holds under `name`, where it may be left out or empty."""
    held = thing.get(name) if isinstance(thing, Mapping) else getattr(thing, name, None)
    return otherwise if held is None or held == "" else held


class SiteEnvironment(Environment):
    """Hands every GOV.UK template to the lenient twin, also where a template of ours imports one."""

    lenient: Environment

    def get_template(self, name: str | Template, parent: str | None = None, globals: Any = None) -> Template:
        if isinstance(name, str) and name.startswith(GOVUK + "/"):
            return self.lenient.get_template(name, parent, globals)
        return super().get_template(name, parent, globals)

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """No template adds names of its own, so all share one dict: each import of macros would compare chains of them."""
        return super().make_globals(d) if d else self.globals


def _compiled(environment: str) -> FileSystemBytecodeCache | None:
    """Compiled templates kept between starts, where settings.templates_cache names a folder.

    Each environment has files of its own: one that does not escape must never lend its code to one that does.
    """
    kept = get_settings().templates_cache
    if kept is None:
        return None
    made_by = hashlib.sha256(jinja2.__version__.encode() + Path(__file__).read_bytes()).hexdigest()[:16]
    folder = kept / made_by
    folder.mkdir(parents=True, exist_ok=True)
    return FileSystemBytecodeCache(str(folder), f"{environment}-%s.cache")


@lru_cache(maxsize=1)
def environment() -> SiteEnvironment:
    """The one environment of this process."""
    govuk_loader = PrefixLoader({GOVUK: PackageLoader(GOVUK)})
    site = SiteEnvironment(
        loader=ChoiceLoader([FileSystemLoader(get_settings().templates_folder), govuk_loader]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=get_settings().mode is Mode.LOCAL,  # where somebody may be writing them
        bytecode_cache=_compiled("pages"),
    )
    site.filters |= {
        "pounds": money.pounds,
        "pounds_exact": money.pounds_exact,
        "small_money": small_money,
        "percent": percent,
        "per_pound": per_pound,
        "number": number,
        "plural": plural,
        "sentence": sentence,
        "people_words": small_numbers.people_words,
        "long_day": long_day,
        "day": day,
        "short_day": short_day,
        "time_of_day": time_of_day,
        "moment": moment,
        "last_day": last_day,
        "until": until,
        "iso": iso,
        "markdown": render_markdown,
        "line_breaks": line_breaks,
    }
    site.globals |= {
        "static_url": assets.static_url,
        "inline_script": Markup(INLINE_SCRIPT),  # noqa: S704 - a constant
        "site": get_settings(),
        "maybe": maybe,
        "has_film": has_film,
        "money_bar": charts.money_bar,
        "stack_parts": charts.stack_parts,
        "share_width": charts.share_width,
        "line_points": charts.line_points,
        "shades": charts.shades,
        "short_name": charts.short_name,
        "illustration_url": illustrations.illustration_url,
        "illustration_words": illustrations.illustration_words,
    }
    site.lenient = Environment(
        loader=govuk_loader,
        autoescape=True,
        undefined=ChainableUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        bytecode_cache=_compiled("govuk"),
    )
    # the same dict: Jinja reuses an imported module only where importer and imported know the same globals
    site.lenient.globals = site.globals
    for component in _GOVUK_COMPONENTS:
        name = "govuk" + component.title().replace("-", "")
        module = site.lenient.get_template(f"{GOVUK}/components/{component}/macro.html").module
        site.globals[name] = cast(Macro, getattr(module, name))
    return site


def csrf_field(token: str) -> Markup:
    """The hidden input that every POST form carries."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(CSRF_FIELD, token)


def _problems(context: Mapping[str, Any]) -> list[dict[str, str]]:
    """What the error summary lists: of context["form"], or context["problems"] where a page has no form object."""
    problems = context.get("problems")
    if problems is None:
        form = context.get("form")
        problems = getattr(form, "problems", None) or []
    return list(problems)


def page_context(request: Request, context: Mapping[str, Any] | None = None, status: int = 200) -> dict[str, Any]:
    """What every page is given besides its own context. A page's own names win."""
    session = getattr(request.state, "session", None)
    token = getattr(session, "csrf_token", "") or ""
    given = dict(context or {})
    return {
        "request": request,
        "current_path": request.url.path,
        "reported_path": public_path(request.url.path),
        "csrf_field": lambda: csrf_field(token),
        "generated_notice": None,
        "kept_note": getattr(request.state, "kept_note", ""),
        "head": previews.head_of(request, given.get("preview"), status),
        "demonstration_day": clock.business_today() if get_settings().mode is Mode.LOCAL else None,
        **given,
        "problems": _problems(given),
    }


def render_text(name: str, context: Mapping[str, Any] | None = None) -> str:
    """A template without a request, such as an e-mail. Templates that end in .txt are not escaped."""
    site = environment()
    source = site if not name.endswith(".txt") else _text_environment()
    return source.get_template(name).render(dict(context or {}))


@lru_cache(maxsize=1)
def _text_environment() -> Environment:
    plain = environment().overlay(autoescape=False, bytecode_cache=_compiled("texts"))
    plain.globals = environment().globals
    return plain


def render(
    request: Request,
    name: str,
    context: Mapping[str, Any] | None = None,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The page `name` (a path under templates/) with `context`, as a response."""
    html = environment().get_template(name).render(page_context(request, context, status))
    return etags.answer(request, html, status=status, headers=headers)


def line_breaks(text: str) -> Markup:
    """Text with its line breaks as <br>."""
    return Markup("<br>").join(escape(line) for line in text.splitlines())
