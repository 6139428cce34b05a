"""What stands for an e-mail address in this package's tables."""

from typing import Final

from crowdfund_kent.references import email_key

KEY_LENGTH: Final = 32  # hex digits: 128 bits


def key_of(email: str) -> str:
    """The beginning of email_key(), so that SQL can join with pledges: the same for Kim+news@Example.org and kim@example.org."""
    return email_key(email)[:KEY_LENGTH]
