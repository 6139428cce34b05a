"""The bundle that answers a request for information: a page to read, the same as plain text, figures and what was left out.

Everything in it went through panel/redacting.py: nothing is drawn from an item itself. The same words give the same bytes.
"""

import io
import zipfile
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from re import Pattern
from typing import Any, Final

from crowdfund_kent.csv_files import csv_text, pounds_cell
from crowdfund_kent.templating import day, render_text
from panel.kinds import Exemption
from panel.redacting import Cut, Item, Left, Section, cut_text, leave_out

_PEOPLE: Final = "Names and addresses of people are left out everywhere."
_OWN: Final = "What somebody said of their own life is left out; that there was an interest is not."
_WHEN: Final = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Part:
    """A section as it goes out."""

    title: Left
    items: Sequence[Left]


@dataclass(frozen=True, slots=True)
class Bundle:
    """The file, and what the public page says of it: words with everything left out already."""

    content: bytes
    public: dict[str, Any]


def left_out(
    sections: Sequence[Section], cuts: Collection[Cut], names: Mapping[str, Pattern[str] | None]
) -> list[Part]:
    """The sections as they go out. `names`: section key -> the names in it; "" for every other section."""
    return [
        Part(
            leave_out(one.title, cuts, names.get(one.key, names[""])),
            [leave_out(item, cuts, names.get(one.key, names[""])) for item in one.items],
        )
        for one in sections
    ]


def built(reference: str, received_on: date, parts: Sequence[Part], cuts: Collection[Cut], names: Any) -> Bundle:
    """The bundle. The first part is the request itself: its title, what was asked, and our covering words."""
    schedule = _schedule(parts, cuts, names)
    counted = Counter[Exemption]()
    for part in parts:
        for one in (part.title, *part.items):
            counted += one.exemptions
    asked, rest = parts[0], parts[1:]
    words = {one.item.key: one.text for one in asked.items}
    context = {
        "reference": reference,
        "received": day(received_on),
        "title": asked.title.text,
        "words": words["request:words"],
        "answer": words["request:answer"],
        "parts": rest,
        "schedule": schedule,
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in (
            ("index.html", render_text("panel/bundle/index.html", context)),
            ("answer.txt", _text(context)),
            ("figures.csv", _figures(rest)),
            ("left-out.csv", csv_text(("Part", "Item", "Exemption", "Reason", "Times"), schedule)),
        ):
            file.writestr(zipfile.ZipInfo(name, _WHEN), text, zipfile.ZIP_DEFLATED)
    public = {
        "title": context["title"],
        "words": context["words"],
        "answer": context["answer"],
        "parts": [part.title.text for part in rest],
        "items": sum(len(part.items) for part in rest),
        "left_out": [[str(exemption), counted[exemption]] for exemption in Exemption if counted[exemption]],
        "bytes": len(made.getvalue()),
    }
    return Bundle(made.getvalue(), public)


def _text(context: Mapping[str, Any]) -> str:
    lines = [
        f"{context['title']} ({context['reference']})",
        f"Received on {context['received']}",
        "",
        "What was asked",
        context["words"],
        "",
        "Our answer",
        context["answer"],
    ]
    for part in context["parts"]:
        lines += ["", "", f"{part.title.label}: {part.title.text}"]
        for one in part.items:
            lines += ["", one.label, one.text]
    lines += ["", "", "What was left out, and why"]
    lines += [
        f"{part}, {item}: {exemption}. {reason} ({times})"
        for part, item, exemption, reason, times in context["schedule"]
    ]
    return "\n".join(lines) + "\n"


def _figures(parts: Sequence[Part]) -> str:
    """Numbers as a spreadsheet adds them up; what was left out says so instead."""
    rows: list[list[str | int | None]] = []
    for part in parts:
        for one in part.items:
            if not one.item.figure:
                continue
            pence = one.item.pence
            value = pounds_cell(pence) if pence is not None and one.text == one.item.shown else one.text
            rows.append(
                [f"{part.title.label}: {part.title.text}", one.label, value, "pounds" if pence is not None else ""]
            )
    return csv_text(("Part", "Figure", "Value", "Unit"), rows)


def _schedule(parts: Sequence[Part], cuts: Collection[Cut], names: Any) -> list[list[str | int | None]]:
    """Each item from which something is left out, by exemption, with the officer's reason where one was given."""
    rows: list[list[str | int | None]] = []
    for part in parts:
        for one in (part.title, *part.items):
            for exemption, times in sorted(one.exemptions.items()):
                reasons = [
                    cut_text(cut.reason, cuts, names[""])[0]
                    for cut in cuts
                    if cut.exemption is exemption and cut.item in (one.item.key, "*")
                ]
                reason = "; ".join(dict.fromkeys(reasons)) or (_OWN if one.item.private else _PEOPLE)
                rows.append([part.title.text, one.label, str(exemption), reason, times])
    return rows


def request_section(title: str, words: str, answer: str) -> Section:
    """The request itself as items: officers leave words out of it as of the rest."""
    return Section(
        "request",
        Item("request:title", "Request", title),
        [Item("request:words", "What was asked", words), Item("request:answer", "Our answer", answer)],
    )
