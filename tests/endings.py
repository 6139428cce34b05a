"""What a run says at its end. Here: a run in several processes reads no conftest of a folder where the words are put together."""

from typing import Any, Final

from tests.drills.table import table

NO_BROWSER: Final = (
    "No chromium, so no page was looked at: `apt-get install chromium-headless-shell` (REQUIRE_BROWSER=1 insists)"
)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """The table of the drills, and a skip that nobody overlooks."""
    reports = [report for some in terminalreporter.stats.values() for report in some]
    told = [one for report in reports if getattr(report, "when", "") == "call" for one in report.user_properties]
    for line in table(told):
        terminalreporter.write_line(line)
    if any(NO_BROWSER in str(report.longrepr) for report in terminalreporter.stats.get("skipped", ())):
        terminalreporter.write_line(f"JOURNEYS SKIPPED. {NO_BROWSER}", red=True, bold=True)
