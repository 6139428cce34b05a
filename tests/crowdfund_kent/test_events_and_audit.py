"""A status moves once, along its table, leaving an event; who did what is chained after commit."""

from datetime import timedelta

import asyncpg
import pytest
from tortoise.exceptions import IntegrityError, OperationalError

from crowdfund_kent import audit, checks, events, invariants
from crowdfund_kent.audit import SYSTEM, Actor
from crowdfund_kent.clock import real_now
from crowdfund_kent.database import execute, fetch, transaction
from crowdfund_kent.errors import InvalidMove, MovedAlready
from crowdfund_kent.models import AuditRow, AuditSeal
from projects.models import Campaign, CampaignEvent, Group, Project

pytestmark = pytest.mark.usefixtures("db")
REFUSED = (OperationalError, IntegrityError, asyncpg.PostgresError)


async def a_draft() -> Campaign:
    group = await Group.create(slug="swimmers", name="Swimmers", legal_form="other", created_at=real_now())
    project = await Project.create(group=group, slug="steps", title="Steps", created_at=real_now())
    campaign = await Campaign.create(project=project, status="draft", created_at=real_now())
    await events.begin(campaign, SYSTEM)
    return campaign


async def test_each_move_leaves_an_event_with_both_dates_and_who() -> None:
    campaign = await a_draft()
    await events.move(campaign, "submitted", Actor(None, "owner"))
    history = await CampaignEvent.filter(subject_id=campaign.id).order_by("id")
    assert [(e.old, e.new, e.cause) for e in history] == [("", "draft", "created"), ("draft", "submitted", "submitted")]
    assert all(e.effective_at and e.recorded_at for e in history)


async def test_a_cause_that_the_table_does_not_know_changes_nothing() -> None:
    campaign = await a_draft()
    with pytest.raises(InvalidMove):
        await events.move(campaign, "approved", SYSTEM)
    assert (await Campaign.get(id=campaign.id)).status == "draft"


async def test_the_second_of_two_who_read_the_same_status_is_refused() -> None:
    campaign = await a_draft()
    stale = await Campaign.get(id=campaign.id)
    await events.move(campaign, "submitted", SYSTEM)
    with pytest.raises(MovedAlready):
        await events.move(stale, "submitted", SYSTEM)
    assert await CampaignEvent.filter(subject_id=campaign.id, cause="submitted").count() == 1


async def test_a_host_whose_clock_is_behind_does_not_put_events_out_of_order() -> None:
    campaign = await a_draft()
    begun = await CampaignEvent.get(subject_id=campaign.id)
    await events.move(campaign, "submitted", SYSTEM, effective_at=begun.effective_at - timedelta(minutes=5))
    first, second = await CampaignEvent.filter(subject_id=campaign.id).order_by("id")
    assert second.effective_at == first.effective_at


@pytest.mark.parametrize("sql", ["UPDATE campaign_event SET cause = 'x'", "DELETE FROM campaign_event"])
async def test_history_can_not_be_rewritten(sql: str) -> None:
    await a_draft()
    with pytest.raises(REFUSED, match="append-only"):
        async with transaction():
            await execute(sql)


async def test_the_sealer_chains_each_row_once_and_the_chain_is_proved() -> None:
    await audit.record("approved", "campaign:1", SYSTEM, amount_pence=5)
    await audit.record("opened", "campaign:1", SYSTEM)
    assert await audit.seal() == 2
    assert await audit.seal() == 0
    await audit.record("closed", "campaign:1", SYSTEM)
    assert await audit.seal() == 1
    assert [seal.id for seal in await AuditSeal.all().order_by("id")] == [1, 2, 3]
    findings = {finding.rule: finding.count for finding in await invariants.run(checks.RULES)}
    assert findings["audit chain holds"] == 0
    assert findings["audit rows are as written"] == 0


async def test_a_row_that_commits_late_with_an_early_id_is_sealed_at_its_turn() -> None:
    await audit.record("first", "campaign:1", SYSTEM)
    await audit.record("second", "campaign:1", SYSTEM)
    early, late = await AuditRow.all().order_by("id")
    await execute("ALTER TABLE audit_row DISABLE TRIGGER USER")
    await execute("UPDATE audit_row SET id = id + 100 WHERE id = $1", early.id)
    await execute("ALTER TABLE audit_row ENABLE TRIGGER USER")
    assert await audit.seal() == 2
    rows = await fetch("SELECT audit_row_id FROM audit_seal ORDER BY id")
    assert [row["audit_row_id"] for row in rows] == [late.id, early.id + 100]
    findings = {finding.rule: finding.count for finding in await invariants.run(checks.RULES)}
    assert findings["audit chain holds"] == 0
