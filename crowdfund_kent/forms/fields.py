"""Fields that hold text, and what all fields share: each turns itself into the parameters of a GOV.UK component."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import wtforms
from starlette.datastructures import UploadFile
from wtforms.validators import StopValidation, ValidationError

Check = Callable[[Any, Any], None]

# what a keyboard does not make, but a copied text may hold: they break searches, exports and e-mail headers, and the
# last two ranges turn the words that follow around, so that a name could pass for another
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b\u2028\u2029\ufeff\u202a-\u202e\u2066-\u2069]")
_EMAIL = re.compile(r"[A-Z0-9._%+'-]{1,64}@(?:[A-Z0-9](?:[A-Z0-9-]{0,61}[A-Z0-9])?\.)+[A-Z]{2,63}", re.I | re.ASCII)
_EMAIL_LONGEST = 254


class GovField(wtforms.Field):
    """A field with a hint, a message for "nothing was given", and its component.

    `missing`: the message when nothing was given ("Enter your name"). Left out, the field may be empty.
    `hint`: one line under the label. `checks`: further functions (form, field) that raise ValidationError(message).
    """

    component: ClassVar[str] = "input"

    def __init__(
        self,
        label: str,
        *,
        missing: str | None = None,
        hint: str | None = None,
        checks: Sequence[Check] = (),
        classes: str = "",
        autocomplete: str | None = None,
        **rest: Any,
    ) -> None:
        super().__init__(label, validators=list(checks), **rest)
        self.missing = missing
        self.hint = hint
        self.classes = classes
        self.autocomplete = autocomplete
        self.sent = ""

    @property
    def title(self) -> str:
        """The label's words."""
        return str(self.label.text)

    @property
    def error_id(self) -> str:
        """The id that the error summary links to."""
        return str(self.id)

    @property
    def problem(self) -> str | None:
        """The first thing that is wrong, or None."""
        return str(self.errors[0]) if self.errors else None

    @property
    def given(self) -> bool:
        """Something was given."""
        return self.data not in (None, "", [])

    def pre_validate(self, form: wtforms.form.BaseForm) -> None:
        """One message a field: what could not be read stops the rest; nothing given is an error or the end."""
        if self.process_errors:
            raise StopValidation()
        if not self.given:
            raise StopValidation(self.missing or "")

    def process_formdata(self, valuelist: list[Any]) -> None:
        """One text value, trimmed. A file where a text belongs is nothing."""
        first = valuelist[0] if valuelist else ""
        self.sent = first if isinstance(first, str) else ""
        self.data = None
        self.data = self.read(clean(self.sent))

    def read(self, text: str) -> Any:
        """The value of a cleaned text. Raises ValueError(message) when it can't be read."""
        return text

    def shown(self) -> str:
        """What the input shows: what was sent, kept as sent, else the initial value."""
        if self.raw_data is not None:
            return self.sent
        return "" if self.data is None else self.written()

    def written(self) -> str:
        """The initial value as a person would type it."""
        return str(self.data)

    def params(self, *, heading: bool = False, **more: Any) -> dict[str, Any]:
        """The parameters of the component. `heading`: the label is the page's h1; `more` overrides anything."""
        made: dict[str, Any] = {"id": self.id, "name": self.name, **self.asked(heading)}
        if self.hint:
            made["hint"] = {"text": self.hint}
        if self.problem:
            made["errorMessage"] = {"text": self.problem}
        made |= self.extra()
        return made | more

    def asked(self, heading: bool) -> dict[str, Any]:
        """The label, or for groups of inputs the fieldset with its legend."""
        size = "l" if heading else "s"
        return {"label": {"text": self.title, "classes": f"govuk-label--{size}", "isPageHeading": heading}}

    def extra(self) -> dict[str, Any]:
        """What this kind of field adds."""
        made: dict[str, Any] = {"value": self.shown(), "classes": self.classes}
        if self.autocomplete:
            made["autocomplete"] = self.autocomplete
        return made


def clean(text: str) -> str:
    """Composed letters (NFC), no control characters, one kind of line break, no space around."""
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return _CONTROL.sub("", composed).strip()


class TextField(GovField):
    """One line of text; `longest` and `shortest` in characters."""

    def __init__(self, label: str, *, longest: int = 200, shortest: int = 0, **rest: Any) -> None:
        super().__init__(label, **rest)
        self.longest = longest
        self.shortest = shortest

    def read(self, text: str) -> str:
        """One line: line breaks become spaces."""
        return " ".join(text.split())

    def post_validate(self, form: wtforms.form.BaseForm, validation_stopped: bool) -> None:
        """The length, in words that name the limit."""
        if validation_stopped:
            return
        if len(self.data) > self.longest:
            raise ValidationError(f"{self.title} must be {self.longest:,} characters or fewer")
        if len(self.data) < self.shortest:
            raise ValidationError(f"{self.title} must be {self.shortest:,} characters or more")


