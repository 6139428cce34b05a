"""Reads of what is written about projects: for public pages, for the group, for officers, for feeds."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from crowdfund_kent.clock import business_today
from crowdfund_kent.database import fetch
from crowdfund_kent.errors import NotFound
from projects import pictures, post_rules
from projects.kinds import MemberRole, PostKind
from projects.models import Post, PostHiding, PostReply, PostWording, QuietPeriod
from projects.post_rules import Quiet
from projects.states import PUBLIC
from projects.states import Post as Status

# where it stood there is a line that says so, once it had been there
_SEEN: Final = ("shown", "hidden")
WRITERS: Final = (MemberRole.OWNER, MemberRole.EDITOR)


@dataclass(frozen=True, slots=True)
class Reply:
    """What the group answered, as everybody reads it."""

    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PublicPost:
    """A post as everybody sees it. Hidden: no title, text, name or picture, but `hidden_for` says why."""

    id: int
    reference: str
    kind: str
    project_id: int
    slug: str
    project_title: str
    title: str
    text: str
    name: str
    picture: pictures.Shown | None
    shown_at: datetime
    changed_at: datetime | None
    hidden_for: str
    replies: Sequence[Reply] = ()

    @property
    def path(self) -> str:
        """Its address: a place on the page that holds all of its kind."""
        page = {PostKind.UPDATE: "updates", PostKind.QUESTION: "questions"}.get(PostKind(self.kind), "messages")
        return f"/projects/{self.slug}/{page}#{self.reference}"


@dataclass(frozen=True, slots=True)
class PublicProject:
    """The project behind a public page, with the campaign that is public now. `answers`: somebody there can answer."""

    id: int
    slug: str
    title: str
    group_id: int
    group_name: str
    campaign_id: int
    status: str
    generated: bool
    answers: bool
    stamp: str


async def public_project(slug: str) -> PublicProject:
    """The project with this address, if its page is public and was not taken down; else NotFound.

    `stamp` changes whenever a post of the project does.
    """
    rows = await fetch(
        "SELECT p.id, p.slug, v.content->>'title' AS title, p.group_id, g.name AS group_name, c.id AS campaign_id, c.status,"
        " c.generated, EXISTS (SELECT 1 FROM group_member m JOIN person n ON n.id = m.person_id"
        " WHERE m.group_id = g.id AND m.ended_at IS NULL AND m.role = ANY($3::text[]) AND n.email IS NOT NULL) AS answers,"
        f" {stamp_of('p.id')} AS stamp"
        " FROM project p JOIN community_group g ON g.id = p.group_id JOIN campaign c ON c.project_id = p.id"
        " JOIN project_version v ON v.id = c.version_id"
        " WHERE p.slug = $1 AND p.taken_down_at IS NULL AND c.status = ANY($2::text[])"
        " AND (c.status <> 'cancelled' OR c.opened_at IS NOT NULL) ORDER BY c.id DESC LIMIT 1",
        slug,
        sorted(PUBLIC),
        [str(role) for role in WRITERS],
    )
    if not rows:
        raise NotFound("There is no such project, or its campaign is not open yet.")
    return PublicProject(**rows[0])


async def public_campaign_of(project_id: int) -> int | None:
    """The newest campaign of the project that everybody can see."""
    rows = await fetch(
        "SELECT id FROM campaign WHERE project_id = $1 AND status = ANY($2::text[])"
        " AND (status <> 'cancelled' OR opened_at IS NOT NULL) ORDER BY id DESC LIMIT 1",
        project_id,
        sorted(PUBLIC),
    )
    return int(rows[0]["id"]) if rows else None


def stamp_of(project: str, kinds: Collection[PostKind] = ()) -> str:
    """SQL: a text that changes whenever a post of the project (an SQL expression) does, also when a name goes."""
    only = f" AND s.kind IN ({', '.join(repr(str(kind)) for kind in kinds)})" if kinds else ""
    return (
        "concat_ws(':', (SELECT count(*) || ':' || max(e.id) FROM post_event e JOIN post s ON s.id = e.subject_id"
        f" WHERE s.project_id = {project}{only}), (SELECT md5(string_agg(s.author_name || length(s.text), '|' ORDER BY s.id))"
        f" FROM post s WHERE s.project_id = {project} AND s.shown_at IS NOT NULL{only}))"
    )


_PUBLIC_POSTS: Final = """
    SELECT s.id, s.reference, s.kind, s.project_id, p.slug, v.content->>'title' AS project_title, s.shown_at, s.changed_at,
           CASE WHEN s.status = 'shown' THEN s.title ELSE '' END AS title,
           CASE WHEN s.status = 'shown' THEN s.text ELSE '' END AS text,
           CASE WHEN s.status = 'shown' AND s.name_shown THEN s.author_name ELSE '' END AS name,
           CASE WHEN s.status = 'shown' THEN t.key END AS key, t.alt, t.width, t.height,
           CASE WHEN s.status = 'hidden' THEN h.reason ELSE '' END AS hidden_for, count(*) OVER () AS total
    FROM post s JOIN project p ON p.id = s.project_id JOIN campaign c ON c.id = s.campaign_id
    JOIN project_version v ON v.id = c.version_id LEFT JOIN picture t ON t.id = s.picture_id
    LEFT JOIN LATERAL (SELECT reason FROM post_hiding WHERE post_id = s.id ORDER BY id DESC LIMIT 1) h ON true
    WHERE s.kind = $1 AND s.status = ANY($2::text[]) AND s.shown_at IS NOT NULL AND p.taken_down_at IS NULL
