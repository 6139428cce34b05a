"""Forms: what people send is read kindly, refused in words that help, kept, and only taken from the page it came from."""

from datetime import date
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import pytest
from starlette.requests import Request
from wtforms.validators import ValidationError

from crowdfund_kent.forms import (
    EXPIRED,
    ActionForm,
    CheckboxesField,
    CheckboxField,
    Choice,
    CodeField,
    DayField,
    EmailField,
    FileField,
    MoneyField,
    NumberField,
    RadiosField,
    SelectField,
    SiteForm,
    TextAreaField,
    TextField,
)
from crowdfund_kent.templating import environment, page_context
from tests.reading import Node, read_html, what_is_wrong

TOKEN = "the session's token"
POLICY = "default-src 'self'"


def request(method: str = "POST", sent: Any = (), *, token: str = TOKEN, query: str = "") -> Request:
    """A request of a session whose token is TOKEN, that sends `sent` with `token`."""
    pairs = [*(sent.items() if isinstance(sent, dict) else sent)]
    body = urlencode([*pairs, ("csrf_token", token)] if token else pairs).encode()

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    scope = {
        "type": "http",
        "method": method,
        "path": "/form",
        "scheme": "http",
        "server": ("testserver", 80),
        "query_string": query.encode(),
        "headers": [(b"content-type", b"application/x-www-form-urlencoded")],
        "state": {"session": SimpleNamespace(csrf_token=TOKEN, person=None, person_id=None, data={})},
    }
    return Request(scope, receive)


async def posted(form: type[SiteForm], sent: Any, **options: Any) -> SiteForm:
    """The form after validate()."""
    made = await form.of(request(sent=sent, **options))
    made.validate()
    return made


class Whole(SiteForm):
    """One field of each kind."""

    title = TextField("Project title", missing="Enter a title", hint="At most 20 characters", longest=20, shortest=3)
    story = TextAreaField("Story", missing="Enter the story", longest=50)
    email = EmailField()
    code = CodeField()
    amount = MoneyField("Amount", missing="Enter an amount", least_pence=200, most_pence=1_000_000)
    last_day = DayField("Last day", missing="Enter the last day")
    days = NumberField("Days", least=1, most=28, suffix="days")
    kind = RadiosField(
        "Kind", choices=[("a", "A", "with a hint"), Choice("", "or", divider=True), ("b", "B")], missing="Choose a kind"
    )
    needs = CheckboxesField("Needs", choices=[("x", "X"), ("y", "Y")], missing="Choose what you need")
    agree = CheckboxField("I agree", missing="Tick the box to agree")
    place = SelectField("District", choices=[("E1", "Ashford")], missing="Choose a district")
    picture = FileField("Picture", accept="image/*")


RIGHT = [
    ("title", "  Tidal \n pool "), ("story", "One\r\ntwo"), ("email", " Kim.Jones+a@Example.ORG"), ("code", "123 456"),
    ("amount", "£1,000.50"), ("last_day-day", "7"), ("last_day-month", "March"), ("last_day-year", "2027"),
    ("days", "28"), ("kind", "b"), ("needs", "y"), ("needs", "x"), ("agree", "yes"), ("place", "E1"),
]  # fmt: skip


async def test_what_was_typed_is_read_as_meant() -> None:
    form = await posted(Whole, RIGHT)
    assert form.problems == []
    assert form.response_status == 200
    assert form.data | {"picture": None} == {
        "title": "Tidal pool",
        "story": "One\ntwo",
        "email": "kim.jones+a@example.org",
        "code": "123456",
        "amount": 100_050,
        "last_day": date(2027, 3, 7),
        "days": 28,
        "kind": "b",
        "needs": ["x", "y"],
        "agree": True,
        "place": "E1",
        "picture": None,
    }


