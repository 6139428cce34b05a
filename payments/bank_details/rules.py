"""The form of bank details, how names compare, and from when an account is paid to. Pure."""

import re
import unicodedata
from datetime import datetime
from typing import Final

from crowdfund_kent.working_days import end_of_working_day
from payments.bank_details.kinds import NameIs

WAIT_WORKING_DAYS: Final = 5
NAME_LONGEST: Final = 70
_SAME_WORDS: Final = {"&": "and", "ltd": "limited", "cic": "community interest company", "assoc": "association"}
_FILLERS: Final = ("the",)


def sort_code(text: str) -> str:
    """12-34-56, 12 34 56 and 123456 are one. ValueError with what to type.

    Only the form is looked at: whether a bank has this sort code, and whether the number fits it (the banks' modulus
    check), is not checked here. The call-back and the paper are what prove an account.
    """
    figures = re.sub(r"[\s\-–]", "", text)
    if not re.fullmatch(r"[0-9]{6}", figures, re.ASCII) or figures == "000000":
        raise ValueError("Enter the sort code as six figures, like 30-96-34")
    return figures


def account_number(text: str) -> str:
    """Eight figures. ValueError with what to type."""
    figures = re.sub(r"\s", "", text)
    if not re.fullmatch(r"[0-9]{8}", figures, re.ASCII) or figures == "00000000":
        raise ValueError(
            "Enter the account number as eight figures. If yours has six or seven, put zeros in front, like 00123456"
        )
    return figures


def plain_name(name: str) -> str:
    """What names are compared by: small letters without marks, "&" as "and", "Ltd" as "Limited", without "the".

    >>> plain_name("The Friends of St. Mary’s & Co. Ltd")
    'friends of st marys and co limited'
    """
    text = unicodedata.normalize("NFKD", name).casefold()
    text = "".join(letter for letter in text if not unicodedata.combining(letter))
    text = re.sub(r"['’‘`.]", "", text).replace("&", " and ")
    words = re.sub(r"[^\w]+", " ", text).split()
    return " ".join(_SAME_WORDS.get(word, word) for word in words if word not in _FILLERS)


def compare(on_account: str, *ours: str) -> NameIs:
    """Whether the name on the account is one of ours (the group's, its host's)."""
    wanted = plain_name(on_account)
    same = bool(wanted) and wanted in {plain_name(name) for name in ours}
    return NameIs.SAME if same else NameIs.DIFFERENT


def paid_from(approved_at: datetime) -> datetime:
    """From when an account is paid to: five working days after its approval have ended."""
    return end_of_working_day(approved_at, WAIT_WORKING_DAYS)
