"""What pages call posts and their states. Pure."""

from typing import Final, NamedTuple

from projects.kinds import PostKind
from projects.models import Post
from projects.states import Post as Status

NAMES: Final = {
    PostKind.UPDATE: "Update",
    PostKind.QUESTION: "Question",
    PostKind.LETTER: "Message to the group",
    PostKind.SUPPORT: "Message of support",
    PostKind.THANKS: "Thanks to backers",
}
HEADING_LONGEST: Final = 70


class Standing(NamedTuple):
    """A state in words: a tag with its tone, and what it means."""

    name: str
    tone: str
    means: str


_STANDINGS: Final = {
    Status.WRITTEN: Standing("Written", "quiet", ""),
    Status.WAITING: Standing("Waits for an answer", "wait", ""),
    Status.HELD: Standing(
        "Waits for an officer", "wait", "In the time before an election an officer looks at every new post first."
    ),
    Status.SHOWN: Standing("Shown", "yes", ""),
    Status.ANSWERED: Standing("Answered", "yes", "Only the group and the person who wrote read it."),
    Status.DECLINED: Standing("Not answered in public", "quiet", "The person who asked was told why."),
    Status.HIDDEN: Standing("Hidden", "no", "An officer of the Council has hidden it."),
    Status.TAKEN_BACK: Standing("Taken back", "quiet", "Its author took it back."),
}


def standing(post: Post) -> Standing:
    """Where it is, in words. Thanks are sent, not shown."""
    found = _STANDINGS[Status(post.status)]
    return Standing("Sent", "yes", "") if (post.kind, post.status) == (PostKind.THANKS, Status.SHOWN) else found


def heading(post: Post) -> str:
    """The title, or else the beginning of the text."""
    if post.title:
        return post.title
    line = " ".join(post.text.split()) or NAMES[PostKind(post.kind)]
    return line if len(line) <= HEADING_LONGEST else line[:HEADING_LONGEST].rsplit(" ", 1)[0] + " …"


def thanks(project: str, group: str) -> str:
    """Words to begin with, as a group would write them."""
    return (
        f"Thank you for backing “{project}”.\n\nEvery pledge brings it nearer, and it means a lot to us that you are"
        f" part of it. We will write again when there is something to tell.\n\n{group}"
    )
