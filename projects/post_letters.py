"""E-mails about posts: to the group, to whoever wrote something, to officers. Rows in the outbox, each once.

None has a topic: each answers what somebody did themselves. What goes to all backers is pledges/post_mail.py.
"""

from typing import Any

from crowdfund_kent import mail, outbox
from crowdfund_kent.settings import get_settings
from projects import queries, written
from projects.kinds import PostKind
from projects.models import Post, Project, ProjectVersion
from projects.post_rules import BY_OTHERS
from projects.queries import posts


async def tell_group(name: str, post: Post, unique_key: str, **context: Any) -> None:
    """templates/emails/posts/group_<name>.txt to everybody who writes for the group."""
    project = await Project.get(id=post.project_id).select_related("group")
    officer = await queries.officer_of(project.group_id)
    given = await _given(post, project) | context
    for person_id, address in await posts.writers_of(project.group_id):
        written_mail = mail.write(f"posts/group_{name}.txt", officer=officer, **given)
        await outbox.email(
            f"posts/group_{name}",
            to=address,
            subject=written_mail.subject,
            text=written_mail.text,
            unique_key=f"{unique_key}:{person_id}",
        )


async def tell_author(name: str, post: Post, unique_key: str, **context: Any) -> None:
    """templates/emails/posts/<name>.txt to whoever wrote it: the group for its own posts."""
    if post.kind not in BY_OTHERS:
        await tell_group(name, post, unique_key, **context)
        return
    if post.author_email is None:
        return
    project = await Project.get(id=post.project_id).select_related("group")
    given = await _given(post, project) | {"private_link": written.private_url(post.reference)} | context
    written_mail = mail.write(f"posts/{name}.txt", **given)
    await outbox.email(
        f"posts/{name}",
        to=post.author_email,
        subject=written_mail.subject,
        text=written_mail.text,
        unique_key=unique_key,
    )


async def _given(post: Post, project: Project) -> dict[str, Any]:
    site = get_settings().site_url.rstrip("/")
    version = await ProjectVersion.filter(campaigns__id=post.campaign_id).first()
    return {
        "post": post,
        "title": version.content["title"] if version else project.title,
        "group_name": project.group.name,
        "is_question": post.kind == PostKind.QUESTION,
        "what": WHAT[PostKind(post.kind)],
        "group_page": f"{site}/groups/{project.group.slug}/projects/{project.slug}/posts/{post.id}",
        "public_page": f"{site}/projects/{project.slug}",
    }


WHAT = {
    PostKind.UPDATE: "update",
    PostKind.QUESTION: "question",
    PostKind.LETTER: "message",
    PostKind.SUPPORT: "message of support",
    PostKind.THANKS: "thanks",
}
