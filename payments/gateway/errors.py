"""What can go wrong between us and the payment provider.

GatewayError
├── GatewayUnavailable      no answer, or the provider is in trouble: ask again later with the same key;
│   │                       whether a write happened is not known
│   └── GatewayBusy         we are asking too fast (429): nothing happened
├── GatewayRefused          our request is wrong (400, 402 outside a charge): a fault of ours, do not repeat it
│   ├── GatewayKeyReused    this idempotency key was used with other parameters
│   └── GatewayNotFound     there is no such object
├── GatewayNotAllowed       the secret key is wrong or may not do this (401, 403)
└── BadSignature            a webhook that was not signed with our secret
"""


class GatewayError(Exception):
    """Root of the tree. `message` is for logs and officers, never for residents.

    status: HTTP status of the answer, None without one. code, param: the provider's own words. request_id: quote it to
    the provider's support.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        code: str | None = None,
        param: str | None = None,
        request_id: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.code = code
        self.param = param
        self.request_id = request_id


class GatewayUnavailable(GatewayError):
    pass


class GatewayBusy(GatewayUnavailable):
    pass


class GatewayRefused(GatewayError):
    pass


class GatewayKeyReused(GatewayRefused):
    pass


class GatewayNotFound(GatewayRefused):
    pass


class GatewayNotAllowed(GatewayError):
    pass


class BadSignature(GatewayError):
    pass
