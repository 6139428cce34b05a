"""The closed lists of this package. Pure."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from evaluation.scope import LAST_DAY


class Objective(StrEnum):
    """The four objectives of the council's strategy (domain.md, section 1)."""

    RELATIONSHIP = "relationship"
    SECTOR = "sector"
    VOLUNTEERING = "volunteering"
    CONDITIONS = "conditions"


OBJECTIVES: Final = {
    Objective.RELATIONSHIP: "A strategic relationship with the sector",
    Objective.SECTOR: "A sustainable, diverse, independent sector",
    Objective.VOLUNTEERING: "A resourced volunteering system",
    Objective.CONDITIONS: "The right conditions for small organisations and communities",
}


class WorkKind(StrEnum):
    """What officers spend their hours on."""

    HELPING = "helping groups"
    CHECKING = "checking"
    PANEL = "panel and decisions"
    MONEY = "payments"
    ANSWERING = "answering people"
    TELLING = "telling people about it"
    OTHER = "other"


class Edition(StrEnum):
    """A report: of any day, or one of the two that Cabinet asked for."""

    ANY = "any"
    INTERIM = "interim"
    FINAL = "final"


@dataclass(frozen=True, slots=True)
class AboutEdition:
    """Its name and its day."""

    name: str
    as_at: date


EDITIONS: Final = {
    Edition.INTERIM: AboutEdition("Interim report, to the end of 2022", date(2022, 12, 31)),
    Edition.FINAL: AboutEdition("Final report, on the two years of the pilot", LAST_DAY),
}


class ReportPart(StrEnum):
    """Where officers' words stand in the report."""

    SUMMARY = "summary"
    WORKED = "what worked"
    STOP = "option: stop"
    GO_ON = "option: go on"
    CHANGE = "option: change"


OPTIONS: Final = {
    ReportPart.STOP: "Stop",
    ReportPart.GO_ON: "Go on as it is",
    ReportPart.CHANGE: "Change it",
}
