"""E-mails written from templates, in plain text."""

import re
from typing import Any, Final, NamedTuple

from crowdfund_kent.templating import render_text

_SUBJECT: Final = "Subject:"
_SUBJECT_LONGEST: Final = 150
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u2028\u2029]")
FOOTER_BEGINS: Final = "\n\n--\n"


class Mail(NamedTuple):
    """A written e-mail: one line of subject, and the text with its footer."""

    subject: str
    text: str


def write(template: str, *, officer: Any = None, **context: Any) -> Mail:
    """The e-mail templates/emails/<template>: "Subject: ..." up to the first empty line, then the text. No wrapping.

    Line breaks in the subject become spaces, so a name from a form can't begin a header. The footer says who
    sent it and where to check that; `officer` (name, phone, hours, email) is named there in place of the settings'
    contact. Raises ValueError for a template without subject or text.
    """
    rendered = render_text(f"emails/{template}", {**context, "officer": officer}).lstrip()
    head, _, body = rendered.partition("\n\n")
    subject = " ".join(_CONTROL.sub(" ", head.removeprefix(_SUBJECT)).split())[:_SUBJECT_LONGEST]
    text = re.sub(r"\n{3,}", "\n\n", _CONTROL.sub("", body)).strip()
    if not head.startswith(_SUBJECT) or not subject or not text:
        raise ValueError(f"emails/{template} must begin with 'Subject: ...', then an empty line and the text")
    footer = render_text("emails/footer.txt", {"officer": officer}).strip()
    return Mail(subject, f"{text}\n\n{footer}\n")


def with_choices(text: str, address: str) -> str:
    """The text with one more line before its footer: where the reader chooses which e-mails come."""
    line = f"You can choose which e-mails you get from us, or get none of these:\n{address}"
    body, mark, footer = text.rpartition(FOOTER_BEGINS)
    return f"{body}\n\n{line}{mark}{footer}" if mark else f"{text.rstrip()}\n\n{line}\n"
