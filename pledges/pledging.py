"""What happens to a resident's pledge before its campaign is decided: begun, counted, changed, let go.

Each function works in the caller's transaction or opens its own. Lock order: campaign, then pledge.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from tortoise.exceptions import IntegrityError

from crowdfund_kent import audit, events, ledger, outbox
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now
from crowdfund_kent.database import execute, fetch, transaction
from crowdfund_kent.errors import Conflict, NotFound, Refused
from crowdfund_kent.money import pounds
from crowdfund_kent.references import email_key, new_reference, plain_email
from crowdfund_kent.settings import get_settings
from pledges import accounts, letters, links, rules
from pledges.backers import card_key
from pledges.cover import cover_taken
from pledges.gifts.rules import plain_name
from pledges.kinds import BackerKind
from pledges.models import Pledge
from pledges.states import Pledge as Status
from projects.models import Campaign, CampaignChange
from projects.states import Change as ChangeStatus

_TRIES: Final = 3
USED_OFTEN: Final = "card used often"
CLOSED_TO_CHANGES: Final = (
    "The last day of this campaign is over, so your pledge can't be changed or cancelled any more."
)


@dataclass(frozen=True, slots=True)
class Answers:
    """What a resident answered on the way to a pledge. `cover`: they add the card cost (ruling 9)."""

    amount_pence: int
    email: str
    name: str
    name_shown: bool
    backer_kind: str = BackerKind.PERSON
    cover: bool = False
    dedication: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """A saved card, as far as a pledge remembers it. `fingerprint` is the provider's, of the number."""

    brand: str
    last4: str
    fingerprint: str | None


async def lock_campaign(campaign_id: int) -> Campaign:
    """The campaign, kept from closing until the caller's transaction ends; other pledges go on beside it."""
    if not await execute("SELECT 1 FROM campaign WHERE id = $1 FOR SHARE", campaign_id):
        raise NotFound
    return await Campaign.get(id=campaign_id)


async def lock(pledge_id: int) -> Pledge:
    """The pledge as it is now, locked until the caller's transaction ends. Lock its campaign first."""
    return await Pledge.filter(id=pledge_id).select_for_update().get()


async def begin(campaign_id: int, form_key: str, answers: Answers, by: Actor) -> Pledge:
    """A pending pledge, which counts once its card is saved; the one made with this form key before, if there is one.

    A pending one takes over the new answers. One that has moved on comes back as it is: look at its status.
    Raises Refused when the campaign takes no pledge now or the amount is out of bounds.
    """
    async with transaction():
        campaign = await lock_campaign(campaign_id)
        refused = rules.why_no_pledge(campaign.status, campaign.deadline_at, business_now())
        if refused:
            raise Refused(refused, rule="campaign takes pledges")
        _check_amount(answers.amount_pence)
        for _ in range(_TRIES):
            pledge = await Pledge.filter(form_key=form_key).select_for_update().first()
            if pledge is not None:
                return await _answer_again(pledge, campaign, answers, by)
            try:
                return await _create(campaign, form_key, answers, by)
            except IntegrityError:
                continue  # the same form, sent twice at once: the other one is there now
    raise Conflict("Your pledge could not be started. Go back and send it again: nothing was taken.")


async def _create(campaign: Campaign, form_key: str, answers: Answers, by: Actor) -> Pledge:
    async with transaction():
        reference = new_reference("P")
        pledge = await Pledge.create(
            status=Status.PENDING,
            campaign_id=campaign.id,
            reference=reference,
            form_key=form_key,
            token_hash=links.PAGES.hash_of(reference),
            amount_pence=answers.amount_pence,
            cover_pence=cover_taken(campaign.card_cost_borne_by, answers.amount_pence, answers.cover),
            backer_kind=answers.backer_kind,
            email=answers.email,
            email_key=email_key(answers.email),
            name=answers.name,
            name_shown=answers.name_shown,
            dedication=answers.dedication,
            runs_campaign=await runs(campaign, answers.email),
            created_at=business_now(),
        )
        await events.begin(pledge, by, amount_pence=pledge.amount_pence, effective_at=pledge.created_at)
        await audit.record("pledge begun", f"pledge:{pledge.id}", by, amount_pence=pledge.amount_pence)
    return pledge


async def _answer_again(pledge: Pledge, campaign: Campaign, answers: Answers, by: Actor) -> Pledge:
    if pledge.campaign_id != campaign.id:
        raise Conflict("This page belongs to another project. Start again from the project's page.")
    if pledge.status != Status.PENDING or answers_of(pledge) == answers:
        return pledge
    if pledge.amount_pence != answers.amount_pence:
        await events.note(pledge, "amount changed", by, amount_pence=answers.amount_pence)
        await audit.record("pledge changed", f"pledge:{pledge.id}", by, amount_pence=answers.amount_pence)
    pledge.amount_pence = answers.amount_pence
    pledge.cover_pence = cover_taken(campaign.card_cost_borne_by, answers.amount_pence, answers.cover)
    pledge.email = answers.email
    pledge.email_key = email_key(answers.email)
    pledge.name = answers.name
    pledge.name_shown = answers.name_shown
    pledge.dedication = answers.dedication
    pledge.backer_kind = answers.backer_kind
    pledge.runs_campaign = await runs(campaign, answers.email)
    await pledge.save()
    return pledge


