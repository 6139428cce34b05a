"""What a careful person would type into the forms of a page, so that only the token is wrong."""

from datetime import timedelta
from typing import Final

from crowdfund_kent.clock import business_today
from tests.reading import read_html

TYPED: Final = {
    "email": "kim.typed@example.org",
    "amount": "2,500",
    "other": "25",
    "cap": "310,000",
    "limit": "1,000",
    "charity_number": "1234567",
    "company_number": "01234567",
    "next": "/account",
    "time": "00:05",
}
WORDS: Final = "Words that are long enough for any field"


def good(html: str) -> dict[str, str]:
    """A value for each input of the page's posted forms: what is there already, else something right; no token."""
    sent: dict[str, str] = {}
    for form in read_html(html).all("form"):
        if form.attrs.get("method", "").lower() != "post":
            continue
        for node in form.all("input", "select", "textarea"):
            name, kind = node.attrs.get("name", ""), node.attrs.get("type", "text")
            if name and name != "csrf_token" and kind not in {"submit", "file"} and name not in sent:
                sent[name] = _value(node.tag, name, kind, node.attrs.get("value", ""), node)
    return sent


def _value(tag: str, name: str, kind: str, value: str, node: object) -> str:
    if tag == "select":
        values = [option.attrs.get("value", "") for option in node.all("option")]  # type: ignore[attr-defined]
        return next((one for one in values if one), "")
    if kind in {"radio", "checkbox", "hidden"}:
        return value
    if tag == "textarea" or name in {
        "name",
        "title",
        "summary",
        "place",
        "alt",
        "words",
        "post",
        "why",
        "named_people",
    }:
        return WORDS
    day = business_today() + timedelta(days=60)
    days = {"-day": str(day.day), "-month": str(day.month), "-year": str(day.year)}
    part = next((number for end, number in days.items() if name.endswith(end)), "")
    return part or TYPED.get(name) or value or "12"
