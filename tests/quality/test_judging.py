"""What `make quality` makes of Lighthouse's reports: medians, limits, and what is to blame when one breaks."""

import json
import re
from typing import Any

import pytest

from quality.judging import LIMITS, NotMeasured, figures, is_of, judge, table
from tests.local.programs import ROOT

ADDRESS = "http://127.0.0.1:20000/projects/pool"


def report(
    *, performance: float = 1, accessibility: float = 1, practices: float = 1, seo: float = 1,
    shift: float = 0, carried: int = 80_000, address: str = ADDRESS,
) -> dict[str, Any]:  # fmt: skip
    """One of Lighthouse's reports with the parts we read; each category has an audit of its own."""
    scores = {"performance": performance, "accessibility": accessibility, "best-practices": practices, "seo": seo}
    audits: dict[str, Any] = {
        f"{name}-audit": {"score": value, "title": f"About {name}", "scoreDisplayMode": "binary"}
        for name, value in scores.items()
    }
    audits["not-heard"] = {"score": 0, "title": "Costs no points", "scoreDisplayMode": "binary"}
    audits["cumulative-layout-shift"] = {"score": 1, "numericValue": shift, "scoreDisplayMode": "numeric"}
    moved = [{"node": {"selector": "main > h1"}, "score": shift}] if shift else []
    audits["layout-shifts"] = {"score": 1, "details": {"items": moved}, "scoreDisplayMode": "informative"}
    requests = [
        {"url": f"{address}/style.css", "resourceType": "Stylesheet", "transferSize": carried},
        {"url": f"{address}/pool.webp", "resourceType": "Image", "transferSize": 900_000},
    ]
    audits["network-requests"] = {"score": 1, "details": {"items": requests}, "scoreDisplayMode": "informative"}
    categories = {
        name: {"score": value, "auditRefs": [{"id": f"{name}-audit", "weight": 3}, {"id": "not-heard", "weight": 0}]}
        for name, value in scores.items()
    }
    return {"finalDisplayedUrl": address, "categories": categories, "audits": audits}


def test_a_page_at_its_limits_passes() -> None:
    runs = [report(performance=0.95, shift=0.0199, carried=149_999)] * 3
    assert judge("project", runs) == []
    assert figures(runs) == {
        "performance": 95,
        "accessibility": 100,
        "best practices": 100,
        "SEO": 100,
        "layout shift": 0.0199,
        "KB without pictures": 149.999,
    }


@pytest.mark.parametrize(
    ("broken", "said", "blamed"),
    [
        (
            {"performance": 0.94},
            "project: performance is 94, must be 95 or more",
            "performance-audit: About performance",
        ),
        (
            {"accessibility": 0.99},
            "project: accessibility is 99, must be 100",
            "accessibility-audit: About accessibility",
        ),
        (
            {"practices": 0.96},
            "project: best practices is 96, must be 100",
            "best-practices-audit: About best-practices",
        ),
        ({"seo": 0.69}, "project: SEO is 69, must be 100", "seo-audit: About seo"),
        ({"shift": 0.02}, "project: layout shift is 0.0200, must be under 0.02", "layout-shifts: main > h1 (0.020)"),
        (
            {"carried": 150_000},
            "project: KB without pictures is 150.0, must be under 150 on a project's page",
            f"network-requests: {ADDRESS}/style.css (150.0 KB)",
        ),
    ],
)
def test_each_limit_breaks_alone_and_names_what_is_to_blame(broken: dict[str, Any], said: str, blamed: str) -> None:
    (fault,) = judge("project", [report(**broken)] * 3)
    assert str(fault) == said
    assert fault.blame == (blamed,)


def test_the_median_counts_so_one_slow_run_does_not_and_two_do() -> None:
    good, slow = report(), report(performance=0.6)
    assert judge("home", [good, slow, good]) == []
    (fault,) = judge("home", [slow, good, slow])
    assert (fault.limit.name, fault.value) == ("performance", 60)


def test_only_a_project_s_page_has_a_weight_to_keep() -> None:
    heavy = [report(carried=400_000)] * 3
    assert judge("list", heavy) == []
    assert len(judge("project", heavy)) == 1


def test_the_table_has_every_page_and_figure_and_marks_what_is_broken() -> None:
    head, home, pledge, limits = table({"home": [report()] * 3, "pledge": [report(seo=0.69)] * 3})
    assert re.split(r"  +", head.strip()) == [limit.name for limit in LIMITS]
    assert home.split() == ["home", "100", "100", "100", "100", "0.0000", "80.0"]
    assert pledge.split() == ["pledge", "100", "100", "100", "69!", "0.0000", "80.0"]
    assert all(f"{limit.name} {limit.words}" in limits for limit in LIMITS)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"finalDisplayedUrl": "http://127.0.0.1:20000/sign-in"}, "leads to http://127.0.0.1:20000/sign-in"),
        ({"runtimeError": {"code": "NO_FCP", "message": "Nothing was drawn."}}, "NO_FCP: Nothing was drawn."),
        ({"categories": {"seo": {"score": None}}}, "no score for seo"),
    ],
)
def test_a_report_of_something_else_or_of_nothing_is_no_measurement(change: dict[str, Any], message: str) -> None:
    assert is_of(report(), ADDRESS) == report()
    with pytest.raises(NotMeasured, match=message):
        is_of(report() | change, ADDRESS)


def test_the_lock_of_npm_has_hashes_and_names_no_registry() -> None:
    folder = ROOT / "quality"
    lock = json.loads((folder / "package-lock.json").read_text())
    wanted = json.loads((folder / "package.json").read_text())["devDependencies"]
    packages = {name: found for name, found in lock["packages"].items() if name}
    assert {name: packages[f"node_modules/{name}"]["version"] for name in wanted} == wanted
    assert all(found["integrity"].startswith("sha512-") for found in packages.values())
    assert not [name for name, found in packages.items() if "resolved" in found]
    assert "registry" not in json.dumps(lock)
