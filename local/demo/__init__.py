"""The demo: a pilot's past from generated records, and a current programme with campaigns in every state.

Everything is made by the real services, at the times at which it would have happened, with the payment sandbox.
"""

from local.demo.people import PEOPLE
from local.demo.seeding import seed

__all__ = ["PEOPLE", "seed"]
