"""What officers do about posts: look at what is held, hide with a reason, show again; a second officer decides appeals.

Nobody moderates for a group that they are or were in. Each decision is on record with who took it.
"""

from datetime import date

from crowdfund_kent import audit, events
from crowdfund_kent.accounts.access import require_role
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from crowdfund_kent.cases import services as cases
from crowdfund_kent.cases.kinds import Kind, Outcome, Way
from crowdfund_kent.cases.models import Case
from crowdfund_kent.cases.states import WAITS_FOR_US
from crowdfund_kent.clock import business_now, real_now
from crowdfund_kent.database import execute, transaction
from crowdfund_kent.errors import Forbidden, NotFound, Refused
from projects import post_letters, post_rules
from projects.access import was_ever_member
from projects.kinds import HideReason, PostKind
from projects.models import Post, PostHiding, PostReply, Project, QuietPeriod
from projects.queries import posts as queries
from projects.services.posts.common import locked_by_group, needed, record, show
from projects.states import Post as Status


async def report(
    post: Post, by: Actor, *, reason: HideReason, text: str, page: str, name: str, email: str, form_key: str
) -> Case:
    """Anybody says that a post should be looked at: a case with its clock, about the post."""
    words = f"{reason.capitalize()}. {text}".strip()
    return await cases.open_case(
        Kind.REPORT,
        text=words,
        subject=f"post:{post.id}",
        page=page,
        name=name,
        email=email,
        person_id=by.person_id,
        by=by,
        form_key=form_key,
    )


async def hide(post_id: int, by: Actor, reason: HideReason, words: str) -> Post:
    """Take a post out of sight. Where it stood, the kind of reason is told; its author gets `words` too, and may appeal."""
    said = needed(words, "Tell the author why.")
    async with transaction():
        post = await _for_officer(post_id, by)
        hiding = await PostHiding.create(
            post_id=post.id, reason=reason, words=said, by_id=by.person_id, at=business_now()
        )
        await events.move(post, "hidden", by)
        await record(post, "hidden", by)
        told = {"reason": str(reason), "words": said}
        await post_letters.tell_author("hidden", post, f"post_hiding:{hiding.id}", **told)
        if post.kind == PostKind.QUESTION:  # their answer goes with it
            await post_letters.tell_group("hidden", post, f"post_hiding:{hiding.id}:group", **told)
        answer = f"Thank you for telling us. An officer looked at it and hid it: {reason}. Nobody sees it on the page any more."
        await _answer_reports(post, by, answer, Outcome.PUT_RIGHT)
    return post


async def keep(post_id: int, by: Actor, words: str) -> Post:
    """What was reported stays where it is: whoever reported it is told so with `words`. Refused where no report waits."""
    said = needed(words, "Say why it stays.")
    async with transaction():
        post = await _for_officer(post_id, by)
        answer = f"Thank you for telling us. An officer looked at it, and it stays on the page. {said}"
        if not await _answer_reports(post, by, answer, Outcome.NOTHING_WRONG):
            raise Refused("No report of it waits for you.", rule="report")
        await events.note(post, "kept", by)
        await record(post, "kept", by)
    return post


async def _answer_reports(post: Post, by: Actor, answer: str, outcome: Outcome) -> int:
    """Answers and closes what was reported of a post; returns how many. One that `by` may not answer (it is theirs, or about
    them, or somebody was not content with their answer) waits for a colleague.
    """
    waiting = Case.filter(kind=Kind.REPORT, subject=f"post:{post.id}", status__in=list(WAITS_FOR_US)).order_by("id")
    closed = 0
    for case in await waiting:
        if not await cases.may_answer(case, by):
            continue
        await cases.answer(case.id, by, answer, Way.EMAIL if case.email else Way.NONE, outcome)
        closed += 1
    return closed


async def let_through(post_id: int, by: Actor) -> Post:
    """Show what was held in the time before an election. Its author is told."""
    async with transaction():
        post = await _for_officer(post_id, by)
        await show(post, by, cause="let through")
        await post_letters.tell_author("let_through", post, f"post:{post.id}:let through")
    return post


async def show_again(post_id: int, by: Actor) -> Post:
    """An officer finds that it need not have been hidden. Refused while an appeal waits: that has its own decision."""
    async with transaction():
        post = await _for_officer(post_id, by)
        hiding = await _hiding_of(post)
        if hiding.appealed_at is not None and hiding.decided_at is None:
            raise Refused("Its author has appealed. Decide the appeal, so that they get an answer.", rule="appeal")
        await _bring_back(post, hiding, by)
        await post_letters.tell_author("shown_again", post, f"post_hiding:{hiding.id}:over")
    return post


