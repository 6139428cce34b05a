"""The council's own money names nobody."""

from crowdfund_kent.personal.register import EVENT_COLUMNS, Part

PART = Part(
    "own money",
    harmless={"own_move": ("status", "way", "reference"), "own_move_event": EVENT_COLUMNS},
)
