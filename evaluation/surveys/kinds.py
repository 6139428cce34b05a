"""The closed lists of this package. Pure."""

from enum import StrEnum


class SurveyKind(StrEnum):
    """Who is asked, and when."""

    PROJECT = "project"  # a group, after its final report, or after a campaign that missed its target
    YEAR = "year"  # a group, twelve months after its project was delivered
    BACKER = "backer"  # backers who paid, after their campaign was settled


class Variant(StrEnum):
    """Which of the questions fit: what became of the campaign."""

    MATCHED = "matched"  # funded, and a fund added money
    CROWD = "crowd"  # funded by its backers alone
    MISSED = "missed"  # the target was missed, or the money did not come in