class TextAreaField(TextField):
    """Several lines; with `count`, GOV.UK's character count under it."""

    def __init__(self, label: str, *, rows: int = 5, longest: int = 5_000, count: bool = True, **rest: Any) -> None:
        super().__init__(label, longest=longest, **rest)
        self.rows = rows
        self.count = count

    component = "textarea"

    def read(self, text: str) -> str:
        """The lines as sent."""
        return text

    def extra(self) -> dict[str, Any]:
        """Rows, and the limit that the counter shows (also without script)."""
        made = super().extra() | {"rows": self.rows}
        return made | {"maxlength": self.longest} if self.count else made


class NumberField(GovField):
    """A whole number from `least` to `most`; `suffix` such as "days" is shown after the input."""

    def __init__(self, label: str, *, least: int = 0, most: int = 1_000_000, suffix: str = "", **rest: Any) -> None:
        super().__init__(label, **({"classes": "govuk-input--width-5"} | rest))
        self.least = least
        self.most = most
        self.suffix = suffix

    def read(self, text: str) -> int | None:
        """1,000 and 1000 are the same number."""
        compact = text.replace(",", "").replace(" ", "")
        if not compact:
            return None
        if not re.fullmatch(r"[0-9]{1,9}", compact, re.ASCII):
            raise ValueError("Enter a whole number, like 12, using figures 0 to 9")
        number = int(compact)
        if not self.least <= number <= self.most:
            raise ValueError(f"Enter a number from {self.least:,} to {self.most:,}")
        return number

    def extra(self) -> dict[str, Any]:
        """Figures on a phone's keyboard."""
        made = super().extra() | {"inputmode": "numeric"}
        return made | {"suffix": {"text": self.suffix}} if self.suffix else made


def is_email(text: str) -> bool:
    """In the form of an e-mail address that mail servers take."""
    return len(text) <= _EMAIL_LONGEST and bool(_EMAIL.fullmatch(text)) and ".." not in text


class EmailField(GovField):
    """An e-mail address, in lower case."""

    def __init__(self, label: str = "E-mail address", **rest: Any) -> None:
        defaults = {"autocomplete": "email", "missing": "Enter your e-mail address, like name@example.com"}
        super().__init__(label, **(defaults | rest))

    def read(self, text: str) -> str:
        """Lower case, so that one person is one address."""
        address = text.replace(" ", "").lower()
        if address and not is_email(address):
            raise ValueError("Enter an e-mail address in the right form, like name@example.com")
        return address

    def extra(self) -> dict[str, Any]:
        """A phone's keyboard with @, and no spelling help."""
        return super().extra() | {"type": "email", "spellcheck": False}


class CodeField(GovField):
    """A six-figure code, typed with or without spaces."""

    def __init__(self, label: str = "Six-figure code", **rest: Any) -> None:
        defaults = {"autocomplete": "one-time-code", "missing": "Enter the six-figure code from the e-mail"}
        super().__init__(label, **(defaults | {"classes": "govuk-input--width-10"} | rest))

    def read(self, text: str) -> str:
        """Six figures, spaces and hyphens gone."""
        code = re.sub(r"[\s\-]+", "", text)
        if code and not re.fullmatch(r"[0-9]{6}", code, re.ASCII):
            raise ValueError("Enter the code as six figures, like 123 456")
        return code

    def extra(self) -> dict[str, Any]:
        """Figures on a phone's keyboard; phones offer the code from the message."""
        return super().extra() | {"inputmode": "numeric", "spellcheck": False}


class HiddenField(GovField):
    """A value that the page carries along. It is typed by nobody and may still be forged: check what it names."""

    component = "hidden"

    def __init__(self, label: str = "", **rest: Any) -> None:
        super().__init__(label, **rest)


class FileField(GovField):
    """One file, as Starlette's UploadFile. What it holds is checked where it is read."""

    component = "file"

    def __init__(self, label: str, *, accept: str = "", **rest: Any) -> None:
        super().__init__(label, **rest)
        self.accept = accept

    def process_formdata(self, valuelist: list[Any]) -> None:
        """A file that was chosen; an empty choice is nothing."""
        first = valuelist[0] if valuelist else None
        self.data = first if isinstance(first, UploadFile) and first.filename else None

    def extra(self) -> dict[str, Any]:
        """What the file chooser offers first."""
        return {"attributes": {"accept": self.accept}} if self.accept else {}
