"""What pages, tests and the demo call: statements are taken in (importing.py), and their lines matched (matching.py)."""

from payments.bank_statements.importing import Imported, agree, enter, refuse, standings, take_in, withdraw
from payments.bank_statements.matching import agree_match, ask_match, look_again, refuse_match, set_aside

__all__ = [
    "Imported",
    "agree",
    "agree_match",
    "ask_match",
    "enter",
    "look_again",
    "refuse",
    "refuse_match",
    "set_aside",
    "standings",
    "take_in",
    "withdraw",
]
