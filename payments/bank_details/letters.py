"""What all owners of a group are told about its bank details: an e-mail each, and a letter where we can. Never the account."""

from typing import Any, Final

from crowdfund_kent import mail
from crowdfund_kent.settings import get_settings
from payments.bank_details.models import BankDetails
from projects.letters import to_owners, to_post_too
from projects.models import Group
from projects.queries import officer_of

BY_POST_TOO: Final = frozenset({"asked", "approved"})  # whoever reads an owner's e-mail does not read their post


async def to_all_owners(name: str, details: BankDetails, **context: Any) -> None:
    """templates/emails/payments/bank_details_<name>.txt, once for the event."""
    group = await Group.get(id=details.group_id)
    written = mail.write(
        f"payments/bank_details_{name}.txt",
        officer=await officer_of(group.id),
        group=group,
        details=details,
        page=f"{get_settings().site_url}/groups/{group.slug}/council-money",
        **context,
    )
    event = await details.Event.filter(subject_id=details.id).order_by("-id").first()
    assert event is not None
    key = f"bank_details:{details.id}:{event.id}:{name}"
    await to_owners(group.id, f"payments/bank_details_{name}", written, key)
    if name in BY_POST_TOO:
        await to_post_too(group.id, f"payments/bank_details_{name}", written, key)
