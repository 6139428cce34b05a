"""The current programme's projects: what each is, in the words of the group that runs it. Invented, all of them."""

from dataclasses import dataclass
from typing import Final

from projects.kinds import LegalForm


@dataclass(frozen=True, slots=True)
class Idea:
    """One project. Costs: (words, "capital" or "revenue", pounds); other money and things in kind: (words, pounds)."""

    group: str
    legal_form: LegalForm
    title: str
    summary: str
    story: str
    place: str
    district: str
    objective: str
    costs: tuple[tuple[str, str, int], ...]
    other: tuple[tuple[str, int], ...] = ()
    in_kind: tuple[tuple[str, int], ...] = ()
    surplus: str = "Anything above the target goes to the same project."
    extras: tuple[tuple[str, int], ...] = ()  # what so many pounds above the target pay for
    picture_words: str = ""  # of local/demo/drawn.py; without, the page shows a drawing of the place


POOL: Final = Idea(
    "Shingle Steps Swimmers",
    LegalForm.NAMED_PEOPLE,
    "Tidal pool steps for every body",
    "A handrail, a ramp and forty warm robes at Cobble Bay, so that people who can't manage a ladder can swim with"
    " everybody else.",
    "Every morning at seven a dozen people swim at Cobble Bay. Three of us used to, and can't any more: the iron ladder"
    " has a forty centimetre gap at low water.\n\n## What we will do\n\n- fit a stainless **handrail** along the steps\n"
    "- buy a ramp that two people can carry\n- train six of us as lifeguards\n\nThe harbour office has said yes in writing.",
    "Margate",
    "E07000114",
    "Health and wellbeing",
    (
        ("Stainless handrail, fitted", "capital", 3900),
        ("Portable ramp", "capital", 2150),
        ("40 warm robes", "revenue", 1200),
        ("Lifeguard training, 6 people", "revenue", 1150),
    ),
    (("Parish grant", 400),),
    (("60 volunteer hours and storage", 1100),),
    "A second ramp for the other end of the bay.",
    picture_words="Stone steps with a handrail lead down into a calm bay early in the morning",
)
ORCHARD: Final = Idea(
    "Windfall Kitchen",
    LegalForm.UNINCORPORATED,
    "Community orchard kitchen",
    "Turn windfall apples into lunches and lessons, in a kitchen that anyone can use.",
    "Each autumn tonnes of apples rot in the orchards around us. We have a shed, water and forty volunteers. What we lack"
    " is a kitchen that meets the rules.\n\n## What happens in it\n\nLunch on Fridays, pay what you can. Lessons for two"
    " schools. Chutney that pays the gas bill.",
    "Faversham",
    "E07000113",
    "Community life",
    (("Kitchen units and sink", "capital", 3600), ("Oven", "capital", 1500), ("Food safety training", "revenue", 1400)),
    (),
    (("Joinery by a member", 900),),
)
REPAIR: Final = Idea(
    "Lamplight Repairers",
    LegalForm.CIC,
    "The Friday repair café",
    "Tools, training and a warm room where things get mended.",
    "A toaster, a zip, a bicycle: last year we mended 412 things that were on their way to the tip. We have outgrown a"
    " borrowed cupboard.\n\nThe money buys tools and a year of Friday evenings.",
    "Snodland",
    "E07000115",
    "Environment",
    (("Hand tools and a bench", "capital", 1580), ("Hall hire, 44 Fridays", "revenue", 2200)),
    (),
    (("800 hours of mending", 4000),),
    extras=(("A sewing machine", 250), ("A second bench, for bicycles", 600)),
)
THEATRE: Final = Idea(
    "Hands Up Players",
    LegalForm.CHARITY,
    "A stage in two languages",
    "A youth theatre in British Sign Language and English, with a play of its own by the summer.",
    "Deaf and hearing young people make theatre together here, and nowhere else within an hour. This pays an interpreter,"
    " a director and twelve weeks of rehearsal room.",
    "Maidstone",
    "E07000110",
    "Young people",
    (("Interpreters", "revenue", 5200), ("Director, 12 weeks", "revenue", 3400), ("Lights", "capital", 1000)),
    (("Ticket sales so far", 600),),
    (("Rehearsal room", 1800),),
)
SHOP: Final = Idea(
    "Plumstone Shop Friends",
    LegalForm.SOCIETY,
    "A freezer for the village shop",
    "Local food all year round: a freezer that uses a third of the power of the old one.",
    "The shop is ours: 212 households own it. The freezer is older than most of our volunteers.",
    "Deal",
    "E07000108",
    "Community life",
    (("Upright freezer", "capital", 2400), ("Fitting and old one taken away", "revenue", 300)),
)
SWIFTS: Final = Idea(
    "Rookery Wildlife Watch",
    LegalForm.UNINCORPORATED,
    "Swift boxes on sixty roofs",
    "Nest boxes, a camera and a count that four schools take part in.",
    "Swifts come back to the same hole each May. Where a roof is mended, the hole is gone. We put a box beside it.",
    "Tonbridge",
    "E07000115",
    "Environment",
    (("60 nest boxes", "capital", 1800), ("Camera", "capital", 350), ("Ladder hire", "revenue", 500)),
)
BAND: Final = Idea(
    "Millrace Brass",
    LegalForm.UNINCORPORATED,
    "Brass for beginners",
    "Instruments to borrow and free lessons for anyone from eight to eighty.",
    "We have four cornets for thirty learners.",
    "Dartford",
    "E07000107",
    "Heritage and culture",
    (("Ten instruments", "capital", 3800), ("Teacher, 30 evenings", "revenue", 2400)),
)
LUNCH: Final = Idea(
    "Thursday Table",
    LegalForm.CIO,
    "Lunch, and a lift there",
    "A hot lunch and a lift for forty people over seventy, every Thursday for a year.",
    "For many of our guests Thursday is the one day on which they talk to anyone.",
    "Gravesend",
    "E07000109",
    "Older people",
    (("Food, 50 weeks", "revenue", 5200), ("Fuel and insurance of the minibus", "revenue", 2300)),
    (),
    (("Cooks and drivers", 6000),),
)
SKATE: Final = Idea(
    "Pipkin Skaters",
    LegalForm.NAMED_PEOPLE,
    "Ramps that beginners can use",
    "Mend three ramps and pay a coach for a summer of free lessons.",
    "The ramps were built for people who can skate already.",
    "Sevenoaks",
    "E07000111",
    "Young people",
    (("Ramp repairs", "capital", 2700), ("Coach, 20 sessions", "revenue", 1100)),
)
HALL: Final = Idea(
    "Beacon Hatch Hall",
    LegalForm.CHARITY,
    "A warmer hall",
    "Curtains and heaters, so that the hall can open from November to March.",
    "Eleven groups meet here in summer, two in winter. It is nine degrees in January.",
    "Tenterden",
    "E07000105",
    "Community life",
    (("Infrared heaters", "capital", 2900), ("Lined curtains", "capital", 1300)),
)
SHADE: Final = Idea(
    "Limewalk Neighbours",
    LegalForm.NAMED_PEOPLE,
    "Two seats in the shade",
    "Two seats under the limes, half way up the hill to the surgery.",
    "It is four hundred metres uphill, and there is nowhere to sit.",
    "Sevenoaks",
    "E07000111",
    "Community life",
    (("Two oak seats", "capital", 260),),
)
STORIES: Final = Idea(
    "Inkwell History Hunters",
    LegalForm.UNINCORPORATED,
    "Stories of the ferry",
    "Record what the last ferry crews remember, and show it where they worked.",
    "The youngest of them is seventy-one.",
    "Folkestone",
    "E07000112",
    "Heritage and culture",
    (("Recorder and editing", "revenue", 1200), ("Boards on the quay", "capital", 1400)),
)
GARDEN: Final = Idea(
    "Teasel Bank Gardeners",
    LegalForm.UNINCORPORATED,
    "A garden that wheels can use",
    "Raised beds and a level path behind the surgery.",
    "Patients wait outside when the weather is kind. Now they can weed.",
    "Canterbury",
    "E07000106",
    "Health and wellbeing",
    (("Level path", "capital", 2100), ("Six raised beds", "capital", 900)),
)
CHOIR: Final = Idea(
    "Larkmeadow Voices",
    LegalForm.UNINCORPORATED,
    "A choir for new parents",
    "Sing with a baby on your arm, twice a week.",
    "Nobody minds when somebody cries.",
    "Tunbridge Wells",
    "E07000116",
    "Health and wellbeing",
    (("Leader, 40 mornings", "revenue", 2000), ("Room hire", "revenue", 800)),
)
