"""What a group sees of its campaign once it is public: how it stands, what to do next, and links to further pages."""

from typing import Final, NamedTuple

from projects.states import Campaign as Status

RUNNING: Final = frozenset({Status.LIVE, Status.SUSPENDED})
MET: Final = frozenset({Status.SUCCESSFUL, Status.COLLECTING, Status.SETTLED})


class DashboardLink(NamedTuple):
    """A further page of the group's project: its words, what follows the project's path, and when it is shown."""

    words: str
    suffix: str  # "/updates"; one that begins with "//" is the public page's: "//spread"
    statuses: frozenset[Status]


LINKS: Final[tuple[DashboardLink, ...]] = (
    DashboardLink("Share it: poster, QR code, links", "//spread", RUNNING),
    DashboardLink("Ask for a later last day, or another plan", "/changes", RUNNING),
)
