"""What people wrote to us about a campaign, what officers answered, and what officers noted when they checked it."""

from collections.abc import Collection, Mapping
from typing import Final

from crowdfund_kent.cases.kinds import Side
from crowdfund_kent.cases.models import Case, CaseMessage
from crowdfund_kent.templating import day
from panel.redacting import Item, Section
from projects.models import CheckDraft, CheckQuestion, FundingWord, SecondLook

_SAID: Final = {Side.PERSON: "What was written to us", Side.OFFICER: "What we answered", Side.NOTE: "Note of officers"}


async def correspondence(campaigns: Mapping[int, str], subjects: Collection[str]) -> list[Section]:
    """One section a campaign (id -> title) about which there is anything, and one for cases about `subjects` themselves."""
    about = {f"campaign:{one}": one for one in campaigns}
    cases = await Case.filter(subject__in=[*about, *subjects]).order_by("id")
    messages = await CaseMessage.filter(case_id__in=[one.id for one in cases]).order_by("id")
    made = []
    for campaign_id, title in campaigns.items():
        mine = {one.id: one for one in cases if one.subject == f"campaign:{campaign_id}"}
        items = await _checks(campaign_id) + _letters(mine, messages)
        if items:
            key = f"campaign:{campaign_id}"
            made.append(Section(key, Item(f"{key}:title", "Written about", title), items))
    others = {one.id: one for one in cases if one.subject not in about}
    if others:
        made.append(
            Section(
                "letters", Item("letters:title", "Written about", "The requests themselves"), _letters(others, messages)
            )
        )
    return made


def _letters(cases: Mapping[int, Case], messages: Collection[CaseMessage]) -> list[Item]:
    return [
        Item(
            f"case:{one.case_id}:message:{one.id}",
            f"{cases[one.case_id].kind.capitalize()} {cases[one.case_id].reference}, {day(one.at)}: {_SAID[Side(one.side)]}",
            one.text,
        )
        for one in messages
        if one.case_id in cases and one.text
    ]


async def _checks(campaign_id: int) -> list[Item]:
    drafts = await CheckDraft.filter(campaign_id=campaign_id).order_by("id")
    items = [Item(f"check:{one.id}:note", f"Officer's note on {one.item}", one.note) for one in drafts if one.note]
    for asked in await CheckQuestion.filter(campaign_id=campaign_id).order_by("id"):
        who = "The group" if asked.from_group else "An officer"
        items.append(Item(f"question:{asked.id}:text", f"{who} on {asked.item}, {day(asked.at)}", asked.text))
    for look in await SecondLook.filter(campaign_id=campaign_id).order_by("id"):
        if look.words:
            items.append(Item(f"look:{look.id}:words", "Second look: words of the first officer", look.words))
        if look.answer:
            items.append(Item(f"look:{look.id}:answer", "Second look: answer", look.answer))
    for word in await FundingWord.filter(campaign_id=campaign_id).order_by("id"):
        if word.words:
            items.append(Item(f"word:{word.id}:words", "Funded before? An officer's word", word.words))
    return items
