"""Names for demo data: real towns of each district, and groups of places that do not exist, so that none is real."""

import random
from typing import Final

OBJECTIVES: Final = (
    "Health and wellbeing",
    "Young people",
    "Older people",
    "Environment",
    "Heritage and culture",
    "Community life",
)
LEGAL_FORMS: Final = (
    "unincorporated group",
    "unincorporated group",
    "registered charity",
    "charitable incorporated organisation",
    "community interest company",
    "one or two named people",
    "school or parent-teacher association",
    "other",
)
TOWNS: Final = {
    "E07000105": ("Ashford", "Tenterden", "Wye"),
    "E07000106": ("Canterbury", "Whitstable", "Herne Bay"),
    "E07000107": ("Dartford", "Swanscombe", "Longfield"),
    "E07000108": ("Dover", "Deal", "Sandwich"),
    "E07000112": ("Folkestone", "Hythe", "New Romney"),
    "E07000109": ("Gravesend", "Northfleet", "Meopham"),
    "E07000110": ("Maidstone", "Headcorn", "Lenham"),
    "E07000111": ("Sevenoaks", "Swanley", "Edenbridge"),
    "E07000113": ("Sittingbourne", "Faversham", "Sheerness"),
    "E07000114": ("Margate", "Ramsgate", "Broadstairs"),
    "E07000115": ("Tonbridge", "Snodland", "West Malling"),
    "E07000116": ("Tunbridge Wells", "Cranbrook", "Paddock Wood"),
}
# an outcome that Public Health may pay for; where there is none the base budget pays alone
PURPOSES: Final = {
    "Health and wellbeing": ("More people active every week", "Fewer people in low mood"),
    "Young people": ("Young people feel well and are heard",),
    "Older people": ("Fewer people lonely",),
    "Environment": ("More people active out of doors",),
    "Heritage and culture": (),
    "Community life": ("Fewer people lonely",),
}
_PLACES: Final = (
    "Cobble Bay",
    "Lantern Lane",
    "Marlpit Green",
    "Quince Corner",
    "Hopbine Row",
    "Ragstone Steps",
    "Larkmeadow",
    "Saltpan Quay",
    "Bellringer Street",
    "Nutmeg Rise",
    "Teasel Bank",
    "Cuckoo Croft",
    "Winnow Hill",
    "Starling Wharf",
    "Pipkin Square",
    "Oatcake Yard",
    "Samphire Walk",
    "Candlewick Close",
    "Thimble Down",
    "Rookery Bend",
    "Applecart Lane",
    "Fiddler's Ford",
    "Lamplight Terrace",
    "Mossy Weir",
    "Pebblecombe",
    "Tinker's Stile",
    "Beacon Hatch",
    "Drover's Gap",
    "Ferryman's Row",
    "Goosefoot Green",
    "Harebell Hollow",
    "Inkwell Court",
    "Jackdaw Tower",
    "Kettle Bridge",
    "Linden Loop",
    "Millrace Mead",
    "Nettlebed Nook",
    "Osier Island",
    "Plumstone",
    "Quill Street",
)
_KINDS: Final = {
    "Health and wellbeing": ("Swimmers", "Walking Circle", "Breathing Space"),
    "Young people": ("Youth Theatre", "Skate Crew", "Young Makers"),
    "Older people": ("Lunch Friends", "Memory Café", "Second Spring"),
    "Environment": ("Gardeners", "Wildlife Watch", "Repair Circle"),
    "Heritage and culture": ("Players", "History Hunters", "Brass Band"),
    "Community life": ("Hall Helpers", "Neighbours", "Shared Table"),
}
_TITLES: Final = {
    "Health and wellbeing": (
        (
            "Sea steps for everybody at {}",
            "A handrail and warm robes, so that people who can't manage a ladder can swim.",
        ),
        (
            "Walk and talk from {}",
            "Weekly walks with trained leaders, from the bus stop and back, at everybody's pace.",
        ),
        ("A breathing space in {}", "A quiet room with people who listen, open two evenings a week."),
    ),
    "Young people": (
        ("The stage at {}", "Lights, costumes and a term of workshops for a theatre that young people run."),
        ("Ramps and lessons at {}", "Mend the ramps and pay coaches, so that beginners can start safely."),
        ("A makers' shed for {}", "Tools, benches and mentors for 11 to 18 year-olds after school."),
    ),
    "Older people": (
        ("Thursday lunch at {}", "A hot lunch, a lift there and a reason to go out, every Thursday for a year."),
        ("Memory mornings in {}", "Songs, photographs and tea for people with dementia and those who care for them."),
        ("Learning later in {}", "Twenty short courses chosen and taught by people over sixty."),
    ),
    "Environment": (
        ("A wild corner for {}", "Turn an empty corner into a pond, a hedge and a path that wheels can use."),
        ("Counting swifts at {}", "Nest boxes, cameras and a count that schools can join."),
        ("The repair bench of {}", "Tools, training and a warm room where things get mended instead of thrown away."),
    ),
    "Heritage and culture": (
        ("The winter play of {}", "A new play about the people who worked here, with a cast of eighty neighbours."),
        ("Stories of {}", "Record, keep and show what older neighbours remember, on walls and on line."),
        ("Brass for beginners in {}", "Instruments to borrow and free lessons for anyone from eight to eighty."),
    ),
    "Community life": (
        (
            "A warmer hall for {}",
            "Curtains, heaters and a kitchen that meets the rules, so that the hall opens in winter.",
        ),
        ("One street party for {}", "Tables, music and road signs for a day on which everybody meets."),
        ("The shared table of {}", "Cook and eat together each week with food that shops would throw away."),
    ),
}


class Names:
    """Gives each project a group, a title and a summary, none twice."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._taken: set[tuple[str, int, str]] = set()

    def take(self, objective: str) -> tuple[str, str, str]:
        """(group, title, summary) for an objective."""
        while True:
            place, kind = self._rng.choice(_PLACES), self._rng.randrange(3)
            if (place, kind, objective) in self._taken:
                continue
            self._taken.add((place, kind, objective))
            title, summary = _TITLES[objective][kind]
            return f"{place} {_KINDS[objective][kind]}", title.format(place), summary
