"""Asking unspent match back, and thanking for it: an e-mail to each owner, a letter to those without."""

from typing import Any

from crowdfund_kent import mail
from crowdfund_kent.settings import get_settings
from payments.recoveries.models import Recovery
from pledges.models import MatchPledge
from pledges.recipients import WITH, project_of, title_for
from projects.letters import to_owners
from projects.queries import officer_of


async def ask_back(found: Recovery) -> None:
    """How much, why, and under which reference it is to come."""
    await _tell("ask_back", found, "asked")


async def thank(found: Recovery, pence: int) -> None:
    """It came, all or in part."""
    await _tell("came_back", found, str(found.came_pence), came_pence=pence)


async def _tell(name: str, found: Recovery, about: str, **context: Any) -> None:
    match = await MatchPledge.get(id=found.match_pledge_id).select_related("fund__funder", *WITH)
    group = project_of(match).group
    written = mail.write(
        f"payments/{name}.txt",
        officer=await officer_of(group.id),
        group=group,
        match=match,
        recovery=found,
        title=title_for(match),
        page=f"{get_settings().site_url}/groups/{group.slug}/council-money",
        **context,
    )
    await to_owners(group.id, f"payments/{name}", written, f"match_recovery:{found.id}:{name}:{about}")
