"""Forms of interests: the declaration for a round, made for its list; one pitch more; the register; the chair's raise."""

from collections.abc import Sequence
from typing import Any, Final

from crowdfund_kent.forms import DayField, RadiosField, SelectField, SiteForm, TextField
from panel.kinds import Bar, Nature
from panel.services.interests import Said

NOTHING: Final = "none"
NATURES: Final = (
    (Nature.MONEY, "Money: I, or my employer, gain or lose by it"),
    (Nature.GROUP, "My own group, now or before"),
    (Nature.FAMILY, "Family or a close friend runs it or gains by it"),
    (Nature.PLEDGE, "I pledged to it myself"),
    (Nature.OTHER, "Something else: it is told, and does not bar me"),
)
_WORDS: Final = 300


def declare_form(pitches: Sequence[tuple[int, str]]) -> type[SiteForm]:
    """A form with one choice and one line of words for each pitch: (id, the group's name)."""
    made: dict[str, Any] = {}
    for pitch_id, called in pitches:
        made[f"nature_{pitch_id}"] = SelectField(
            f"Your interest in {called}",
            missing=f"Choose your interest in {called}, or none",
            choices=[(NOTHING, "None"), *NATURES],
        )
        made[f"words_{pitch_id}"] = TextField("If there is one, what is it?", longest=_WORDS)
    return type("DeclareForm", (SiteForm,), made)


def said_of(form: SiteForm, pitch_ids: Sequence[int]) -> dict[int, Said]:
    """What was sent, valid: for each pitch."""
    found = {}
    for pitch_id in pitch_ids:
        chosen = form[f"nature_{pitch_id}"].data
        words = form[f"words_{pitch_id}"].data or ""
        found[pitch_id] = Said() if chosen == NOTHING else Said(Nature(chosen), words)
    return found


def missing_words(form: SiteForm, pitch_ids: Sequence[int]) -> bool:
    """Whether "something else" was chosen without words; each is marked on the form."""
    wrong = [
        pitch_id
        for pitch_id in pitch_ids
        if form[f"nature_{pitch_id}"].data == Nature.OTHER and not form[f"words_{pitch_id}"].data
    ]
    for pitch_id in wrong:
        form.refuse("Say in a few words what the interest is", f"words_{pitch_id}")
    return bool(wrong)


class OneMoreForm(SiteForm):
    """Something remembered after the declaration."""

    pitch = SelectField("Which one?", missing="Choose which one it is about")
    nature = RadiosField("What kind of interest is it?", missing="Choose what kind of interest it is", choices=NATURES)
    words = TextField("What is it?", longest=_WORDS, missing="Say in a few words what the interest is")


class RaiseForm(SiteForm):
    """Why an interest that was only told bars."""

    words = TextField(
        "Why does it bar?",
        missing="Enter why it bars",
        hint="Kept with the record of the round. It can’t be taken back.",
        longest=_WORDS,
        shortest=5,
    )


class RegisterForm(SiteForm):
    """An entry of the standing register."""

    group = SelectField(
        "Is it a group on this site?",
        empty="No, or not in this list",
        hint="You are then barred from what it asks for without being asked again.",
    )
    body = TextField(
        "What or whom is it about?",
        longest=160,
        hint="The group, firm or body. Leave it empty if you chose a group.",
    )
    nature = RadiosField(
        "What kind of interest is it?",
        missing="Choose what kind of interest it is",
        choices=[
            (Nature.MONEY, "Money: I, or my employer, gain or lose by it"),
            (Nature.GROUP, "My own group, now or before"),
            (Nature.FAMILY, "Family or a close friend"),
            (Nature.OTHER, "Something else"),
        ],
    )
    bar = RadiosField(
        "If it is something else, does it bar you?",
        choices=[
            (Bar.BARRED, "Yes: no papers, no scores, no vote"),
            (Bar.DECLARED, "No: it is only told"),
        ],
        hint="The other kinds always bar.",
    )
    words = TextField("In a few words", missing="Enter a few words about it", longest=_WORDS)
    from_day = DayField("Since when?", missing="Enter the day it began, or a day in that month")

    def is_complete(self) -> bool:
        """Whether what one answer asks of another is there; each gap is marked on the form."""
        if self.nature.data == Nature.OTHER and not self.bar.data:
            self.refuse("Choose whether it bars you", "bar")
        if not self.group.data and not self.body.data:
            self.refuse("Enter what or whom it is about, or choose a group", "body")
        return not self.problems

    def chosen_bar(self) -> Bar:
        """What it means."""
        return Bar(self.bar.data) if self.nature.data == Nature.OTHER else Bar.BARRED
