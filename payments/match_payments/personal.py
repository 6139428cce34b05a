"""The personal data of payments to groups, bank statements and recoveries: words that officers write, and what a bank wrote."""

from crowdfund_kent.personal.register import EVENT_COLUMNS, Part, Text

SIX_YEARS = "6 years after the end of the financial year"

PART = Part(
    "match payments",
    texts=(
        Text(
            "payment_schedule", ("why",), "Why payments were not approved", SIX_YEARS, "stays: a decision about money"
        ),
        Text(
            "match_payment", ("cancel_why",), "Why a payment was never made", SIX_YEARS, "stays: a decision about money"
        ),
        Text(
            "bank_line",
            ("reference", "words", "why"),
            "What the council's bank wrote beside a line, and why somebody matched it",
            SIX_YEARS,
            "stays: the council's own bank record",
        ),
        Text(
            "typed_statement",
            ("lines",),
            "Lines of a bank statement that a second person has not agreed to yet",
            "until it is decided",
            "removed when it is decided; what was agreed stands in the lines of bank statements",
        ),
        Text("match_shortening", ("why",), "Why money was let go of", SIX_YEARS, "stays: a decision about money"),
    ),
    harmless={
        "payment_schedule": ("status", "reference", "file_sha256"),
        "payment_schedule_event": EVENT_COLUMNS,
        "match_payment": ("status", "reference", "part"),
        "match_payment_event": EVENT_COLUMNS,
        "match_payment_part": ("budget_code", "cost_centre", "subjective_code"),
        "match_payment_own": ("cost_centre", "subjective_code"),
        "bank_statement": ("format", "account", "bank_reference", "sha256"),
        "bank_line": ("status", "key", "reason", "means"),
        "typed_statement": ("status", "account", "sha256"),
        "typed_statement_event": EVENT_COLUMNS,
        "bank_line_event": EVENT_COLUMNS,
        "match_recovery": ("status", "reference"),
        "match_recovery_event": EVENT_COLUMNS,
        "match_shortening": ("status",),
        "match_shortening_event": EVENT_COLUMNS,
    },
)
