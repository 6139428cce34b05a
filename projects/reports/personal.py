"""The personal data of reports. What a group says of its project is the group's; a picture goes when somebody asks."""

from crowdfund_kent.personal.register import EVENT_COLUMNS, Part, Sheet, Text, Whose
from projects.personal import GROUPS_WORDS, PROJECT, SIX_YEARS


async def collect(_one: Whose) -> list[Sheet]:
    """Nothing here is found by a person: receipts and reports are a group's."""
    return []


async def erase(_one: Whose) -> list[str]:
    """Nor let go of by a person; members of the group take pictures away (services/pictures.py)."""
    return []


PART = Part(
    "reports",
    texts=(
        Text("report", ("came_of_it", "learnt"), "What a group reports of its project", PROJECT, GROUPS_WORDS),
        Text("report_line", ("reason", "without_receipt"), "Why a cost differs from its plan", SIX_YEARS, GROUPS_WORDS),
        Text(
            "receipt",
            ("shown_name", "key"),
            "A group's receipts, for officers only",
            SIX_YEARS,
            "the group takes a receipt back until its report is sent; then it is a record of money",
        ),
        Text(
            "report_picture",
            ("who",),
            "Who is in a picture, and that they agreed",
            PROJECT,
            "removed with the picture, which any member takes away at any time",
        ),
        Text("report_message", ("text",), "What officers and a group wrote about a report", SIX_YEARS, GROUPS_WORDS),
        Text("report_more_time", ("reason", "answer"), "Why a group needs more time", SIX_YEARS, GROUPS_WORDS),
    ),
    harmless={
        "report": ("status", "kind", "level", "hidden_for"),
        "report_event": EVENT_COLUMNS,
        "report_line": ("words",),
        "receipt": ("media_type", "sha256", "page_sizes"),
        "report_picture": ("shows",),
        "report_more_time": ("status",),
        "report_more_time_event": EVENT_COLUMNS,
    },
    collect=collect,
    erase=erase,
)
