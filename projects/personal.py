"""The personal data of projects: who runs a group, its papers, and what was written about it.

What a group says of its project is the group's, and stays when one of its people is erased.
"""

from collections.abc import Sequence
from contextlib import suppress

from crowdfund_kent import events, storage
from crowdfund_kent.audit import BACKER, SYSTEM, Actor
from crowdfund_kent.database import after_commit, fetch
from crowdfund_kent.errors import Refused
from crowdfund_kent.personal.register import EVENT_COLUMNS, Part, Sheet, Text, Whose
from projects.models import (
    Confirmation,
    Group,
    GroupHandOver,
    LetterToPost,
    Member,
    Post,
    PostHiding,
    PostReply,
    PostWording,
    SignedPaper,
)
from projects.services.groups import end_membership
from projects.services.handing_over import withdraw_hand_over
from projects.states import FINISHED, OPEN_HAND_OVERS, POST

PROJECT = "as long as the project is on the site"
SIX_YEARS = "6 years after the end of the financial year"
TWO_YEARS = "2 years"


async def _asked(one: Whose) -> list[Post]:
    """Questions and letters with the address."""
    return await Post.filter(author_email__iexact=one.email).order_by("id")


async def collect(one: Whose) -> list[Sheet]:
    """Places in groups, questions and letters with their answers, letters by post."""
    places = await Member.filter(person_id=one.person_id).order_by("id").select_related("group")
    asked = await _asked(one)
    answers = await PostReply.filter(post_id__in=[post.id for post in asked]).order_by("id")
    wrote = await Post.filter(author_id=one.person_id, author_email=None).order_by("id")
    letters = await LetterToPost.filter(person_id=one.person_id).order_by("id")
    return [
        Sheet(
            "Your places in groups",
            ("Group", "As", "Since", "Until"),
            [(row.group.name, row.role, row.created_at, row.ended_at) for row in places],
        ),
        Sheet(
            "What you asked groups",
            ("Reference", "Kind", "Text", "State", "Written"),
            [(row.reference, row.kind, row.text, row.status, row.written_at) for row in asked],
        ),
        Sheet(
            "Answers and further words",
            ("By the group", "Text", "Written"),
            [(row.by_group, row.text, row.at) for row in answers],
        ),
        Sheet(
            "What you wrote for your group",
            ("Kind", "Title", "Text", "Written"),
            [(row.kind, row.title, row.text, row.written_at) for row in wrote],
        ),
        Sheet(
            "Letters by post",
            ("About", "Text", "Written"),
            [(row.subject, row.text, row.created_at) for row in letters],
        ),
    ]


async def blockers(one: Whose) -> list[str]:
    """The only owner of a group whose campaign is not over hands it to somebody, or ends it, first."""
    rows = await fetch(
        "SELECT g.name FROM group_member m JOIN community_group g ON g.id = m.group_id WHERE m.person_id = $1"
        " AND m.role = 'owner' AND m.ended_at IS NULL AND NOT EXISTS (SELECT 1 FROM group_member o"
        "  WHERE o.group_id = g.id AND o.role = 'owner' AND o.ended_at IS NULL AND o.person_id <> $1)"
        " AND EXISTS (SELECT 1 FROM project p JOIN campaign c ON c.project_id = p.id WHERE p.group_id = g.id"
        "  AND (NOT c.status = ANY($2::text[]) OR EXISTS (SELECT 1 FROM delivery d WHERE d.campaign_id = c.id"
        "   AND d.status IN ('not started', 'under way', 'late', 'changed')))) ORDER BY g.name",
        one.person_id,
        [str(status) for status in FINISHED],
    )
    return [
        f"You are the only owner of {row['name']}, which has something under way. Make somebody else an owner, or end it."
        for row in rows
    ]


async def erase(one: Whose) -> list[str]:
    """Questions and letters are taken back; places end and stay as numbers; letters, signatures and requests go."""
    asked = await _asked(one)
    words = await take_back_posts([post.id for post in asked])
    for paper in await SignedPaper.filter(person_id=one.person_id):
        _remove_later(paper.file_key)
    await Confirmation.filter(person_id=one.person_id).delete()
    for letter in await LetterToPost.filter(person_id=one.person_id):
        words.append(letter.text)
    await LetterToPost.filter(person_id=one.person_id).update(subject="", text="")
    by = Actor(one.person_id, "person")
    for row in await GroupHandOver.filter(asked_by_id=one.person_id).order_by("id"):
        words.append(row.reason)
        if row.status in OPEN_HAND_OVERS:  # else officers would hand a group to nobody
            await withdraw_hand_over(row.id, by)
    await GroupHandOver.filter(asked_by_id=one.person_id).update(reason="")
    for place in await Member.filter(person_id=one.person_id).select_related("group"):
        if not await Member.filter(group_id=place.group_id).exclude(person_id=one.person_id).exists():
            words.append(place.group.named_people)
            await Group.filter(id=place.group_id).update(named_people="")
    await _leave(one, by)
    return words


async def _leave(one: Whose, by: Actor) -> None:
    """Places end, or an erased owner would pass for one who is there. The last owner's stays, where nothing is under way."""
    for place in await Member.filter(person_id=one.person_id, ended_at=None).order_by("group_id"):
        with suppress(Refused):
            await end_membership(place.group_id, place.id, by)
    left = await blockers(one)  # once more, now that the groups are locked: two owners may go at once
    if left:
        raise Refused(" ".join(left), rule="erasure")


def _remove_later(key: str) -> None:
    async def remove() -> None:
        await storage.remove(key)

    after_commit(remove)