def answers_of(pledge: Pledge) -> Answers:
    """What the pledge was made with."""
    return Answers(
        pledge.amount_pence,
        pledge.email or "",
        pledge.name,
        pledge.name_shown,
        pledge.backer_kind,
        pledge.cover_pence > 0,
        pledge.dedication,
    )


def _check_amount(pence: int) -> None:
    settings = get_settings()
    least, most = settings.least_pledge_pence, settings.most_pledge_pence
    if not least <= pence <= most:
        raise Refused(f"Enter an amount from {pounds(least)} to {pounds(most)}.", rule="ruling 16")


async def runs(campaign: Campaign, email: str, name: str = "") -> bool:
    """Whether this is the address of somebody who runs the campaign: they may give, but are no backer (ruling 10).

    `name`: of somebody who gave by hand, perhaps without an address. The name of a member is taken for the member.
    """
    rows = await fetch(
        "SELECT n.email, n.name FROM group_member m JOIN project p ON p.group_id = m.group_id JOIN person n ON n.id = m.person_id"
        " WHERE p.id = $1 AND m.ended_at IS NULL",
        campaign.project_id,
    )
    if email and plain_email(email) in {plain_email(row["email"]) for row in rows if row["email"]}:
        return True
    plain = plain_name(name)
    return bool(plain) and plain in {plain_name(row["name"]) for row in rows}


async def card_saved(pledge_id: int, card: Card, saved_at: datetime, by: Actor) -> Pledge:
    """The provider says that the card of this pledge is saved, since `saved_at`. Does its work once, whoever calls.

    A pending pledge becomes active, is promised in the ledger and gets its receipt; or expires when the card came too
    late. A pledge that moved on before stays as it is. Look at the status of what comes back.
    """
    async with transaction():
        found = await Pledge.get(id=pledge_id)
        campaign = await lock_campaign(found.campaign_id)
        pledge = await lock(pledge_id)
        if pledge.status != Status.PENDING:
            return pledge
        if not rules.card_counts(campaign.status, campaign.deadline_at, saved_at):
            await expire(pledge, by)
            await letters.send("too_late", pledge, f"pledge-too-late-{pledge.id}")
            return pledge
        if await _is_worn(pledge, card):
            await events.move(pledge, USED_OFTEN, by, amount_pence=pledge.amount_pence)
            await audit.record("pledge expired", f"pledge:{pledge.id}", by)
            pledge.card_last4 = card.last4[:4] or None  # for the mail: the pledge itself keeps nothing of this card
            await letters.send("card_used_often", pledge, f"pledge-card-used-often-{pledge.id}")
            return pledge
        # the provider's clock counts whole seconds and may run behind ours: a pledge is not active before it is begun,
        # or figures that order its history by time would take it for pending
        since = max(saved_at, pledge.created_at)
        await events.move(
            pledge,
            "card saved",
            by,
            amount_pence=pledge.amount_pence,
            effective_at=since,
            activated_at=saved_at,
            **_card_columns(card),
        )
        await ledger.post(
            "promise made", f"pledge:{pledge.id}", _promised(pledge, pledge.amount_pence), effective_at=since
        )
        await audit.record("pledge active", f"pledge:{pledge.id}", by, amount_pence=pledge.amount_pence)
        await letters.send("receipt", pledge, f"pledge-receipt-{pledge.id}")
        await _tell_of_changes(pledge)
    return pledge


async def _is_worn(pledge: Pledge, card: Card) -> bool:
    """Whether this card has made as many pledges count within a day as one card may, whoever they are said to be of."""
    most = get_settings().one_card_pledges
    if not most or not card.fingerprint:
        return False
    since = business_now() - timedelta(days=1)
    made = Pledge.filter(card_key=card_key(card.fingerprint), activated_at__gt=since).exclude(id=pledge.id)
    return await made.count() >= most


async def _tell_of_changes(pledge: Pledge) -> None:
    """Its campaign changed while the card was being saved: the backer is told like everybody who pledged before."""
    changes = CampaignChange.filter(
        campaign_id=pledge.campaign_id, status=ChangeStatus.AGREED, answered_at__gt=pledge.created_at
    )
    for change in await changes.order_by("id"):
        await outbox.job("campaign_changed", change.id)


