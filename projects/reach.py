"""How many people a post reaches by e-mail. Pledges know them; imports run one way, so wiring.py hands the function in."""

from collections.abc import Awaitable, Callable

from crowdfund_kent.mail import Topic

HowMany = Callable[[int, Topic], Awaitable[int]]
_how_many: list[HowMany] = []


def use(function: HowMany | None) -> None:
    """Ask `function(campaign_id, topic)` how many backers get an e-mail of this topic; None forgets."""
    _how_many[:] = [function] if function is not None else []


async def backers(campaign_id: int, topic: Topic) -> int | None:
    """How many backers would get it now, or None where nobody can say."""
    return await _how_many[0](campaign_id, topic) if _how_many else None
