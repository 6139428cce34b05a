"""The form that gives somebody a place on a panel."""

from crowdfund_kent.forms import DayField, RadiosField, SelectField, SiteForm, TextField
from panel.kinds import SeatKind


class SeatForm(SiteForm):
    """A place and its term. `person` is offered by the page: who holds the role for this fund."""

    person = SelectField("Who gets the place?", missing="Choose who gets the place")
    kind = RadiosField(
        "As what?",
        missing="Choose what the place is",
        choices=[
            (SeatKind.CHAIR, "Chair", "Chairs the meeting, and has the casting vote where votes are equal."),
            (SeatKind.DEPUTY, "Deputy chair", "Chairs where the chair is away or barred."),
            (SeatKind.MEMBER, "Member"),
            (SeatKind.RESERVE, "Reserve", "Sits only when called, because a quorum would fail."),
        ],
    )
    post = TextField(
        "Post",
        missing="Enter the post, like Put forward by the social sector",
        longest=120,
        hint="Everybody can read this, instead of a name. Such as “Put forward by the social sector”.",
    )
    from_day = DayField("First day of the term", missing="Enter the first day of the term")
    to_day = DayField("Last day of the term", missing="Enter the last day of the term")
