"""Imports and awards hold no personal text: backers of the past are keyed hashes, reasons are the panel's own words."""

from crowdfund_kent.personal.register import EVENT_COLUMNS, Part, Text

PROGRAMME = "for the life of the programme, without names"
PART = Part(
    "records",
    texts=(
        Text(
            "award",
            ("reasons", "purpose_reason", "refusal_reason"),
            "Why a fund added to a campaign",
            PROGRAMME,
            "stays: a decision about public money",
        ),
    ),
    harmless={
        "award": ("status", "calculation"),
        "award_event": EVENT_COLUMNS,
        "audit_sample": ("population", "seed", "method", "population_digest", "selected"),
        "import_batch": ("digest", "files"),
        "import_row": ("kind", "reference", "file", "subject"),
    },
)
