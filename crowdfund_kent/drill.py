"""Named points at which a drill kills this very process. Outside test mode they do nothing.

CROWDFUND_KENT_DRILL_KILL_AT="after the call:17" is a SIGKILL at the 17th pass of that point.
"""

import os
import signal
from collections import Counter
from typing import Final

from crowdfund_kent.settings import Mode, get_settings

KILL_AT: Final = "CROWDFUND_KENT_DRILL_KILL_AT"
_passes: Counter[str] = Counter()


def point(name: str) -> None:
    """Pass a named point: the process ends here when a drill says so."""
    wanted = os.environ.get(KILL_AT)
    if wanted is None or get_settings().mode is not Mode.TEST:
        return
    place, _, nth = wanted.rpartition(":")
    _passes[name] += 1
    if place == name and _passes[name] == int(nth):
        os.kill(os.getpid(), signal.SIGKILL)
