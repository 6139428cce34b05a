"""The form of bank details, how names compare, and from when an account is paid to. Pure."""

import re
import unicodedata
from datetime import datetime, timedelta
from typing import Final

from crowdfund_kent.working_days import end_of_working_day
from payments.bank_details.kinds import CallSource, NameIs

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


def held_long_enough(held_since: datetime, asked_at: datetime, days: int) -> bool:
    """Whether a number was ours long before the details came: one that came with them, or just before, proves nothing.

    >>> held_long_enough(datetime(2026, 3, 1), datetime(2026, 3, 29), 28)
    True
    """
    return held_since <= asked_at - timedelta(days=days)


def why_no_call(source: str, held_since: datetime, asked_at: datetime, days: int, reason: str) -> str | None:
    """None where a call to this number proves something, else what to do instead.

    A number that we have not held for long does with a public register's, which whoever sent the details does not keep
    for us, and a reason.
    """
    if held_since >= asked_at:
        return "Call a number that we could find before these details came: one that came with them proves nothing."
    if held_long_enough(held_since, asked_at, days):
        return None
    if source != CallSource.REGISTER:
        return (
            f"This number was not held for {days} days before the details came. Call one from a public register, such as the"
            " Charity Commission’s or Companies House’s, and enter why."
        )
    return None if reason.strip() else f"The register’s number is younger than {days} days. Enter why it is right."


def paid_from(approved_at: datetime) -> datetime:
    """From when an account is paid to: five working days after its approval have ended."""
    return end_of_working_day(approved_at, WAIT_WORKING_DAYS)
