"""What a group sees of its campaign once it is public: how it stands, what to do next, and links to further pages.

A route module, so that it may ask pledges; the page itself is in campaign.py.
"""

from typing import Any, Final, NamedTuple

from crowdfund_kent.money import pounds
from crowdfund_kent.templating import short_day
from pledges.agreeing import may_be_charged_pence
from pledges.dashboard import Condition, Dashboard, Day, dashboard_of, days_left
from pledges.matches import bar_matches
from pledges.totals import bar_of
from projects import raised
from projects.models import Campaign
from projects.next_things import Standing, next_things
from projects.routes.common import Here
from projects.states import PUBLIC
from projects.states import Campaign as Status

RUNNING: Final = frozenset({Status.LIVE, Status.SUSPENDED})
MET: Final = frozenset({Status.SUCCESSFUL, Status.COLLECTING, Status.SETTLED})


class DashboardLink(NamedTuple):
    """A further page of the group's project: its words, what follows the project's path, and when it is shown."""

    words: str
    suffix: str  # "/updates"; one that begins with "//" is the public page's: "//spread"
    statuses: frozenset[Status]


LINKS: Final[tuple[DashboardLink, ...]] = (
    DashboardLink("Share it: links, QR code, poster", "//spread", RUNNING),
    DashboardLink("Which funds could add to it", "/funds", RUNNING),
    DashboardLink("Updates, questions and thanks", "/posts", PUBLIC),
    DashboardLink("Ask for a later last day, or another plan", "/changes", RUNNING),
    DashboardLink("How your project goes: begun, later, done", "/delivery", frozenset({Status.SETTLED})),
    DashboardLink("Cash and cheques", "/gifts", PUBLIC),
    DashboardLink("Help wanted: hours and things", "/help-wanted", RUNNING | MET),
)


def links_of(at: Here) -> list[tuple[str, str]]:
    """(words, address) of the pages that there are for a campaign in this state."""
    if at.campaign is None:
        return []
    return [(one.words, _address(at, one.suffix)) for one in LINKS if at.campaign.status in one.statuses]


def _address(at: Here, suffix: str) -> str:
    return f"/projects/{at.project.slug}{suffix[1:]}" if suffix.startswith("//") else f"{at.path}{suffix}"


async def board_of(at: Here) -> dict[str, Any] | None:
    """What live.html shows; None for a campaign that was never public."""
    campaign = at.campaign
    if campaign is None or campaign.status not in PUBLIC or campaign.opened_at is None:
        return None
    found = await dashboard_of(campaign)
    sums = found.totals
    left = days_left(campaign)
    return {
        "bar": bar_of(campaign.target_pence or 0, sums),
        "sums": sums,
        "matches": await bar_matches(campaign.id),
        "days_left": left,
        "chart": [_point(one) for one in found.days],
        "conditions": found.conditions,
        "places": found.places,
        "one_gives_much": found.one_gives_much and campaign.status in RUNNING,
        "links": links_of(at),
        "next_things": next_things(_standing(campaign, found, left), _pages(at)),
        "may_end_early": campaign.status == Status.LIVE
        and await may_be_charged_pence(campaign.id) >= (campaign.target_pence or 0),
    }


def _point(day: Day) -> dict[str, Any]:
    added = f" ({'+' if day.added_pence > 0 else '−'}{pounds(abs(day.added_pence))})" if day.added_pence else ""
    return {"words": short_day(day.day), "value": day.raised_pence, "shown": pounds(day.raised_pence) + added}


def _standing(campaign: Campaign, found: Dashboard, left: int | None) -> Standing:
    nearest = _nearest(found)
    return Standing(
        is_live=campaign.status == Status.LIVE,
        target_pence=campaign.target_pence or 0,
        raised_pence=found.totals.raised_pence,
        waiting_pence=found.totals.waiting_pence,
        backers=found.totals.backers,
        days_open=found.days_open,
        days_left=left,
        one_gives_much=found.one_gives_much,
        backers_missing=nearest.backers_missing if nearest else 0,
        pence_missing=nearest.pence_missing if nearest else 0,
        funder=nearest.funder if nearest else "",
    )


def _nearest(found: Dashboard) -> Condition | None:
    """The fund that can come in soonest, of those that can't yet."""
    waiting = [one for one in found.conditions if not one.is_met]
    return min(waiting, key=lambda one: (one.backers_missing, one.pence_missing), default=None)


def _pages(at: Here) -> dict[str, str]:
    """Where the things to do are done: of the pages that this site has."""
    known = {one.suffix: _address(at, one.suffix) for one in LINKS}
    return {"spread": known["//spread"], "updates": known["/posts"]}


async def offered_steps(at: Here) -> list[raised.NextStep]:
    """What other packages ask this person to do here, such as an offer to answer."""
    if at.campaign is None:
        return []
    return await raised.next_steps(at.campaign.id, at.member.person_id)
