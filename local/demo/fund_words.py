"""What the demo's current fund says and asks in its own words: two questions and its terms, by its officer."""

from typing import Final

from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.clock import business_today
from local.demo.people import acting
from local.demo.programme import CURRENT
from local.demo.stage import Stage
from pledges import fund_words
from pledges.fund_words import Asked
from pledges.models import MatchFund

QUESTIONS: Final = (
    Asked("Who will feel the difference, and how will you know?", "Name the people, not the numbers.", 120),
    Asked("What is still there in three years?", "Things, habits or people who know how.", 120, needed=False),
)
TERMS: Final = """We add this money because your neighbours backed you. So we ask little:

- Use it for the project that you described. If plans change, tell us before you spend it.
- Tell us in three sentences how it went, within a year.
- Keep your receipts for six years. We may ask to see one.

If the project cannot go ahead, talk to us first. Money that is left over comes back in the share that we gave."""


async def play(stage: Stage) -> None:
    """Today: offers made before keep the words of their day."""
    officer = await acting(Role.FUND_OFFICER)
    fund = await MatchFund.get(slug=CURRENT)
    for asked in QUESTIONS:
        await fund_words.add_question(fund.id, asked, officer)
    await fund_words.set_terms(fund.id, TERMS, business_today(), officer)
    await stage.work()
