"""The checking desk: one campaign with everything an officer needs beside its checklist."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from crowdfund_kent.accounts.queries import names_of
from crowdfund_kent.settings import get_settings
from projects import checklist
from projects.checklist import Entry, Said
from projects.kinds import CheckAnswer, CheckItem
from projects.models import (
    Campaign,
    CampaignEvent,
    CheckDraft,
    CheckQuestion,
    DeskTake,
    Evidence,
    FundingWord,
    Project,
    SecondLook,
)
from projects.queries.papers import Given, papers_limits, papers_of
from projects.queries.projects import Lines
from projects.states import Campaign as Status


@dataclass(frozen=True)
class Line:
    """An item of the checklist with what was given for it, the answer that holds, an older one, and the talk about it."""

    entry: Entry
    papers: Sequence[Given]
    said: Said | None
    before: Said | None  # given before the group sent the campaign again or added a paper: to be given once more
    before_by: str
    questions: Sequence[CheckQuestion]


@dataclass(frozen=True)
class Desk:
    """One campaign on the desk."""

    lines: Sequence[Line]
    take: DeskTake | None
    taken_by: str
    look: SecondLook | None  # open: the first officer recommends, the second has not decided
    recommended_by: str
    looks: Sequence[SecondLook]  # those that ended
    target_pence: int
    names: Mapping[int | None, str] = field(default_factory=dict)

    @property
    def held(self) -> dict[CheckItem, Said]:
        """Answers that hold."""
        return {line.entry.item: line.said for line in self.lines if line.said}

    @property
    def needs_second(self) -> bool:
        """A second officer decides."""
        return checklist.looks_twice(self.target_pence, get_settings().second_look_pence)

    @property
    def unanswered(self) -> list[CheckItem]:
        """Items that wait for an answer."""
        return checklist.unanswered([line.entry for line in self.lines], self.held)

    @property
    def problems(self) -> list[tuple[CheckItem, str]]:
        """What stands against a decision: an item without an answer, or an answer without its note."""
        found = []
        for line in self.lines:
            item = line.entry.item
            if line.said is None:
                if line.entry.needed:
                    found.append((item, f"Say whether you checked this: {item[:1].lower()}{item[1:]}"))
            elif problem := checklist.problem_of(line.entry, line.said.answer, line.said.note):
                found.append((item, problem))
        return found


async def desk_of(campaign: Campaign, project: Project, lines: Lines, officer_id: int | None) -> Desk:
    """The desk of a campaign as this officer sees it. While a second look is open, the answers are the first officer's."""
    papers = await papers_of(project, lines, campaign)
    limits = papers_limits()
    entries = checklist.checklist([one.asked for one in papers], limits.small_pence, limits.middle_pence)
    take = await DeskTake.filter(campaign_id=campaign.id, ended_at=None).first()
    looks = await SecondLook.filter(campaign_id=campaign.id).order_by("id")
    look = next((one for one in looks if one.ended_at is None), None)
    answering = look.recommended_by_id if look else officer_id
    drafts = await CheckDraft.filter(campaign_id=campaign.id).order_by("at")
    questions = await questions_of(campaign.id)
    submitted_at = await submitted_at_of(campaign.id)
    ids = [take.officer_id if take else None, *(one.officer_id for one in drafts)]
    ids += [one.recommended_by_id for one in looks] + [one.ended_by_id for one in looks]
    names = await names_of([*ids, *(one.by_id for one in questions)])
    made = []
    for entry in entries:
        mine = [one for one in papers if checklist.ITEM_OF[one.asked.kind] is entry.item]
        said, before, by = _said(entry.item, drafts, answering, submitted_at, _given_at(mine))
        talk = [one for one in questions if one.item == entry.item]
        made.append(Line(entry, [one for one in mine if _shown(one)], said, before, names.get(by or 0, ""), talk))
    return Desk(
        made,
        take,
        names.get(take.officer_id, "") if take else "",
        look,
        names.get(look.recommended_by_id, "") if look else "",
        [one for one in looks if one.ended_at is not None],
        lines.figures.target_pence,
        names,
    )


def _shown(given: Given) -> bool:
    return bool(given.evidence) or given.asked.how_many > 0


def _given_at(papers: Sequence[Given]) -> list[datetime]:
    return [one.uploaded_at for given in papers for one in given.evidence]


def _said(
    item: CheckItem,
    drafts: Sequence[CheckDraft],
    officer_id: int | None,
    submitted_at: datetime | None,
    papers_at: Sequence[datetime],
) -> tuple[Said | None, Said | None, int | None]:
    """The answer of this officer where it still holds; else the newest that anybody gave, with who gave it."""
    of_item = [one for one in drafts if one.item == item]
    for one in of_item:
        said = Said(CheckAnswer(one.answer), one.note, one.at)
        if one.officer_id == officer_id and checklist.counts(said, submitted_at, papers_at):
            return said, None, None
    if not of_item:
        return None, None, None
    last = of_item[-1]
    return None, Said(CheckAnswer(last.answer), last.note, last.at), last.officer_id


async def submitted_at_of(campaign_id: int) -> datetime | None:
    """When the group last sent it."""
    found = await CampaignEvent.filter(subject_id=campaign_id, new=Status.SUBMITTED).exclude(old=Status.SUBMITTED)
    return max((one.effective_at for one in found), default=None)


async def questions_of(campaign_id: int) -> list[CheckQuestion]:
    """The talk about a campaign, oldest first."""
    return await CheckQuestion.filter(campaign_id=campaign_id).order_by("id")


async def open_questions(campaign_id: int) -> list[CheckItem]:
    """Items about which the officer asked last."""
    last: dict[str, CheckQuestion] = {}
    for one in await questions_of(campaign_id):
        last[one.item] = one
    return [item for item in CheckItem if item in last and not last[item].from_group]


def evidence_for(papers: Sequence[Given], item: CheckItem) -> list[dict[str, object]]:
    """The papers that stand for an item, as a check row freezes them."""
    held: list[Evidence] = [
        one for given in papers if checklist.ITEM_OF[given.asked.kind] is item for one in given.evidence
    ]
    return [{"id": one.id, "kind": one.kind, "sha256": one.sha256} for one in held]


async def funding_words_of(campaign_id: int) -> dict[int, FundingWord]:
    """The newest word of an officer on each project that a hint named, by that project's id."""
    return {one.other_id: one for one in await FundingWord.filter(campaign_id=campaign_id).order_by("id")}
