"""What the report shows besides its figures: words, measures of success, snapshots, what was published."""

from crowdfund_kent.database import fetch


async def newest() -> str:
    """Changes with every word, measure, snapshot and published figure."""
    rows = await fetch(
        "SELECT (SELECT coalesce(max(id), 0) FROM report_words)::text || '.' || (SELECT coalesce(max(id), 0)"
        " + count(retired_at) FROM success_measure) || '.' || (SELECT coalesce(max(id), 0) FROM evaluation_snapshot)"
        " || '.' || (SELECT coalesce(max(id), 0) FROM published_figure) AS number"
    )
    return str(rows[0]["number"])
