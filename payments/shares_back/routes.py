"""Officers' pages of shares that go back: what is due, a decision with its progress, and shares given by hand."""

from functools import partial
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent.accounts import sessions
from crowdfund_kent.accounts.access import page, path_choice, path_id
from crowdfund_kent.accounts.queries import names_of
from crowdfund_kent.accounts.second_person import allowed
from crowdfund_kent.answering import done, tried
from crowdfund_kent.errors import NotFound
from crowdfund_kent.money import pounds_exact
from crowdfund_kent.templating import plural, render
from payments.match_payments.pages import BOTH, OFFICERS, READ, Act, ask_first
from payments.shares_back import giving, queries, services
from payments.shares_back.forms import GivenForm
from payments.shares_back.models import ShareBack, SharesBack
from payments.shares_back.states import Giving
from pledges.models import OfflineGift
from projects.models import Campaign

LIST: Final = "/staff/shares-back"
ONE: Final = "/staff/share-back"
MOST: Final = 200
BEFORE_RULE: Final = (
    "Each backer by card gets it on that card, out of the group’s account: where that can’t give it, the share waits. Of a"
    " payment of which nearly all goes back, the programme bears the card cost, which never reached the group. Who gave by"
    " hand gets it from the group. Whoever wished that the group keeps their gift is not asked to take it."
)


async def _card_costs(campaign_id: int) -> int:
    return await queries.card_costs(await queries.due(campaign_id))


async def _titles(campaign_ids: list[int]) -> dict[int, tuple[str, str]]:
    """Campaign id -> what it is called, and its group."""
    rows = await Campaign.filter(id__in=campaign_ids).select_related("project__group")
    return {row.id: (row.project.title, row.project.group.name) for row in rows}


async def _listing(request: Request) -> Response:
    due, by = await queries.campaigns_due(), request.state.actor
    proposals = await SharesBack.filter(status=Giving.PROPOSED).order_by("id")
    agreed = await SharesBack.filter(status=Giving.AGREED).order_by("-id").limit(MOST)
    waiting = {one.campaign_id for one in proposals}
    names = await names_of([one.proposed_by_id for one in proposals])
    context = {
        "due": [one for one in due if one.campaign_id not in waiting],
        "proposals": proposals,
        "agreed": [queries.progress(one, await queries.standings(one.id)) for one in agreed],
        "titles": await _titles(
            [*(one.campaign_id for one in due), *(one.campaign_id for one in (*proposals, *agreed))]
        ),
        "names": names,
        "proposes": [one.campaign_id for one in due if await allowed(services.refuse_proposer(one.campaign_id, by))],
        "path": LIST,
        "done": await sessions.take_flash(request),
    }
    return render(request, "payments/shares/list.html", context)


async def _propose(request: Request) -> Response:
    """GET and POST: all that is due of one campaign."""
    campaign_id = path_id(request)
    found = next((one for one in await queries.campaigns_due() if one.campaign_id == campaign_id), None)
    if found is None:
        raise NotFound
    title, group = (await _titles([campaign_id]))[campaign_id]
    act = Act(
        f"Give shares of “{title}” back",
        f"Nothing moves before a finance approver has agreed. {BEFORE_RULE}",
        "Propose it",
        "Proposed. A finance approver who is another person decides",
        lambda why: services.propose(campaign_id, why, request.state.actor),
        "Why is it right now? Two people and the auditors read this.",
        rows=(
            ("Group", group),
            ("Backers by card", plural(found.by_card, "share")),
            ("Givers by hand", plural(found.by_hand, "share")),
            ("Together", pounds_exact(found.amount_pence)),
            ("Of it card costs that the programme bears", pounds_exact(await _card_costs(campaign_id))),
        ),
    )
    return await ask_first(request, act, LIST)


async def _of(request: Request) -> SharesBack:
    found = await SharesBack.get_or_none(id=path_id(request))
    if found is None:
        raise NotFound
    return found


async def _one(request: Request) -> Response:
    found, by = await _of(request), request.state.actor
    rows, mine = await queries.standings(found.id), await giving.may(found.campaign_id, by)
    names = await names_of([found.proposed_by_id, found.decided_by_id])
    title, group = (await _titles([found.campaign_id]))[found.campaign_id]
    context = {
        "found": found,
        "title": title,
        "group": group,
        "rows": rows,
        "progress": queries.progress(found, rows),
        "names": names,
        "may_decide": await allowed(services.refuse_decider(found, await queries.due(found.campaign_id), by)),
        "mine": found.proposed_by_id == by.person_id,
        "acts": {row.row.id: mine.acts(row.row, row.row.share.gift) for row in rows if row.row.share.gift},
        "path": f"{LIST}/{found.id}",
        "share_path": ONE,
        "done": await sessions.take_flash(request),
    }
    return render(request, "payments/shares/one.html", context)


