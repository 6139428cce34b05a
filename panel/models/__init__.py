"""The tables of this package, by what they are about."""

from panel.models.awards import Award, AwardEvent
from panel.models.deciding import Decision, Recommendation, Score, ScoreSheet, Vote
from panel.models.pitches import Hold, Pitch, PitchAnswer, PitchEvent, PitchInterest, Review, ReviewEvent
from panel.models.requests import InformationRequest, InformationRequestEvent, Redaction
from panel.models.rounds import (
    Attendance,
    Criterion,
    Interest,
    Round,
    RoundDeclaration,
    RoundEvent,
    Seat,
)

__all__ = [
    "Attendance",
    "Award",
    "AwardEvent",
    "Criterion",
    "Decision",
    "Hold",
    "InformationRequest",
    "InformationRequestEvent",
    "Interest",
    "Pitch",
    "PitchAnswer",
    "PitchEvent",
    "PitchInterest",
    "Recommendation",
    "Redaction",
    "Review",
    "ReviewEvent",
    "Round",
    "RoundDeclaration",
    "RoundEvent",
    "Score",
    "ScoreSheet",
    "Seat",
    "Vote",
]
