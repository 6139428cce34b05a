"""Filters say things one way everywhere; every page has the same frame, and every component is sound."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from jinja2 import UndefinedError
from starlette.requests import Request

from crowdfund_kent import clock, templating
from crowdfund_kent.charts import line_points, money_bar, shades, share_width, stack_parts
from crowdfund_kent.forms import ActionForm
from crowdfund_kent.security import card_page_origins, content_security_policy
from crowdfund_kent.settings import Mode, get_settings
from crowdfund_kent.templating import environment, page_context, render_text
from tests.reading import Node, read_html, what_is_wrong

POLICY = "default-src 'self'"
SUMMER = datetime(2026, 6, 30, 23, 5, tzinfo=UTC)


def request(path: str = "/") -> Request:
    """A GET without a session."""
    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "headers": [],
        "query_string": b"",
        "state": {"session": None},
    }
    return Request(scope | {"scheme": "http", "server": ("testserver", 80)})


def page_of(content: str, **context: Any) -> Node:
    """A sound page with this content."""
    source = (
        "{% extends 'base.html' %}{% block title %}A page{% endblock %}"
        "{% from 'components/bar.html' import bar, bar_words, bar_key %}{% from 'components/cards.html' import cards %}"
        "{% from 'components/panel.html' import panel, reach %}"
        "{% from 'components/parts.html' import tag, note, success, checked, back_link, breadcrumbs, data_table, summary,"
        " pager, timeline, calculator, tabs, button_link %}"
        "{% from 'components/figures.html' import figures, stack, bar_chart, line_chart, cartogram %}"
        "{% from 'components/forms.html' import confirm_page, action_button %}"
        "{% block content %}" + content + "{% endblock %}"
    )
    page = read_html(environment().from_string(source).render(page_context(request(), context)))
    assert what_is_wrong(page, 200, POLICY) == []
    return page


def words(content: str, **context: Any) -> str:
    """What the main part of such a page says."""
    return page_of("<h1>A page</h1>" + content, **context).all("main")[0].text.removeprefix("A page").strip()


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("{{ 123450|pounds }} {{ 123400|pounds }} {{ 0|pounds }}", "£1,234.50 £1,234 £0"),
        ("{{ 123400|pounds_exact }}", "£1,234.00"),
        ("{{ 35|small_money }} {{ 100|small_money }} {{ 120|small_money }} {{ 0|small_money }}", "35p £1 £1.20 £0"),
        ("{{ 6500|percent }} {{ 150|percent }} {{ 4235|percent }} {{ -1250|percent }}", "65% 1.5% 42.35% −12.5%"),
        ("{{ 42308|per_pound }} {{ 16249|per_pound }} {{ 42350|per_pound }}", "£4.23 £1.62 £4.24"),
        ("{{ 1|plural('project') }}, {{ 2|plural('project') }}", "1 project, 2 projects"),
        ("{{ 1234|plural('person', 'people') }}", "1,234 people"),
        ("{{ 4990|number }}", "4,990"),
        ("{{ a_day|long_day }} {{ a_day|day }} {{ a_day|short_day }}", "Thursday 26 November 2026 26 November 2026 26 Nov 2026"),
        ("{{ summer|day }} {{ summer|time_of_day }} {{ summer|moment }}", "1 July 2026 12:05am 1 July 2026 at 12:05am"),
        ("{{ midnight|time_of_day }} {{ midday|time_of_day }} {{ evening|time_of_day }}", "midnight midday 6:30pm"),
        ("{{ midnight|last_day|long_day }}", "Thursday 26 November 2026"),
        ("{{ '<b>x</b>' }} {{ 'a\nb'|line_breaks }}", "<b>x</b> a b"),
    ],
)  # fmt: skip
def test_filters_say_things_one_way(written: str, says: str) -> None:
    days = {
        "a_day": date(2026, 11, 26),
        "summer": SUMMER,
        "midnight": datetime(2026, 11, 27, 0, 0, tzinfo=UTC),
        "midday": datetime(2026, 11, 27, 12, 0, tzinfo=UTC),
        "evening": datetime(2026, 11, 27, 18, 30, tzinfo=UTC),
    }
    assert words(written, **days) == says


def test_a_misspelt_name_is_an_error_and_a_missing_key_of_a_macro_is_not() -> None:
    with pytest.raises(UndefinedError):
        words("{{ proejct }}")
    with pytest.raises(UndefinedError):
        words("{{ project.tilte }}", project={"title": "x"})
    assert words("{{ govukButton({'text': 'Continue'}) }}") == "Continue"
    assert words("{{ maybe(project, 'place', 'Kent') }}", project={"place": None}) == "Kent"


def test_an_import_of_a_govuk_macro_works_too() -> None:
    source = (
        "{% from 'govuk_frontend_jinja/components/tag/macro.html' import govukTag %}{{ govukTag({'text': 'New'}) }}"
    )
    assert "New" in environment().from_string(source).render()


def test_the_frame_is_the_same_for_everybody() -> None:
    page = page_of("<h1>A page</h1>")
    main = [(link.attrs["href"], link.text) for link in page.all("nav")[0].all("a")]
    assert main == [
        ("/projects", "Find a project"),
        ("/start", "Start a project"),
        ("/how-it-works", "How it works"),
        ("/figures", "Figures"),
        ("/account", "Sign in or your account"),
    ]
    assert page.all("body")[0].all("a")[0].text == "Skip to main content"
    assert page.all("footer")[0].text.endswith("or crowdfund@example.org .") or "crowdfund@example.org" in page.text
    assert page.all("aside") == []


def test_a_page_made_with_generated_records_says_so_before_anything_else_of_it() -> None:
    page = page_of("<h1>A page</h1>", generated_notice="Generated records: only the totals are facts.")
    everything = page.text
    assert everything.index("Generated records") < everything.index("A page", everything.index("Menu"))


def test_the_demonstration_says_so_with_its_own_day(monkeypatch: pytest.MonkeyPatch) -> None:
    class Local:
        mode = Mode.LOCAL

    monkeypatch.setattr(templating, "get_settings", Local)
    monkeypatch.setattr(clock, "business_today", lambda: date(2026, 11, 26))
    page = page_of("<h1>A page</h1>")
    assert "This is a demonstration. Today is Thursday 26 November 2026." in page.text


def test_the_title_tells_of_problems_first() -> None:
    source = "{% extends 'base.html' %}{% block title %}Your name{% endblock %}"
    source += "{% block content %}<h1>Your name</h1>{% endblock %}"
    html = (
        environment().from_string(source).render(page_context(request(), {"problems": [{"text": "Enter your name"}]}))
    )
    assert "<title>Error: Your name – Crowdfund Kent</title>" in html


BAR = {"crowd": 426_000, "match": 250_000, "offered": 30_000}


def test_the_bar_says_in_words_what_it_shows() -> None:
    said = words("{{ bar(b) }}{{ bar_words(b, '5 days left') }}{{ bar_key(b, 96) }}", b=money_bar(800_000, **BAR))
    assert "£6,760 of £8,000 pledged. 5 days left. £300 more is offered by KCC." in said
    assert "96 backers £4,260 Kent County Council £2,500 Offered by Kent County Council, not accepted yet £300" in said
    assert said.endswith("Still needed £1,240")


def test_the_key_names_each_funder_and_links_to_the_reason() -> None:
    matches = [
        {"funder": "Kent County Council", "pence": 250_000, "href": "/why"},
        {"funder": "NHS", "pence": 1, "offered": True},
    ]
    page = page_of("<h1>A page</h1>{{ bar_key(b, 1, matches) }}", b=money_bar(800_000, **BAR), matches=matches)
    assert "1 backer £4,260" in page.text
    assert [link.attrs["href"] for link in page.all("main")[0].all("a")] == ["/why"]


@pytest.mark.parametrize(
    ("amounts", "needed", "over", "widths"),
    [
        ((800_000, 0, 0, 0), 800_000, 0, []),
        ((800_000, 426_000, 250_000, 0), 124_000, 0, [("crowd", "53.25%"), ("match", "31.25%")]),
        ((300, 100, 0, 50), 200, 0, [("crowd", "33.33%"), ("offered", "16.67%")]),
        ((100, 90, 30, 50), 0, 20, [("crowd", "75.00%"), ("match", "25.00%")]),
        ((100, 80, 0, 50), 20, 0, [("crowd", "80.00%"), ("offered", "20.00%")]),
        ((0, 0, 0, 0), 0, 0, []),
    ],
)
def test_the_bar_fills_what_is_raised_and_never_more_than_itself(
    amounts: tuple[int, int, int, int], needed: int, over: int, widths: list[tuple[str, str]]
) -> None:
    bar = money_bar(*amounts)
    assert (bar["needed"], bar["over"], bar["raised"]) == (needed, over, amounts[1] + amounts[2])
    assert [(part["tone"], part["width"]) for part in bar["parts"]] == widths


def test_parts_lie_end_to_end_without_gap_or_overlap() -> None:
    parts = stack_parts([{"pence": pence} for pence in (1, 1, 1, 0, 4)])
    edges = [(int(p["x"].replace(".", "")[:-1]), int(p["width"].replace(".", "")[:-1])) for p in parts]
    assert [x + width for x, width in edges] == [x for x, _ in edges[1:]] + [10_000]


def test_charts_are_drawn_in_whole_numbers() -> None:
    assert line_points([0, 5, 10])["line"] == "0,240 500,120 1000,0"
    assert line_points([])["line"] == ""
    assert line_points([0])["line"] == "0,240"
    assert shades([0, 1, 2, 3, 4]) == [0, 1, 2, 3, 4]
    assert shades([]) == []
    assert (share_width(1, 3), share_width(0, 3), share_width(0, 0)) == ("33.33%", "0%", "0%")


COMPONENTS = {
    "cards": "{{ cards([{'href': '/p', 'title': 'Pool', 'place': 'Thanet', 'summary': 'Steps', 'picture': '/x.svg',"
    " 'bar': b}], 2) }}",
    "panel": "{{ panel(b, '5 days left.', {'href': '/p', 'text': 'Back it'}, 'A note') }}{{ reach('/p', 'Back it') }}",
    "small parts": "{{ tag('Won', 'yes') }}{{ note('Read') }}{% call note() %}<p>Read</p>{% endcall %}{{ success('Saved', 'x') }}"
    "{% call checked() %}<p>Seen</p>{% endcall %}{{ button_link('/p', 'Go') }}{{ button_link('/p', 'Go', 'line') }}",
    "ways": "{{ back_link('/p') }}{{ breadcrumbs([('Home', '/')]) }}"
    "{{ tabs([('One', '/a'), ('Two', '/b')], '/a') }}{{ pager(2, 3, '/p?') }}",
    "empty table": "{{ data_table('Nothing', ['A', 'B'], []) }}",
    "summary": "{{ summary([('Fund', 'Pilot'), ('Cap', '£1', '/cap')]) }}",
    "timeline": "{{ timeline([{'when': moment, 'title': 'Opened', 'by': 'the group'},"
    " {'when': day, 'title': 'Sent', 'text': 'x'}]) }}",
    "calculator": "{{ calculator('The most', [{'words': 'Half', 'pence': 100, 'binds': true},"
    " {'words': 'Pot', 'pence': 200}], 100) }}",
    "figures": "{{ figures([{'term': 'Projects', 'value': '28', 'words': 'in Kent'}, {'term': 'Backers', 'value': '9'}]) }}",
    "stack": "{{ stack([{'tone': 'paid', 'words': 'Paid', 'pence': 1},"
    " {'tone': 'offered', 'words': 'Offered', 'pence': 2}], 9) }}",
    "charts": "{{ bar_chart('Projects', [{'words': 'Dover', 'value': 2, 'href': '/d'}], 'District', 'Projects') }}"
    "{{ bar_chart('None', [], 'District', 'Projects') }}"
    "{{ line_chart('Pledged', [{'words': 'May', 'value': 1, 'shown': '£1'}, {'words': 'June', 'value': 2, 'shown': '£2'}]) }}"
    "{{ line_chart('Nothing', []) }}",
    "map": "{{ cartogram([{'name': 'Dover', 'row': 1, 'column': 4, 'value': 2, 'href': '/d'},"
    " {'name': 'Swale', 'row': 0, 'column': 3, 'value': 0}]) }}",
    "action": "{{ action_button('/end', 'End it', csrf_field(), fields={'version': 3}) }}",
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(COMPONENTS))
def test_a_component_is_sound_with_as_little_as_it_needs(name: str) -> None:
    context = {"b": money_bar(800_000, **BAR), "moment": SUMMER, "day": date(2026, 11, 26)}
    assert words(COMPONENTS[name], **context)


def test_a_table_marks_totals_links_tags_and_where_the_pot_ends() -> None:
    page = page_of(
        "<h1>A page</h1>{{ data_table('Ranked', ['Pitch', {'words': 'Award', 'number': true}], rows) }}",
        rows=[
            {"cells": [{"text": "Pool", "href": "/p", "small": "Thanet"}, "£1"], "line": "the pot ends here"},
            [{"text": "", "tag": "Defer", "tone": "no"}, "£2"],
            {"cells": ["Together", "£3"], "total": True},
        ],
    )
    rows = [[cell.text for cell in row.all("th", "td")] for row in page.all("tbody")[0].all("tr")]
    assert rows == [["Pool Thanet the pot ends here", "£1"], ["Defer", "£2"], ["Together", "£3"]]
    assert page.all("thead")[0].all("th")[1].has_class("ck-number")


async def test_the_page_before_an_action_names_its_consequence_above_the_button() -> None:
    form = await ActionForm.of(request())
    page = page_of(
        "{% call confirm_page(form, 'A page', 'This sets aside £14,000.', 'Sign', [('Fund', 'Pilot')], back='/r') %}"
        "{% endcall %}",
        form=form,
    )
    said = page.all("form")[0].text
    assert said.index("This sets aside £14,000.") < said.index("Sign")


def test_text_for_an_e_mail_is_not_escaped() -> None:
    assert "Kent County Council's community team" in render_text("emails/footer.txt")


def test_the_policy_names_where_a_form_may_lead_and_allows_nothing_inline() -> None:
    live = content_security_policy(card_page_origins(""))
    local = content_security_policy(card_page_origins("http://127.0.0.1:4242/v1"))
    assert live.endswith("form-action 'self' https://checkout.stripe.com https://connect.stripe.com")
    assert local.endswith("form-action 'self' http://127.0.0.1:4242")
    assert "unsafe" not in live
    assert "script-src 'self' 'sha256-GUQ5ad8JK5KmEWmROf3LZd9ge94daqNvd8xy9YS1iDw='" in live


def test_every_template_can_be_read() -> None:
    """A bracket too few breaks a page that no quick test opens."""
    folder = get_settings().templates_folder
    names = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.suffix in {".html", ".txt"})
    assert len(names) > 400
    for name in names:
        environment().parse((folder / name).read_text())
