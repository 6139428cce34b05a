"""A period that waits to be closed, and a month of the books: what their pages are attacked with."""

from datetime import timedelta

from crowdfund_kent import ledger
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now, business_today
from crowdfund_kent.database import transaction
from evaluation.evidence import sample
from payments.accounts import card_money
from payments.books import closing


async def build(campaign_id: int, approver: Actor) -> dict[str, dict[str, str]]:
    """What stands in the places of a path, by the route's name. `approver`: a finance approver."""
    lines = card_money(campaign_id, 1_000, 0)
    async with transaction():
        await ledger.post("collected", "hostile:1", lines, business_now() - timedelta(days=9))
    period = await closing.propose(business_today() - timedelta(days=8), "The first days", approver)
    today = business_today()
    drawn = await sample.draw("cards charged", today - timedelta(days=30), today, 3, "hostile", approver)
    scope = {"scope": f"campaign-{campaign_id}"}
    return {
        "books_statement": scope,
        "books_statement_file": scope,
        "books_period": {"id": str(period.id)},
        "books_period_act": {"id": str(period.id), "act": "close"},
        "evidence_sample": {"id": str(drawn.id)},
        "evidence_sample_file": {"id": str(drawn.id), "kind": "csv"},
        "spend_over_500_month": {"month": "2026-11"},
        "spend_over_500_file": {"month": "2026-11"},
    }
