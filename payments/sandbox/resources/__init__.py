"""Simulated resources, one file each; a new one is a file with ENDPOINTS and a line here."""

from payments.sandbox.engine import Endpoint
from payments.sandbox.resources import (
    balance,
    charges,
    checkout,
    customers,
    events,
    payment_intents,
    payment_methods,
    refunds,
    setup_intents,
)

ENDPOINTS: tuple[Endpoint, ...] = (
    *customers.ENDPOINTS,
    *payment_methods.ENDPOINTS,
    *setup_intents.ENDPOINTS,
    *checkout.ENDPOINTS,
    *payment_intents.ENDPOINTS,
    *charges.ENDPOINTS,
    *refunds.ENDPOINTS,
    *balance.ENDPOINTS,
    *events.ENDPOINTS,
)
