"""What a person is given of their data: one file with a page to read, the same as CSV, and as JSON for other programs."""

import io
import json
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from html import escape
from typing import Any, Final

from crowdfund_kent.csv_files import csv_text
from crowdfund_kent.personal.register import Sheet

_WHEN: Final = (1980, 1, 1, 0, 0, 0)


def zipped(sheets: Sequence[Sheet], about: str) -> bytes:
    """your-data.html, your-data.json and one CSV a table. The same data give the same bytes."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        _put(file, "your-data.html", _page(sheets, about))
        _put(file, "your-data.json", json.dumps(_plain(sheets), ensure_ascii=False, indent=1))
        for number, sheet in enumerate(sheets, 1):
            _put(file, f"{number:02}-{_slug(sheet.title)}.csv", _csv(sheet))
    return made.getvalue()


def _put(file: zipfile.ZipFile, name: str, text: str) -> None:
    file.writestr(zipfile.ZipInfo(name, _WHEN), text)


def _plain(sheets: Sequence[Sheet]) -> list[dict[str, Any]]:
    return [
        {
            "title": sheet.title,
            "rows": [dict(zip(sheet.columns, map(_json, row), strict=True)) for row in sheet.rows],
        }
        for sheet in sheets
    ]


def _json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value


def _csv(sheet: Sheet) -> str:
    return csv_text(sheet.columns, [[_text(cell) for cell in row] for row in sheet.rows])


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return str(_json(value))


def _page(sheets: Sequence[Sheet], about: str) -> str:
    parts = [f"<h1>Your data</h1><p>{escape(about)}</p>"]
    for sheet in sheets:
        heads = "".join(f'<th scope="col">{escape(one)}</th>' for one in sheet.columns)
        rows = "".join(
            "<tr>" + "".join(f"<td>{escape(_text(cell))}</td>" for cell in row) + "</tr>" for row in sheet.rows
        )
        table = f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>" if rows else "<p>Nothing.</p>"
        parts.append(f"<h2>{escape(sheet.title)}</h2>{table}")
    style = (
        "body{font:1em/1.5 sans-serif;margin:2em}table{border-collapse:collapse}"
        "td,th{border:1px solid;padding:.3em;text-align:left}"
    )
    body = "".join(parts)
    return (
        '<!DOCTYPE html><html lang="en-GB"><head><meta charset="utf-8"><title>Your data</title>'
        f"<style>{style}</style></head><body>{body}</body></html>"
    )


def _slug(title: str) -> str:
    return "".join(one if one.isalnum() else "-" for one in title.lower()).strip("-")
