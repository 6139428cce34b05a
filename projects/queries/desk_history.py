"""Everything that happened to a campaign before and on the desk: moves, takes, questions, second looks, papers; and who."""

from dataclasses import dataclass
from datetime import datetime

from crowdfund_kent.accounts.queries import names_of
from projects.asked import Paper
from projects.models import Campaign, CampaignEvent, DeskTake, Evidence, FundingWord, SecondLook
from projects.queries.desk import questions_of

_PAPERS = {
    Paper.REFEREE: "Named a referee",
    Paper.END_NOTE: "Promised an end note",
    Paper.QUOTE: "Gave a quote",
    Paper.BANK: "Gave a bank statement",
    Paper.RULES: "Gave the rules of the group",
    Paper.INSURANCE: "Gave insurance papers",
    Paper.PERMISSION: "Gave papers on permission",
    Paper.SAFEGUARDING: "Gave papers on safeguarding",
    Paper.OTHER: "Gave another paper",
}
_ENDS = {
    True: "The second officer agreed",
    False: "The second officer did not agree",
    None: "The second look ended",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened, with who did it."""

    when: datetime
    title: str
    by: str
    text: str = ""


async def history_of(campaign: Campaign) -> list[Entry]:
    """Newest first. Names of members are the group's own; officers read them."""
    found: list[tuple[datetime, str, int | None, str]] = []
    for event in await CampaignEvent.filter(subject_id=campaign.id).order_by("id"):
        found.append((event.effective_at, event.cause.capitalize(), event.by_id, ""))
    for take in await DeskTake.filter(campaign_id=campaign.id).order_by("id"):
        found.append((take.taken_at, "Taken by an officer", take.officer_id, ""))
        if take.ended_at is not None:
            over = "Given back" if take.ended_by_id == take.officer_id else "Taken over"
            found.append((take.ended_at, over, take.ended_by_id, ""))
    for one in await questions_of(campaign.id):
        title = "The group answered" if one.from_group else "An officer asked"
        found.append((one.at, f"{title}: {one.item}", one.by_id, one.text))
    for look in await SecondLook.filter(campaign_id=campaign.id).order_by("id"):
        found.append((look.recommended_at, "Recommended to a second officer", look.recommended_by_id, look.words))
        if look.ended_at is not None:
            words = {True: "The second officer agreed", False: "The second officer did not agree"}
            title = (
                words.get(look.agreed, "The second look ended") if look.agreed is not None else "The second look ended"
            )
            found.append((look.ended_at, title, look.ended_by_id, look.answer))
    for paper in await Evidence.filter(project_id=campaign.project_id).order_by("id"):
        title = "Could not give a paper" if paper.without else _PAPERS[Paper(paper.kind)]
        found.append((paper.uploaded_at, title, paper.uploaded_by_id, paper.shown_name))
        if paper.removed_at is not None:
            found.append((paper.removed_at, "Took a paper back", paper.removed_by_id, paper.shown_name))
    for word in await FundingWord.filter(campaign_id=campaign.id).select_related("other").order_by("id"):
        title = "Another project than" if word.distinct else "The same project as"
        found.append((word.at, f"{title} “{word.other.title}”", word.by_id, word.words))
    names = await names_of(by_id for _, _, by_id, _ in found)
    found.sort(key=lambda one: one[0])
    return [Entry(when, title, names.get(by_id, ""), text) for when, title, by_id, text in reversed(found)]
