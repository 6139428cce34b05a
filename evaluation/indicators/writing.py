"""A short way to write down the indicators of one file: what is usual there is not said each time."""

from typing import Protocol

from evaluation.indicators.kinds import Indicator, Section, Unit
from evaluation.kinds import Objective


class Write(Protocol):
    """Writes one indicator down. `more`: what is not as usual."""

    def __call__(
        self,
        key: str,
        name: str,
        question: str,
        definition: str,
        formula: str,
        source: str,
        limits: str,
        **more: object,
    ) -> Indicator:
        """The indicator; its numerator is its name where nothing else is said."""


def usually(serves: Objective, section: Section = Section.RUNNING, unit: Unit = Unit.COUNT) -> Write:
    """For a file whose indicators mostly serve this objective and stand in this section."""

    def write(
        key: str, name: str, question: str, definition: str, formula: str, source: str, limits: str, **more: object
    ) -> Indicator:
        given = {
            "unit": unit,
            "numerator": name.lower(),
            "denominator": "none",
            "serves": serves,
            "section": section,
            **more,
        }
        return Indicator(key, name, question, definition, formula, source=source, limits=limits, **given)  # type: ignore[arg-type]

    return write
