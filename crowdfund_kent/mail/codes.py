"""The code at the end of every e-mail of ours: made for the address it went to, so that nobody else can make or reuse it.

7F3K-9Q2M-4XTB: four signs at random and eight that follow from them, the address and the site's secret key. Nothing is
stored: whoever types code and address learns whether we made it, and nothing about anybody else.
"""

import hmac
import re
import secrets
from typing import Final

from crowdfund_kent.references import ALPHABET, keyed_hash

CODE: Final = re.compile(rf"[{ALPHABET}]{{12}}")
_RANDOM: Final = 4
_DERIVED: Final = 8


def code_for(to: str) -> str:
    """A new code for an e-mail to this address."""
    chosen = "".join(secrets.choice(ALPHABET) for _ in range(_RANDOM))
    return _grouped(chosen + _derived(chosen, to))


def plain(typed: str) -> str:
    """As it is compared: capitals, without spaces and hyphens."""
    return re.sub(r"[\s-]", "", typed).upper()


def is_code(typed: str) -> bool:
    """In the form of a code."""
    return CODE.fullmatch(plain(typed)) is not None


def is_ours(typed: str, to: str) -> bool:
    """Whether we made this code for an e-mail to this address."""
    code = plain(typed)
    if CODE.fullmatch(code) is None:
        return False
    return hmac.compare_digest(code[_RANDOM:], _derived(code[:_RANDOM], to))


def with_code(text: str, to: str) -> str:
    """The text of an e-mail with its code as the last line."""
    return f"{text.rstrip()}\nThe code of this e-mail: {code_for(to)}\n"


def _derived(chosen: str, to: str) -> str:
    number = int(keyed_hash(f"e-mail code {chosen} {to.strip().lower()}"), 16)
    signs = []
    for _ in range(_DERIVED):
        number, place = divmod(number, len(ALPHABET))
        signs.append(ALPHABET[place])
    return "".join(signs)


def _grouped(code: str) -> str:
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))