async def _act(request: Request) -> Response:
    found, by = await _of(request), request.state.actor
    rows = (
        ("Shares", str(found.shares)),
        ("Together", pounds_exact(found.amount_pence)),
        ("Of it card costs that the programme bears", pounds_exact(await _card_costs(found.campaign_id))),
        ("Reason", found.why),
    )
    acts = {
        "agree": Act(
            "Agree to give these shares back",
            f"It begins now and can’t be taken back. {BEFORE_RULE}",
            "Agree",
            "Agreed. The shares are on their way",
            lambda _why: services.agree(found.id, by),
            warning=True,
            rows=rows,
        ),
        "refuse": Act(
            "Refuse to give these shares back",
            "Nothing goes back now. It can be proposed again.",
            "Refuse",
            "Refused. Nothing goes back now",
            lambda _why: services.refuse(found.id, by),
            rows=rows,
        ),
        "withdraw": Act(
            "Take the proposal back",
            "Nothing goes back now. It can be proposed again.",
            "Take back",
            "Taken back",
            lambda _why: services.withdraw(found.id, by),
            rows=rows,
        ),
    }
    return await ask_first(request, path_choice(request, acts), f"{LIST}/{found.id}")


async def share_by_hand(request: Request) -> tuple[ShareBack, OfflineGift]:
    """The share of the path, of cash or a cheque; NotFound for another."""
    row = await ShareBack.get_or_none(id=path_id(request)).select_related("share__gift", "giving")
    if row is None or row.share.gift is None:
        raise NotFound
    return row, row.share.gift


async def given_page(request: Request, row: ShareBack, gift: OfflineGift, back: str) -> Response:
    """GET and POST: the giver has it. Officers and the group send the same form."""
    form = await GivenForm.of(request)
    if request.method == "POST" and form.validate():
        work = partial(giving.enter, row.id, form.how.data, form.proof.data, request.state.actor)
        if await tried(form, work):
            return await done(request, back, "Entered. Somebody else, who has seen the proof, confirms it")
    context = {"form": form, "row": row, "gift": gift, "back": back}
    return render(request, "payments/shares/given.html", context, form.response_status)


async def _given(request: Request) -> Response:
    row, gift = await share_by_hand(request)
    return await given_page(request, row, gift, f"{LIST}/{row.giving_id}")


async def _act_share(request: Request) -> Response:
    (row, gift), by = await share_by_hand(request), request.state.actor
    rows = [("Receipt", gift.reference), ("Share", pounds_exact(row.amount_pence))]
    if row.how:
        rows += [("How", row.how.capitalize()), ("Proof", row.proof)]
    acts = {
        "confirm": Act(
            "Confirm that this share was given",
            "You have seen the signature or the number of the cheque.",
            "Confirm",
            "Confirmed: the giver has it",
            lambda _why: giving.confirm(row.id, by),
            rows=rows,
        ),
        "withdraw": Act(
            "This share was not given after all",
            "It is to be given again.",
            "It was not given",
            "It is to be given again",
            lambda _why: giving.withdraw(row.id, by),
            rows=rows,
        ),
        "asked-for": Act(
            "The giver wants this share after all",
            "They had wished that the group keeps it. From now on the group owes it to them.",
            "They want it",
            "It is to be given",
            lambda _why: giving.ask_for(row.id, by),
            rows=rows,
        ),
    }
    return await ask_first(request, path_choice(request, acts), f"{LIST}/{row.giving_id}")


ROUTES: Final[list[Route]] = [
    page(LIST, _listing, READ, name="shares_back"),
    page(f"{LIST}/campaigns/{{id}}/propose", _propose, OFFICERS, name="shares_back_propose", methods=BOTH),
    page(f"{LIST}/{{id}}", _one, READ, name="shares_back_one"),
    page(f"{LIST}/{{id}}/{{act}}", _act, READ, name="shares_back_act", methods=BOTH),
    page(f"{ONE}/{{id}}/given", _given, READ, name="share_back_given", methods=BOTH),
    page(f"{ONE}/{{id}}/{{act}}", _act_share, READ, name="share_back_act", methods=BOTH),
]
