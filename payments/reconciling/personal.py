"""What reconciling keeps are the provider's numbers and amounts; the words of a closed difference are an officer's."""

from crowdfund_kent.personal.register import EVENT_COLUMNS, Part, Text

PART = Part(
    "reconciling",
    texts=(
        Text(
            "difference",
            ("why",),
            "Why the provider's records and ours differed",
            "6 years after the end of the financial year",
            "stays: a decision about money",
        ),
    ),
    harmless={
        "difference": ("status", "thing", "what", "subject", "pledge", "ours", "theirs"),
        "difference_event": EVENT_COLUMNS,
    },
)
