"""The report as one HTML file that needs nothing else, and as a tagged PDF where weasyprint is installed (extra `pdf`)."""

import asyncio
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import structlog

from crowdfund_kent.templating import environment
from evaluation.report import Report
from evaluation.report.drawing import context_of
from evaluation.report.images import bars_image, line_image, map_image

PROGRAM: Final = Path(__file__).with_name("pdf_process.py")
MOST_SECONDS: Final = 120
log = structlog.get_logger()


def html_of(report: Report) -> str:
    """The whole report with its styles in it: it opens from a disk, without the site."""
    context = context_of(report)
    context |= {"map_image": map_image(context["squares"]), "bars_image": bars_image, "line_image": line_image}
    text = environment().get_template("evaluation/report_print.html").render(context)
    return text + "\n"


def can_print() -> bool:
    """Whether a PDF can be made here."""
    return find_spec("weasyprint") is not None


async def pdf_of(html: str) -> bytes | None:
    """The page as a PDF with tags (PDF/UA-1), or None: without weasyprint, and where it fails or takes too long.

    It runs in a process of its own with little memory and time, without our environment, and reads nothing but the page.
    """
    if not can_print():
        return None
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-I",
        str(PROGRAM),
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
        cwd="/",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        made, told = await asyncio.wait_for(process.communicate(html.encode()), MOST_SECONDS)
    except TimeoutError:
        log.warning("the report took too long to print")
        return None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode or not made.startswith(b"%PDF"):
        log.warning("the report could not be printed", why=told.decode(errors="replace")[-300:])
        return None
    return made
