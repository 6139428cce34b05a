"""Requests of the group to funds: one being written, one sent, one decided and reviewed; what an address to each names."""

from crowdfund_kent.accounts.models import StaffRole
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now, business_today
from panel.kinds import HoldKind
from panel.models import InformationRequest, Pitch
from panel.queries.disclosing import Scope
from panel.services import holds, pitches, requests, reviews
from pledges.models import FundQuestion
from projects.models import Group, Project
from projects.states import Campaign as Status
from tests.checks import asking as decided
from tests.panel import rounds_make
from tests.projects import make

Places = dict[str, str]
OF_DRAFTS = ("group_pitch", "group_pitch_amount", "group_pitch_why", "group_pitch_question", "group_pitch_check")
OF_SENT = ("group_pitch_withdraw", "staff_pitch", "staff_pitch_place", "panel_papers")
OF_HELD = ("staff_pitch_hold", "staff_pitch_let_go")
OF_ASKED = (
    "staff_request",
    "staff_request_scope",
    "staff_request_meant",
    "staff_request_answer",
    "staff_request_refuse",
    "staff_request_prepare",
    "staff_request_release",
    "staff_request_read",
    "staff_request_leave_out",
    "staff_request_left_out",
)
OF_PUBLIC = ("staff_request_publish", "staff_request_bundle", "request", "request_bundle")
OF_DECIDED = ("group_pitch_again", "group_pitch_feedback", "group_pitch_review")


async def build(group: Group, by: Actor) -> dict[str, Places]:
    """Route name -> what stands in the places of its path."""
    panel = await rounds_make.panel()
    question = await FundQuestion.create(fund_id=panel.fund.id, words="Who gains?", created_at=business_now())
    projects = [await make.project(group, title=f"Asks a fund {number}", cost_pence=500_000) for number in range(5)]
    live = [await make.campaign(Status.LIVE, project) for project in projects]
    draft = await pitches.begin(panel.round.id, projects[0].id, by)
    sent = await pitches.begin(panel.round.id, projects[1].id, by)
    for one in (draft, sent):
        await pitches.save(one.id, by, asked_pence=100_000, why="So that everybody can come.")
        await pitches.answer(one.id, question.id, "Everybody.", by)
    await pitches.submit(sent.id, by)
    held = await rounds_make.pitch(panel.round)
    await holds.place(held.id, HoldKind.HOLD, "Two quotes carry one number.", panel.officer)
    _, over, _ = await decided.declined(live[2])
    _, doubted, _ = await decided.declined(live[4])
    await reviews.ask(doubted.id, "Nobody read the second page of our costs.", by)
    public = await decided.answered()
    waits = await _asked(panel.round.id)
    more = {"id": str(question.id), "round": panel.round.slug}
    return {
        **dict.fromkeys(OF_DRAFTS, _places(group, draft) | more),
        **dict.fromkeys(OF_SENT, _places(group, sent) | more),
        **dict.fromkeys(OF_HELD, _places(group, held)),
        **{key: {"reference": waits.reference, "part": "request", "item": "request:words"} for key in OF_ASKED},
        **{key: {"reference": public.reference} for key in OF_PUBLIC},
        **dict.fromkeys(OF_DECIDED, _places(group, over)),
        "staff_review": _places(group, doubted),
        "group_pitch_begin": {"group": group.slug, "project": await _slug(projects[3]), "round": panel.round.slug},
    }


async def _asked(round_id: int) -> InformationRequest:
    """A request for information that officers read now."""
    who = Actor((await make.person("desk@example.org", "Desk")).id, Role.FUND_OFFICER)
    await StaffRole.create(person_id=who.person_id, role=Role.FUND_OFFICER, granted_at=business_now())
    asked = requests.Asked("Percy Quill", "percy@example.org", "How?", "A round", business_today())
    found = await requests.receive(asked, who)
    await requests.choose(found.id, Scope(rounds=(round_id,)), who)
    return await requests.write_answer(found.id, "Here it is.", who)


def _places(group: Group, pitch: Pitch) -> Places:
    return {"group": group.slug, "reference": pitch.reference}


async def _slug(project: Project) -> str:
    return str((await Project.get(id=project.id)).slug)
