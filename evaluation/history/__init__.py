"""A council's records from the platform it used before: CSV of projects and of pledges, all or nothing."""

from evaluation.history.importing import ImportSummary, import_history
from evaluation.history.reading import ImportProblem, ImportRefused

__all__ = ["ImportProblem", "ImportRefused", "ImportSummary", "import_history"]
