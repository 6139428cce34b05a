"""docs/checks.md lists every rule as it is. `python -m tests.checks.test_docs` writes the tables anew."""

from pathlib import Path

from crowdfund_kent.wiring import RULE_MODULES

DOCUMENT = Path(__file__).parent.parent.parent / "docs" / "checks.md"
BEGINS = "<!-- rules -->\n"
HEADINGS = {
    "crowdfund_kent.checks": "Ledger, record, outbox and guards",
    "crowdfund_kent.accounts.checks": "People and roles",
    "crowdfund_kent.cases.checks": "What people ask of us",
    "crowdfund_kent.words.checks": "Pages of words",
    "crowdfund_kent.personal.retention": "What is let go by the calendar",
    "projects.post_checks": "What is written about projects",
    "projects.checks": "Projects and campaigns",
    "projects.helping_checks": "Helpers and signed papers",
    "projects.reports.checks": "Reports of funded projects",
    "pledges.checks": "Residents' pledges",
    "pledges.pot_checks": "Pots and match pledges",
    "pledges.fund_checks": "Funds and movements in their pots",
    "pledges.gifts.checks": "Cash and cheques",
    "payments.gift_aid.checks": "Gift Aid",
    "panel.checks": "Awards",
    "payments.checks": "Card payments",
    "payments.own_money.checks": "The council's own money at the provider",
    "payments.repayments.checks": "Refunds paid another way",
    "payments.taken_back.checks": "Taken back from groups by hand",
    "payments.payouts.checks": "Card costs, payouts, holds and disputes",
    "payments.books.checks": "The books",
    "payments.reconciling.checks": "Reconciliation with the payment provider",
    "evaluation.evidence.checks": "Evidence",
    "payments.bank_details.checks": "Bank details and subsidy",
    "payments.match_payments.checks": "The council's payments",
    "payments.shares_back.checks": "Shares of unspent money",
    "evaluation.checks": "Imported history and figures",
    "evaluation.surveys.checks": "Surveys",
}


def tables() -> str:
    """A heading and a table for each module of rules."""
    parts = []
    for module in RULE_MODULES:
        rows = "".join(f"| {rule.name} | {rule.why} |\n" for rule in module.RULES)
        place = Path(str(module.__file__)).relative_to(DOCUMENT.parent.parent)
        parts.append(f"\n## {HEADINGS[module.__name__]}\n\n`{place}`\n\n| Rule | What must hold |\n|---|---|\n{rows}")
    return "".join(parts)


def test_the_document_lists_every_rule_as_it_is() -> None:
    assert DOCUMENT.read_text().partition(BEGINS)[2] == tables()


if __name__ == "__main__":
    DOCUMENT.write_text(DOCUMENT.read_text().partition(BEGINS)[0] + BEGINS + tables())
