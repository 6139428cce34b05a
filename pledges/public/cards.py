"""A project as a card of a list: what components/cards.html draws."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from crowdfund_kent.clock import business_now, business_today
from crowdfund_kent.illustrations import illustration_url
from pledges.public import words
from pledges.public.queries import Listed
from pledges.public.search import PATH
from pledges.totals import bar_of
from projects.pictures import picture_url, widths


def cards(listed: Iterable[Listed]) -> list[dict[str, Any]]:
    """Each as a card, in their order."""
    now, today = business_now(), business_today()
    return [_card(one, now, today) for one in listed]


def _card(one: Listed, now: datetime, today: date) -> dict[str, Any]:
    tag = words.TAGS.get(words.now_at(one.status, one.deadline_at, now), ("", ""))
    sums = one.totals
    return {
        "href": f"{PATH}/{one.slug}",
        "title": one.title,
        "place": words.where(one.place, one.district),
        "summary": one.summary,
        "picture": _small_picture(one),
        "picture_words": str((one.picture or {}).get("alt", "")),
        "tag": tag[0],
        "tag_tone": tag[1],
        "bar": None if one.status in words.NEVER_DECIDED else bar_of(one.target_pence, sums),
        "tail": words.tail(one.status, one.deadline_at, now, today),
        "funder": " and ".join(dict.fromkeys(part.funder for part in one.matches if part.offered_pence)) or "KCC",
    }


def _small_picture(one: Listed) -> str:
    if one.picture is not None:
        return picture_url(str(one.picture["key"]), widths(int(one.picture["width"]))[0])
    return illustration_url(one.district_code, one.objective, one.project_id)
