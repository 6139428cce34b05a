"""What every move of a campaign shares: telling those downstream, in the same transaction."""

from datetime import datetime
from typing import Any, Final

from crowdfund_kent import audit, events, outbox
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now
from crowdfund_kent.errors import Refused
from projects import queries
from projects.models import Campaign, CampaignChange, CampaignMessage
from projects.states import Campaign as Status

# states that pledges and match pledges must hear of
HEARD: Final = frozenset({Status.LIVE, Status.SUSPENDED, Status.CLOSING, Status.CANCELLED, Status.WITHDRAWN})
JOB: Final = "campaign_moved"
TAKES_PLEDGES: Final = frozenset({"opened", "opened on paper", "resumed"})
RUNNING: Final = frozenset({Status.LIVE, Status.SUSPENDED})


async def move(
    campaign: Campaign,
    cause: str,
    by: Actor,
    *,
    amount_pence: int | None = None,
    effective_at: datetime | None = None,
    **changes: Any,
) -> None:
    """Move a locked campaign, write the audit row, and wake what lies downstream by the job's name.

    Refused for one that would take pledges while the page of its project is taken down.
    """
    if cause in TAKES_PLEDGES and await queries.taken_down_since(campaign.project_id) is not None:
        raise Refused("The page of this project is taken down. An officer must put it back first.", rule="taken down")
    await events.move(campaign, cause, by, amount_pence=amount_pence, effective_at=effective_at, **changes)
    await audit.record(
        f"campaign {cause}", f"campaign:{campaign.id}", by, status=campaign.status, amount_pence=amount_pence
    )
    if campaign.status not in RUNNING:
        await _lapse_changes(campaign, by)
    if campaign.status in HEARD:
        event_id = await queries.newest_event_id(campaign.id)
        await outbox.job(
            JOB, campaign.id, str(campaign.status), unique_key=f"{JOB}:{campaign.id}:{campaign.status}:{event_id}"
        )


async def _lapse_changes(campaign: Campaign, by: Actor) -> None:
    """What a group asked to change, and nobody has answered, ends with the campaign."""
    for change in await CampaignChange.filter(campaign_id=campaign.id, status__in=["draft", "asked"]).order_by("id"):
        await events.move(change, "campaign ended", by)
        await audit.record("change lapsed", f"campaign_change:{change.id}", by)


async def write_message(campaign: Campaign, cause: str, text: str, by: Actor, *, public: bool = False) -> None:
    """Keep what was written with a move. The text stays here: audit and events carry ids only."""
    if not text.strip():
        raise Refused("Enter a message that says why.", rule="message")
    await CampaignMessage.create(
        campaign_id=campaign.id, cause=cause, text=text.strip(), public=public, by_id=by.person_id, at=business_now()
    )


def refuse_after_deadline(campaign: Campaign) -> None:
    """At its deadline a live campaign closes; nobody changes its end any more."""
    if campaign.status == Status.LIVE and campaign.deadline_at and campaign.deadline_at <= business_now():
        raise Refused("The deadline has passed: the campaign is closing.", rule="deadline")
    if campaign.status in (Status.SUCCESSFUL, Status.COLLECTING):
        raise Refused(
            "The target is met and its cards are charged, so it can’t be cancelled any more. An officer can hold the"
            " charging instead: nobody is charged while it is held.",
            rule="held instead",
        )
