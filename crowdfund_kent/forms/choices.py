"""Fields that offer choices: radios, check boxes, a list."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import wtforms
from wtforms.validators import StopValidation

from crowdfund_kent.forms.fields import GovField
from crowdfund_kent.forms.money_and_days import legend


@dataclass(frozen=True)
class Choice:
    """One thing to choose. `value` is sent and becomes `data`; with `divider`, `text` is a word between two ("or")."""

    value: str
    text: str
    hint: str = ""
    divider: bool = False


def as_choices(given: Iterable[Choice | tuple[object, ...]]) -> list[Choice]:
    """(value, text) or (value, text, hint) pairs, or Choice itself; values become text."""
    return [one if isinstance(one, Choice) else _choice(*one) for one in given]


def _choice(value: object, text: object, hint: object = "") -> Choice:
    return Choice(str(value), str(text), str(hint))


class _ChoosingField(GovField):
    """`choices` may be set after the form was made: `form.district.choices = [...]`."""

    def __init__(self, label: str, *, choices: Sequence[Choice | tuple[object, ...]] = (), **rest: Any) -> None:
        super().__init__(label, **rest)
        self.choices: Sequence[Choice | tuple[object, ...]] = choices

    def offered(self) -> list[Choice]:
        """The choices as such."""
        return as_choices(self.choices)

    def values(self) -> set[str]:
        """What may be sent."""
        return {one.value for one in self.offered() if not one.divider}

    def chosen(self) -> set[str]:
        """What is marked."""
        return set() if self.data in (None, "") else {str(self.data)}

    def pre_validate(self, form: wtforms.form.BaseForm) -> None:
        """Only what was offered counts: a forged value is an error."""
        super().pre_validate(form)
        if not self.chosen() <= self.values():
            raise StopValidation(self.missing or f"Choose one of the answers offered for “{self.title}”")

    def asked(self, heading: bool) -> dict[str, Any]:
        """The question stands in the legend."""
        return legend(self.title, heading)

    def extra(self) -> dict[str, Any]:
        """The items, with those chosen marked."""
        chosen = self.chosen()
        items: list[dict[str, Any]] = []
        for one in self.offered():
            if one.divider:
                items.append({"divider": one.text})
                continue
            item: dict[str, Any] = {"value": one.value, "text": one.text, "checked": one.value in chosen}
            if one.hint:
                item["hint"] = {"text": one.hint}
            items.append(item)
        return {"idPrefix": self.id, "items": items, "classes": self.classes}


class RadiosField(_ChoosingField):
    """One of a few. `classes="govuk-radios--inline"` puts short answers beside each other."""

    component = "radios"


class CheckboxesField(_ChoosingField):
    """Any of a few; `data` is a list of values in the order offered."""

    component = "checkboxes"

    def process_formdata(self, valuelist: list[Any]) -> None:
        """All values sent; those forged stay, so that validation can refuse them."""
        self.data = sorted({value for value in valuelist if isinstance(value, str)})

    def post_validate(self, form: wtforms.form.BaseForm, validation_stopped: bool) -> None:
        """Put the values in the order offered."""
        if not validation_stopped:
            self.data = [one.value for one in self.offered() if one.value in self.data]

    def chosen(self) -> set[str]:
        """All that are marked."""
        return {str(value) for value in self.data or ()}


class CheckboxField(GovField):
    """One box to tick; `data` is True or False. With `missing`, it must be ticked."""

    component = "checkboxes"

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Ticked when it was sent at all."""
        self.data = bool(valuelist)

    @property
    def given(self) -> bool:
        """Ticked."""
        return bool(self.data)

    def asked(self, heading: bool) -> dict[str, Any]:
        """The box carries its own words."""
        return {}

    def extra(self) -> dict[str, Any]:
        """One item; the hint belongs to it."""
        item: dict[str, Any] = {"value": "yes", "text": self.title, "checked": bool(self.data)}
        return {"idPrefix": self.id, "items": [item], "classes": self.classes}


class SelectField(_ChoosingField):
    """One of many, as a list. `empty` is the first line when nothing is chosen yet."""

    component = "select"

    def __init__(self, label: str, *, empty: str | None = "Choose one", **rest: Any) -> None:
        super().__init__(label, **rest)
        self.empty = empty

    def asked(self, heading: bool) -> dict[str, Any]:
        """A list has a label, not a legend."""
        return GovField.asked(self, heading)

    def extra(self) -> dict[str, Any]:
        """The lines of the list."""
        chosen = self.chosen()
        lines = [{"value": "", "text": self.empty, "selected": not chosen}] if self.empty is not None else []
        lines += [{"value": one.value, "text": one.text, "selected": one.value in chosen} for one in self.offered()]
        return {"items": lines, "classes": self.classes}
