"""What the parts of a report are drawn from: the same for the page, for print and for the pack."""

from typing import Any

from crowdfund_kent.geography import GRID
from evaluation.kinds import OBJECTIVES
from evaluation.report.building import GENERAL_LIMITS, Report


def context_of(report: Report) -> dict[str, Any]:
    """What the parts of the report are drawn from."""
    return {
        "report": report,
        "objectives": OBJECTIVES,
        "general_limits": GENERAL_LIMITS,
        "squares": [
            {
                "name": part.name,
                "row": GRID[part.key][0],
                "column": GRID[part.key][1],
                "value": part.value or 0,
                "shown": f"{part.value or 0}",
            }
            for part in report.lines["projects_matched"].found.parts["district"]
        ],
        "trends": [{"caption": one.caption, "heading": one.about.name, "points": one.points} for one in report.trends],
    }
