"""What officers write into the report, and the measures of success that they enter."""

from crowdfund_kent.database import fetch


async def newest() -> str:
    """Changes with every word and measure."""
    rows = await fetch(
        "SELECT (SELECT coalesce(max(id), 0) FROM report_words)::text || '.' || (SELECT coalesce(max(id), 0)"
        " + count(retired_at) FROM success_measure) AS number"
    )
    return str(rows[0]["number"])
