"""E-mails about cases: rows in the outbox, in the caller's transaction, each once."""

from collections.abc import Iterable
from typing import Any

from crowdfund_kent import mail, outbox
from crowdfund_kent.accounts.contacts import named_officer, office
from crowdfund_kent.accounts.queries import people_by_id
from crowdfund_kent.cases import links
from crowdfund_kent.cases.kinds import ABOUT, Kind
from crowdfund_kent.cases.models import Case, CaseEvent


async def tell(name: str, case: Case, officer_id: int | None = None, **more: Any) -> None:
    """templates/emails/cases/<name>.txt to whoever asked, once for the newest event; nothing without an address."""
    if not case.email:
        return
    officer = await named_officer(officer_id)
    last = await CaseEvent.filter(subject_id=case.id).order_by("-id").first()
    written = mail.write(
        f"cases/{name}.txt",
        case=case,
        about=ABOUT[Kind(case.kind)],
        private_link=await links.private_link(case),
        signed=(await signatures([officer_id]))[officer_id],
        officer=officer if officer != office() else None,  # the footer names the office by itself
        **more,
    )
    await outbox.email(
        f"cases/{name}",
        to=case.email,
        subject=written.subject,
        text=written.text,
        unique_key=f"care_case:{case.id}:{last.id if last else 0}:{name}",
    )


async def signatures(person_ids: Iterable[int | None]) -> dict[int | None, str]:
    """The names under answers, by who wrote them; the office's where somebody gave none."""
    wanted = set(person_ids)
    people = await people_by_id(wanted)
    names = {one: people[one].name if one in people else "" for one in wanted}
    return {one: name or office().name for one, name in names.items()}
