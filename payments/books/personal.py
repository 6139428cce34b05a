"""The books hold ids, amounts and codes; the words of a period are an officer's."""

from crowdfund_kent.personal.register import EVENT_COLUMNS, Part, Text

PART = Part(
    "books",
    texts=(
        Text(
            "book_period",
            ("why",),
            "What a period of the books is",
            "6 years after the end of the financial year",
            "stays: a decision about money",
        ),
    ),
    harmless={
        "book_period": ("status", "digest"),
        "book_period_event": EVENT_COLUMNS,
        "closed_statement": ("scope", "figures", "digest"),
        "book_day": ("figures", "digest"),
        "account_code": ("prefix", "cost_centre", "subjective_code"),
        "journal_batch": ("reference", "lines", "digest"),
    },
)
