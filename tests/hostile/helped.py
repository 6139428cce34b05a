"""A helped group whose owner was sent a code, a signed paper, a letter: and what an address that leads to each names."""

import re

from crowdfund_kent import storage
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_today, real_now
from crowdfund_kent.models import Outbox
from projects import queries
from projects.kinds import LegalForm, PaperAct
from projects.models import Campaign, LetterToPost, SignedPaper
from projects.services import helping
from tests.projects import make

Places = dict[str, str]


async def build(draft: Campaign, group_id: int, officer: Actor) -> dict[str, Places]:
    """Route name -> what stands in the places of its path."""
    by = await make.staff(Role.HELPER)
    group = await helping.begin_help(
        name="Ida Invented",
        email="ida.helped@example.org",
        phone="03069 990 555",
        postal="1 Hidden Lane",
        group_name="Helped planters",
        legal_form=LegalForm.UNINCORPORATED,
        by=by,
    )
    campaign = await queries.unfinished_campaign((await make.project(group, title="Helped planters")).id)
    assert campaign is not None
    row = await helping.ask_to_confirm(campaign.id, by)
    sent = await Outbox.filter(name="projects/confirm").order_by("-id").first()
    assert sent is not None
    found = re.search(r"/confirm/(\S+)", sent.body["text"])
    assert found is not None
    paper = await SignedPaper.create(
        campaign_id=campaign.id,
        person_id=row.person_id,
        act=PaperAct.SUBMIT,
        subject=f"campaign:{campaign.id}",
        reference="S-2222-2222",
        signed_on=business_today(),
        file_key="signed/hostile.webp",
        media_type="image/webp",
        recorded_by_id=officer.person_id,
        recorded_at=real_now(),
    )
    await storage.save(paper.file_key, b"RIFF")
    letter = await LetterToPost.create(
        person_id=row.person_id,
        group_id=group.id,
        name="projects/helped",
        subject="A letter",
        text="Words.",
        unique_key="hostile letter",
        created_at=real_now(),
    )
    of_draft = {"id": str(draft.id), "act": "submit"}
    return {
        "project_story_part": {"part": "now"},
        "staff_signed": of_draft,
        "staff_signed_record": of_draft,
        "staff_signed_print": of_draft,
        "staff_signed_file": {"id": str(paper.id)},
        "staff_letter": {"id": str(letter.id)},
        "staff_group_officer": {"id": str(group_id)},
        "confirm_link": {"token": found[1]},
    }
