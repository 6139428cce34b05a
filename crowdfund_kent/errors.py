"""What can go wrong, as a tree. Each carries the status of its page and a message that says what to do.

SiteError
├── BadRequest              400  the request makes no sense
├── NotSignedIn             303  to the sign-in page, and back afterwards
├── Forbidden               403  signed in, but not allowed
├── NotFound                404  no such thing, or not yours to see
├── Gone                    410  was here, is not any more
├── Conflict                409  somebody was faster; look again
│   ├── InvalidMove              the status does not allow this
│   └── MovedAlready             another request moved it first
├── TooLarge                413
└── Refused                 422  a rule of the scheme says no, and which
"""


class SiteError(Exception):
    """An error with a page of its own: `message` is read by people, `status` by browsers."""

    status = 500

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        if status is not None:
            self.status = status


class BadRequest(SiteError):
    """The request makes no sense."""

    status = 400


class NotSignedIn(SiteError):
    """The page is for people who signed in. `back`: where to go then, if not to the address that was asked for."""

    status = 303

    def __init__(self, message: str = "Sign in to continue.", back: str = "") -> None:
        super().__init__(message)
        self.back = back


class Forbidden(SiteError):
    """Signed in, but this is not theirs to do."""

    status = 403

    def __init__(self, message: str = "Your account is not allowed to do this.") -> None:
        super().__init__(message)


class NotFound(SiteError):
    """No such thing, or not yours to see: the two are not told apart."""

    status = 404

    def __init__(self, message: str = "Check the address, or start again from the home page.") -> None:
        super().__init__(message)


class Gone(SiteError):
    """It was here and is not any more."""

    status = 410


class Conflict(SiteError):
    """Somebody was faster."""

    status = 409


class InvalidMove(Conflict):
    """The state machine has no such edge."""

    def __init__(self, old: str, cause: str) -> None:
        super().__init__(f"This can't be done now: it is '{old}'. Go back and look at it again.")
        self.old = old
        self.cause = cause


class MovedAlready(Conflict):
    """Another request moved the row first; nothing was changed by this one."""

    def __init__(self, what: str) -> None:
        super().__init__(f"This {what} was changed by someone else a moment ago. Go back and look at it again.")


class TooLarge(SiteError):
    """The body is larger than the site takes."""

    status = 413


class Refused(SiteError):
    """A rule of the scheme says no. `rule` names it."""

    status = 422

    def __init__(self, message: str, rule: str = "") -> None:
        super().__init__(message)
        self.rule = rule