"""


async def public_posts(
    kind: PostKind, project_id: int, limit: int, offset: int = 0, *, hidden: bool = True
) -> tuple[list[PublicPost], int]:
    """A project's posts of one kind, newest first, and how many there are. `hidden`: with those that only say why."""
    rows = await fetch(
        f"{_PUBLIC_POSTS} AND s.project_id = $3 ORDER BY s.shown_at DESC, s.id DESC LIMIT $4 OFFSET $5",
        str(kind),
        list(_SEEN if hidden else _SEEN[:1]),
        project_id,
        limit,
        offset,
    )
    return await _made(rows), rows[0]["total"] if rows else 0


async def recent_updates(project_id: int | None, limit: int) -> list[PublicPost]:
    """The newest updates of one project or of all (None), without hidden ones: for feeds."""
    rows = await fetch(
        f"{_PUBLIC_POSTS} AND ($3::bigint IS NULL OR s.project_id = $3) AND NOT c.generated"
        " ORDER BY s.shown_at DESC, s.id DESC LIMIT $4",
        str(PostKind.UPDATE),
        [str(Status.SHOWN)],
        project_id,
        limit,
    )
    return await _made(rows)


async def _made(rows: Sequence[dict[str, Any]]) -> list[PublicPost]:
    answered = [row["id"] for row in rows if row["kind"] == PostKind.QUESTION and not row["hidden_for"]]
    answers: dict[int, list[Reply]] = {one: [] for one in answered}
    for reply in await PostReply.filter(post_id__in=answered, by_group=True).order_by("id") if answered else []:
        answers[reply.post_id].append(Reply(reply.text, reply.at))
    return [_public_post(row, answers.get(row["id"], ())) for row in rows]


def _public_post(row: dict[str, Any], replies: Sequence[Reply]) -> PublicPost:
    picture = {name: row[name] for name in ("key", "alt", "width", "height")} if row["key"] else None
    left = {name: row[name] for name in row if name not in {"key", "alt", "width", "height", "total"}}
    return PublicPost(**left, picture=pictures.shown(picture), replies=replies)


# for the group -----------------------------------------------------------------------------------------------


async def post_for_update(post_id: int) -> Post:
    """The post, locked until the transaction ends."""
    found = await Post.select_for_update().get_or_none(id=post_id)
    if found is None:
        raise NotFound
    return found


async def newest_event_id(post_id: int) -> int:
    """The number of its newest event, for keys that differ from one time it is shown to the next."""
    rows = await fetch("SELECT coalesce(max(id), 0) AS id FROM post_event WHERE subject_id = $1", post_id)
    return int(rows[0]["id"])


async def posts_of(project_id: int) -> list[Post]:
    """Everything that is there for the group to see, newest first: not what its author took back."""
    return await Post.filter(project_id=project_id).exclude(status=Status.TAKEN_BACK).order_by("-id").limit(200)


async def waiting_of(project_id: int) -> list[Post]:
    """Questions and letters that wait for the group, the oldest first."""
    return await Post.filter(project_id=project_id, status=Status.WAITING).order_by("id")


async def waiting_count(project_id: int) -> int:
    """How many wait for the group."""
    return await Post.filter(project_id=project_id, status=Status.WAITING).count()


async def replies_of(post_id: int) -> list[PostReply]:
    """What followed a question or a letter, in order."""
    return await PostReply.filter(post_id=post_id).order_by("id")


async def wordings_of(post_id: int) -> list[PostWording]:
    """What an update said before, newest first."""
    return await PostWording.filter(post_id=post_id).order_by("-number")


async def newest_hiding(post_id: int) -> PostHiding | None:
    """The last time it was hidden."""
    return await PostHiding.filter(post_id=post_id).order_by("-id").first()


async def last_thanks(project_id: int) -> datetime | None:
    """When the group last thanked its backers; what it took back in time does not count."""
    found = (
        await Post.filter(project_id=project_id, kind=PostKind.THANKS)
        .exclude(status=Status.TAKEN_BACK, mailed_at=None)
        .order_by("-id")
        .first()
    )
    return found.written_at if found else None


async def writers_of(group_id: int) -> list[tuple[int, str]]:
    """(person id, e-mail) of those in a group who write and answer."""
    rows = await fetch(
        "SELECT p.id, p.email FROM group_member m JOIN person p ON p.id = m.person_id WHERE m.group_id = $1"
        " AND m.ended_at IS NULL AND p.email IS NOT NULL AND m.role = ANY($2::text[]) ORDER BY m.id",
        group_id,
        [str(role) for role in WRITERS],
    )
    return [(row["id"], row["email"]) for row in rows]


# the time before an election ---------------------------------------------------------------------------------


async def quiet_periods() -> list[QuietPeriod]:
    """What officers entered and nobody ended, by day."""
    return await QuietPeriod.filter(ended_at=None).order_by("from_day", "id")


async def quiet_now() -> Quiet | None:
    """The time before an election that today lies in, if any."""
    periods = [Quiet(one.from_day, one.to_day, one.words) for one in await quiet_periods()]
    return post_rules.quiet_on(business_today(), periods)