async def appeal(post_id: int, by: Actor, text: str, *, page: str) -> PostHiding:
    """The author says why it should be shown; once for each time it was hidden. Another officer than the one who hid it
    decides, so the case that begins here is kept from that one. For the group's own post `by` writes for the group.
    """
    said = needed(text, "Say why it should be shown.")
    async with transaction():
        mine = await Post.get_or_none(id=post_id)
        if mine is None:
            raise NotFound
        own = mine.kind in post_rules.BY_OTHERS
        post = await queries.post_for_update(post_id) if own else await locked_by_group(post_id, by)
        hiding = await queries.newest_hiding(post_id)
        if hiding is None or not post_rules.may_appeal(post.status, hiding.appealed_at):
            raise Refused("You have appealed already, or it is not hidden any more.", rule="once")
        hiding.appeal, hiding.appealed_at = said, business_now()
        await hiding.save(update_fields=["appeal", "appealed_at"])
        await events.note(post, "appealed", by)
        await record(post, "appealed", by)
        await cases.open_case(
            Kind.APPEAL,
            text=said,
            subject=f"post:{post.id}",
            page=page,
            name=post.author_name if own else "",
            email=(post.author_email or "") if own else "",
            person_id=by.person_id,
            about_id=hiding.by_id,
            by=by,
            form_key=_appeal_key(hiding),
        )
    return hiding


async def decide_appeal(post_id: int, by: Actor, *, upheld: bool, answer: str) -> Post:
    """A second officer decides and answers. Upheld: the post comes back to its place."""
    said = needed(answer, "Write your answer to the author.")
    async with transaction():
        post = await _for_officer(post_id, by)
        hiding = await _hiding_of(post)
        if hiding.appealed_at is None or hiding.decided_at is not None:
            raise Refused("No appeal waits for a decision here.", rule="appeal")
        if hiding.by_id == by.person_id:
            raise Forbidden("You hid this post. Another officer must decide the appeal.")
        hiding.decided_by_id, hiding.decided_at = by.person_id, business_now()
        hiding.upheld, hiding.answer = upheld, said
        await hiding.save(update_fields=["decided_by_id", "decided_at", "upheld", "answer"])
        decision = "appeal upheld" if upheld else "appeal turned down"
        await events.note(post, decision, by)
        await record(post, decision, by)
        if upheld:
            await _bring_back(post, hiding, by)
        case = await Case.get_or_none(form_key=_appeal_key(hiding))
        if case is not None:
            outcome = Outcome.PUT_RIGHT if upheld else Outcome.NOTHING_WRONG
            words = "We show it again." if upheld else "It stays hidden."
            await cases.answer(case.id, by, f"{words} {said}", outcome=outcome)
    return post


def _appeal_key(hiding: PostHiding) -> str:
    return f"post_hiding:{hiding.id}"


async def _hiding_of(post: Post) -> PostHiding:
    hiding = await queries.newest_hiding(post.id)
    if hiding is None or post.status != Status.HIDDEN:
        raise Refused("It is not hidden now.", rule="hidden")
    return hiding


async def _bring_back(post: Post, hiding: PostHiding, by: Actor) -> None:
    answered = await PostReply.filter(post_id=post.id, by_group=True).exists()
    cause = post_rules.after_hiding(post.kind, post.shown_at, answered)
    await PostHiding.filter(id=hiding.id).update(over_at=business_now())
    if cause == "shown again":
        await show(post, by, cause=cause)
    else:
        await events.move(post, cause, by)
        await record(post, cause, by)


async def _for_officer(post_id: int, by: Actor) -> Post:
    """The post, locked, for a fund officer who never was in the group."""
    await require_role(by, Role.FUND_OFFICER)
    post = await queries.post_for_update(post_id)
    project = await Project.get(id=post.project_id)
    if await was_ever_member(by.person_id, project.group_id):
        raise Forbidden("You are or were a member of this group. Another officer must do this.")
    return post


# the time before an election ---------------------------------------------------------------------------------


async def add_quiet_period(from_day: date, to_day: date, words: str, by: Actor) -> QuietPeriod:
    """From now on new posts of these days, both included, are held until an officer has looked at them."""
    said = needed(words, "Say which election it is.")
    await require_role(by, Role.FUND_OFFICER)
    if to_day < from_day:
        raise Refused("The last day must be on or after the first day.", rule="days")
    async with transaction():
        known = await QuietPeriod.get_or_none(from_day=from_day, to_day=to_day, words=said, ended_at=None)
        if known is not None:  # a second click
            return known
        period = await QuietPeriod.create(
            from_day=from_day, to_day=to_day, words=said, by_id=by.person_id, created_at=real_now()
        )
        await audit.record("quiet period entered", f"quiet_period:{period.id}", by)
    return period


async def end_quiet_period(period_id: int, by: Actor) -> None:
    """Posts are shown at once again. What is held stays held until somebody has looked at it."""
    await require_role(by, Role.FUND_OFFICER)
    async with transaction():
        ended = await execute(
            "UPDATE quiet_period SET ended_at = $2, ended_by_id = $3 WHERE id = $1 AND ended_at IS NULL",
            period_id,
            real_now(),
            by.person_id,
        )
        if ended:
            await audit.record("quiet period ended", f"quiet_period:{period_id}", by)
