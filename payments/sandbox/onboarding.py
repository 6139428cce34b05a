"""The hosted page on which a group sets up its connected account. Server-rendered, no script, no cookie.

Source: docs.stripe.com/connect/hosted-onboarding, docs.stripe.com/api/account_links/create, docs.stripe.com/connect/testing.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from payments.sandbox.hosted import gone, page, to
from payments.sandbox.protocol import Json
from payments.sandbox.resources import accounts, payouts
from payments.sandbox.resources.common import changed
from payments.sandbox.store import Store
from payments.sandbox.world import World, settle_due

VISIT_LASTS = 3600  # seconds that a page stays open once its link was used
# docs.stripe.com/api/accounts/object (business_type)
KINDS = {"non_profit": "A charity or other non-profit", "company": "A company", "individual": "One or two people"}
# Stripe decides by magic dates and words (docs.stripe.com/connect/testing); ours says aloud what it will find
FINDINGS: dict[str, str] = {
    "complete": "All is in order",
    "pending": "Checking takes a minute, then all is in order",
    "still_due": "It wants a proof of identity as well",
    "refused": "It refuses the account",
}


@dataclass(frozen=True, slots=True)
class Entered:
    """A filled-in page. Values are kept on a page with errors."""

    name: str = ""
    kind: str = ""
    first_name: str = ""
    last_name: str = ""
    sort_code: str = payouts.SORT_CODE
    account_number: str = payouts.GOOD_ACCOUNT
    agreed: bool = False
    finding: str = "complete"

    @classmethod
    def of(cls, form: FormData) -> "Entered":
        text = {name: str(value).strip() for name, value in form.items()}
        return cls(
            name=text.get("name", ""),
            kind=text.get("kind", ""),
            first_name=text.get("first_name", ""),
            last_name=text.get("last_name", ""),
            sort_code=re.sub(r"[\s-]", "", text.get("sort_code", "")),
            account_number=re.sub(r"\s", "", text.get("account_number", "")),
            agreed="agreed" in text,
            finding=text.get("finding", ""),
        )

    def errors(self) -> dict[str, str]:
        """Field name to what to do about it."""
        out = {}
        if not self.name:
            out["name"] = "Enter the name of the group"
        if self.kind not in KINDS:
            out["kind"] = "Select what the group is"
        if not self.first_name:
            out["first_name"] = "Enter the first name of the person who answers for the group"
        if not self.last_name:
            out["last_name"] = "Enter the last name of the person who answers for the group"
        if self.sort_code != payouts.SORT_CODE:
            out["sort_code"] = f"Use the test sort code {payouts.SORT_CODE}. Never enter a real one here"
        if self.account_number not in (payouts.GOOD_ACCOUNT, *payouts.FAILING):
            out["account_number"] = "Use one of the test account numbers listed on this page"
        if not self.agreed:
            out["agreed"] = "Tick the box to agree to the terms"
        if self.finding not in FINDINGS:
            out["finding"] = "Select what the provider finds"
        return out


class Onboarding:
    def __init__(self, store: Store, wake: Callable[[], None]) -> None:
        self._store = store
        self._wake = wake

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/setup/e/{account}/{nonce}", self.enter, methods=["GET"]),
            Route("/setup/s/{visit}", self.form, methods=["GET"]),
            Route("/setup/s/{visit}", self.answer, methods=["POST"]),
        ]

    async def enter(self, request: Request) -> Response:
        """The link: once, and in time. Afterwards the browser is sent to refresh_url for a new one.

        Source: docs.stripe.com/api/account_links/create (refresh_url).
        """
        with self._store.transaction():
            world, visit = self._visit(request, f"link_{request.path_params['nonce']}")
            if world is None or visit is None or visit["account"] != request.path_params["account"]:
                return gone()
            if visit["used"] or world.now() >= visit["expires_at"]:
                return to(visit["refresh_url"])
            world.put(changed(visit, used=True))
            # the page itself has a name of its own: it may be loaded again
            opened = changed(
                visit, id=world.new_id("visit_"), used=False, expires_at=world.now() + VISIT_LASTS, created=world.now()
            )
            world.put(opened)
        return to(f"{world.base_url}/setup/s/{opened['id']}")

    async def form(self, request: Request) -> Response:
        with self._store.transaction():
            world, visit = self._visit(request, request.path_params["visit"])
            if world is None or visit is None:
                return gone()
            return self._over(world, visit) or self._page(world, visit, Entered(), {})

    async def answer(self, request: Request) -> Response:
        form = await request.form(max_fields=20)
        with self._store.transaction():
            world, visit = self._visit(request, request.path_params["visit"])
            if world is None or visit is None:
                return gone()
            answer = self._over(world, visit) or self._submit(world, visit, form)
        self._wake()
        return answer

    def _submit(self, world: World, visit: Json, form: FormData) -> Response:
        entered = Entered.of(form)
        if "later" not in form:
            errors = entered.errors()
            outcome = next((found for found in accounts.OUTCOMES if found == entered.finding), None)
            if errors or outcome is None:
                return self._page(world, visit, entered, errors)
            account = world.get("account", visit["account"])
            facts = {"name": entered.name, "kind": entered.kind, "account_number": entered.account_number}
            accounts.submit(world, account, facts, outcome)
        world.put(changed(visit, used=True))
        return to(visit["return_url"])

    def _over(self, world: World, visit: Json) -> Response | None:
        if visit["used"] or world.now() >= visit["expires_at"]:
            return to(visit["refresh_url"])
        return None

    def _visit(self, request: Request, found: str) -> tuple[World | None, Json | None]:
        """Names of visits are secrets of their own: whoever has one may open it, whatever the world."""
        row = self._store.one("SELECT world FROM objects WHERE id = ? AND kind = 'onboarding_visit'", found)
        if row is None:
            return None, None
        world = World(self._store, row["world"], str(request.base_url).rstrip("/"))
        settle_due(world)
        return world, world.get("onboarding_visit", found)

    def _page(self, world: World, visit: Json, entered: Entered, errors: Mapping[str, str]) -> Response:
        account = world.get("account", visit["account"])
        failing = [
            (number, f"money comes back: {code.replace('_', ' ')}") for number, (code, _) in payouts.FAILING.items()
        ]
        return page(
            "onboarding.html",
            422 if errors else 200,
            title="Set up payments for your group",
            email=account["email"],
            again=account["details_submitted"],
            wanted=account["requirements"]["currently_due"],
            entered=entered,
            errors=errors,
            kinds=KINDS,
            findings=FINDINGS,
            banks=[(payouts.GOOD_ACCOUNT, "money arrives"), *failing],
        )
