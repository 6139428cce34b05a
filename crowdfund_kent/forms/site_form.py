"""SiteForm: reads a request, checks the page's token, and lists what is wrong for the error summary."""

import hmac
from collections.abc import Mapping
from typing import Any, Self, TypedDict

import wtforms
from markupsafe import Markup
from python_multipart.multipart import parse_options_header
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

from crowdfund_kent import kept_forms
from crowdfund_kent.errors import BadRequest
from crowdfund_kent.forms.fields import GovField, HiddenField
from crowdfund_kent.templating import CSRF_FIELD, csrf_field

EXPIRED = "This page has expired, and nothing was saved. Check what it says and send it again."
UNPROCESSABLE = 422


class Problem(TypedDict, total=False):
    """One line of the error summary: what is wrong, and where (a link to the input)."""

    text: str
    href: str


class SiteForm(wtforms.Form):
    """A form of the site. Declare fields; make it with `await YourForm.of(request)`.

    `validate()` is False also when the page's token is missing or another session's: then nothing may be written.
    A function `validate_<field>(self, field)` adds a check; it is not called when an optional field is empty.
    """

    def __init__(
        self, formdata: FormData | None = None, csrf_token: str = "", guarded: bool = True, **initial: Any
    ) -> None:
        self.csrf_token = csrf_token
        self._guarded = guarded
        self._sent_token = _text(formdata, CSRF_FIELD)
        self._was_sent = formdata is not None
        self._validated = False
        self._refusals: list[Problem] = []
        super().__init__(formdata, data=initial)

    @classmethod
    async def of(cls, request: Request, **initial: Any) -> Self:
        """The form of this request: of a POST what was sent, of a GET the `initial` values by field name.

        Of a GET after a session that ended while somebody typed: what they typed (kept_forms).
        """
        session = getattr(request.state, "session", None)
        token = str(getattr(session, "csrf_token", "") or "")
        if request.method == "POST":
            return cls(await _sent(request), token, **initial)
        form = cls(None, token, **initial)
        kept = kept_forms.kept_for(request, set(form._fields))
        return form if kept is None else cls(kept, token, **initial)._with_its_own_values(initial)

    def _with_its_own_values(self, initial: Mapping[str, Any]) -> Self:
        """What nobody types comes from the page itself, also when the rest was kept from an older one."""
        for name, field in self._fields.items():
            if isinstance(field, HiddenField):
                field.process(None, *([initial[name]] if name in initial else []))
        return self

    @classmethod
    def of_query(cls, request: Request, **initial: Any) -> Self:
        """A GET form, such as a search: reads the address, needs no token. No query in the address is a first visit."""
        sent = FormData(list[tuple[str, str | UploadFile]](request.query_params.multi_items()))
        return cls(sent if sent else None, guarded=False, **initial)

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """Every field and the token are right."""
        self._validated = True
        fields_are_right = super().validate(extra_validators)
        return self.token_is_right and fields_are_right and not self._refusals

    @property
    def token_is_right(self) -> bool:
        """The page came from this session. A session that has no token yet cannot send anything."""
        if not self._guarded:
            return True
        return bool(self.csrf_token) and hmac.compare_digest(self._sent_token.encode(), self.csrf_token.encode())

    def refuse(self, message: str, field: str | None = None) -> None:
        """A service said no after the fields were right: show `message`, at `field` when it is about one."""
        if field is None:
            self._refusals.append({"text": message})
            return
        target = self._fields[field]
        target.errors = [*target.errors, message]

    @property
    def problems(self) -> list[Problem]:
        """What the error summary lists, in the order of the page; empty before validate()."""
        listed: list[Problem] = []
        if self._validated and not self.token_is_right:
            listed.append({"text": EXPIRED})
        for field in self:
            if field.errors:
                where = field.error_id if isinstance(field, GovField) else field.id
                listed.append({"text": str(field.errors[0]), "href": f"#{where}"})
        return listed + self._refusals

    @property
    def response_status(self) -> int:
        """Of the page that shows this form: 422 when something is wrong, else 200."""
        return UNPROCESSABLE if self.problems else 200

    @property
    def as_sent(self) -> dict[str, str]:
        """What was typed, by field name, before any reading."""
        return {name: field.shown() for name, field in self._fields.items() if isinstance(field, GovField)}

    @property
    def csrf_field(self) -> Markup:
        """The hidden input with the page's token."""
        return csrf_field(self.csrf_token)


async def _sent(request: Request) -> FormData:
    """What was sent, as UTF-8: every page of ours sends that, and other charsets can make text that nothing can show."""
    _, parameters = parse_options_header(request.headers.get("content-type", ""))
    charset = parameters.get(b"charset", b"utf-8").decode("latin-1").lower()
    if charset not in {"utf-8", "utf8"}:
        raise BadRequest("The form came in an unusual charset. Go back and send it again from our page.")
    return await request.form()


class ActionForm(SiteForm):
    """A button that does one thing: no field but the token."""


def _text(formdata: FormData | None, name: str) -> str:
    value = formdata.get(name) if formdata is not None else ""
    return value if isinstance(value, str) else ""
