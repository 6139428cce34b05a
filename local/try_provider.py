"""`python -m local.try_provider`: the gateway's whole flow against the provider that the environment names. docs/sandbox.md.

With STRIPE_API_KEY of the provider's test mode, and STRIPE_BASE_URL empty, it asks the real one: a person opens the two
hosted pages that it prints. With STRIPE_BASE_URL of a payment sandbox it fills them in itself. It refuses live keys, and
says at the end what was not as the site expects.
"""

import asyncio
import os
import secrets
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from payments.gateway import ChargeOutcome, ChargeRequest, Gateway, RefundOutcome, TransferOutcome, TransferRequest
from payments.sandbox.control import SandboxControl

BACK = "http://localhost/back"
PENCE = 2_500


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


@dataclass
class Flow:
    """One run: a pledge, its charge, what goes back of it, and what goes on to a group."""

    gateway: Gateway
    control: SandboxControl | None
    name: str = field(default_factory=lambda: f"try-{secrets.token_hex(4)}")
    surprises: list[str] = field(default_factory=list)

    def saw(self, what: str, answer: object, *, expected: bool) -> None:
        """Print what the provider answered, and remember what the site would not expect."""
        _say(f"{'ok ' if expected else '?? '} {what}: {answer}")
        if not expected:
            self.surprises.append(what)

    async def visit(self, url: str, what: str) -> None:
        """A hosted page: filled in at the sandbox, opened by a person elsewhere."""
        if self.control is None:
            _say(f"-- open this page and {what}:\n   {url}")
            await asyncio.to_thread(input, "   then press Enter here ")
        elif "/setup/" in url:
            await self.control.fill_onboarding(url)
        else:
            await self.control.fill_card_page(url)

    async def now(self) -> datetime:
        """The provider's time."""
        if self.control is None:
            return datetime.now(UTC)
        return datetime.fromtimestamp((await self.control.clock())["now"], UTC)

    async def run(self) -> None:
        """Save a card, charge, look, give a part back, open an account, send on, take back, and read all of it again."""
        door, begun = self.gateway, await self.now()
        customer = await door.create_customer(pledge_reference=self.name, key=f"{self.name} customer")
        page = await door.open_card_page(
            customer=customer,
            pledge_reference=self.name,
            success_url=f"{BACK}?page={{CHECKOUT_SESSION_ID}}",
            cancel_url=BACK,
            expires_at=begun + timedelta(hours=1),
            key=f"{self.name} page",
            submit_message="Nothing is taken now.",
        )
        await self.visit(page.url or "", "save the card 4242 4242 4242 4242")
        page = await door.read_card_page(page.id)
        card = await door.read_saved_card(page.setup_intent or "")
        self.saw("a card is saved", card, expected=card.usable and bool(card.fingerprint) and bool(card.last4))

        asked = ChargeRequest(
            self.name, 1, customer, card.payment_method or "", PENCE, f"campaign {self.name}", f"{self.name} charge"
        )
        charge = await door.charge(asked)
        self.saw(
            "it is charged", charge, expected=charge.outcome is ChargeOutcome.SUCCEEDED and charge.amount_pence == PENCE
        )
        self.saw("the same key is the same charge", "", expected=await door.charge(asked) == charge)
        found = await door.look_for_charge(customer=customer, attempt_number=1, pledge_reference=self.name)
        same = found is not None and found.payment_intent == charge.payment_intent
        self.saw("looking finds it", found, expected=same)
        fee = await door.read_fee(charge.charge or "")
        self.saw("its fee is known", fee, expected=fee is not None and fee.net_pence == PENCE - fee.fee_pence)

        back = await door.refund(
            charge_or_intent=charge.payment_intent or "",
            amount_pence=500,
            pledge_reference=self.name,
            key=f"{self.name} refund",
        )
        gone = back.outcome in (RefundOutcome.SUCCEEDED, RefundOutcome.PENDING)
        self.saw("a part goes back", back, expected=gone and back.amount_pence == 500)
        looked = await door.look_for_refund(charge.payment_intent or "", self.name, f"{self.name} refund")
        self.saw("looking finds that too", looked, expected=looked is not None and looked.refund == back.refund)

        await self._send_on(charge.charge or "", begun)

    async def _send_on(self, charge: str, begun: datetime) -> None:
        door = self.gateway
        account = (
            await door.create_recipient(
                group_reference=self.name, email="group@example.org", key=f"{self.name} account"
            )
        ).account
        link = await door.onboarding_link(account, return_url=BACK, refresh_url=BACK)
        await self.visit(link.url, "fill in the group's account with test data")
        ready = await door.read_recipient(account)
        self.saw("the account may receive", ready, expected=ready.transfers_active and ready.details_submitted)

        asked = TransferRequest(self.name, 1, charge, account, 1_900, f"campaign {self.name}", f"{self.name} transfer")
        sent = await door.transfer(asked)
        self.saw(
            "money goes on", sent, expected=sent.outcome is TransferOutcome.SUCCEEDED and sent.amount_pence == 1_900
        )
        self.saw("the same key is the same transfer", "", expected=await door.transfer(asked) == sent)
        found = await door.look_for_transfer(asked, since=begun)
        self.saw("looking finds it", found, expected=found is not None and found.transfer == sent.transfer)
        taken = await door.reverse_transfer(
            transfer=sent.transfer or "", amount_pence=400, pledge_reference=self.name, key=f"{self.name} reversal"
        )
        self.saw("a part is taken back", taken, expected=taken.outcome is TransferOutcome.SUCCEEDED)
        (record,) = await door.transfers_of(f"campaign {self.name}")
        self.saw("the transfer says so", record, expected=record.answer.reversed_pence == 400)
        (read,) = await door.charges_of(f"campaign {self.name}")
        self.saw(
            "the charge is read with its refund", read, expected=read.refunded_pence == 500 and len(read.refunds) == 1
        )

        types = ["payment_intent.succeeded", "charge.refunded", "transfer.created", "transfer.reversed"]
        told = {event.type for event in await door.list_events(begun - timedelta(minutes=1), types)}
        self.saw("all of it is in the list of events", sorted(told), expected=told == set(types))
        mine = await door.list_events(begun - timedelta(minutes=1), ["account.updated"], account=account)
        self.saw("the account's own list tells of the account", len(mine), expected=bool(mine))


def main() -> int:
    """0 when all was as the site expects, 1 when something was not, 2 when it may not run."""
    key, base = os.environ.get("STRIPE_API_KEY", ""), os.environ.get("STRIPE_BASE_URL", "") or None
    if not key.startswith(("sk_test_", "rk_test_")):
        sys.stderr.write("try_provider: STRIPE_API_KEY must be a key of the provider's test mode (sk_test_...).\n")
        return 2
    gateway = Gateway(key, "whsec_not_used", base)
    try:
        flow = Flow(gateway, SandboxControl(base, key) if base is not None else None)
        asyncio.run(flow.run())
    finally:
        gateway.close()
    _say("all was as expected" if not flow.surprises else f"not as expected: {', '.join(flow.surprises)}")
    return 1 if flow.surprises else 0


if __name__ == "__main__":
    sys.exit(main())