def _card_columns(card: Card) -> dict[str, str | None]:
    key = card_key(card.fingerprint) if card.fingerprint else None
    return {"card_key": key, "card_brand": card.brand[:24] or None, "card_last4": card.last4[:4] or None}


def _promised(pledge: Pledge, pence: int) -> list[ledger.Line]:
    return [(accounts.pledged(pledge.campaign_id), pence), (accounts.backers(), -pence)]


async def end_promise(pledge: Pledge, effective_at: datetime | None = None) -> None:
    """Take the pledge out of the promises: it was cancelled, released, collected or dropped. Once a pledge."""
    await ledger.post("promise ended", f"pledge:{pledge.id}", _promised(pledge, -pledge.amount_pence), effective_at)


async def expire(pledge: Pledge, by: Actor) -> None:
    """A pending pledge whose card never came, or came too late. Call under its lock."""
    await events.move(pledge, "card page expired", by, amount_pence=pledge.amount_pence)
    await audit.record("pledge expired", f"pledge:{pledge.id}", by)


async def new_card(pledge: Pledge, card: Card, by: Actor) -> None:
    """Another card takes the place of the one before. Call under the pledge's lock."""
    for column, value in _card_columns(card).items():
        setattr(pledge, column, value)
    await pledge.save()
    event_id = await events.note(pledge, "new card", by, amount_pence=pledge.amount_pence)
    await audit.record("pledge has a new card", f"pledge:{pledge.id}", by)
    await letters.send("new_card", pledge, f"pledge-new-card-{event_id}")


async def change(pledge_id: int, by: Actor, *, amount_pence: int, cover: bool | None = None) -> Pledge:
    """Another amount, up or down, until the deadline and without a reason. Raises Refused.

    `cover`: whether the backer adds the card cost; it follows the amount. None leaves the choice as it was.
    """
    async with transaction():
        pledge = await _lock_changeable(pledge_id)
        _check_amount(amount_pence)
        borne_by = (await Campaign.get(id=pledge.campaign_id)).card_cost_borne_by
        cover_pence = cover_taken(borne_by, amount_pence, pledge.cover_pence > 0 if cover is None else cover)
        more = amount_pence - pledge.amount_pence
        if not more and cover_pence == pledge.cover_pence:
            return pledge
        cause = "amount changed" if more else "cover changed"
        event_id = await events.note(pledge, cause, by, amount_pence=amount_pence)
        if more:
            await ledger.post("promise changed", f"pledge_event:{event_id}", _promised(pledge, more))
        await audit.record(
            "pledge changed", f"pledge:{pledge.id}", by, amount_pence=amount_pence, cover_pence=cover_pence
        )
        had_cover = pledge.cover_pence > 0
        pledge.amount_pence, pledge.cover_pence = amount_pence, cover_pence
        await pledge.save(update_fields=["amount_pence", "cover_pence"])
        await letters.send("changed", pledge, f"pledge-changed-{event_id}", had_cover=had_cover)
    return pledge


async def show_as(pledge_id: int, by: Actor, *, name: str, name_shown: bool, dedication: str) -> Pledge:
    """What the public page shows of a pledge besides money: a name or none, and a dedication. At any time.

    A dedication that an officer has hidden may be written anew; an officer looks at it before it is shown.
    """
    async with transaction():
        pledge = await lock(pledge_id)
        await Pledge.filter(id=pledge.id).update(name=name, name_shown=name_shown, dedication=dedication)
        await audit.record("pledge shown otherwise", f"pledge:{pledge.id}", by, name_shown=name_shown)
        return await Pledge.get(id=pledge.id)


async def cancel(pledge_id: int, by: Actor) -> Pledge:
    """The backer takes the pledge back, until the deadline and without a reason. Raises Refused; twice is no error."""
    async with transaction():
        pledge = await Pledge.get(id=pledge_id)
        if pledge.status == Status.CANCELLED:
            return pledge
        pledge = await _lock_changeable(pledge_id)
        await events.move(pledge, "cancelled by backer", by, amount_pence=pledge.amount_pence)
        await end_promise(pledge)
        await audit.record("pledge cancelled", f"pledge:{pledge.id}", by, amount_pence=pledge.amount_pence)
        await letters.send("cancelled", pledge, f"pledge-cancelled-{pledge.id}")
    return pledge


async def _lock_changeable(pledge_id: int) -> Pledge:
    found = await Pledge.get(id=pledge_id)
    campaign = await lock_campaign(found.campaign_id)
    pledge = await lock(pledge_id)
    if not rules.may_change(campaign.status, campaign.deadline_at, business_now()):
        raise Refused(CLOSED_TO_CHANGES, rule="until the deadline")
    if pledge.status != Status.ACTIVE:
        raise Refused("This pledge is not active, so there is nothing to change or cancel.", rule="active pledge")
    return pledge
