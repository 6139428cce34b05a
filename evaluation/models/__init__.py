"""The tables of this package, by what they are about."""

from evaluation.models.entered import Measure, OfficerHours, ProjectPlace, ReportWords
from evaluation.models.imports import ImportBatch, ImportRow
from evaluation.models.kept import KeptResults, Pack, Protocol, PublishedFigure, Snapshot
from evaluation.models.postcodes import Postcode

__all__ = [
    "ImportBatch",
    "ImportRow",
    "KeptResults",
    "Measure",
    "OfficerHours",
    "Pack",
    "Postcode",
    "ProjectPlace",
    "Protocol",
    "PublishedFigure",
    "ReportWords",
    "Snapshot",
]
