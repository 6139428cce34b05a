"""What surveys add to /account."""

from typing import Final

from crowdfund_kent.accounts.landing import LandingLink
from crowdfund_kent.accounts.roles import Role
from evaluation.surveys import queries

LINKS: Final = tuple(
    LandingLink(role, "Surveys: what groups and backers say", "staff_surveys")
    for role in (Role.FUND_OFFICER, Role.AUDITOR)
)
REFERENCES: Final = {"S": queries.reference_exists}
