"""A score sheet: points and notes for the criteria of one round."""

from collections.abc import Mapping, Sequence
from typing import Any

from crowdfund_kent.forms import RadiosField, SiteForm, TextAreaField, TextField
from panel.models import Criterion
from panel.queries.scoring import Sheet
from panel.ranking import MOST_POINTS, needs_reason
from panel.services.scoring import Points

RELEASED = "This note may be released to the public. Name no person."
MEANING = ("nothing", "poor", "weak", "fair", "good", "very good")


class SheetForm(SiteForm):
    """Made for a round by form_for(): `points_<id>` and `why_<id>` of each criterion, and `reason` for all of it."""

    criteria: Sequence[Criterion] = ()

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """The ends of the scale are explained."""
        right = super().validate(extra_validators)
        for one in self.criteria:
            points, why = self[f"points_{one.id}"], self[f"why_{one.id}"]
            if not points.errors and needs_reason(int(points.data)) and not why.data and not why.errors:
                self.refuse(f"Enter why you gave {points.data} for {one.name}", why.name)
                right = False
        return right

    def given(self) -> dict[int, Points]:
        """The points by criterion, once they are valid."""
        return {
            one.id: Points(int(self[f"points_{one.id}"].data), self[f"why_{one.id}"].data or "")
            for one in self.criteria
        }


def form_for(criteria: Sequence[Criterion]) -> type[SheetForm]:
    """The form of a round's sheet; its fields stand in the order of the page."""
    choices = [(points, str(points)) for points in range(MOST_POINTS + 1)]
    fields: dict[str, Any] = {"criteria": criteria}
    for one in criteria:
        fields[f"points_{one.id}"] = RadiosField(
            one.name,
            missing=f"Choose points for {one.name}",
            hint=one.about or None,
            choices=choices,
            classes="govuk-radios--inline govuk-radios--small",
        )
        fields[f"why_{one.id}"] = TextField(
            f"Why, for {one.name}", hint=f"Needed at 0, 1 and 5. {RELEASED}", longest=400
        )
    fields["reason"] = TextAreaField(
        "Your reason for the whole pitch",
        missing="Enter your reason for the whole pitch",
        hint=RELEASED,
        shortest=10,
        longest=2_000,
        rows=4,
    )
    return type("RoundSheetForm", (SheetForm,), fields)


def initial(sheet: Sheet | None) -> dict[str, Any]:
    """What a form begins with: the sheet that was given before."""
    if sheet is None:
        return {}
    made: dict[str, Any] = {"reason": sheet.row.reason}
    for criterion_id, score in sheet.scores.items():
        made |= {f"points_{criterion_id}": str(score.points), f"why_{criterion_id}": score.reason}
    return made
