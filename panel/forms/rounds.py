"""Forms of a round: its plan, its criteria, who is there, which reserve is called."""

from collections.abc import Sequence

from wtforms.validators import ValidationError

from crowdfund_kent.forms import (
    CheckboxesField,
    DayField,
    NumberField,
    RadiosField,
    SelectField,
    SiteForm,
    TextAreaField,
    TextField,
)
from panel.days import Days
from panel.kinds import Shown
from panel.models import Round
from panel.services.rounds import MOST_CRITERIA, Plan

PERCENT_BP = 100


class RoundForm(SiteForm):
    """The days of a round and how it decides."""

    name = TextField(
        "Name of the round", missing="Enter a name, like Autumn 2026", longest=80, hint="Such as Autumn 2026."
    )
    opens_on = DayField("First day that groups can ask", missing="Enter the first day that groups can ask")
    pitch_by = DayField(
        "Last day that groups can ask",
        missing="Enter the last day that groups can ask",
        hint="The decision clock begins after this day.",
    )
    scores_by = DayField("Last day for scores", missing="Enter the last day for scores")
    meets_on = DayField("Day of the meeting", missing="Enter the day of the meeting")
    place = TextField(
        "Where does the panel meet?",
        longest=200,
        hint="A room, or online. The public minutes give it, so put no link to join here.",
    )
    quorum = NumberField(
        "Quorum",
        missing="Enter how many members must be able to vote, like 3",
        least=1,
        most=15,
        suffix="members",
        hint="So many members who are present and not barred must be able to vote on each pitch.",
    )
    pass_mark = NumberField(
        "Pass mark",
        missing="Enter a pass mark, like 60",
        most=100,
        suffix="% of all points",
        hint="A pitch below it gets no award.",
    )
    declined_shown = RadiosField(
        "What does the public record say of pitches that got nothing?",
        missing="Choose what the public record says of pitches that got nothing",
        choices=[
            (Shown.ENTRY, "Title, group, scores and reasons"),
            (Shown.COUNT, "Only how many there were"),
        ],
    )

    def days(self) -> Days:
        """What was sent, valid."""
        return Days(self.opens_on.data, self.pitch_by.data, self.scores_by.data, self.meets_on.data)

    def plan(self) -> Plan:
        """The whole, with the criteria that a round begins with."""
        return Plan(
            self.name.data,
            self.days(),
            place=self.place.data or "",
            quorum=self.quorum.data,
            pass_bp=self.pass_mark.data * PERCENT_BP,
            declined_shown=Shown(self.declined_shown.data),
        )

    @staticmethod
    def values_of(round_: Round) -> dict[str, object]:
        """A round as the form shows it."""
        return {
            "name": round_.name,
            "opens_on": round_.opens_on,
            "pitch_by": round_.pitch_by,
            "scores_by": round_.scores_by,
            "meets_on": round_.meets_on,
            "place": round_.place,
            "quorum": round_.quorum,
            "pass_mark": round_.pass_bp // PERCENT_BP,
            "declined_shown": round_.declined_shown,
        }


class CriteriaForm(SiteForm):
    """One line for each criterion: its name, a colon, what to ask."""

    lines = TextAreaField(
        "Criteria",
        missing="Enter at least one criterion",
        hint="One on each line, in the order of the score sheet: its name, a colon, and what members ask themselves. "
        f"Up to {MOST_CRITERIA}. Each is scored 0 to 5.",
        rows=12,
        longest=4_000,
        count=False,
    )

    def criteria(self) -> list[tuple[str, str]]:
        """(name, words) of each line that is not empty."""
        found = []
        for line in (self.lines.data or "").splitlines():
            name, _, about = line.partition(":")
            if name.strip():
                found.append((name.strip(), about.strip()))
        return found

    def validate_lines(self, field: TextAreaField) -> None:
        """A name and words of a length that a page can hold."""
        for name, about in self.criteria():
            if len(name) > 60:
                raise ValidationError(f"Put a colon after the name of “{name[:40]}…”: a name has up to 60 characters")
            if len(about) > 300:
                raise ValidationError(f"Shorten what you ask about “{name}” to 300 characters")

    @staticmethod
    def written(criteria: Sequence[tuple[str, str]]) -> str:
        """Criteria as the form shows them."""
        return "\n".join(f"{name}: {about}" if about else name for name, about in criteria)


class ReasonForm(SiteForm):
    """Why a round is cancelled."""

    reason = TextAreaField(
        "Why is the round cancelled?",
        missing="Enter why the round is cancelled",
        hint="The groups that asked get these words by e-mail, and the public record keeps them. Name no person.",
        shortest=10,
        longest=600,
        rows=4,
    )


class AttendanceForm(SiteForm):
    """Who is there, and who chairs. Values are ids of seats."""

    present = CheckboxesField("Who is there?", hint="Tick everybody who takes part, in the room or online.")
    chaired = SelectField("Who chairs?", empty="Nobody yet")


class CallForm(SiteForm):
    """Why a reserve is called."""

    reason = TextField(
        "Why is the reserve called?",
        missing="Enter why the reserve is called",
        hint="The public record gives it. Name no person: “A member has an interest in two projects”.",
        longest=200,
        shortest=5,
    )
