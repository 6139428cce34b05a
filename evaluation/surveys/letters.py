"""Invitations and reminders: rows in the outbox, in the caller's transaction, each once; on paper for whoever has no e-mail."""

from collections.abc import Sequence
from typing import Final

from crowdfund_kent import mail, outbox
from crowdfund_kent.clock import real_now
from crowdfund_kent.mail import Topic
from crowdfund_kent.mail.writing import FOOTER_BEGINS
from crowdfund_kent.settings import get_settings
from evaluation.surveys import links, queries
from evaluation.surveys.kinds import SurveyKind
from evaluation.surveys.models import SurveyInvitation
from pledges.models import OfflineGift, Pledge
from projects import queries as projects
from projects.models import LetterToPost, Project

INVITE: Final = "invite"
REMIND: Final = "remind"
_ONCE: Final = {INVITE: "asked", REMIND: "reminded"}


async def write(what: str, invitation: SurveyInvitation) -> None:
    """To a group's owners, or to the backer; nobody who does not want such e-mails. Its round is loaded."""
    project = await Project.get(campaigns__id=invitation.campaign_id).select_related("group")
    if invitation.kind == SurveyKind.BACKER:
        gift = await OfflineGift.get_or_none(id=invitation.gift_id)
        giver = gift or await Pledge.get_or_none(id=invitation.pledge_id)
        address = giver.email if giver is not None else None
        if address:
            await _send(what, invitation, project, address, "backer")
        elif gift is not None and gift.person_id is not None and what == INVITE:
            await _to_post(invitation, project, [gift.person_id])
        return
    for person_id, address in await projects.owners_of(project.group_id):
        await _send(what, invitation, project, address, str(person_id))
    if what == INVITE:
        await _to_post(invitation, project, await projects.owners_on_paper(project.group_id))


async def _written(what: str, invitation: SurveyInvitation, project: Project, *, paper: bool = False) -> mail.Mail:
    return mail.write(
        f"surveys/{what}.txt",
        survey=queries.questionnaire_of(invitation),
        questions=queries.questions_of(invitation),
        invitation=invitation,
        project=project,
        paper=paper,
        link=await links.private_link(invitation),
        officer=await projects.officer_of(project.group_id) if invitation.kind != SurveyKind.BACKER else None,
    )


async def _send(what: str, invitation: SurveyInvitation, project: Project, address: str, who: str) -> None:
    written = await _written(what, invitation, project)
    await outbox.email(
        f"surveys/{what}",
        to=address,
        subject=written.subject,
        text=written.text,
        topic=Topic.QUESTIONS,
        unique_key=f"survey_invitation:{invitation.id}:{_ONCE[what]}:{who}",
    )


async def _to_post(invitation: SurveyInvitation, project: Project, people: Sequence[int]) -> None:
    """The questions themselves, for those without an e-mail address: filled in, sent back, entered by an officer."""
    if not people:
        return
    written = await _written(INVITE, invitation, project, paper=True)
    officer = await projects.officer_of(project.group_id)
    words = written.text.partition(FOOTER_BEGINS)[0]
    for person_id in people:
        await LetterToPost.get_or_create(
            unique_key=f"survey_invitation:{invitation.id}:{person_id}",
            defaults={
                "person_id": person_id,
                "group_id": project.group_id,
                "name": "surveys/invite",
                "subject": written.subject,
                "text": f"{words}\n\n{officer.name}, {get_settings().council_name}\n{officer.phone}, {officer.hours}",
                "created_at": real_now(),
            },
        )
