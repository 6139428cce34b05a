"""The report in the order of a committee paper: every number comes from the registry, every finding from an officer."""

from evaluation.report.building import Report, report_of

__all__ = ["Report", "report_of"]
