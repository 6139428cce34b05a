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
        Text("report_words", ("text",), "What officers wrote in the report", PROGRAMME, "stays: it is published"),
        Text("success_measure", ("name",), "Measures of success of the strategy", PROGRAMME, "stays: it is published"),
        Text(
            "published_figure", ("reason",), "Why a published figure was corrected", PROGRAMME, "stays: it is published"
        ),
        Text("evaluation_pack", ("reason",), "Why a pack gives other figures", PROGRAMME, "stays: it is published"),
    ),
    harmless={
        "award": ("status", "calculation"),
        "award_event": EVENT_COLUMNS,
        "audit_sample": ("population", "seed", "method", "population_digest", "selected"),
        "import_batch": ("digest", "files"),
        "import_row": ("kind", "reference", "file", "subject"),
        "officer_hours": ("kind",),
        "success_measure": ("objective", "indicator"),
        "project_place": ("postcode",),
        "report_words": ("edition", "part"),
        "evaluation_snapshot": ("records", "values"),
        "evaluation_kept": ("records", "number", "results"),
        "published_figure": ("indicator", "records", "by_what"),
        "evaluation_pack": ("records", "file_key", "sha256", "why_failed"),
        "evaluation_protocol": ("name", "words", "digest"),
        "postcode": ("postcode", "district_code", "division_code"),
    },
)