async def test_an_empty_form_says_what_to_enter_once_a_field_in_the_order_of_the_page() -> None:
    form = await posted(Whole, [])
    assert form.response_status == 422
    assert [(problem["text"], problem.get("href")) for problem in form.problems] == [
        ("Enter a title", "#title"),
        ("Enter the story", "#story"),
        ("Enter your e-mail address, like name@example.com", "#email"),
        ("Enter the six-figure code from the e-mail", "#code"),
        ("Enter an amount", "#amount"),
        ("Enter the last day", "#last_day-day"),
        ("Choose a kind", "#kind"),
        ("Choose what you need", "#needs"),
        ("Tick the box to agree", "#agree"),
        ("Choose a district", "#place"),
    ]


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("title", "ab", "Project title must be 3 characters or more"),
        ("title", "x" * 21, "Project title must be 20 characters or fewer"),
        ("story", "x" * 51, "Story must be 50 characters or fewer"),
        ("email", "kim", "Enter an e-mail address in the right form, like name@example.com"),
        ("email", "kim@example", "Enter an e-mail address in the right form, like name@example.com"),
        ("email", "kim@exa..mple.org", "Enter an e-mail address in the right form, like name@example.com"),
        ("email", f"{'k' * 250}@example.org", "Enter an e-mail address in the right form, like name@example.com"),
        (
            "email",
            "kim@example.org\nbcc:all@example.org",
            "Enter an e-mail address in the right form, like name@example.com",
        ),
        ("code", "12345", "Enter the code as six figures, like 123 456"),
        ("code", "１２３４５６", "Enter the code as six figures, like 123 456"),
        ("amount", "1.999", "Enter pounds and pence with two figures after the point, like 12.50"),
        ("amount", "1", "Enter £2 or more"),
        ("amount", "10000.01", "Enter £10,000 or less, or ask us about a larger amount"),
        ("amount", "-5", "Enter an amount above nothing, like 20, without a minus sign"),
        ("amount", "1e9", "Enter an amount using figures 0 to 9, like 20 or 1,000.00"),
        ("days", "2.5", "Enter a whole number, like 12, using figures 0 to 9"),
        ("days", "29", "Enter a number from 1 to 28"),
        ("kind", "c", "Choose a kind"),
        ("place", "E2", "Choose a district"),
        ("needs", "z", "Choose what you need"),
    ],
)
async def test_a_wrong_value_is_refused_with_what_to_type_and_kept(field: str, value: str, message: str) -> None:
    form = await posted(Whole, [(name, sent) for name, sent in RIGHT if name != field] + [(field, value)])
    assert [problem["text"] for problem in form.problems] == [message]
    if field not in {"kind", "place", "needs"}:
        assert form.as_sent[field] == value


@pytest.mark.parametrize(
    ("parts", "message", "at"),
    [
        (("", "3", "2027"), "Last day must include a day", "#last_day-day"),
        (("7", "", ""), "Last day must include a month and a year", "#last_day-month"),
        (("31", "2", "2027"), "Last day must be a real date, like 27 3 2027", "#last_day-day"),
        (("7", "13", "2027"), "Last day must be a real date, like 27 3 2027", "#last_day-day"),
        (("7", "Brumaire", "2027"), "Last day must be a real date, like 27 3 2027", "#last_day-month"),
        (("7", "3", "27"), "Last day must include a year of 4 figures, like 2027", "#last_day-year"),
        (("７", "3", "2027"), "Last day must be a real date, like 27 3 2027", "#last_day-day"),
        (("7", "3", "0000"), "Last day must be a real date, like 27 3 2027", "#last_day-day"),
    ],
)
async def test_a_day_names_the_part_that_is_wrong(parts: tuple[str, ...], message: str, at: str) -> None:
    names = ("last_day-day", "last_day-month", "last_day-year")
    others = [(name, sent) for name, sent in RIGHT if name not in names]
    form = await posted(Whole, others + list(zip(names, parts, strict=True)))
    assert [(problem["text"], problem.get("href")) for problem in form.problems] == [(message, at)]
    assert form.as_sent["last_day"] == " ".join(part for part in parts if part)


@pytest.mark.parametrize("token", ["", "forged", TOKEN + "x", "ключ"])
async def test_a_page_of_another_session_sends_nothing(token: str) -> None:
    form = await Whole.of(request(sent=RIGHT, token=token))
    assert form.validate() is False
    assert form.problems == [{"text": EXPIRED}]
    assert form.response_status == 422


async def test_without_a_session_there_is_nothing_to_compare_with_and_nothing_is_sent() -> None:
    visit = request(sent=[("csrf_token", "")], token="")
    visit.scope["state"]["session"] = None
    form = await ActionForm.of(visit)
    assert form.validate() is False


async def test_a_button_alone_needs_its_token_only() -> None:
    form = await ActionForm.of(request())
    assert form.validate() is True


async def test_a_first_visit_shows_the_initial_values_and_no_problem() -> None:
    form = await Whole.of(request("GET"), title="Pool", amount=1250, last_day=date(2027, 3, 7), needs=["x"], agree=True)
    assert form.problems == []
    assert form.as_sent["title"] == "Pool"
    assert form.as_sent["amount"] == "12.50"
    assert form.as_sent["last_day"] == "7 3 2027"
    checked = [item["checked"] for item in form.needs.params()["items"]]
    assert checked == [True, False]


