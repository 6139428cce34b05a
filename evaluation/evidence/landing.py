"""What evidence adds to /account."""

from typing import Final

from crowdfund_kent.accounts.landing import LandingLink
from crowdfund_kent.accounts.roles import Role

LINKS: Final = (
    *(
        LandingLink(role, words, name)
        for role in (Role.FINANCE_APPROVER, Role.AUDITOR)
        for words, name in (
            ("Evidence: files of payments, samples for audit", "evidence"),
            ("Who did which step", "evidence_segregation"),
        )
    ),
    *(
        LandingLink(role, "Who can do what", "evidence_access")
        for role in (Role.FINANCE_APPROVER, Role.AUDITOR, Role.ADMINISTRATOR)
    ),
)
