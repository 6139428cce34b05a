"""Campaigns and residents' pledges for tests, made by the services themselves, and a resident at a browser."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import count
from typing import Final

from crowdfund_kent import audit
from crowdfund_kent.clock import business_now, day_ends, london_day
from crowdfund_kent.models import Outbox
from crowdfund_kent.references import new_reference, new_token
from payments.gateway import Gateway
from payments.models import CardPage, SavedCard
from payments.provider import use_gateway
from pledges import pledging
from pledges.backers import fair_counts
from pledges.kinds import BackerKind
from pledges.models import Funder, MatchFund, MatchPledge, Pledge
from pledges.states import Match
from projects.models import Campaign, Group, Member, Project, ProjectVersion
from projects.states import Campaign as CampaignStatus
from tests.client import Page, SiteClient
from tests.lived import lived
from tests.sandbox import World

VISA: Final = "4242424242424242"
_numbers = count(1)


async def campaign(
    status: CampaignStatus = CampaignStatus.LIVE,
    *,
    target_pence: int = 100_000,
    days: int = 40,
    deadline_at: datetime | None = None,
    owner_id: int | None = None,
    title: str = "",
) -> Campaign:
    """A campaign with its group and frozen words, `status` from the start. The last day is `days` from today."""
    number, now = f"{new_token()[:6].lower()}-{next(_numbers)}", business_now()
    words = title or f"Steps to the pool {number}"
    group = await Group.create(
        slug=f"swimmers-{number}", name="Walpole Bay Swimmers", legal_form="unincorporated group", created_at=now
    )
    if owner_id is not None:
        await Member.create(group_id=group.id, person_id=owner_id, role="owner", created_at=now)
    project = await Project.create(group_id=group.id, slug=f"pool-{number}", title=words, created_at=now)
    version = await ProjectVersion.create(
        project_id=project.id,
        number=1,
        content={
            "title": words,
            "summary": "New steps, so that everybody can reach the water.",
            "district_code": "E07000114",
        },
        cost_pence=target_pence,
        revenue_pence=0,
        other_funding_pence=0,
        in_kind_pence=0,
        project_value_pence=target_pence,
        target_pence=target_pence,
        frozen_at=now,
    )
    last_day = london_day(now) + timedelta(days=days)
    made = await Campaign.create(
        status=status,
        project_id=project.id,
        version_id=version.id,
        last_day=last_day,
        deadline_at=deadline_at or day_ends(last_day),
        target_pence=target_pence,
        threshold_bp=9000,
        if_too_much="A handrail on the second flight.",
        opened_at=now,
        created_at=now,
    )
    await lived(made)
    return made


async def slug_of(made: Campaign) -> str:
    """The project's part of the address."""
    return (await Project.get(id=made.project_id)).slug


def answers(
    amount_pence: int = 2000, *, email: str = "", name: str = "Kim Reed", shown: bool = False, cover: bool = False
) -> pledging.Answers:
    """What a resident answers; an address of their own unless given."""
    return pledging.Answers(
        amount_pence, email or f"backer{next(_numbers)}@example.org", name, shown, BackerKind.PERSON, cover
    )


async def pledge(
    made: Campaign,
    amount_pence: int = 2000,
    *,
    active: bool = True,
    email: str = "",
    fingerprint: str | None = None,
    saved_at: datetime | None = None,
    cover: bool = False,
) -> Pledge:
    """A pledge as the services leave it; `active` with a saved card, each its own unless `fingerprint` is given."""
    begun = await pledging.begin(made.id, new_token(), answers(amount_pence, email=email, cover=cover), audit.BACKER)
    if not active:
        return begun
    await SavedCard.create(
        pledge_id=begun.id, customer=f"cus_{begun.id}", payment_method=f"pm_{begun.id}", created_at=business_now()
    )
    card = pledging.Card("visa", "4242", fingerprint or f"print-{begun.id}")
    return await pledging.card_saved(begun.id, card, saved_at or business_now(), audit.BACKER)


async def match(campaign: Campaign, amount_pence: int, status: Match, *, accepted: bool = False) -> MatchPledge:
    """A match pledge as a row: what the pot does about it is told elsewhere."""
    name = new_reference("F").lower()
    funder = await Funder.create(slug=name, name="Kent County Council", short_name="KCC")
    today = business_now().date()
    fund = await MatchFund.create(
        funder_id=funder.id,
        slug=name,
        name="Fund",
        objective_list="ours",
        starts_on=today,
        ends_on=today,
        created_at=business_now(),
    )
    made = await MatchPledge.create(
        status=status,
        campaign_id=campaign.id,
        fund_id=fund.id,
        reference=new_reference("M"),
        amount_pence=amount_pence,
        terms={},
        accepted_at=business_now() if accepted else None,
        created_at=business_now(),
    )
    await lived(made, amount_pence)
    return made


async def mails(to: str) -> list[dict[str, str]]:
    """What was sent to this address, oldest first: subject and text."""
    rows = await Outbox.filter(kind="email").order_by("id")
    return [row.body for row in rows if row.body["to"] == to]


def address_in(text: str) -> str:
    """The private page that a mail names, as a path."""
    found = re.search(r"http://testserver(/pledges/P-\w{4}-\w{4}/\w+)", text)
    assert found, text
    return found[1]


@contextmanager
def at(gateway: Gateway) -> Iterator[None]:
    """Everything inside talks to this account at the provider."""
    with use_gateway(gateway):
        yield


class Resident:
    """Somebody with a browser and a card."""

    def __init__(self, client: SiteClient, world: World, slug: str) -> None:
        self.client = client
        self.world = world
        self.start = f"/projects/{slug}/pledge"

    async def to_check(
        self, amount: str = "20", *, email: str = "kim@example.org", name: str = "Kim Reed", shown: bool = False
    ) -> Page:
        """From the first question to the answers to check."""
        page = await self.client.get(self.start)
        first = f"{self.start}/you"
        page = await page.submit({"other": amount}, to=re.compile(f"{re.escape(self.start)}/(you|check)"))
        if page.path != first:
            page = await self.client.get(first)
        return await page.submit(
            {"email": email, "name": name, "name_shown": shown, "kind": "person"}, to=f"{self.start}/check"
        )

    async def to_card_page(self, check: Page) -> str:
        """Agree; the address of the provider's page."""
        return await check.leave(to=re.compile(re.escape(self.world.url) + r"/c/pay/cs_.*"))

    async def give_card(self, url: str, number: str = VISA) -> str | None:
        """Fill in the provider's page; where it sends the browser, as a path, or None when it shows an error."""
        back = await self.world.control.fill_card_page(url, number)
        return back.removeprefix("http://testserver") if back else None

    async def pledge(self, amount: str = "20", **answers: str) -> Page:
        """The whole way, with a card that works. The page at its end."""
        url = await self.to_card_page(await self.to_check(amount, **answers))  # type: ignore[arg-type]
        back = await self.give_card(url)
        assert back is not None
        return await self.client.get(back)


async def newest_page(made: Pledge) -> CardPage:
    """The last card page of a pledge."""
    pages = await CardPage.filter(pledge_id=made.id).order_by("-number")
    return pages[0]


async def fair_count(campaign_id: int) -> int:
    """Backers of one campaign (ruling 10)."""
    return (await fair_counts([campaign_id]))[campaign_id]
