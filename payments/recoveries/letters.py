"""Asking unspent match back, thanking for it, and saying what will not be paid: by e-mail to each owner, else a letter."""

from typing import Any

from crowdfund_kent import mail
from crowdfund_kent.settings import get_settings
from payments.recoveries.models import Recovery, Shortening
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


async def let_go(match: MatchPledge, made: Shortening) -> None:
    """What will not be paid of a match, and why: after two people decided it."""
    await _write("let_go", match.id, f"match_shortening:{made.id}:let_go", made=made)


async def _tell(name: str, found: Recovery, about: str, **context: Any) -> None:
    key = f"match_recovery:{found.id}:{name}:{about}"
    await _write(name, found.match_pledge_id, key, recovery=found, **context)


async def _write(name: str, match_id: int, key: str, **context: Any) -> None:
    match = await MatchPledge.get(id=match_id).select_related("fund__funder", *WITH)
    group = project_of(match).group
    written = mail.write(
        f"payments/{name}.txt",
        officer=await officer_of(group.id),
        group=group,
        match=match,
        title=title_for(match),
        page=f"{get_settings().site_url}/groups/{group.slug}/council-money",
        **context,
    )
    await to_owners(group.id, f"payments/{name}", written, key)
