"""GOV.UK Notify: one generic template with ((subject)) and ((body)), asked for over its REST API.

The service's page: https://docs.notifications.service.gov.uk/rest-api.html. Its own Python client is synchronous and
brings two libraries for one request; this is the request.
"""

import base64
import hashlib
import hmac
import json
import re
from http import HTTPStatus
from typing import Any, Final

import httpx2

from crowdfund_kent.clock import real_now
from crowdfund_kent.mail.faults import AddressRefused, NotSendable
from crowdfund_kent.settings import get_settings

_PATH: Final = "/v2/notifications/email"
_SECONDS: Final = 20
_UUID: Final = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_KEY: Final = re.compile(rf".*?-?({_UUID})-({_UUID})", re.IGNORECASE)
# not about this e-mail: our key, the clock, a limit of the day
_LATER: Final = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS})


class NotNow(Exception):
    """Notify did not take the e-mail now; the outbox tries again."""


async def deliver(to: str, subject: str, text: str, unsubscribe: str = "", reference: str = "") -> None:
    """Hand one e-mail to Notify. NotNow for 401, 403, 429 and 5xx, AddressRefused for an address that it does not take,
    NotSendable for anything else that stays wrong. Network errors are raised as they come.
    """
    settings = get_settings()
    asked: dict[str, Any] = {
        "email_address": to,
        "template_id": settings.notify_template_id,
        "personalisation": {"subject": subject, "body": text},
        "reference": reference,
    }
    if unsubscribe:
        asked["one_click_unsubscribe_url"] = unsubscribe
    async with httpx2.AsyncClient(base_url=settings.notify_base_url, timeout=_SECONDS) as client:
        answer = await client.post(_PATH, json=asked, headers={"Authorization": f"Bearer {_token()}"})
    if answer.status_code == HTTPStatus.CREATED:
        return
    told = _told(answer)
    if answer.status_code in _LATER or answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise NotNow(f"Notify answered {answer.status_code}: {told}")
    if answer.status_code == HTTPStatus.BAD_REQUEST and "email_address" in told:
        raise AddressRefused("5.1.3")  # RFC 3463: not an address
    raise NotSendable(f"Notify answered {answer.status_code}: {told}")


def _token() -> str:
    """A JSON Web Token (HS256) that says which service asks, and when; Notify takes it for 30 seconds."""
    found = _KEY.fullmatch(get_settings().notify_api_key.get_secret_value())
    if found is None:
        raise NotNow("CROWDFUND_KENT_NOTIFY_API_KEY is not a key of Notify: name, service and secret joined by hyphens")
    service, secret = found.groups()
    head = _encoded({"typ": "JWT", "alg": "HS256"})
    claims = _encoded({"iss": service, "iat": int(real_now().timestamp())})
    signature = hmac.new(secret.encode(), f"{head}.{claims}".encode(), hashlib.sha256).digest()
    return f"{head}.{claims}.{_base64(signature)}"


def _encoded(facts: dict[str, Any]) -> str:
    return _base64(json.dumps(facts, separators=(",", ":")).encode())


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _told(answer: httpx2.Response) -> str:
    """What Notify says is wrong: {"errors": [{"error": "ValidationError", "message": "..."}]}"""
    try:
        errors = answer.json()["errors"]
        return "; ".join(f"{one['error']} {one['message']}" for one in errors)[:300]
    except (ValueError, KeyError, TypeError):
        return answer.text[:300]
