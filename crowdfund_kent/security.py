"""The headers that every page carries. One constant inline line runs, by its hash; nothing else is inline."""

import base64
import hashlib
import re
from typing import Final
from urllib.parse import urlsplit

# GOV.UK Frontend's own line, byte for byte: it says that script runs, before the page is drawn
INLINE_SCRIPT: Final = (
    "document.body.className += ' js-enabled' + "
    "('noModule' in HTMLScriptElement.prototype ? ' govuk-frontend-supported' : '');"
)
INLINE_SCRIPT_HASH: Final = "sha256-" + base64.b64encode(hashlib.sha256(INLINE_SCRIPT.encode()).digest()).decode()

STRIPE_CARD_PAGE: Final = "https://checkout.stripe.com"
STRIPE_ACCOUNT_PAGE: Final = "https://connect.stripe.com"  # where a group fills in the account for its payouts

# the secret part of an address: whoever has it could open the page
SECRET_PATH: Final = re.compile(
    r"(/(?:pledges|cases|help-offers|surveys)/[^/\s?\"']+/|/about-you/|/sign-in/link/|/confirm/|/e-mails/|/written/[^/\s?\"']+/)[^/\s?\"']+"
)
# so the pages behind it are told to no other site, nor to our own pages' logs, and no search engine lists them
PRIVATE_HEADERS: Final = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}


def public_path(path: str) -> str:
    """A path with "..." where a secret stands: what a link on that page, and the record, may hold."""
    return SECRET_PATH.sub(r"\1...", path)


SECURITY_HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def content_security_policy(form_action_origins: tuple[str, ...] = ()) -> str:
    """The Content-Security-Policy of every page.

    `form_action_origins`: where a form's answer may redirect to besides this site. Browsers check a redirect after
    a POST against form-action, so the payment provider's card page must be named.
    """
    targets = " ".join(("'self'", *form_action_origins))
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' '{INLINE_SCRIPT_HASH}'",
            "style-src 'self'",
            "img-src 'self'",
            "font-src 'self'",
            "connect-src 'self'",
            "object-src 'none'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
            f"form-action {targets}",
        )
    )


def card_page_origins(stripe_base_url: str) -> tuple[str, ...]:
    """Where the provider's card page lives: Stripe's own, or the stand-in that `stripe_base_url` names."""
    if not stripe_base_url:
        return (STRIPE_CARD_PAGE, STRIPE_ACCOUNT_PAGE)
    parts = urlsplit(stripe_base_url)
    return (f"{parts.scheme}://{parts.netloc}",)