async def test_what_a_service_refuses_joins_the_other_problems() -> None:
    form = await posted(Whole, RIGHT)
    form.refuse("Only £3 is left", "amount")
    form.refuse("The campaign has closed")
    assert [(problem["text"], problem.get("href")) for problem in form.problems] == [
        ("Only £3 is left", "#amount"),
        ("The campaign has closed", None),
    ]
    assert form.response_status == 422


async def test_a_check_of_the_form_speaks_after_the_field_could_be_read() -> None:
    class Later(SiteForm):
        day = DayField("Last day")

        def validate_day(self, field: DayField) -> None:
            if field.data < date(2027, 1, 1):
                raise ValidationError("The last day must be in 2027 or later")

    parts = {"day-day": "1", "day-month": "1"}
    assert (await posted(Later, parts | {"day-year": "2026"})).errors == {
        "day": ["The last day must be in 2027 or later"]
    }
    assert (await posted(Later, parts | {"day-year": "2027"})).problems == []
    assert (await posted(Later, {})).problems == []


async def test_a_search_reads_the_address_and_needs_no_token() -> None:
    class Search(SiteForm):
        words = TextField("Search")
        place = SelectField("District", choices=[("E1", "Ashford")], empty="All of Kent")

    first = Search.of_query(request("GET"), place="E1")
    found = Search.of_query(request("GET", query="words=tidal+pool&place="))
    forged = Search.of_query(request("GET", query="place=E2"))
    assert first.validate() is True
    assert found.validate() is True
    assert (found.words.data, found.place.data) == ("tidal pool", "")
    assert forged.validate() is False


async def test_invisible_characters_do_not_get_in() -> None:
    form = await posted(Whole, [("title", "Ti\u200bdal\x00 po\u0308l")])
    assert form["title"].data == "Tidal pöl"


async def drawn(form: SiteForm) -> Node:
    """The form as a page."""
    source = (
        "{% extends 'base.html' %}{% from 'components/forms.html' import form_page, field %}"
        "{% block title %}Your project{% endblock %}{% block content %}{% call form_page(form, 'Your project', files=true) %}"
        "{% for one in form %}{{ field(one) }}{% endfor %}{% endcall %}{% endblock %}"
    )
    html = environment().from_string(source).render(page_context(request("GET"), {"form": form}))
    return read_html(html)


async def test_every_field_is_drawn_soundly_before_and_after_it_went_wrong() -> None:
    fresh = await drawn(await Whole.of(request("GET")))
    wrong = await drawn(await posted(Whole, [("title", "<b>")]))
    assert what_is_wrong(fresh, 200, POLICY) == []
    assert what_is_wrong(wrong, 422, POLICY) == []
    title = next(node for node in wrong.all("input") if node.attrs.get("name") == "title")
    assert title.attrs["aria-describedby"] == "title-hint"
    story = next(node for node in wrong.all("textarea"))
    assert "story-error" in story.attrs["aria-describedby"]
    assert fresh.all("form")[0].attrs["enctype"] == "multipart/form-data"


async def test_what_phones_need_to_know_is_told() -> None:
    page = await drawn(await Whole.of(request("GET")))
    inputs = {node.attrs.get("name"): node.attrs for node in page.all("input")}
    assert (inputs["code"]["inputmode"], inputs["code"]["autocomplete"]) == ("numeric", "one-time-code")
    assert (inputs["email"]["type"], inputs["email"]["autocomplete"]) == ("email", "email")
    assert inputs["amount"]["inputmode"] == "decimal"
    assert inputs["last_day-year"]["inputmode"] == "numeric"


async def test_a_page_can_ask_one_question_whose_label_is_the_heading() -> None:
    class One(SiteForm):
        email = EmailField("What is your e-mail address?")

    source = (
        "{% extends 'base.html' %}{% from 'components/forms.html' import form_page, field %}"
        "{% block title %}What is your e-mail address?{% endblock %}{% block content %}{% call form_page(form) %}"
        "{{ field(form.email, heading=true) }}{% endcall %}{% endblock %}"
    )
    form = await One.of(request("GET"))
    page = read_html(environment().from_string(source).render(page_context(request("GET"), {"form": form})))
    assert what_is_wrong(page, 200, POLICY) == []
    assert page.all("h1")[0].all("label")[0].text == "What is your e-mail address?"
