"""Help that is asked for and offered, a dedication, and a refund that waits, and what an address that leads to each names."""

from crowdfund_kent import events
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now
from payments.models import RefundProposal
from payments.reconciling.models import Difference
from pledges import help_offers, pledging
from pledges.models import Pledge
from projects.kinds import HelpKind
from projects.models import Campaign, Project
from projects.services.help_wanted import ask_for_help

Places = dict[str, str]


async def build(live: Campaign, pledge: Pledge, by: Actor, officer: Actor) -> dict[str, Places]:
    """Route name -> what stands in the places of its path."""
    project = await Project.get(id=live.project_id).select_related("group")
    wanted = await ask_for_help(project.id, by, kind=HelpKind.HOURS, words="Digging", how_many=40)
    offers = []
    for name in ("first", "second"):
        given = help_offers.Offer(2, "Hal Helper", f"{name}@example.org", "With a spade.", "03069 990 203")
        offers.append(await help_offers.make(wanted.id, f"hostile {name}", given))
    waiting = await help_offers.confirm(offers[1].id)
    await pledging.show_as(pledge.id, by, name=pledge.name, name_shown=False, dedication="For Jean")
    proposal = await RefundProposal.create(
        status="proposed",
        pledge_id=pledge.id,
        amount_pence=pledge.charge_pence,
        why="They gave twice.",
        proposed_by_id=officer.person_id,
        proposed_at=business_now(),
    )
    await events.begin(proposal, officer, amount_pence=proposal.amount_pence)
    difference = await Difference.create(
        status="open",
        campaign_id=live.id,
        thing="charge",
        what="not here",
        subject="ch_hostile",
        theirs={"reference": "pi_1", "pence": 100, "counts": True, "word": "succeeded", "pledge": ""},
        found_at=business_now(),
        seen_at=business_now(),
    )
    await events.begin(difference, officer)
    own = {"group": project.group.slug, "project": project.slug}
    public = {"slug": project.slug, "id": str(wanted.id)}
    mine = {
        "reference": offers[0].reference,
        "token": help_offers.PAGES.token_of(offers[0].reference),
        "act": "confirm",
    }
    of_line, of_offer = own | {"id": str(wanted.id)}, own | {"id": str(waiting.id)}
    of_pledge, of_year = {"id": str(pledge.id)}, {"year": "tax-2020"}
    of_difference = {"id": str(difference.id)}
    of_refund = {"id": str(proposal.id), "act": "withdraw"}
    return {
        **dict.fromkeys(("help_offer", "help_sent"), public),
        **dict.fromkeys(("help_private", "help_act"), mine),
        **dict.fromkeys(("help_wanted", "help_wanted_add"), own),
        **dict.fromkeys(("help_wanted_change", "help_wanted_close"), of_line),
        **dict.fromkeys(("help_offer_accept", "help_offer_decline", "help_offer_given"), of_offer),
        **dict.fromkeys(("dedication_hide", "dedication_show"), of_pledge),
        **dict.fromkeys(("office_pledge", "office_propose_refund", "office_refund_again"), of_pledge),
        **dict.fromkeys(("office_refund", "office_refund_act"), of_refund),
        **dict.fromkeys(("difference", "difference_close", "difference_look"), of_difference),
        **dict.fromkeys(("my_statement", "my_statement_csv"), of_year),
    }
