"""What officers find on /account about cases."""

from typing import Final

from crowdfund_kent.accounts.landing import LandingLink
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.cases.queries import ANSWERERS, reference_exists, waiting_count

LINKS: Final = tuple(
    LandingLink(
        role, "Complaints and questions", "staff_cases", waiting_count, "What people ask of us, with until when."
    )
    for role in (*ANSWERERS, Role.AUDITOR)
)
REFERENCES: Final = {"C": reference_exists}
