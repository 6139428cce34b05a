"""Which stored files rows still name: pictures, papers and receipts for officers, decisions signed on paper."""

from collections.abc import Awaitable, Callable
from typing import Final

from crowdfund_kent.database import fetch
from crowdfund_kent.unheld_files import Holder

# a frozen version names its picture for ever; a post may have one of its own
_PICTURES: Final = """
SELECT 'pictures/' || key AS stem FROM picture WHERE id IN (SELECT picture_id FROM project UNION SELECT picture_id FROM post
    UNION SELECT picture_id FROM report_picture WHERE removed_at IS NULL)
UNION SELECT 'pictures/' || (content -> 'picture' ->> 'key') FROM project_version WHERE content -> 'picture' ->> 'key' IS NOT NULL
"""
# pages and words that were drawn from a paper lie in its folder
_PAPERS: Final = """
SELECT regexp_replace(key, '/[^/]*$', '') AS stem FROM evidence WHERE key IS NOT NULL AND file_gone_at IS NULL
"""
_RECEIPTS: Final = "SELECT regexp_replace(key, '/[^/]*$', '') AS stem FROM receipt WHERE file_gone_at IS NULL"
_SIGNED: Final = "SELECT file_key AS stem FROM signed_paper"


def _named(sql: str) -> Callable[[], Awaitable[set[str]]]:
    async def held() -> set[str]:
        return {str(row["stem"]) for row in await fetch(sql)}

    return held


HOLDERS: Final = (
    Holder("pictures/", lambda key: key.rpartition("-")[0], _named(_PICTURES)),
    Holder("evidence/", lambda key: key.rpartition("/")[0], _named(_PAPERS)),
    Holder("receipts/", lambda key: key.rpartition("/")[0], _named(_RECEIPTS)),
    Holder("signed/", lambda key: key, _named(_SIGNED)),
)