async def take_back_posts(ids: Sequence[int]) -> list[str]:
    """Posts of one person: taken back where that can still be done, and emptied with all that was said to them."""
    words: list[str] = []
    for post in await Post.filter(id__in=list(ids)):
        words += [post.text, post.title, post.author_name]
        if (post.status, "taken back") in POST:
            await events.move(post, "taken back", BACKER if post.author_id is None else SYSTEM)
        await Post.filter(id=post.id).update(text="", title="", author_name="", author_email=None, name_shown=False)
    for reply in await PostReply.filter(post_id__in=list(ids), by_group=False):
        words.append(reply.text)
    await PostReply.filter(post_id__in=list(ids), by_group=False).update(text="")
    for wording in await PostWording.filter(post_id__in=list(ids)):
        words += [wording.text, wording.title]
    await PostWording.filter(post_id__in=list(ids)).update(text="", title="")
    for hiding in await PostHiding.filter(post_id__in=list(ids)):
        words.append(hiding.appeal)
    await PostHiding.filter(post_id__in=list(ids)).update(appeal="", words="", answer="")
    return words


GROUPS_WORDS = "the group's words: they stay"
PART = Part(
    "projects",
    texts=(
        Text(
            "community_group",
            ("named_people",),
            "Who runs a group of one or two people",
            PROJECT,
            "removed with the last of them",
        ),
        Text(
            "evidence",
            ("referee_name", "referee_relation", "referee_phone", "referee_email", "words", "shown_name", "key"),
            "A group's papers and referee",
            SIX_YEARS,
            "the group takes a paper back; officers remove a referee on request",
        ),
        Text("letter_to_post", ("subject", "text"), "Letters by post", TWO_YEARS, "removed"),
        Text("signed_paper", ("file_key",), "A signed paper", SIX_YEARS, "the file is removed"),
        Text(
            "post",
            ("author_name", "author_email", "title", "text"),
            "Questions, letters and messages of support",
            PROJECT,
            "taken back and removed",
        ),
        Text("post_reply", ("text",), "What was written after a question", PROJECT, "the person's own are removed"),
        Text("post_wording", ("title", "text"), "Earlier words of an update", PROJECT, "removed with the post"),
        Text(
            "post_hiding",
            ("words", "appeal", "answer"),
            "Why something was hidden, and the appeal",
            TWO_YEARS,
            "removed with the post",
        ),
        Text("group_hand_over", ("reason", "answer"), "Why somebody asks to run a group", TWO_YEARS, "removed"),
        Text(
            "project",
            ("title", "summary", "story", "place", "who", "permission_words", "passed", "taken_down_note"),
            "What a group says of its project",
            PROJECT,
            GROUPS_WORDS,
        ),
        Text("project_version", ("content",), "The same, as it was approved", SIX_YEARS, GROUPS_WORDS),
        Text("project_search", ("document",), "The same, to be searched", PROJECT, GROUPS_WORDS),
        Text("project_word", ("word",), "The same, word by word", PROJECT, GROUPS_WORDS),
        Text(
            "campaign_change",
            ("reason", "content", "answer"),
            "Changes that a group asked for",
            SIX_YEARS,
            GROUPS_WORDS,
        ),
        Text("campaign_message", ("text",), "What officers and the group wrote to each other", SIX_YEARS, GROUPS_WORDS),
        Text("check_question", ("text",), "Questions of the check, and answers", SIX_YEARS, GROUPS_WORDS),
        Text("delivery", ("end_note",), "What came of a project", PROJECT, GROUPS_WORDS),
        Text(
            "delivery_turn",
            ("reason", "purpose", "rule", "answer"),
            "What was decided about it",
            SIX_YEARS,
            GROUPS_WORDS,
        ),
    ),
    harmless={
        "community_group": ("slug", "name", "legal_form", "charity_number", "company_number", "about"),
        "group_member": ("role",),
        "old_address": ("kind", "slug"),
        "objective": ("list_name", "name"),
        "picture": ("key", "alt"),
        "project": ("slug", "district_code", "permission", "with_children", "taken_down_kind"),
        "cost_line": ("words", "kind", "form_key"),
        "other_funding": ("words", "form_key"),
        "in_kind": ("words", "form_key"),
        "extra": ("words",),
        "help_wanted": ("kind", "words"),
        "campaign": ("status", "card_cost_borne_by", "if_too_much"),
        "campaign_event": EVENT_COLUMNS,
        "campaign_change": ("status", "kind"),
        "campaign_change_event": EVENT_COLUMNS,
        "campaign_check": ("item", "answer", "evidence", "role"),
        "campaign_message": ("cause",),
        "check_draft": ("item", "answer", "note"),
        "check_question": ("item",),
        "second_look": ("words", "answer"),
        "funding_word": ("words",),
        "evidence": ("kind", "media_type", "sha256", "page_sizes"),
        "confirmation": ("link_hash", "code_hash", "digest"),
        "letter_to_post": ("name", "unique_key"),
        "signed_paper": ("act", "subject", "reference", "media_type"),
        "post": ("status", "reference", "kind", "form_key"),
        "post_event": EVENT_COLUMNS,
        "post_hiding": ("reason",),
        "quiet_period": ("words",),
        "delivery": ("status",),
        "delivery_event": EVENT_COLUMNS,
        "delivery_turn": ("status", "kind"),
        "delivery_turn_event": EVENT_COLUMNS,
        "draft_count": ("district_code", "legal_form", "last_step"),
        "group_hand_over": ("status",),
        "group_hand_over_event": EVENT_COLUMNS,
        "group_hosting": ("status",),
        "group_hosting_event": EVENT_COLUMNS,
    },
    collect=collect,
    erase=erase,
    blockers=blockers,
)
