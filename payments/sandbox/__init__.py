"""A stand-in for Stripe: its own process, its own port, its own durable state.

Run `python -m payments.sandbox --port N --state FILE`. It listens on loopback only, refuses to start in production, takes
no real card and moves no money. Honest by three rules: an unknown endpoint is 404, an unknown parameter is 400 (and so is
one that Stripe knows and we do not simulate), and every simulated rule names the page of the documentation it comes
from. docs/sandbox.md tells how to use it.
"""
