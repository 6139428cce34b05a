"""What owners are told about the subsidy check of a match: an e-mail, or a letter to those without."""

from crowdfund_kent import mail
from crowdfund_kent.settings import get_settings
from payments.subsidy.models import SubsidyCheck
from payments.subsidy.rules import rule_set
from pledges.models import MatchPledge
from pledges.recipients import WITH, project_of, title_for
from projects.letters import to_owners
from projects.queries import officer_of


async def tell_owners(name: str, found: SubsidyCheck) -> None:
    """templates/emails/payments/subsidy_<name>.txt, once for the event."""
    match = await MatchPledge.get(id=found.match_pledge_id).select_related("fund__funder", *WITH)
    group = project_of(match).group
    written = mail.write(
        f"payments/subsidy_{name}.txt",
        officer=await officer_of(group.id),
        group=group,
        match=match,
        title=title_for(match),
        rules=rule_set(found.rule_set),
        page=f"{get_settings().site_url}/groups/{group.slug}/council-money",
    )
    event = await found.Event.filter(subject_id=found.id).order_by("-id").first()
    assert event is not None
    await to_owners(group.id, f"payments/subsidy_{name}", written, f"subsidy_check:{found.id}:{event.id}")
