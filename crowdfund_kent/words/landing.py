"""What officers find on /account about words."""

from typing import Final

from crowdfund_kent.accounts.landing import LandingLink
from crowdfund_kent.accounts.roles import Role

LINKS: Final = tuple(
    link
    for role in (Role.FUND_OFFICER, Role.AUDITOR)
    for link in (
        LandingLink(
            role, "Pages of words", "staff_words", about="How it works, fees, privacy and others, with history."
        ),
        LandingLink(role, "You said, we did", "staff_said", about="What people told us and what came of it."),
    )
)
