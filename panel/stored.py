"""Which stored files rows of this package still name: answers to requests for information."""

from typing import Final

from crowdfund_kent.database import fetch
from crowdfund_kent.unheld_files import Holder


async def _held() -> set[str]:
    rows = await fetch("SELECT bundle_key FROM information_request WHERE bundle_key <> ''")
    return {str(row["bundle_key"]) for row in rows}


HOLDERS: Final = (Holder("requests/", lambda key: key, _held),)
