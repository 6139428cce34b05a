"""The officers' desk in the demo: papers of every group, and a queue with all that can happen in it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from crowdfund_kent.accounts.models import Person, StaffRole
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import real_now
from local.demo import projects as ideas
from local.demo.paperwork import docx, pdf, photograph
from local.demo.projects import Idea
from projects import queries, services
from projects.asked import Answer, Asked
from projects.kinds import CheckAnswer, CheckItem, LegalForm
from projects.models import Campaign, Project

if TYPE_CHECKING:
    from local.demo.campaigns import Player

SECOND: Final = ("priya@example.org", "Priya Lane")
MOST: Final = 2_000_000
HALL_LIFT: Final = Idea(
    ideas.HALL.group,
    LegalForm.CHARITY,
    "A lift for Beacon Hatch Hall",
    "The upper room has the piano and the library, and eighteen steps. A platform lift opens both to everybody.",
    "Last winter we mended the roof. Now a third of the people who come can't get upstairs.\n\n## What we will do\n\n"
    "- fit a platform lift\n- make the door wide enough\n- train four volunteers to use it",
    ideas.HALL.place,
    ideas.HALL.district,
    "Community life",
    (
        ("Platform lift, fitted", "capital", 9800),
        ("Wider door and frame", "capital", 2600),
        ("Training", "revenue", 400),
    ),
    (("Hall reserves", 300),),
    surplus="The lift's yearly inspection, for as many years as it reaches.",
)
CHESS: Final = Idea(
    "Castling Club",
    LegalForm.UNINCORPORATED,
    "Saturday chess for eight to twelve",
    "Boards, clocks and a patient teacher, each Saturday morning in the library.",
    "Twenty children asked the library for a club. Two of us teach, and parents take turns at the door.\n\n## What stays\n\n"
    "The boards, and children who teach the next ones.",
    "Ashford",
    "E07000105",
    "Young people",
    (("Twelve boards and clocks", "capital", 640), ("Teacher, 30 mornings", "revenue", 1800)),
)
ROBES: Final = Idea(
    "Cobble Bay Robes",
    LegalForm.NAMED_PEOPLE,
    "Tidal pool robes for every body",
    "Twenty warm robes to borrow at Cobble Bay, so that nobody leaves the sea because of the wind.",
    "Every morning a dozen people swim at Cobble Bay, and some of us leave early because it is cold.",
    "Margate",
    "E07000114",
    "Health and wellbeing",
    (("20 warm robes", "revenue", 620),),
)


async def second_officer() -> Actor:
    """Another officer beside the first, so that a large target finds two."""
    person, made = await Person.get_or_create(email=SECOND[0], defaults={"name": SECOND[1], "created_at": real_now()})
    if made:
        await StaffRole.create(person_id=person.id, role=Role.FUND_OFFICER, granted_at=real_now())
    return Actor(person.id, Role.FUND_OFFICER)


async def papers(project_id: int, by: Actor, *, drawn: bool = False) -> None:
    """Everything that is asked of a project. `drawn`: documents with pages, as large campaigns send them."""
    project = await queries.project_with_group(project_id)
    campaign = await queries.unfinished_campaign(project_id)
    lines = await queries.lines_of(project_id)
    prices = {line.id: line.amount_pence for line in lines.costs}
    for one in queries.asked_papers(project, lines, campaign):
        await _paper(project, one, by, drawn, prices)


async def _paper(project: Project, one: Asked, by: Actor, drawn: bool, prices: Mapping[int, int]) -> None:
    if one.answer is Answer.PERSON:
        await services.name_referee(
            project.id,
            by,
            name="Dr Hana Pell",
            relation="The doctor of the village, who swims with some of us",
            phone="03069 990 789",
            email="",
        )
    elif one.answer is Answer.PROMISE:
        await services.promise_end_note(project.id, by)
    elif one.answer is Answer.FILE_OR_WORDS:
        words = (
            "Two of us are always there. Both are checked. Parents have the number of Rosa Vane, who is responsible."
        )
        await services.say_in_words(project.id, one.key, words, by)
    else:
        for number in range(one.how_many):
            name, content = _document(project, one, number, drawn, prices)
            await services.add_file(project.id, one.key, content, by, name=name)


def _document(project: Project, one: Asked, number: int, drawn: bool, prices: Mapping[int, int]) -> tuple[str, bytes]:
    if one.key == "rules":
        return "constitution.docx", docx(
            f"Constitution of {project.group.name}",
            "1. Everybody who lives in the parish may join.",
            "2. A committee of five is chosen each April. Two of them sign together.",
            "3. If the group ends, what it has goes to another group with the same aims.",
        )
    if one.line_id is None:
        lines = (project.group.name, "Sort code 00-00-00", "Account 12345678", "Balance 412.07 pounds")
        shown = lines if one.key == "bank" else (project.group.name, "Everybody in the hall, up to 5 million pounds")
        return f"{one.key}.pdf", pdf(one.title, shown, ("Page 2", "Nothing more"))
    firm = ("Marsh and Daughter", "Weald Fitters", "Thimble Works")[number]
    price = prices[one.line_id] // 100 + 180 * number
    quoted = (f"For: {project.group.name}", "", f"Our price: {price:,} pounds, with VAT", "It holds for 60 days.")
    if drawn:
        return f"quote-{number + 1}.pdf", pdf(firm, quoted)
    return "IMG_2041.jpg", photograph(firm, *quoted)


async def early(player: "Player") -> None:
    """Twelve days ago: a large target, which one officer recommends and another has to decide."""
    campaign, _ = await player.submitted(HALL_LIFT, 60, wanted_pence=MOST, drawn=True)
    officer = await second_officer()
    everything = dict.fromkeys(CheckItem, (CheckAnswer.CHECKED, ""))
    seen = {CheckItem.INSURANCE: (CheckAnswer.NOT_CHECKED, "It ends in May. They will send the next one.")}
    await services.save_answers(campaign.id, officer, everything | seen)
    words = "The quotes are near to each other. They ran the last project well; see what we funded then."
    await services.recommend(campaign.id, officer, words)


async def late(player: "Player") -> None:
    """Four days ago: one with children in it, and one that looks like another, about which an officer asks."""
    chess, by = await player.draft(CHESS, 60, wanted_pence=500_000, drawn=True, with_children="yes")
    await services.submit(chess.id, by)
    robes, _ = await player.submitted(ROBES, 60)
    await asked(robes)


async def asked(campaign: Campaign) -> None:
    """The second officer has taken it and waits for an answer."""
    officer = await second_officer()
    await services.take(campaign.id, officer)
    text = "There is a campaign for robes at Cobble Bay already. What is different about yours?"
    await services.ask(campaign.id, officer, CheckItem.DOUBLE, text)
