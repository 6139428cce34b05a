"""The hosted pages a resident sees: save a card, authenticate at the bank. Server-rendered, no script, no cookie.

Source: docs.stripe.com/payments/checkout/how-checkout-works, docs.stripe.com/payments/3d-secure.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from payments.sandbox import cards
from payments.sandbox.hosted import HERE, gone, page, to
from payments.sandbox.protocol import Json
from payments.sandbox.resources import checkout, customers, payment_intents, payment_methods, setup_intents
from payments.sandbox.store import Store
from payments.sandbox.world import World, settle_due

NOT_AUTHENTICATED = "setup_intent_authentication_failure"


@dataclass(frozen=True, slots=True)
class Typed:
    """A filled-in card form. Values are kept on a page with errors, card number and security code are not."""

    email: str = ""
    number: str = ""
    expiry: str = ""
    cvc: str = ""
    name: str = ""

    @classmethod
    def of(cls, form: FormData) -> "Typed":
        text = {name: str(value).strip() for name, value in form.items()}
        return cls(
            email=text.get("email", ""),
            number=re.sub(r"[\s-]", "", text.get("card_number", "")),
            expiry=text.get("expiry", ""),
            cvc=text.get("cvc", ""),
            name=text.get("name", ""),
        )


def month_and_year(text: str) -> tuple[int, int] | None:
    """`07 / 30` or `7/2030` into (7, 2030)."""
    found = re.fullmatch(r"(\d{1,2})\s*/?\s*(\d{4}|\d{2})", text)
    if found is None or not 1 <= int(found[1]) <= 12:
        return None
    year = int(found[2])
    return int(found[1]), year if year >= 2000 else 2000 + year


def faults_in(typed: Typed, *, ask_email: bool, now: datetime) -> dict[str, str]:
    """Field name to what to do about it."""
    out = {}
    if ask_email and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", typed.email):
        out["email"] = "Enter an email address in the correct format, like name@example.com"
    if not typed.number:
        out["card_number"] = "Enter a card number"
    elif not 12 <= len(typed.number) <= 19 or not cards.has_check_digit(typed.number):
        out["card_number"] = "Check the card number: it is not valid"
    elif cards.find(typed.number) is None:
        out["card_number"] = "Use one of the test cards listed on this page. Never enter a real card here"
    expiry = month_and_year(typed.expiry)
    if expiry is None:
        out["expiry"] = "Enter an expiry date, like 08 / 30"
    elif (expiry[1], expiry[0]) < (now.year, now.month):
        out["expiry"] = "Enter an expiry date in the future"
    if not re.fullmatch(r"\d{3,4}", typed.cvc):
        out["cvc"] = "Enter the 3 or 4 figure security code, any will do"
    if not typed.name:
        out["name"] = "Enter the name on the card"
    return out


class Pages:
    def __init__(self, store: Store, wake: Callable[[], None]) -> None:
        self._store = store
        self._wake = wake

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/c/pay/{session}", self.card_page, methods=["GET"]),
            Route("/c/pay/{session}", self.save_card, methods=["POST"]),
            Route("/3ds/{intent}/{nonce}", self.bank_page, methods=["GET"]),
            Route("/3ds/{intent}/{nonce}", self.bank_answer, methods=["POST"]),
            Route("/page.css", self.style, methods=["GET"]),
        ]

    async def style(self, request: Request) -> Response:
        headers = {"Cache-Control": "public, max-age=3600", "X-Content-Type-Options": "nosniff"}
        return Response((HERE / "templates" / "page.css").read_bytes(), media_type="text/css", headers=headers)

    # saving a card

    async def card_page(self, request: Request) -> Response:
        with self._store.transaction():
            world, session = self._session(request)
            if world is None or session is None:
                return gone()
            return self._closed(session) or self._first(world, session)

    async def save_card(self, request: Request) -> Response:
        typed = Typed.of(await request.form(max_fields=20))
        with self._store.transaction():
            world, session = self._session(request)
            if world is None or session is None:
                return gone()
            answer = self._closed(session) or self._save(world, session, typed)
        self._wake()
        return answer

    def _first(self, world: World, session: Json) -> Response:
        """The empty form, or what came back from the bank when the backer could not authenticate."""
        error = world.get("setup_intent", session["setup_intent"])["last_setup_error"]
        if error is None or error["code"] != NOT_AUTHENTICATED:
            return self._form(world, session, Typed(), {})
        details = error["payment_method"]["billing_details"]
        typed = Typed(email=details["email"] or "", name=details["name"])
        return self._form(world, session, typed, {"card_number": f"{error['message']} Try again, or use another card"})

    def _save(self, world: World, session: Json, typed: Typed) -> Response:
        customer = world.get("customer", session["customer"])
        now = datetime.fromtimestamp(world.now(), UTC)
        errors = faults_in(typed, ask_email=customer.get("email") is None, now=now)
        card, expiry = cards.find(typed.number), month_and_year(typed.expiry)
        if errors or card is None or expiry is None:
            return self._form(world, session, typed, errors)
        if customer.get("email") is None:
            customers.set_email(world, customer, typed.email)
        email = customer.get("email") or typed.email
        method = payment_methods.make(world, card, *expiry, typed.name, email)
        intent = world.get("setup_intent", session["setup_intent"])
        if card.saving == "decline":
            _, message = setup_intents.decline(world, intent, method)
            return self._form(world, session, typed, {"card_number": f"{message} Use another card"})
        if card.saving == "authenticate":
            waiting = setup_intents.ask_to_authenticate(world, intent, method)
            return to(waiting["next_action"]["redirect_to_url"]["url"])
        checkout.complete(world, session, method, authenticated=False)
        return to(_success_url(session))

    def _session(self, request: Request) -> tuple[World | None, Json | None]:
        found = self._any("checkout.session", request.path_params["session"], request)
        if found is None:
            return None, None
        settle_due(found)
        return found, found.get("checkout.session", request.path_params["session"])

    def _any(self, kind: str, object_id: str, request: Request) -> World | None:
        """Ids of hosted pages are secrets of their own: whoever has one may open it, whatever the world."""
        row = self._store.one("SELECT world FROM objects WHERE id = ? AND kind = ?", object_id, kind)
        if row is None:
            return None
        return World(self._store, row["world"], str(request.base_url).rstrip("/"))

    def _closed(self, session: Json) -> Response | None:
        """A page that is done or over: a second click or the back button does no harm."""
        if session["status"] == "complete":
            return to(_success_url(session))
        if session["status"] == "expired":
            return page("closed.html", 410, title="This page has expired", back=session["cancel_url"])
        return None

    def _form(self, world: World, session: Json, typed: Typed, errors: Mapping[str, str]) -> Response:
        customer = world.get("customer", session["customer"])
        submit = session["custom_text"]["submit"]
        return page(
            "card.html",
            422 if errors else 200,
            title="Save your card",
            email=customer.get("email"),
            typed=typed,
            errors=errors,
            message=submit["message"] if submit else None,
            back=session["cancel_url"],
            cards=[card for card in cards.CARDS if not card.own_family],
        )

    # at the bank

    async def bank_page(self, request: Request) -> Response:
        with self._store.transaction():
            world, intent = self._waiting(request)
            if world is None or intent is None:
                return gone()
            amount = intent.get("amount")
            return page("bank.html", 200, title="Confirm it is you", amount_pence=amount)

    async def bank_answer(self, request: Request) -> Response:
        form = await request.form(max_fields=20)
        with self._store.transaction():
            world, intent = self._waiting(request)
            if world is None or intent is None:
                return gone()
            passed = form.get("answer") == "complete"
            answer = (
                self._paid(world, intent, passed=passed)
                if intent["object"] == "payment_intent"
                else self._set_up(world, intent, passed=passed)
            )
        self._wake()
        return answer

    def _waiting(self, request: Request) -> tuple[World | None, Json | None]:
        """The intent whose authentication this address belongs to; none once it was answered."""
        object_id = request.path_params["intent"]
        kind = "payment_intent" if object_id.startswith("pi_") else "setup_intent"
        world = self._any(kind, object_id, request)
        if world is None or world.private(object_id).get("nonce") != request.path_params["nonce"]:
            return None, None
        settle_due(world)
        intent = world.get(kind, object_id)
        return (world, intent) if intent["status"] == "requires_action" else (None, None)

    def _set_up(self, world: World, intent: Json, *, passed: bool) -> Response:
        session = world.where("checkout.session", setup_intent=intent["id"])[0]
        if closed := self._closed(session):
            return closed
        method = world.get("payment_method", intent["payment_method"])
        if passed:
            checkout.complete(world, session, method, authenticated=True)
            return to(_success_url(session))
        message = "Your bank could not confirm that it is you."
        setup_intents.fail(world, intent, method, NOT_AUTHENTICATED, message, None)
        return to(f"{world.base_url}/c/pay/{session['id']}")

    def _paid(self, world: World, intent: Json, *, passed: bool) -> Response:
        return_url = intent["next_action"]["redirect_to_url"]["return_url"]
        done = payment_intents.authenticated(world, intent, passed=passed)
        # docs.stripe.com/payments/finalize-payments-on-the-server: what the browser brings back
        return to(
            _with_query(
                return_url,
                payment_intent=done["id"],
                payment_intent_client_secret=done["client_secret"],
                redirect_status="succeeded" if done["status"] == "succeeded" else "failed",
            )
        )


def _success_url(session: Json) -> str:
    """Source: docs.stripe.com/payments/checkout/custom-success-page."""
    return str(session["success_url"]).replace("{CHECKOUT_SESSION_ID}", session["id"])


def _with_query(url: str, **more: str) -> str:
    found = urlsplit(url)
    query = urlencode([*parse_qsl(found.query, keep_blank_values=True), *more.items()])
    return urlunsplit(found._replace(query=query))
