"""Simulated resources, one file each; a new one is a file with ENDPOINTS and a line here."""

from payments.sandbox.engine import Endpoint
from payments.sandbox.resources import (
    accounts,
    balance,
    charges,
    checkout,
    customers,
    disputes,
    events,
    payment_intents,
    payment_methods,
    payouts,
    refunds,
    setup_intents,
    transfers,
)

ENDPOINTS: tuple[Endpoint, ...] = (
    *customers.ENDPOINTS,
    *payment_methods.ENDPOINTS,
    *setup_intents.ENDPOINTS,
    *checkout.ENDPOINTS,
    *payment_intents.ENDPOINTS,
    *charges.ENDPOINTS,
    *refunds.ENDPOINTS,
    *accounts.ENDPOINTS,
    *transfers.ENDPOINTS,
    *disputes.ENDPOINTS,
    *payouts.ENDPOINTS,
    *balance.ENDPOINTS,
    *events.ENDPOINTS,
)
