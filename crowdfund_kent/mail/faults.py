"""What can go wrong with an e-mail for good, so that trying again is of no use."""


class NotSendable(Exception):
    """The e-mail can't be sent as it is or as we are set up. The outbox gives it up and `check` names it."""


class AddressRefused(Exception):
    """Whoever delivers knows no such reader. `status` as RFC 3463 has it ("5.1.1"), or empty."""

    def __init__(self, status: str = "") -> None:
        super().__init__(f"no such reader ({status or 'no reason given'})")
        self.status = status
