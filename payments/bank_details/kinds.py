"""The closed lists of bank details. Pure."""

from enum import StrEnum
from typing import Final


class NameIs(StrEnum):
    """How the name on the account compares with the group's."""

    SAME = "the same"
    DIFFERENT = "different"


class CallSource(StrEnum):
    """Where the telephone number of the call-back comes from. Never from whoever sent the details."""

    OWNER = "an owner's number in our records"
    REGISTER = "a public register"
    EARLIER = "our earlier papers"


CALL_HINTS: Final = {
    CallSource.OWNER: "Choose it from the list.",
    CallSource.REGISTER: "Such as the Charity Commission's or Companies House's page of the group.",
    CallSource.EARLIER: "Such as the bank statement or the constitution that the group gave us for its campaign.",
}
