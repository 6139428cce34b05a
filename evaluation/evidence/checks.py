"""Invariants of evidence: a sample can be drawn again, and nobody did two steps that need two people."""

from typing import Final

from crowdfund_kent.invariants import Rule
from evaluation.evidence import sample, segregation

RULES: Final = (
    Rule(
        "samples can be drawn again",
        "each sample's population and seed still give what was selected",
        find=sample.changed,
    ),
    Rule(
        "nobody did two steps of one item",
        "by the sealed record no person did two steps of an item that needs two people, and nobody acted on their own group",
        find=segregation.findings,
    ),
)
